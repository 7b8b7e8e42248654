"""Every generated file, for answers of all kinds."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from generator import __version__
from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create

yaml: Any = import_module("yaml")  # it comes with cookiecutter, and without types

PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]

# What YAML, TOML, a shell or a template could take for something else than a text.
NAMES = ["null", "true", "no", "e5", "a" * 40, "x-1-2", "self", "default"]

CASES = [
    *(Answers("my-shop", "flask", python, 8000) for python in PYTHONS),
    *(Answers(name, "flask", "3.14", 8000) for name in NAMES),
    *(Answers("my-shop", "flask", "3.14", port) for port in (1, 80, 4321, 65535)),
]

Tree = Mapping[str, str]


def _name(answers: Answers) -> str:
    return "-".join(answers.texts().values())


@pytest.fixture(scope="module")
def trees(
    catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[Answers, dict[str, bytes]]:
    made = {}
    for answers in CASES:
        created = create(answers, catalog, tmp_path_factory.mktemp("made") / answers.name)
        made[answers] = {
            file.path: (created.folder / file.path).read_bytes() for file in created.files
        }
    return made


@pytest.fixture(params=CASES, ids=_name)
def case(request: pytest.FixtureRequest) -> Answers:
    assert isinstance(request.param, Answers)
    return request.param


@pytest.fixture
def tree(case: Answers, trees: Mapping[Answers, dict[str, bytes]]) -> Tree:
    return {path: content.decode("utf-8") for path, content in trees[case].items()}


def test_every_python_is_tested_here(catalog: Catalog) -> None:
    assert [python.version for python in reversed(catalog.pythons)] == PYTHONS


def test_texts_are_clean(tree: Tree) -> None:
    for path, text in tree.items():
        assert "\r" not in text, path
        assert "\t" not in text, path
        assert text.isprintable() or set(filter(lambda c: not c.isprintable(), text)) == {"\n"}
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert not text.startswith("\n"), path
        assert not re.search(r"(?m) +$", text), path
        assert "\n\n\n\n" not in text, path


def test_nothing_of_the_generator_is_left(tree: Tree) -> None:
    for path, text in tree.items():
        assert "cookiecutter" not in text.lower(), path
        if not path.startswith("app/templates/"):
            assert not re.search(r"\{\{|\}\}|\{%|%\}|\{#|#\}", text), path
    home = tree["app/templates/home.html"]
    assert re.findall(r"\{\{.*?\}\}|\{%.*?%\}", home) == ["{{ config.TITLE }}"] * 2


def test_python_compiles(tree: Tree) -> None:
    sources = {path: text for path, text in tree.items() if path.endswith(".py")}

    assert len(sources) >= 8
    for path, text in sources.items():
        compile(text, path, "exec")


def test_toml_is_toml(tree: Tree, case: Answers) -> None:
    assert tomllib.loads(tree[".dockerize.toml"]) == {
        **case.as_dict(),
        "dockerize": {"version": __version__},
    }
    pyproject = tomllib.loads(tree["pyproject.toml"])
    assert pyproject["tool"]["ruff"]["target-version"] == f"py3{case.python[2:]}"


def test_names_in_yaml_are_quoted_texts(tree: Tree, case: Answers) -> None:
    compose = yaml.safe_load(tree["compose.yaml"])

    assert compose["name"] == case.name
    assert compose["services"]["web"]["image"] == case.name
    assert compose["services"]["dev"]["image"] == f"{case.name}:dev"
    # Other readers take more words for something else than YAML 1.1 does: quoted, it is a text.
    values = re.findall(r"(?m)^ *(?:name|image): (.+)$", tree["compose.yaml"])
    assert values == [f'"{case.name}"', f'"{case.name}"', f'"{case.name}:dev"']


def test_the_page_greets_by_the_name(tree: Tree, case: Answers) -> None:
    assert f'"TITLE": "{case.name}"' in tree["app/__init__.py"]


def test_the_python_is_the_same_everywhere(tree: Tree, case: Answers) -> None:
    found = re.findall(r"python:(\d+\.\d+)", tree["Dockerfile"])

    assert found == [case.python]


def _ports(tree: Tree) -> dict[str, list[str]]:
    """Every number that can only be the port, by where it stands."""
    numbers = {
        "Dockerfile": r"ENV PORT=(\d+)$|EXPOSE (\d+)$",
        "gunicorn.conf.py": r"number\('PORT', (\d+), ",
        "compose.yaml": r"\$\{PORT:-(\d+)\}",
        "README.md": r"-p 127\.0\.0\.1:(\d+):|-p 127\.0\.0\.1:\d+:(\d+) "
        r"|http://localhost:(\d+)|`PORT` \| (\d+) ",
        ".env.example": r"^PORT=(\d+)$",
        ".dockerize.toml": r"^port = (\d+)$",
    }
    return {
        path: ["".join(groups) for groups in _groups(pattern, tree[path])]
        for path, pattern in numbers.items()
    }


def _groups(pattern: str, text: str) -> list[tuple[str, ...]]:
    return [
        tuple(group or "" for group in match.groups())
        for match in re.finditer(pattern, text, re.MULTILINE)
    ]


def test_the_port_is_the_same_everywhere(tree: Tree, case: Answers) -> None:
    ports = _ports(tree)

    assert {path: len(found) for path, found in ports.items()} == {
        "Dockerfile": 3,
        "gunicorn.conf.py": 1,
        "compose.yaml": 3,
        "README.md": 3,
        ".env.example": 1,
        ".dockerize.toml": 1,
    }
    assert {port for found in ports.values() for port in found} == {str(case.port)}


def test_no_other_port_stands_anywhere(trees: Mapping[Answers, dict[str, bytes]]) -> None:
    answers = Answers("my-shop", "flask", "3.14", 4321)

    for path, content in trees[answers].items():
        if not path.endswith(".txt"):
            assert b"8000" not in content, path


def test_the_program_prints_the_same_port(
    run: Callable[..., tuple[int, str, str]], case: Answers
) -> None:
    status, out, _ = run("new", case.name, "--port", str(case.port), "--yes")

    assert status == 0
    lines = [line.strip() for line in out.splitlines()]
    assert f"docker run --rm -p 127.0.0.1:{case.port}:{case.port} {case.name}" in lines
    assert f"Then open http://localhost:{case.port}" in lines
    assert f"dockerize new {case.name} --framework flask --python 3.14 --port {case.port}" in lines


def test_the_readme_shows_what_the_program_prints(tree: Tree, case: Answers) -> None:
    assert f"docker build -t {case.name} .\n" in tree["README.md"]
    assert (
        f"docker run --rm -p 127.0.0.1:{case.port}:{case.port} {case.name}\n" in tree["README.md"]
    )


def test_the_record_gives_the_same_project(
    run: Callable[..., tuple[int, str, str]], tree: Tree, case: Answers, tmp_path: Path
) -> None:
    (tmp_path / ".dockerize.toml").write_text(tree[".dockerize.toml"], "utf-8")

    status, out, _ = run("new", "--answers", ".dockerize.toml", "--json")

    made = json.loads(out)
    assert (status, made["answers"]) == (0, case.as_dict())
    assert {
        path: (Path(made["project"]) / path).read_text("utf-8") for path in made["files"]
    } == tree


def test_ignore_files_keep_secrets_and_caches_out(tree: Tree) -> None:
    assert tree[".dockerignore"].splitlines()[1] == "*"
    assert "!app/" in tree[".dockerignore"].splitlines()
    assert not re.search(r"(?m)^!\.env", tree[".dockerignore"])
    assert ".env" in tree[".gitignore"].splitlines()


def test_every_variable_is_explained_twice_and_alike(tree: Tree, catalog: Catalog) -> None:
    flask = catalog.frameworks["flask"]

    for variable in (*flask.server.variables, *flask.variables):
        assert f"# {variable.meaning}\n{variable.name}={variable.default}\n" in tree[".env.example"]
        row = f"| `{variable.name}` | {variable.default or 'none'} | {variable.meaning} |\n"
        assert row in tree["README.md"]
