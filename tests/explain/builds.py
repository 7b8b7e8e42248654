"""Builds made of texts, for tests that need no engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from generator.explain.answer import Outcome
from generator.explain.build import Build
from generator.explain.cache.compare import compare
from generator.explain.context import Changes, Context
from generator.explain.edits import edit
from generator.explain.load import load
from generator.explain.stages import Settings

# Why a linked copy stays.
LINKED = (
    "linked: it depends on its files alone (a build may print DONE for laying the same layer on"
    " again)"
)


def write(folder: Path, files: Iterable[str] | Mapping[str, str]) -> Path:
    """Files of some content in a folder; names alone get their own name as text."""
    texts = files if isinstance(files, Mapping) else {name: f"{name}\n" for name in files}
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def build(
    folder: Path,
    dockerfile: str,
    files: Iterable[str] | Mapping[str, str] = (),
    settings: Settings | None = None,
) -> Build:
    """`dockerfile` lies outside the context unless `files` has one."""
    context = Context(write(folder, files))
    held = "Dockerfile" if (folder / "Dockerfile").is_file() else None
    return load(dockerfile, settings or Settings(), context, held)


def outcomes(made: Build, change: str) -> tuple[Outcome, ...]:
    edited = edit(made, change)
    return compare(made, edited.after, edited.touched)


def shown(made: Build, change: str) -> dict[int, str]:
    """Line -> `again`, `perhaps` or `stays`."""
    names = {True: "again", False: "stays", "if-changed": "perhaps"}
    return {each.step.line: names[each.reruns] for each in outcomes(made, change)}


def changes(**kinds: str) -> Changes:
    """`changed="a b"`: paths by what becomes of them, between blanks."""
    named: dict[str, Any] = {kind: frozenset(paths.split()) for kind, paths in kinds.items()}
    return Changes(**named)
