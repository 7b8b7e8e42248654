"""Platforms (`linux/arm64`) and the build arguments that they predefine.

From containerd/platforms and moby/buildkit's frontend/dockerfile/dockerfile2llb/platform.go.
"""

from __future__ import annotations

import platform as host
import re
from collections.abc import Mapping
from typing import NamedTuple

from generator.explain.dockerfile.refused import Refused

_PART = r"[A-Za-z0-9_.-]+(?:\([A-Za-z0-9_.-]*\))?"
_ALIASES: Mapping[str, tuple[str, str]] = {
    "x86_64": ("amd64", ""),
    "x86-64": ("amd64", ""),
    "amd64": ("amd64", ""),
    "i386": ("386", ""),
    "aarch64": ("arm64", ""),
    "arm64": ("arm64", ""),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
    "arm": ("arm", "v7"),
}
# What is no news about an architecture.
_USUAL = {("amd64", "v1"), ("arm64", "v8"), ("arm64", "8")}
_SYSTEMS = (
    "aix|android|darwin|dragonfly|freebsd|illumos|ios|js|linux|nacl|netbsd|openbsd|plan9|solaris|"
    "windows|zos"
)
_MOST_PARTS = 3


class Platform(NamedTuple):
    os: str
    arch: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.arch, self.variant)))


def here() -> Platform:
    """Of this machine, on which the builder is supposed to be."""
    arch, _ = _ALIASES.get(host.machine().lower(), (host.machine().lower(), ""))
    return Platform("linux", arch)


def read(text: str) -> Platform:
    """Raises Refused for what is no platform."""
    parts = text.split("/")
    if len(parts) > _MOST_PARTS or not all(re.fullmatch(_PART, part) for part in parts):
        raise Refused(f"failed to parse platform {text!r}")
    if len(parts) == 1:
        return _alone(parts[0].lower())
    arch, usual = _ALIASES.get(parts[1].lower(), (parts[1].lower(), ""))
    variant = parts[2].lower() if len(parts) == _MOST_PARTS else usual
    return Platform(parts[0].lower(), arch, "" if (arch, variant) in _USUAL else variant)


def _alone(part: str) -> Platform:
    if re.fullmatch(_SYSTEMS, part):
        return Platform(part, here().arch)
    arch, variant = _ALIASES.get(part, ("", ""))
    if not arch:
        raise Refused(f"failed to parse platform {part!r}", "it is written linux/amd64")
    return Platform("linux", arch, variant)


def wanted(option: str | None) -> tuple[Platform, ...]:
    """Those of `--platform`, which may be several; the builder's own if there is none."""
    if not option:
        return (here(),)
    return tuple(read(each.strip()) for each in option.split(","))


def predefined(target: Platform, stage: str) -> dict[str, str]:
    """The arguments that every stage can ask for with `ARG NAME`."""
    build = here()
    return {
        "BUILDPLATFORM": str(build),
        "BUILDOS": build.os,
        "BUILDOSVERSION": "",
        "BUILDARCH": build.arch,
        "BUILDVARIANT": build.variant,
        "TARGETPLATFORM": str(target),
        "TARGETOS": target.os,
        "TARGETOSVERSION": "",
        "TARGETARCH": target.arch,
        "TARGETVARIANT": target.variant,
        "TARGETSTAGE": stage or "default",
    }
