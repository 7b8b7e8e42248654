from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import pytest

from generator import __version__
from generator.answers import Answers, settle, with_defaults
from generator.catalog import Catalog
from generator.project import ROOT, Project, Source, plan
from tests.offered import CATALOG, FRAMEWORKS, INSTALLERS, subsets
from tests.toys import put

# `{{ cookiecutter.KEY }}`, or `{{ cookiecutter.KEY.KEY }}`.
NAMED = re.compile(r"\bcookiecutter\.(\w+(?:\.\w+)?)")


@pytest.fixture(params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["none", "all"])
def project(request: pytest.FixtureRequest, framework: str, catalog: Catalog) -> Project:
    """Of each framework, without extras and with all that there are."""
    extras = catalog.can_have(framework) if request.param == "all" else []
    return _plan(framework, extras, catalog)


def _plan(framework: str, extras: Sequence[str], catalog: Catalog, port: int = 8000) -> Project:
    answers = Answers("my-shop", framework, "3.14", port, "uv", tuple(sorted(extras)))
    return plan(answers, catalog)


@cache
def _all_projects() -> Sequence[Project]:
    return [
        plan(Answers("my-shop", framework, "3.14", 8000, installer, extras), CATALOG)
        for framework in FRAMEWORKS
        for installer in INSTALLERS
        for extras in subsets(CATALOG.can_have(framework))
    ]


# --- layers -------------------------------------------------------------------------------------


def test_layers_are_the_catalogs_each_once(toys: Catalog) -> None:
    layers = _plan("flask", ["sign", "toy"], toys).layers

    assert [layer.relative_to(toys.root).as_posix() for layer in layers] == [
        "shared",
        "installers/uv",
        "servers/gunicorn",
        "libraries/hosts",
        "libraries/toybox",
        "frameworks/flask",
        "extras/sign",
        "extras/toy",
        "frameworks/flask/with/toy",
        "locks/flask+toy",
    ]


def test_the_templates_are_the_catalogs(project: Project, catalog: Catalog) -> None:
    assert project.templates == catalog.root
    assert all(layer.is_relative_to(catalog.root) for layer in project.layers)
    assert len(set(project.layers)) == len(project.layers)


# --- what templates see -------------------------------------------------------------------------


def test_what_templates_see(answers: Answers, catalog: Catalog) -> None:
    flask = catalog.frameworks["flask"]
    layers = catalog.layers("flask", "uv", [])
    context = dict(plan(answers, catalog).context)
    lists = context.pop("lists")

    assert context == {
        "name": "my-shop",
        "framework": "flask",
        "python": "3.14",
        "port": 8000,
        "installer": "uv",
        "extras": {"names": []},
        "app": {
            "label": "Flask",
            "entry": "app.wsgi:app",
            "liveness": "/healthz",
            "readiness": "/readyz",
            "settings": flask.settings,
            "variables": [asdict(each) for layer in layers for each in layer.variables],
        },
        "server": {
            "label": "gunicorn",
            "command": ["python", "gunicorn.conf.py"],
            "development": ["python", "gunicorn.conf.py", "--graceful-timeout", "1"],
        },
        "pythons": {"oldest": "3.11", "newest": "3.15"},
        "uv": catalog.uv,
        "dockerize": __version__,
    }
    assert isinstance(lists, dict)
    assert {key: lists[key] for key in ("requirements", "files", "tools", "modules")} == {
        "requirements": ["gunicorn", "flask"],
        "files": ["gunicorn.conf.py"],
        "tools": ["mypy", "pytest", "ruff", "watchfiles"],
        "modules": ["health", "pages"],
    }


def test_variables_are_those_of_all_layers_in_their_order(toys: Catalog) -> None:
    app = _plan("flask", ["toy"], toys).context["app"]

    assert isinstance(app, dict)
    names = [each["name"] for each in app["variables"]]
    assert names[-2:] == ["FLASK_SECRET_KEY", "TOY_COLOUR"]
    assert app["variables"][-1] == {
        "name": "TOY_COLOUR",
        "default": "red",
        "meaning": "what it looks like",
    }


def test_lists_are_merged_over_the_layers_in_their_order(toys: Catalog, tmp_path: Path) -> None:
    shutil.copytree(toys.root, tmp_path / "templates")
    put(
        tmp_path / "templates",
        {
            "extras/sign/manifest.toml": (
                'hint = "says whose it is"\n\n[adds]\n'
                'modules = ["sign"]\nsigns = ["-v", "one", "-v", "other"]\nnothing = []\n'
            )
        },
    )
    catalog = Catalog(tmp_path / "templates")
    lists = _plan("flask", ["sign", "toy"], catalog).context["lists"]
    without = _plan("flask", ["toy"], catalog).context["lists"]

    assert isinstance(lists, dict)
    assert isinstance(without, dict)
    assert lists["modules"] == ["health", "pages", "sign", "toy"]
    assert lists["signs"] == ["-v", "one", "-v", "other"]
    assert lists["nothing"] == []
    assert without["modules"] == ["health", "pages", "toy"]
    assert lists.keys() - without.keys() == {"signs", "nothing"}


