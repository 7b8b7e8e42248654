"""What ADD fetches from elsewhere.

From moby/buildkit, frontend/dockerfile/dfgitutil and util/gitutil.
"""

from __future__ import annotations

import re
from typing import Literal

_SCHEME = re.compile(r"([a-zA-Z0-9]+)://")
# git@host:owner/name
_SHORT = re.compile(r"[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:")


def kind(source: str) -> Literal["git", "url"] | None:
    """None for what is a path in the build context."""
    scheme = _SCHEME.match(source)
    if scheme is None:
        return "git" if _SHORT.match(source) else None
    name = scheme[1].lower()
    if name in ("git", "ssh"):
        return "git"
    if name not in ("http", "https"):
        return None
    path = re.split(r"[?#]", source, maxsplit=1)[0]
    if path.endswith(".git"):
        return "git"
    return "url" if scheme[1] in ("http", "https") else None
