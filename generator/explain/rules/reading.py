"""What files of the build context hold, as far as a rule has to know."""

from __future__ import annotations

import json
import os
import tomllib
from typing import Any

from generator.explain.context import Context

# No manifest of this size was written by a person.
_LARGEST = 1024 * 1024


def text(context: Context, path: str) -> str | None:
    """None for what is no file that the ignore file lets through, or cannot be read."""
    entry = context.entry(path)
    if entry is None or entry.kind != "file" or entry.size > _LARGEST:
        return None
    try:
        # Its path is without links, and one put there since is not followed.
        where = os.open(context.root / entry.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(where, "rb") as file:
            return file.read(_LARGEST).decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return None


def from_json(context: Context, path: str) -> dict[str, Any] | None:
    """None for what is no JSON object."""
    try:
        found = json.loads(text(context, path) or "")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def from_toml(context: Context, path: str) -> dict[str, Any] | None:
    """None for what is no TOML."""
    found = text(context, path)
    try:
        return None if found is None else tomllib.loads(found)
    except (ValueError, RecursionError):
        return None


def beside(context: Context, name: str) -> str | None:
    """The ignore file, which may leave itself out of the context."""
    try:
        path = (context.root / name).resolve(strict=True)
        if not path.is_relative_to(context.root.resolve()) or path.stat().st_size > _LARGEST:
            return None
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except (OSError, RuntimeError, ValueError):
        return None
