"""The files in which a project's tools find what to install, and their settings."""

from __future__ import annotations

import posixpath
import re
from itertools import islice

from generator.explain.context import Context
from generator.explain.rules import reading

_NAMES = re.compile(
    r"(?:requirements|constraints)[\w.-]*\.(?:txt|in)|pipfile|pyproject\.toml|setup\.(?:py|cfg)"
    r"|uv\.toml|pip\.(?:conf|ini)|\.condarc|environment\.ya?ml|package\.json|\.?npmrc"
    r"|\.yarnrc(?:\.yml)?|pnpm-workspace\.yaml|\.pnpmfile\.cjs|bunfig\.toml|gemfile"
    r"|composer\.json|auth\.json|nuget\.config|settings\.xml",
    re.IGNORECASE,
)
# Entries of a context that are looked at, and files of those that are read.
_MOST, _MOST_READ = 5_000, 50


def text(context: Context) -> str:
    """All that those files hold which the ignore file lets through."""
    entries = islice(context.walk(), _MOST)
    paths = (each.path for each in entries if _NAMES.fullmatch(posixpath.basename(each.path)))
    return "\n".join(reading.text(context, path) or "" for path in islice(paths, _MOST_READ))
