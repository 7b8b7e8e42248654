"""Which installations download more than a tool, so that it matters how often they run."""

from __future__ import annotations

import re

from generator.explain.rules.managers import Install

# Small, and often of another version than the image's: not worth a mount.
_TOOLS = frozenset(
    (
        "pip",
        "setuptools",
        "wheel",
        "uv",
        "poetry",
        "pipenv",
        "pdm",
        "pip-tools",
        "npm",
        "yarn",
        "pnpm",
        "corepack",
        "bun",
        "bundler",
    )
)
_NOTHING_FAR = frozenset(
    (
        "--no-index",
        "--offline",
        "--local",
        "--no-deps",
        "--download-only",
        "--no-restore",
        "--only-root",
        "--prefer-offline-only",
    )
)
_LOCAL = re.compile(r"\.(?:$|[/\[])|/|file:")


def far(found: Install) -> bool:
    """Whether it downloads more than a tool."""
    if _NOTHING_FAR & set(found.arguments):
        return False
    words = [each for each in found.arguments if not each.startswith("-")]
    names = {re.split(r"[=<>@~!\[]", each, maxsplit=1)[0] for each in words}
    if found.manager.name in ("pip", "npm", "yarn", "pnpm") and words and names <= _TOOLS:
        return False
    local = found.manager.name == "pip" and not {"-r", "--requirement"} & set(found.arguments)
    return not (local and words and all(_wheel(each) for each in words))


def _wheel(word: str) -> bool:
    return _LOCAL.match(word) is not None and word.endswith((".whl", "/*"))
