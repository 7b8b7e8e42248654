"""The file of the extra `bake`, beside those that it builds on; what it does is in `engine/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from generator.answers import settle, with_defaults
from generator.catalog import Catalog
from generator.create import create

yaml: Any = import_module("yaml")  # it comes with cookiecutter, and without types

CASES = [
    {"framework": "flask"},
    {"framework": "fastapi", "name": "null", "port": "4321", "installer": "uv"},
    {"framework": "django", "name": "a" * 40},
    {"framework": "flask", "with": "all"},
    {"framework": "fastapi", "with": "all", "installer": "uv"},
    {"framework": "django", "with": "all"},
]


def make(texts: Mapping[str, str], catalog: Catalog, folder: Path) -> Path:
    texts = with_defaults({"name": "my-shop", "with": "bake", **texts}, catalog)
    return create(settle(texts, catalog), catalog, folder / texts["name"]).folder


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(case.values()))
def project(
    request: pytest.FixtureRequest, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return make(request.param, catalog, tmp_path_factory.mktemp("made"))


@pytest.fixture
def text(project: Path) -> str:
    return (project / "docker-bake.hcl").read_text("utf-8")


def blocks(text: str, kind: str) -> dict[str, str]:
    """The named blocks of a kind: a block ends with the first brace at the start of a line."""
    return dict(re.findall(rf'(?ms)^{kind} "(\w+)" \{{\n(.*?)^\}}$', text))


def test_its_targets_are_services_or_build_on_them(project: Path, text: str) -> None:
    services = yaml.safe_load((project / "compose.yaml").read_text("utf-8"))["services"]
    targets = blocks(text, "target")

    assert list(targets) == ["web", "dev", "ci", "release", "verify"]
    assert {"web", "dev"} <= services.keys()
    for name in ("ci", "release", "verify"):
        assert re.search(r"(?m)^  inherits +=", targets[name])
        assert name not in services
    # What is built and how stands in one place, for Compose and for all the targets.
    assert not re.search(r"(?m)^ +(context|dockerfile|secret|target) *=|_IMAGE\b", text)


def test_every_target_and_variable_says_what_it_is_for(text: str) -> None:
    variables, targets = blocks(text, "variable"), blocks(text, "target")

    assert list(variables) == ["REGISTRY", "IMAGE", "TAG", "SBOM_GENERATOR", "BUILD_CACHE"]
    for block in (*variables.values(), *targets.values()):
        assert re.match(r'  description += "[^\n]+\."\n', block)
    for block in variables.values():
        assert re.search(r'(?m)^  default +=  ?"', block)


def test_a_release_has_no_version_until_it_is_given_one(project: Path, text: str) -> None:
    variables = blocks(text, "variable")

    assert variables["TAG"].endswith('  default     = ""\n')
    assert variables["BUILD_CACHE"].endswith('  default     = ""\n')
    assert variables["IMAGE"].endswith(f'  default     = "{project.name}"\n')
    # Refused, and named nowhere else.
    assert re.findall(r'.*"latest".*', text) == [
        '    contains(["", "latest"], TAG) ?',
    ]


def test_the_archive_stays_out_of_git_and_the_build(project: Path, text: str) -> None:
    (archive,) = re.findall(r"dest=([\w.]+)", text)

    assert f"/{archive}" in (project / ".gitignore").read_text("utf-8").splitlines()
    assert (project / ".dockerignore").read_text("utf-8").splitlines()[1] == "*"


def test_readme_names_the_targets_and_the_variables(project: Path, text: str) -> None:
    section = (project / "README.md").read_text("utf-8").split("\n### Bake\n")[1]

    for name in blocks(text, "target"):
        assert f"`{name}`" in section
    for variable in ("REGISTRY", "TAG", "BUILD_CACHE"):
        assert variable in section


def test_another_driver_is_named_where_it_is_known(project: Path, text: str) -> None:
    section = (project / "README.md").read_text("utf-8").split("\n### Bake\n")[1]

    assert "docker buildx create --name team --driver remote " in section
    assert ("`--driver kubernetes`" in section) == (project / "kubernetes").is_dir()


def test_text_is_clean(text: str) -> None:
    assert "cookiecutter" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert not re.search(r"\t| \n|\n\n\n", text)
    assert text.endswith("}\n")


def test_nothing_of_it_is_in_a_project_without_it(catalog: Catalog, tmp_path: Path) -> None:
    project = make({"with": "", "framework": "flask"}, catalog, tmp_path)

    assert not (project / "docker-bake.hcl").exists()
    for path in project.rglob("*"):
        assert path.is_dir() or b"bake" not in path.read_bytes(), path
