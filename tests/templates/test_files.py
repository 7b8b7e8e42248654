"""Every generated file, for answers of all kinds."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from generator import __version__
from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from tests.offered import CATALOG, FRAMEWORKS, INSTALLERS

yaml: Any = import_module("yaml")  # it comes with cookiecutter, and without types

PYTHONS = ["3.11", "3.12", "3.13", "3.14", "3.15"]

# What YAML, TOML, a shell or a template could take for something else than a text.
NAMES = ["null", "true", "no", "e5", "a" * 40, "x-1-2", "self", "default"]

CASES = [
    case
    for framework in FRAMEWORKS
    for case in (
        *(Answers("my-shop", framework, python, 8000, "pip", ()) for python in PYTHONS),
        *(Answers(name, framework, "3.14", 8000, "pip", ()) for name in NAMES),
        *(Answers("my-shop", framework, "3.14", port, "pip", ()) for port in (1, 80, 4321, 65535)),
        Answers("my-shop", framework, "3.14", 8000, "uv", ()),
        *(
            Answers("my-shop", framework, "3.14", 8000, "pip", (extra,))
            for extra in CATALOG.can_have(framework)
        ),
        *(
            Answers(name, framework, "3.14", 4321, installer, tuple(CATALOG.can_have(framework)))
            for installer in INSTALLERS
            for name in ("null", "a" * 40)
        ),
    )
]

# Where each framework keeps the name that its page greets by, and how its page writes it.
GREETING = {
    "flask": ("app/__init__.py", '"TITLE": "{}"'),
    "fastapi": ("app/settings.py", '    title: str = "{}"\n'),
    "django": ("app/settings.py", 'TITLE = os.environ.get("DJANGO_TITLE") or "{}"\n'),
}
JINJA = {
    "flask": ["{{ config.TITLE }}"] * 2,
    "fastapi": ["{{ title }}"] * 2,
    "django": ["{% load static %}", "{{ title }}", "{% static 'style.css' %}", "{{ title }}"],
}

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


def test_every_python_and_framework_is_tested_here(catalog: Catalog) -> None:
    assert [python.version for python in reversed(catalog.pythons)] == PYTHONS
    assert list(catalog.frameworks) == list(GREETING) == list(JINJA)


def test_texts_are_clean(tree: Tree) -> None:
    for path, text in tree.items():
        if path.endswith("/__init__.py") and not text:
            continue
        assert "\r" not in text, path
        assert "\t" not in text, path
        assert text.isprintable() or set(filter(lambda c: not c.isprintable(), text)) == {"\n"}
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert not text.startswith("\n"), path
        assert not re.search(r"(?m) +$", text), path
        assert "\n\n\n\n" not in text, path


def test_nothing_of_the_generator_is_left(tree: Tree, case: Answers) -> None:
    for path, text in tree.items():
        assert "cookiecutter" not in text.lower(), path
        if not path.startswith("app/templates/"):
            # GitHub's expressions begin with a dollar sign.
            assert not re.search(r"(?<!\$)\{\{|\{%|%\}|\{#|#\}", text), path
    home = tree["app/templates/home.html"]
    assert re.findall(r"\{\{.*?\}\}|\{%.*?%\}", home) == JINJA[case.framework]


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


def test_yaml_has_no_key_twice(tree: Tree) -> None:
    def look_through(node: Any) -> None:
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            assert len(keys) == len(set(keys)), keys
            for _, value in node.value:
                look_through(value)
        elif isinstance(node, yaml.SequenceNode):
            for value in node.value:
                look_through(value)

    for path, text in tree.items():
        if path.endswith((".yaml", ".yml")):
            documents = list(yaml.compose_all(text))
            assert documents, path
            for document in documents:
                look_through(document)


def test_names_in_yaml_are_quoted_texts(tree: Tree, case: Answers) -> None:
    compose = yaml.safe_load(tree["compose.yaml"])

    assert compose["name"] == case.name
    assert compose["services"]["web"]["image"] == case.name
    assert compose["services"]["dev"]["image"] == f"{case.name}:dev"
    # Whatever `.env` has, as its example leaves it empty.
    debug = compose["services"]["dev"]["environment"].get("DJANGO_DEBUG")
    assert debug == ("1" if case.framework == "django" else None)
    # Other readers take more words for something else than YAML 1.1 does: quoted, it is a text.
    values = re.findall(r"(?m)^ *(?:name|image): (.+)$", tree["compose.yaml"])
    ours = [value for value in values if case.name in value]
    assert {f'"{case.name}"', f'"{case.name}:dev"', f'"{case.name}-net"'} <= set(ours)
    assert all(re.fullmatch(rf'"{case.name}([:-][a-z]+)?"', value) for value in ours)
    # The others are images that somebody else made.
    assert all(":" in value for value in set(values) - set(ours))


def test_the_page_greets_by_the_name(tree: Tree, case: Answers) -> None:
    path, text = GREETING[case.framework]
    assert text.format(case.name) in tree[path]


def test_the_python_is_the_same_everywhere(tree: Tree, case: Answers) -> None:
    assert re.findall(r"python:(\d+\.\d+)", tree["Dockerfile"]) == [case.python]
    for path, text in tree.items():
        if not path.endswith(".txt"):
            assert set(re.findall(r"\bpython:(\d+\.\d+)", text)) <= {case.python}, path


def test_the_installer_is_the_one_that_was_chosen(tree: Tree, case: Answers) -> None:
    installs = re.findall(r"(pip --python|uv pip install)", tree["Dockerfile"])
    assert installs == [{"pip": "pip --python", "uv": "uv pip install"}[case.installer]] * 2


def _ports(tree: Tree) -> dict[str, list[str]]:
    """Every number that can only be the port, by where it stands."""
    numbers = {
        "Dockerfile": r"ENV PORT=(\d+)\b|EXPOSE (\d+)$|'PORT'\) or (\d+)\b",
        "gunicorn.conf.py": r"number\('PORT', (\d+), ",
        "serve.py": r"number\(\"PORT\", (\d+), ",
        "compose.yaml": r"\$\{PORT:-(\d+)\}",
        "README.md": r"-p 127\.0\.0\.1:(\d+):|-p 127\.0\.0\.1:\d+:(\d+) "
        r"|http://localhost:(\d+)|`PORT` \| (\d+) ",
        ".env.example": r"^PORT=(\d+)$",
        ".dockerize.toml": r"^port = (\d+)$",
    }
    return {
        path: ["".join(groups) for groups in _groups(pattern, tree[path])]
        for path, pattern in numbers.items()
        if path in tree
    }


def _groups(pattern: str, text: str) -> list[tuple[str, ...]]:
    return [
        tuple(group or "" for group in match.groups())
        for match in re.finditer(pattern, text, re.MULTILINE)
    ]


def test_the_port_is_the_same_everywhere(tree: Tree, case: Answers) -> None:
    ports = _ports(tree)
    server = "serve.py" if case.framework == "fastapi" else "gunicorn.conf.py"

    at_least = {
        "Dockerfile": 4,
        server: 1,
        "compose.yaml": 3,
        "README.md": 3,
        ".env.example": 1,
        ".dockerize.toml": 1,
    }
    found = {path: len(numbers) for path, numbers in ports.items()}
    assert found.keys() == at_least.keys()
    if not case.extras:
        assert found == at_least
    assert {port for numbers in ports.values() for port in numbers} == {str(case.port)}


def test_no_other_port_stands_anywhere(tree: Tree, case: Answers) -> None:
    if case.port != 8000:
        for path, text in tree.items():
            if not path.endswith(".txt"):
                assert "8000" not in text, path


def _flags(case: Answers) -> list[str]:
    extras = ["--with", ",".join(case.extras)] if case.extras else []
    return [
        *(case.name, "--framework", case.framework, "--python", case.python),
        *("--port", str(case.port), "--installer", case.installer, *extras),
    ]


def test_the_program_prints_the_same_port(
    run: Callable[..., tuple[int, str, str]], case: Answers
) -> None:
    status, out, _ = run("new", *_flags(case))

    assert status == 0
    lines = [line.strip() for line in out.splitlines()]
    assert f"Then open http://localhost:{case.port}" in lines
    assert f"dockerize new {' '.join(_flags(case))}" in lines


def test_the_readme_shows_what_the_program_prints(
    run: Callable[..., tuple[int, str, str]], tree: Tree, case: Answers
) -> None:
    lines = run("new", *_flags(case))[1].partition("Next:\n")[2].splitlines()

    assert lines[0] == f"  cd {case.name}"
    assert f"\n```sh\n{lines[1].strip()}\n```\n" in tree["README.md"]
    url = lines[2].removeprefix("Then open ")
    assert f"\nThen open <{url}>. " in tree["README.md"]


def test_the_readme_runs_the_image_by_itself(tree: Tree, case: Answers) -> None:
    publish = f"-p 127.0.0.1:{case.port}:{case.port}"
    assert f"docker build -t {case.name} .\n" in tree["README.md"]
    assert f"docker run --rm {publish} --env-file .env {case.name}\n" in tree["README.md"]


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


def test_every_variable_is_explained_twice_and_alike(
    tree: Tree, case: Answers, catalog: Catalog
) -> None:
    layers = catalog.layers(case.framework, case.installer, case.extras)
    variables = [variable for layer in layers for variable in layer.variables]

    assert len(variables) >= 3
    for variable in variables:
        assert f"# {variable.meaning}\n{variable.name}={variable.default}\n" in tree[".env.example"]
        row = f"| `{variable.name}` | {variable.default or 'none'} | {variable.meaning} |\n"
        assert row in tree["README.md"]


def test_tables_in_the_readme_have_no_gap(tree: Tree) -> None:
    """A part that begins or ends with another newline than its slot expects would tear one."""
    lines = tree["README.md"].splitlines()
    for before, line in pairwise(lines):
        if line.startswith("| ---"):
            assert before.startswith("| ")
        assert not (line.startswith("```sh") and before.strip()), (before, line)


def test_code_in_the_readme_is_closed(tree: Tree) -> None:
    fences = re.findall(r"(?m)^ *```(\w*)$", tree["README.md"])
    assert all(language for language in fences[::2])
    assert not any(fences[1::2])
    assert len(fences) % 2 == 0
