from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create

yaml: Any = import_module("yaml")  # it comes with cookiecutter, and without types


@pytest.fixture(scope="module")
def project(answers: Answers, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create(answers, catalog, tmp_path_factory.mktemp("made") / answers.name).folder


@pytest.fixture(scope="module")
def services(project: Path) -> dict[str, Any]:
    compose = yaml.safe_load((project / "compose.yaml").read_text("utf-8"))
    found: dict[str, Any] = compose["services"]
    return found


def test_the_services(services: dict[str, Any]) -> None:
    assert {name: each.get("profiles") for name, each in services.items()} == {
        "web": None,
        "dev": ["dev"],
    }


@pytest.mark.parametrize("name", ["web", "dev"])
def test_services_are_hardened(services: dict[str, Any], name: str) -> None:
    service = services[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert {"cpus", "mem_limit", "pids_limit"} <= service.keys()
    assert not {"privileged", "cap_add", "network_mode", "pid", "volumes"} & service.keys()


def test_the_root_of_web_is_read_only(services: dict[str, Any]) -> None:
    assert services["web"]["read_only"] is True
    assert services["web"]["tmpfs"] == ["/tmp"]


def test_web_comes_back_by_itself(services: dict[str, Any]) -> None:
    assert services["web"]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "dev"])
def test_ports_are_published_on_this_machine_alone(services: dict[str, Any], name: str) -> None:
    assert services[name]["ports"] == ["127.0.0.1:${PORT:-8000}:${PORT:-8000}"]


def test_a_stop_waits_longer_than_the_server_does(services: dict[str, Any], project: Path) -> None:
    conf = (project / "gunicorn.conf.py").read_text("utf-8")
    graceful = re.findall(r"^graceful_timeout = (\d+)$", conf, re.MULTILINE)

    assert len(graceful) == 1
    assert int(services["web"]["stop_grace_period"].removesuffix("s")) > int(graceful[0])


def test_what_is_built_and_watched_is_there(services: dict[str, Any], project: Path) -> None:
    dockerfile = (project / "Dockerfile").read_text("utf-8")
    build, watch = services["dev"]["build"], services["dev"]["develop"]["watch"]

    assert f" AS {build['target']}\n" in dockerfile
    assert {rule["action"] for rule in watch} == {"sync", "rebuild"}
    for rule in watch:
        assert (project / rule["path"]).exists(), rule
