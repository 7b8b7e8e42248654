"""Extras, any of them together: what a project has of them, and that others have nothing of it."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.answers import settle, with_defaults
from generator.catalog import Catalog
from generator.catalog.manifests import Layer
from generator.project import ROOT, plan
from generator.render import render
from tests.offered import CATALOG, FRAMEWORKS, INSTALLERS
from tests.trees import Tree, tree

# What an extra is called besides its own name, in any project that has nothing of it.
OTHER_WORDS = {
    "bake": [r"buildx bake"],
    "devcontainer": [r"dev container"],
    "github-actions": [r"\.github", "workflow"],
    "kubernetes": ["cluster", "kubectl", "kustomize"],
    "postgres": ["alembic", "databases?", "migrat(e|es|ed|ions?)", "notes?", "postgresql", "sql"],
    "redis": ["cache server", "hits"],
}
EACH = [(framework, extra) for framework in FRAMEWORKS for extra in CATALOG.can_have(framework)]


def _made(catalog: Catalog, framework: str, extras: Sequence[str], installer: str = "pip") -> Tree:
    texts = {"name": "my-shop", "framework": framework, "installer": installer}
    answers = settle(with_defaults({**texts, "with": ",".join(extras)}, catalog), catalog)
    with tempfile.TemporaryDirectory() as folder:
        render(plan(answers, catalog), Path(folder))
        return tree(Path(folder))


def _brought(framework: str, extra: str) -> list[Layer]:
    """The layers that a project has for the sake of this extra alone."""
    others = [name for name in CATALOG.can_have(framework) if name != extra]
    without = {layer.folder for layer in CATALOG.layers(framework, "pip", others)}
    layers = CATALOG.layers(framework, "pip", [extra])
    return [layer for layer in layers if layer.folder not in without]


@cache
def _others(framework: str, extra: str) -> Tree:
    """A project with each extra but this one."""
    names = [name for name in CATALOG.can_have(framework) if name != extra]
    return _made(CATALOG, framework, names)


@pytest.fixture(scope="module")
def catalog_without(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Catalog]:
    """The catalog as it would be if there were no such extra."""

    @cache
    def make(extra: str) -> Catalog:
        templates = tmp_path_factory.mktemp("without") / "templates"
        shutil.copytree(CATALOG.root, templates)
        for folder in (templates / "extras" / extra, *templates.glob(f"frameworks/*/with/{extra}")):
            shutil.rmtree(folder)
        return Catalog(templates)

    return make


# --- all of them --------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_selection_in_any_order_gives_the_same_project(data: st.DataObject) -> None:
    framework = data.draw(st.sampled_from(FRAMEWORKS))
    installer = data.draw(st.sampled_from(INSTALLERS))
    can_have = CATALOG.can_have(framework)
    names = data.draw(st.lists(st.sampled_from(can_have), unique=True)) if can_have else []
    made = _made(CATALOG, framework, names, installer)
    assert made == _made(CATALOG, framework, sorted(names), installer)
    assert made == _made(CATALOG, framework, [*names, *reversed(names)], installer)


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_an_extra_that_was_not_asked_for_might_as_well_not_exist(
    data: st.DataObject, catalog_without: Callable[[str], Catalog]
) -> None:
    framework, extra = data.draw(st.sampled_from(EACH))
    others = [name for name in CATALOG.can_have(framework) if name != extra]
    names = data.draw(st.sets(st.sampled_from(others))) if others else []
    one = _made(CATALOG, framework, sorted(names))
    assert one == _made(catalog_without(extra), framework, sorted(names))


# --- each of them -------------------------------------------------------------------------------


@pytest.mark.parametrize(("framework", "extra"), EACH, ids="-".join)
def test_it_brings_its_files(framework: str, extra: str) -> None:
    made = _made(CATALOG, framework, [extra])
    brought = {
        path.relative_to(layer.folder / ROOT).as_posix()
        for layer in _brought(framework, extra)
        for path in (layer.folder / ROOT).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert brought
    assert brought <= made.keys()
    locks = {"requirements.txt", "requirements-dev.txt"}
    assert not (brought - locks) & _others(framework, extra).keys()


@pytest.mark.parametrize(("framework", "extra"), EACH, ids="-".join)
def test_without_it_there_is_no_word_of_it(framework: str, extra: str) -> None:
    variables = [each.name for layer in _brought(framework, extra) for each in layer.variables]
    names = [*map(re.escape, [extra, *variables]), *OTHER_WORDS[extra]]
    words = re.compile(rf"\b({'|'.join(names)})\b", re.IGNORECASE)
    trees = [_made(CATALOG, framework, [], installer) for installer in INSTALLERS]
    for made in (*trees, _others(framework, extra)):
        assert [path for path, text in made.items() if words.search(text.decode("utf-8"))] == []


@pytest.mark.parametrize(("framework", "extra"), EACH, ids="-".join)
def test_its_variables_are_explained(framework: str, extra: str) -> None:
    made = _made(CATALOG, framework, [extra])
    for layer in _brought(framework, extra):
        for each in layer.variables:
            row = f"| `{each.name}` | {each.default or 'none'} | {each.meaning} |\n"
            assert row in made["README.md"].decode("utf-8")
            lines = f"# {each.meaning}\n{each.name}={each.default}\n"
            assert lines in made[".env.example"].decode("utf-8")


@pytest.mark.parametrize(("framework", "extra"), EACH, ids="-".join)
def test_it_is_told_in_the_readme(framework: str, extra: str) -> None:
    """Who gets a file or a service has to read somewhere what to do with it."""
    plain, made = _made(CATALOG, framework, []), _made(CATALOG, framework, [extra])
    assert made["README.md"] != plain["README.md"]


@pytest.mark.parametrize(("framework", "extra"), EACH, ids="-".join)
def test_it_is_in_the_record(framework: str, extra: str) -> None:
    record = _made(CATALOG, framework, [extra])[".dockerize.toml"].decode("utf-8")
    assert f'\nwith = ["{extra}"]\n' in record