# Lists of names; others are commands, which may say a thing twice.
NAMES = ["build_secrets", "checks", "files", "modules", "requirements", "secrets", "tools"]


@pytest.mark.parametrize("key", NAMES)
def test_no_project_has_a_name_twice_in_a_list(key: str) -> None:
    for project in _all_projects():
        lists = project.context["lists"]
        assert isinstance(lists, dict)
        names = lists.get(key, [])
        assert len(names) == len(set(names)), (project.context["framework"], names)


def test_extras_are_named(toys: Catalog) -> None:
    assert _plan("flask", ["toy", "sign"], toys).context["extras"] == {"names": ["sign", "toy"]}


def test_it_is_plain_data_with_lists_only_inside_dictionaries(project: Project) -> None:
    """So that it can be an ordinary `cookiecutter.json`, where a list would be a choice."""

    def plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(isinstance(key, str) and plain(each) for key, each in value.items())
        if isinstance(value, list):
            return all(plain(each) for each in value)
        return isinstance(value, str | int)

    assert plain(project.context)
    assert not [key for key, value in project.context.items() if isinstance(value, list)]


def test_templates_use_all_that_they_see_and_nothing_else(catalog: Catalog) -> None:
    used: set[str] = set()
    for path in _templates(catalog):
        used |= set(NAMED.findall(path.read_text("utf-8")))

    assert used == {leaf for project in _all_projects() for leaf in _leaves(project.context)}


# --- the files ----------------------------------------------------------------------------------


def test_sources_are_the_files_of_its_layers_sorted(project: Project) -> None:
    sources = project.sources()
    paths = [source.path for source in sources]

    assert paths == sorted(set(paths))
    assert {source.layer / ROOT / source.path for source in sources} == {
        path for layer in project.layers for path in _files(layer / ROOT)
    }


def test_every_file_of_every_layer_is_in_some_project(catalog: Catalog) -> None:
    used = {
        source.layer / ROOT / source.path
        for project in _all_projects()
        for source in project.sources()
    }

    assert used == {path for path in _files(catalog.root) if ROOT in path.parts}


SHARED = [
    ".dockerignore",
    ".dockerize.toml",
    ".env.example",
    ".gitattributes",
    ".gitignore",
    "Dockerfile",
    "README.md",
    "app/__init__.py",
    "app/health.py",
    "app/hosts.py",
    "app/pages.py",
    "app/proxy.py",
    "app/templates/home.html",
    "compose.yaml",
    "pyproject.toml",
    "requirements-dev.in",
    "requirements-dev.txt",
    "requirements.in",
    "requirements.txt",
    "tests/test_health.py",
    "tests/test_hosts.py",
    "tests/test_pages.py",
]
OWN = {
    "flask": ["app/wsgi.py", "gunicorn.conf.py", "tests/conftest.py"],
    "fastapi": [
        "app/host_check.py",
        "app/main.py",
        "app/settings.py",
        "serve.py",
        "tests/conftest.py",
    ],
    "django": [
        "app/secret.py",
        "app/settings.py",
        "app/static/style.css",
        "app/urls.py",
        "app/wsgi.py",
        "gunicorn.conf.py",
        "manage.py",
        "tests/__init__.py",
        "tests/settings.py",
    ],
}


def test_a_project_has(framework: str, catalog: Catalog) -> None:
    paths = [source.path for source in _plan(framework, [], catalog).sources()]

    assert paths == sorted(SHARED + OWN[framework])


def test_an_extra_only_adds_files(framework: str, catalog: Catalog) -> None:
    without = {source.path for source in _plan(framework, [], catalog).sources()}
    for name in catalog.can_have(framework):
        with_it = {source.path for source in _plan(framework, [name], catalog).sources()}
        assert without <= with_it, name


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


def test_paths_are_plain(project: Project) -> None:
    """No Jinja in a name: a folder's that renders empty would break out of the project."""
    for source in project.sources():
        assert re.fullmatch(r"[A-Za-z0-9._/-]+", source.path), source
        assert ".." not in source.path.split("/"), source
        assert len(source.path) < 60


def test_paths_differ_in_more_than_case(project: Project) -> None:
    paths = [source.path.casefold() for source in project.sources()]

    assert len(paths) == len(set(paths))


def test_no_two_layers_of_any_project_bring_one_path() -> None:
    for project in _all_projects():
        paths = [source.path for source in project.sources()]
        assert len(paths) == len(set(paths)), project.context["extras"]


def test_a_source_says_where_it_lies(answers: Answers, catalog: Catalog) -> None:
    sources = plan(answers, catalog).sources()
    assert Source(catalog.root / "shared", "Dockerfile") in sources
    assert Source(catalog.root / "frameworks" / "flask", "app/wsgi.py") in sources
    assert Source(catalog.root / "servers" / "gunicorn", "gunicorn.conf.py") in sources
    assert Source(catalog.root / "locks" / "flask", "requirements.txt") in sources


