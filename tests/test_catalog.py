from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from generator.answers import Answers, framework, port, python, settle, with_defaults
from generator.catalog import Catalog, Python, Server, Variable
from generator.create import create
from generator.project import ROOT as PROJECT
from generator.project import plan

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def test_pythons_are_the_newest_first_and_their_dates_in_order(catalog: Catalog) -> None:
    versions = [tuple(map(int, each.version.split("."))) for each in catalog.pythons]
    assert versions == sorted(versions, reverse=True)
    assert len(set(versions)) == len(versions)
    for each in catalog.pythons:
        assert MONTH.fullmatch(each.bugfixes)
        assert MONTH.fullmatch(each.security)
        assert each.bugfixes < each.security


def test_python_ended(catalog: Catalog) -> None:
    assert catalog.ended_pythons["3.10"] == "2026-10"
    assert catalog.ended_pythons["2.7"] == "2020-01"
    assert all(MONTH.fullmatch(month) for month in catalog.ended_pythons.values())
    assert not catalog.ended_pythons.keys() & {each.version for each in catalog.pythons}


def test_the_recommended_python_is_offered_and_not_the_newest(catalog: Catalog) -> None:
    assert catalog.recommended_python == "3.14"
    assert catalog.recommended_python in [each.version for each in catalog.pythons[1:]]


def test_the_oldest_python(catalog: Catalog) -> None:
    assert catalog.oldest_python == "3.11"


def test_support_in_words() -> None:
    version = Python("3.14", bugfixes="2027-10", security="2030-10")
    assert version.support("2027-10") == "bug fixes to 2027-10, security to 2030-10"
    assert version.support("2027-11") == "security fixes to 2030-10"
    assert version.support("2030-10") == "security fixes to 2030-10"
    assert not version.ended("2030-10")
    assert version.support("2030-11") == "reached its end of life in 2030-10"
    assert version.ended("2030-11")


def test_uv_is_the_one_that_the_tests_install(catalog: Catalog, root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    assert f"uv=={catalog.uv}" in project["dependency-groups"]["test"]


def test_flask(catalog: Catalog) -> None:
    flask = catalog.frameworks["flask"]
    assert flask.label == "Flask"
    assert flask.entry == "app.wsgi:app"
    assert flask.port == 8000
    assert (flask.liveness, flask.readiness) == ("/healthz", "/readyz")
    assert flask.requirements == ("flask",)
    assert flask.layer == catalog.root / "frameworks" / "flask"
    assert flask.variables == (
        Variable(
            "FLASK_SECRET_KEY",
            "",
            "signs sessions, once you use them: letters and digits that nobody can guess",
        ),
    )
    assert flask.server == Server(
        layer=catalog.root / "servers" / "gunicorn",
        label="gunicorn",
        requirements=("gunicorn",),
        config="gunicorn.conf.py",
        command=("python", "gunicorn.conf.py"),
        development=("python", "gunicorn.conf.py", "--graceful-timeout", "1"),
        variables=(
            Variable(
                "WEB_CONCURRENCY",
                "2",
                "server processes; raise it together with the memory limit",
            ),
        ),
    )


def test_every_framework_makes_sense(catalog: Catalog) -> None:
    ranks = [each.rank for each in catalog.frameworks.values()]
    assert ranks == sorted(set(ranks))
    for name, each in catalog.frameworks.items():
        assert name == each.name == each.layer.name
        assert each.label
        assert each.hint
        assert port.parse(str(each.port), catalog) == each.port
        assert port.note(str(each.port), catalog, "2026-11") is None
        assert re.fullmatch(r"[a-z_.]+:[a-z_]+", each.entry)
        assert re.fullmatch(r"/[a-z]+", each.liveness)
        assert re.fullmatch(r"/[a-z]+", each.readiness)
        assert (each.layer / PROJECT).is_dir()
        assert (catalog.lock(name) / PROJECT / "requirements.txt").is_file()
        assert (each.server.layer / PROJECT / each.server.config).is_file()
        assert {*each.requirements, *each.server.requirements} <= catalog.locked_packages
        assert each.server.command[0] == each.server.development[0] == "python"


def test_every_variable_makes_sense(catalog: Catalog) -> None:
    for each in catalog.frameworks.values():
        variables = [*each.server.variables, *each.variables]
        names = [variable.name for variable in variables]
        assert len(set(names)) == len(names)
        assert "PORT" not in names
        for variable in variables:
            assert re.fullmatch(r"[A-Z][A-Z0-9_]*", variable.name)
            assert re.fullmatch(r"[A-Za-z0-9./:-]*", variable.default)
            assert re.fullmatch(r"[^|\n]+", variable.meaning)


def test_the_locked_packages_are_those_of_all_locks(catalog: Catalog) -> None:
    names = set()
    for lock in (catalog.root / "locks").rglob("requirements*.txt"):
        names |= set(re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text("utf-8"), re.MULTILINE))
    assert {"flask", "gunicorn", "pytest"} <= names
    assert catalog.locked_packages == {re.sub(r"[-_.]+", "-", name).lower() for name in names}


