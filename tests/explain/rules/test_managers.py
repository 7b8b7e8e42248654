from __future__ import annotations

import pytest

from generator.explain.rules.commands import commands
from generator.explain.rules.managers import MANAGERS, install


@pytest.mark.parametrize(
    ("script", "verb", "arguments"),
    [
        ("pip3.14 --python /x install -r a", "pip install", ("-r", "a")),
        ("/opt/venv/bin/pip install a", "pip install", ("a",)),
        ("python3 -m pip install a", "pip install", ("a",)),
        ("uv pip install a", "uv pip install", ("a",)),
        ("yarn", "yarn", ()),
        ("yarn --frozen-lockfile", "yarn", ()),
        ("yarn global add a", "yarn global add", ("a",)),
        ("apt-get -y -o A=b install c", "apt-get install", ("c",)),
        ("mvn -B -f pom.xml clean package", "mvn package", ("clean",)),
        ("./gradlew :app:bootJar -x test", "gradlew bootJar", (":app:bootJar", "-x", "test")),
        ("go mod download", "go mod download", ()),
        ("npm --prefix client ci", "npm ci", ()),
    ],
)
def test_an_installation_is_known_by_its_verb(
    script: str, verb: str, arguments: tuple[str, ...]
) -> None:
    (command,) = commands(("/bin/sh", "-c", script))
    found = install(command)

    assert found is not None
    assert (found.verb, found.arguments) == (verb, arguments)


@pytest.mark.parametrize(
    "script",
    [
        "pip freeze",
        "pip --version",
        "npm run install",
        "yarn build",
        "apt-get update",
        "uv pip compile a",
        "uv venv /x",
        "cargo fmt",
        "bundle exec rake",
        "python -m",
        "echo pip install",
        "go mod tidy",
    ],
)
def test_what_installs_nothing_is_none(script: str) -> None:
    (command,) = commands(("/bin/sh", "-c", script))

    assert install(command) is None


@pytest.mark.parametrize("manager", MANAGERS, ids=lambda each: each.name)
def test_every_folder_is_absolute_and_of_some_image(manager: object) -> None:
    folders = [each for found in manager.caches.values() for each in found]  # type: ignore[attr-defined]

    assert all(each.startswith("/") and not each.endswith("/") for each in folders)


def test_a_folder_goes_by_the_base_images_name_alone() -> None:
    go = next(each for each in MANAGERS if each.name == "go")

    assert go.folders("registry.example.com/golang/debian:golang")[0] == "/root/go/pkg/mod"
    assert go.folders("docker.io/library/golang:1.25-alpine")[0] == "/go/pkg/mod"
