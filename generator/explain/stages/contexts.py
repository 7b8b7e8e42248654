"""Named build contexts: `--build-context NAME=PATH` in place of an image or a stage.

From moby/buildkit, frontend/dockerui/namedcontext.go.
"""

from __future__ import annotations

from collections.abc import Mapping

from generator.explain.stages.references import familiar

_IMAGE = "docker-image://"
_ELSEWHERE = ("http://", "https://", "git://", "git@", "ssh://", "oci-layout://", "target:")
_NEVER = ("scratch", "context")


def named(contexts: Mapping[str, str], name: str) -> str | None:
    """The context, by its name as given, that stands in for the image or stage `name`."""
    if name.lower() in _NEVER:
        return None
    if name in contexts:
        return name
    wanted = familiar(name)
    if wanted is None:
        return None
    return next((each for each in contexts if familiar(each) == wanted), None)


def image(value: str) -> str | None:
    """The image that a context's value names."""
    return value.removeprefix(_IMAGE) if value.startswith(_IMAGE) else None


def folder(value: str) -> str | None:
    """The folder that a context's value names."""
    return None if value.startswith((_IMAGE, *_ELSEWHERE)) else value
