"""An edit: what it is called, and the build after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.explain.build import Build

# Whatever an argument, a file or an instruction is after an edit: never used before.
ANOTHER = "another-9d1f0c7e"
FORMS = (
    "a change is a path or a glob, +path, -path, mode:path, arg:NAME, base, base:STAGE, line:N"
    " or comment"
)


@dataclass(frozen=True)
class Edit:
    """`change` is as typed, `title` says it for people; `touched` are paths of the context and
    what has happened to each; `note` says why it may not be what one would think."""

    change: str
    title: str
    after: Build
    touched: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
