from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from generator import __version__
from generator.answers import Answers
from generator.catalog import Catalog
from generator.project import ROOT, Source, plan


@pytest.fixture(params=["flask"])
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_framework_is_tested_here(catalog: Catalog) -> None:
    assert list(catalog.frameworks) == ["flask"]


def test_layers_lie_in_the_order_of_an_image(answers: Answers, catalog: Catalog) -> None:
    layers = plan(answers, catalog).layers

    assert [layer.relative_to(catalog.root).as_posix() for layer in layers] == [
        "shared",
        "servers/gunicorn",
        "frameworks/flask",
        "locks/flask",
    ]


def test_what_templates_see(answers: Answers, catalog: Catalog) -> None:
    flask = catalog.frameworks["flask"]

    assert plan(answers, catalog).context == {
        "name": "my-shop",
        "framework": "flask",
        "python": "3.14",
        "port": 8000,
        "app": {
            "label": "Flask",
            "entry": "app.wsgi:app",
            "liveness": "/healthz",
            "readiness": "/readyz",
            "settings": flask.settings,
            "requirements": ["flask", "gunicorn"],
            "variables": [asdict(each) for each in (*flask.server.variables, *flask.variables)],
        },
        "server": {
            "label": "gunicorn",
            "config": "gunicorn.conf.py",
            "command": ["python", "gunicorn.conf.py"],
            "development": ["python", "gunicorn.conf.py", "--graceful-timeout", "1"],
        },
        "pythons": {"oldest": "3.11", "newest": "3.15"},
        "uv": catalog.uv,
        "dockerize": __version__,
    }


def test_templates_use_all_that_they_see_and_nothing_else(
    answers: Answers, catalog: Catalog
) -> None:
    used: set[str] = set()
    for path in _template_files(catalog):
        used |= set(re.findall(r"\bcookiecutter\.(\w+(?:\.\w+)?)", path.read_text("utf-8")))

    assert used == set(_leaves(plan(answers, catalog).context))


def test_sources_are_the_files_of_all_layers_sorted(answers: Answers, catalog: Catalog) -> None:
    sources = plan(answers, catalog).sources()
    paths = [source.path for source in sources]

    assert paths == sorted(set(paths))
    assert {source.layer / ROOT / source.path for source in sources} == set(
        _template_files(catalog)
    )


@pytest.mark.parametrize(
    "path",
    [
        ".dockerignore",
        ".dockerize.toml",
        ".env.example",
        ".gitattributes",
        ".gitignore",
        "Dockerfile",
        "README.md",
        "app/__init__.py",
        "app/wsgi.py",
        "compose.yaml",
        "gunicorn.conf.py",
        "pyproject.toml",
        "requirements-dev.in",
        "requirements-dev.txt",
        "requirements.in",
        "requirements.txt",
    ],
)
def test_a_project_has(answers: Answers, catalog: Catalog, path: str) -> None:
    assert path in [source.path for source in plan(answers, catalog).sources()]


def test_bytecode_of_an_installer_is_no_source(
    answers: Answers, catalog: Catalog, tmp_path: Path
) -> None:
    shutil.copytree(catalog.root, tmp_path / "templates")
    compiled = tmp_path / "templates" / "shared" / ROOT / "app" / "__pycache__"
    compiled.mkdir(parents=True)
    (compiled / "wsgi.cpython-311.pyc").write_bytes(b"\0")

    sources = plan(answers, Catalog(tmp_path / "templates")).sources()

    assert [source.path for source in sources] == [
        source.path for source in plan(answers, catalog).sources()
    ]


def test_paths_are_plain(answers: Answers, catalog: Catalog) -> None:
    """No Jinja in a name: a folder's that renders empty would break out of the project."""
    for source in plan(answers, catalog).sources():
        assert re.fullmatch(r"[A-Za-z0-9._/-]+", source.path), source
        assert ".." not in source.path.split("/"), source
        assert len(source.path) < 60


def test_paths_differ_in_more_than_case(answers: Answers, catalog: Catalog) -> None:
    paths = [source.path.casefold() for source in plan(answers, catalog).sources()]

    assert len(paths) == len(set(paths))


def test_a_source_says_where_it_lies(answers: Answers, catalog: Catalog) -> None:
    assert Source(catalog.shared, "Dockerfile") in plan(answers, catalog).sources()
    assert (
        Source(catalog.root / "frameworks" / "flask", "app/wsgi.py")
        in plan(answers, catalog).sources()
    )


def _leaves(context: Mapping[str, object]) -> Iterator[str]:
    for key, value in context.items():
        if isinstance(value, dict):
            yield from (f"{key}.{below}" for below in value)
        else:
            yield key


def _template_files(catalog: Catalog) -> Iterator[Path]:
    for path in catalog.root.rglob("*"):
        if ROOT in path.parts and path.is_file() and "__pycache__" not in path.parts:
            yield path
