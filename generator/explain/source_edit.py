"""What an edit of a project's source re-runs: the one line with which `dockerize new` ends."""

from __future__ import annotations

from pathlib import Path

from generator.errors import DockerizeError
from generator.explain.answer import EditAnswer
from generator.explain.cache.compare import answered
from generator.explain.context import Context
from generator.explain.edits import edit
from generator.explain.edits.usual import files, source
from generator.explain.load import load, text_of
from generator.explain.stages import Settings

_NAME = "Dockerfile"


def source_edit(folder: Path) -> EditAnswer | None:
    """Of the project in `folder`; None if it cannot be told, which is no reason to fail."""
    try:
        dockerfile = folder / _NAME
        context = Context(folder, dockerfile)
        build = load(text_of(dockerfile, _NAME), Settings(), context, _NAME)
        change = source(build, files(build))
        if change is None:
            return None
        return answered(build, edit(build, change))
    except DockerizeError:
        return None
