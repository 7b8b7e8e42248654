"""The line about an edit, with which `dockerize new` ends, is what `dockerize explain` says."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.catalog.manifests import SourceEdit
from generator.create import create
from generator.explain.cache.compare import answered
from generator.explain.context import Context
from generator.explain.edits import edit
from generator.explain.load import load
from generator.explain.stages import Settings
from tests.offered import FRAMEWORKS, INSTALLERS, subsets, wired


@pytest.mark.parametrize("installer", INSTALLERS)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_is_right_for_every_project(
    catalog: Catalog, tmp_path: Path, framework: str, installer: str
) -> None:
    stated = catalog.frameworks[framework].source_edit
    every = catalog.can_have(framework)
    for extras in {*subsets(wired(framework)), *((each,) for each in every), tuple(every)}:
        folder = tmp_path / "+".join(("with", *extras))
        create(Answers("shop", framework, "3.14", 8000, installer, extras), catalog, folder)
        assert explained(folder, stated.file) == stated, extras


def explained(project: Path, path: str) -> SourceEdit:
    dockerfile = project / "Dockerfile"
    build = load(dockerfile.read_text("utf-8"), Settings(), Context(project, dockerfile))
    said = answered(build, edit(build, path))
    return SourceEdit(path, said.reruns, len(said.outcomes), said.runs_again)
