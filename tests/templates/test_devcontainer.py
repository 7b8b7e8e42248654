"""The dev container of the extra `devcontainer`, beside the files that it builds on."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
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
    {"framework": "fastapi", "name": "null", "port": "4321"},
    {"framework": "django", "port": "80"},
    {"framework": "flask", "with": "all"},
    {"framework": "fastapi", "with": "all", "installer": "uv"},
    {"framework": "django", "with": "all"},
]


def make(texts: Mapping[str, str], catalog: Catalog, folder: Path) -> Path:
    texts = with_defaults({"name": "my-shop", "with": "devcontainer", **texts}, catalog)
    return create(settle(texts, catalog), catalog, folder / texts["name"]).folder


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(case.values()))
def project(
    request: pytest.FixtureRequest, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return make(request.param, catalog, tmp_path_factory.mktemp("made"))


@pytest.fixture
def opened(project: Path) -> dict[str, Any]:
    read = json.loads((project / ".devcontainer/devcontainer.json").read_text("utf-8"))
    return dict(read)


@pytest.fixture
def service(project: Path, opened: dict[str, Any]) -> dict[str, Any]:
    """What is different about the service."""
    _, override = opened["dockerComposeFile"]
    text = (project / ".devcontainer" / override).read_text("utf-8")
    # A tag of Compose: this is taken away again from what the first file says.
    assert text.count("!reset") == text.count("ports: !reset []") == 1
    read = yaml.safe_load(text.replace("!reset ", ""))
    assert list(read) == ["services"]
    assert list(read["services"]) == [opened["service"]]
    return dict(read["services"][opened["service"]])


def test_it_is_the_dev_service_alone_and_what_that_needs(
    project: Path, opened: dict[str, Any]
) -> None:
    first, _ = opened["dockerComposeFile"]
    compose = yaml.safe_load((project / ".devcontainer" / first).read_text("utf-8"))

    assert opened["name"] == compose["name"] == project.name
    assert opened["service"] == "dev"
    assert opened["runServices"] == ["dev"]
    assert compose["services"]["dev"]["build"]["target"] == "dev"


def test_its_image_is_not_composes(project: Path, service: dict[str, Any]) -> None:
    assert service["image"] == f"{project.name}:devcontainer"
    assert "build" not in service


def test_the_mount_covers_the_code_and_not_what_is_installed(
    project: Path, opened: dict[str, Any], service: dict[str, Any]
) -> None:
    dockerfile = (project / "Dockerfile").read_text("utf-8")
    dev = dockerfile[dockerfile.index(" AS dev\n") :]
    (folder,) = re.findall(r"(?m)^WORKDIR (.+)$", dev[: dev.index("\nFROM ")])

    assert opened["workspaceFolder"] == folder
    assert service["volumes"] == [f".:{folder}"]
    assert 'ENV PATH="/opt/venv/bin:$PATH"' in dockerfile
    settings = opened["customizations"]["vscode"]["settings"]
    assert settings["python.defaultInterpreterPath"] == "/opt/venv/bin/python"


def test_the_user_is_the_images_with_the_number_of_the_owner(
    project: Path, opened: dict[str, Any], service: dict[str, Any]
) -> None:
    dockerfile = (project / "Dockerfile").read_text("utf-8")

    # By its name: a number would stay what it is when the user gets the number of the owner.
    assert opened["remoteUser"] == service["user"] == "app"
    assert opened["updateRemoteUserUID"] is True
    assert re.search(r"useradd .*--uid 10001 (?:.*\\\n)?.* app ", dockerfile)


def test_what_the_image_lacks_is_added_to_the_dev_container_alone(
    project: Path, opened: dict[str, Any]
) -> None:
    (feature,) = opened["features"]
    folder = project / ".devcontainer" / feature
    about = json.loads((folder / "devcontainer-feature.json").read_text("utf-8"))
    script = (folder / "install.sh").read_text("utf-8")

    assert opened["features"][feature] == {}
    assert about["id"] == folder.name
    assert {"id", "name", "version"} <= about.keys()
    assert script.startswith("#!/bin/sh\n")
    assert "usermod --home /home/app --shell /bin/bash app\n" in script
    assert "usermod" not in (project / "Dockerfile").read_text("utf-8")


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no sh")
def test_the_script_is_one(project: Path) -> None:
    script = project / ".devcontainer/editor/install.sh"
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


def test_port_is_the_same_everywhere(
    project: Path, opened: dict[str, Any], service: dict[str, Any]
) -> None:
    (port,) = opened["forwardPorts"]

    assert f"\nEXPOSE {port}\n" in (project / "Dockerfile").read_text("utf-8")
    assert list(opened["portsAttributes"]) == [str(port)]
    assert service["environment"] == {"PORT": port}
    # The editor forwards it: published as well, it would be taken.
    assert service["ports"] == []


def test_there_is_room_for_an_editor(service: dict[str, Any]) -> None:
    assert [service[limit] for limit in ("cpus", "mem_limit", "pids_limit")] == [0, 0, 0]
    # The rest of what locks the service down stays.
    assert not {"cap_add", "privileged", "cap_drop", "security_opt"} & service.keys()


def test_its_tools_are_those_of_the_project(project: Path, opened: dict[str, Any]) -> None:
    code = opened["customizations"]["vscode"]
    tools = (project / "requirements-dev.in").read_text("utf-8").split()

    assert code["extensions"] == sorted(code["extensions"])
    for tool in ("ruff", "mypy"):
        assert tool in tools
        assert any(tool in extension for extension in code["extensions"])
    assert code["settings"]["mypy-type-checker.importStrategy"] == "fromEnvironment"


def test_readme_says_how(project: Path) -> None:
    readme = (project / "README.md").read_text("utf-8")
    develop = readme[readme.index("\n## Develop\n") : readme.index("\n## Add a dependency\n")]

    assert "**Reopen in Container**" in develop


def test_texts_are_clean(project: Path) -> None:
    files = {path for path in (project / ".devcontainer").rglob("*") if path.is_file()}

    assert len(files) == 4
    for path in files:
        text = path.read_text("utf-8")
        assert not re.search(r"\{\{|\}\}$|\{%|%\}|cookiecutter|\t| \n|\n\n\n", text), path
        assert text.endswith("\n"), path
        assert not text.endswith("\n\n"), path
        assert max(map(len, text.splitlines())) <= 100, path


def test_nothing_of_it_is_in_a_project_without_it(catalog: Catalog, tmp_path: Path) -> None:
    project = make({"with": "", "framework": "flask"}, catalog, tmp_path)

    assert not (project / ".devcontainer").exists()
    for path in project.rglob("*"):
        assert path.is_dir() or b"devcontainer" not in path.read_bytes(), path