MANIFEST = """\
rank = 2
label = "Toy"
hint = "for play"
server = "gunicorn"
entry = "toy:app"
port = 8123
liveness = "/alive"
readiness = "/ready"
requirements = ["toylib"]
settings = "Nothing to set."

[[variables]]
name = "TOY_COLOUR"
default = "red"
meaning = "what it looks like"
"""


@pytest.fixture
def with_toy(catalog: Catalog, tmp_path: Path) -> Catalog:
    """What `templates/` would be with one more framework: a folder, and its locks."""
    templates = tmp_path / "templates"
    shutil.copytree(catalog.root, templates)
    layer = templates / "frameworks" / "toy"
    (layer / PROJECT / "toy").mkdir(parents=True)
    (layer / "manifest.toml").write_text(MANIFEST, "utf-8")
    (layer / PROJECT / "toy" / "__init__.py").write_text(
        'NAME = "{{ cookiecutter.name }}"\n', "utf-8"
    )
    lock = templates / "locks" / "toy" / PROJECT
    lock.mkdir(parents=True)
    (lock / "requirements.txt").write_text("toylib==1.0\n", "utf-8")
    return Catalog(templates)


def test_a_framework_is_added_by_a_folder(with_toy: Catalog) -> None:
    assert list(with_toy.frameworks) == ["flask", "toy"]
    assert [(each.value, each.hint) for each in framework.choices(with_toy, "2026-11")][1:] == [
        ("toy", "Toy, served by gunicorn: for play")
    ]
    texts = with_defaults({"name": "my-toy", "framework": "toy"}, with_toy)
    assert settle(texts, with_toy) == Answers("my-toy", "toy", python.default({}, with_toy), 8123)


def test_an_added_framework_renders(with_toy: Catalog, tmp_path: Path) -> None:
    folder = tmp_path / "my-toy"
    created = create(Answers("my-toy", "toy", "3.13", 8123), with_toy, folder)
    paths = [file.path for file in created.files]
    assert {"toy/__init__.py", "requirements.txt", "Dockerfile", "gunicorn.conf.py"} <= set(paths)
    assert not any(path.startswith("app/") for path in paths)

    def text(path: str) -> str:
        return (folder / path).read_text("utf-8")

    assert text("toy/__init__.py") == 'NAME = "my-toy"\n'
    assert text("requirements.txt") == "toylib==1.0\n"
    assert {"toylib", "gunicorn"} <= set(text("requirements.in").splitlines())
    assert "/alive" in text("Dockerfile")
    assert "/ready" in text("README.md")
    assert "8123" in text("compose.yaml")
    assert "TOY_COLOUR" in text("README.md")
    assert "flask" not in text("Dockerfile").lower()


def test_a_framework_brings_nothing_into_another_ones_project(
    with_toy: Catalog, catalog: Catalog, answers: Answers
) -> None:
    def paths(of: Catalog) -> list[str]:
        return [source.path for source in plan(answers, of).sources()]

    assert paths(with_toy) == paths(catalog)
