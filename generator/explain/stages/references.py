"""Image references: what is one, and when two of them name the same.

From distribution/reference.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_HOST = re.compile(rf"(?:{_DOMAIN}(?:\.{_DOMAIN})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_PATH = re.compile(rf"{_PART}(?:/{_PART})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}")
_HUB = ("docker.io", "index.docker.io")
_LONGEST = 1024


@lru_cache(maxsize=1024)
def familiar(reference: str) -> str | None:
    """As people write it: without `docker.io/library/` and `:latest`. None if it is none."""
    if len(reference) > _LONGEST:
        return None
    rest, at, digest = reference.partition("@")
    host, name, tag = _split(rest)
    right = (
        _HOST.fullmatch(host)
        and _PATH.fullmatch(name)
        and (tag is None or _TAG.fullmatch(tag))
        and (not at or _DIGEST.fullmatch(digest))
    )
    if not right:
        return None
    name = name.removeprefix("library/") if host in _HUB else f"{host}/{name}"
    label = "" if tag in (None, "latest") and not at else f":{tag}" if tag else ""
    return f"{name}{label}{at}{digest}"


def _split(rest: str) -> tuple[str, str, str | None]:
    host, slash, path = rest.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost" or host.lower() != host):
        host, path = "docker.io", rest
    name, colon, tag = path.rpartition(":")
    return (host, name, tag) if colon else (host, path, None)