# --- slots and what fills them ------------------------------------------------------------------


def test_parts_are_paths_below_templates_in_the_order_of_the_layers(
    toys: Catalog, tmp_path: Path
) -> None:
    shutil.copytree(toys.root, tmp_path / "templates")
    for layer in ("frameworks/flask/with/toy", "extras/sign", "extras/toy", "shared"):
        put(tmp_path / "templates", {f"{layer}/parts/slot": "text"})
    catalog = Catalog(tmp_path / "templates")

    assert _plan("flask", ["sign", "toy"], catalog).parts("slot") == [
        "shared/parts/slot",
        "extras/sign/parts/slot",
        "extras/toy/parts/slot",
        "frameworks/flask/with/toy/parts/slot",
    ]
    assert _plan("flask", ["sign"], catalog).parts("slot") == [
        "shared/parts/slot",
        "extras/sign/parts/slot",
    ]
    assert _plan("django", [], catalog).parts("slot") == ["shared/parts/slot"]
    assert _plan("flask", ["sign", "toy"], catalog).parts("other") == []


def test_a_folder_is_no_part(toys: Catalog, tmp_path: Path) -> None:
    shutil.copytree(toys.root, tmp_path / "templates")
    (tmp_path / "templates/shared/parts/slot").mkdir(parents=True)

    assert _plan("flask", [], Catalog(tmp_path / "templates")).parts("slot") == []


def test_every_slot_is_filled_by_some_layer_and_every_part_fills_a_slot(catalog: Catalog) -> None:
    named = {
        slot
        for path in _templates(catalog)
        for slot in re.findall(r"\bparts\('([^']*)'\)", path.read_text("utf-8"))
    }

    assert named == {path.name for path in _parts(catalog)}
    assert all(re.fullmatch(r"[A-Za-z]+(-[a-z]+)*", slot) for slot in named)


def test_parts_are_always_named_by_a_text(catalog: Catalog) -> None:
    for path in _templates(catalog):
        calls = re.findall(r"\bparts\((.*?)\)", path.read_text("utf-8"))
        assert all(re.fullmatch(r"'[^']+'", call) for call in calls), path


def test_a_part_has_no_newline_at_its_end_as_the_slot_has_it(catalog: Catalog) -> None:
    assert _parts(catalog)
    for path in _parts(catalog):
        text = path.read_text("utf-8")
        assert text.strip(), path
        assert not text.endswith("\n"), path


def test_every_part_fills_a_slot_of_each_project_that_has_its_layer() -> None:
    """A part of an extra whose slot is in a file that the project lacks would be lost."""
    for project in _all_projects():
        texts = [
            path.read_text("utf-8")
            for path in (
                *(source.layer / ROOT / source.path for source in project.sources()),
                *(path for layer in project.layers for path in layer.glob("parts/*")),
                *project.templates.glob("extras/*/*"),
            )
            if path.is_file()
        ]
        slots = {slot for text in texts for slot in re.findall(r"\bparts\('([^']*)'\)", text)}
        parts = {path.name for layer in project.layers for path in layer.glob("parts/*")}
        assert parts <= slots, (project.context["framework"], project.context["extras"])


# --- extras -------------------------------------------------------------------------------------


def test_the_order_in_which_extras_are_named_does_not_matter(
    framework: str, catalog: Catalog
) -> None:
    names = list(catalog.can_have(framework))
    for order in (names, names[::-1], names[1:] + names[:1]):
        texts = {"name": "my-shop", "framework": framework, "with": ",".join(order)}
        planned = plan(settle(with_defaults(texts, catalog), catalog), catalog)
        assert planned == _plan(framework, names, catalog)


def test_another_installer_is_another_layer_and_another_list_of_secrets(
    answers: Answers, catalog: Catalog
) -> None:
    uv, pip = plan(answers, catalog), plan(replace(answers, installer="pip"), catalog)

    assert set(pip.layers) ^ set(uv.layers) == {
        catalog.root / "installers" / "pip",
        catalog.root / "installers" / "uv",
    }
    assert [source.path for source in pip.sources()] == [source.path for source in uv.sources()]


def _leaves(context: Mapping[str, object]) -> Iterator[str]:
    for key, value in context.items():
        if isinstance(value, dict):
            yield from (f"{key}.{below}" for below in value)
        else:
            yield key


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _parts(catalog: Catalog) -> list[Path]:
    return [path for path in _files(catalog.root) if path.parent.name == "parts"]


def _templates(catalog: Catalog) -> Iterator[Path]:
    """All that Jinja reads: files of projects, parts, and what those include."""
    for path in _files(catalog.root):
        if path.suffix not in (".toml", ".txt") or ROOT in path.parts:
            yield path
