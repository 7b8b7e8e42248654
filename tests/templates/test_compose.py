from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from tests.offered import CATALOG, FRAMEWORKS

yaml: Any = import_module("yaml")  # it comes with cookiecutter, and without types


CASES = [
    (framework, extras) for framework in FRAMEWORKS for extras in ((), CATALOG.can_have(framework))
]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "+".join([case[0], *case[1]]))
def case(request: pytest.FixtureRequest) -> tuple[str, tuple[str, ...]]:
    framework, extras = request.param
    return framework, tuple(extras)


@pytest.fixture(scope="module")
def project(
    case: tuple[str, tuple[str, ...]], catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    framework, extras = case
    answers = Answers("my-shop", framework, "3.14", 8000, "pip", extras)
    return create(answers, catalog, tmp_path_factory.mktemp("made") / answers.name).folder


@pytest.fixture(scope="module")
def compose(project: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((project / "compose.yaml").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]
    return found


def test_the_services(services: dict[str, Any], case: tuple[str, tuple[str, ...]]) -> None:
    framework, extras = case
    profiles = {name: each.get("profiles") for name, each in services.items()}

    assert (profiles.pop("web"), profiles.pop("dev")) == (None, ["dev"])
    assert set(profiles.values()) <= {None}
    if not extras:
        assert list(profiles) == (["secrets"] if framework == "django" else [])


def test_what_is_built_bears_the_projects_name(services: dict[str, Any]) -> None:
    """Compose's own name for the image of `migrate` is one that another project may have."""
    images = {name: each.get("image") for name, each in services.items() if "build" in each}

    assert images == {name: f"my-shop:{name}" for name in images} | {"web": "my-shop"}


def test_every_service_is_hardened(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert name == "dev" or service["read_only"] is True, name
        assert not {"privileged", "pid", "ipc", "devices"} & service.keys(), name
        assert service.get("network_mode", "none") == "none", name
        assert not [each for each in service.get("volumes", []) if "docker.sock" in str(each)]


@pytest.mark.parametrize("name", ["web", "dev"])
def test_services_are_hardened(services: dict[str, Any], name: str) -> None:
    service = services[name]

    assert service["init"] is True
    assert {"cpus", "mem_limit", "pids_limit"} <= service.keys()
    assert not {"cap_add", "network_mode", "user"} & service.keys()
    # What the service can only read, and that no one has to know.
    assert service.get("volumes", ["secrets:/run/secrets:ro"]) == ["secrets:/run/secrets:ro"]


def test_the_limit_of_threads_fits_every_number_of_processes(services: dict[str, Any]) -> None:
    # uvicorn's have the most: 40 for requests, the main one and the one that says it is alive.
    for name in ("web", "dev"):
        assert services[name]["pids_limit"] > 64 * (40 + 2)


def test_the_root_of_web_is_read_only(services: dict[str, Any]) -> None:
    assert services["web"]["read_only"] is True
    assert services["web"]["tmpfs"] == ["/tmp"]


def test_web_comes_back_by_itself(services: dict[str, Any]) -> None:
    assert services["web"]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["web", "dev"])
def test_ports_are_published_on_this_machine_alone(services: dict[str, Any], name: str) -> None:
    assert services[name]["ports"] == ["127.0.0.1:${PORT:-8000}:${PORT:-8000}"]


def test_nothing_but_the_application_is_published(services: dict[str, Any]) -> None:
    assert {name for name, each in services.items() if "ports" in each} == {"web", "dev"}


def test_a_stop_waits_longer_than_the_server_does(services: dict[str, Any], project: Path) -> None:
    (server,) = [path for path in project.glob("*.py") if path.name != "manage.py"]
    graceful = re.findall(
        r"(?m)^graceful_timeout = (\d+)$|--graceful-timeout\", type=int, default=(\d+)\)",
        server.read_text("utf-8"),
    )

    assert len(graceful) == 1
    period = int(services["web"]["stop_grace_period"].removesuffix("s"))
    assert period > int("".join(graceful[0]))


def test_what_is_built_and_watched_is_there(services: dict[str, Any], project: Path) -> None:
    dockerfile = (project / "Dockerfile").read_text("utf-8")
    build, watch = services["dev"]["build"], services["dev"]["develop"]["watch"]

    assert f" AS {build['target']}\n" in dockerfile
    assert {rule["action"] for rule in watch} == {"sync", "rebuild"}
    for rule in watch:
        assert (project / rule["path"]).exists(), rule


def test_every_file_that_the_image_takes_is_watched(
    services: dict[str, Any], project: Path
) -> None:
    allowed = (project / ".dockerignore").read_text("utf-8").splitlines()
    taken = {line[1:].rstrip("/") for line in allowed if line.startswith("!")}
    watched = {rule["path"] for rule in services["dev"]["develop"]["watch"]}

    assert taken - watched == {"requirements*.in", "requirements*.txt"}
    assert watched - taken == {"Dockerfile", "requirements-dev.txt"}


def test_what_a_service_waits_for_is_a_service(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for other, rule in service.get("depends_on", {}).items():
            assert other in services, name
            if rule["condition"] == "service_healthy":
                assert "healthcheck" in services[other], name


def test_every_volume_is_used_and_bears_the_projects_name(
    compose: dict[str, Any], services: dict[str, Any]
) -> None:
    named = compose.get("volumes", {})
    used = {
        each["source"] if isinstance(each, dict) else each.partition(":")[0]
        for service in services.values()
        for each in service.get("volumes", [])
    }

    assert used == named.keys()
    assert {key: each["name"] for key, each in named.items()} == {
        key: f"my-shop-{key}" for key in named
    }


def test_names_of_services_are_host_names_that_say_nothing_of_a_product(
    services: dict[str, Any], catalog: Catalog
) -> None:
    for name in services:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert name not in catalog.extras


def test_no_password_stands_in_it(project: Path) -> None:
    text = (project / "compose.yaml").read_text("utf-8")

    for line in text.splitlines():
        if re.search(r"(?i)password|secret_key", line):
            assert not re.search(r"(?i)(password|secret_key)\w*: *[\"']?\w", line), line
