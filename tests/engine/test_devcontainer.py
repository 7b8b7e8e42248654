"""The dev container, opened by the reference implementation as somebody who is not root."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.engine.engine import ENVIRONMENT, docker, execute, lacking, make, wait_until

CLI = "@devcontainers/cli@0.89.0"
FILES = ("-f", "compose.yaml", "-f", ".devcontainer/compose.yaml")
# With all that a project can have; alone it is the same service without what that waits for.
FRAMEWORK, EXTRAS = "django", "all"

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
# Whoever runs the tests or, in place of root, a user whom neither the image nor the machine has.
DEVELOPER = os.geteuid() if hasattr(os, "geteuid") and not ROOT else 4711


@dataclass(frozen=True)
class Opened:
    """A project in its dev container."""

    project: Path
    container: str
    command: tuple[str, ...]
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a terminal of the editor would, for whoever opened the folder."""
        begin = (*self.command, "exec", "--workspace-folder", str(self.project))
        return as_developer(*begin, *arguments, environment=self.environment)

    def inspect(self) -> dict[str, Any]:
        (found,) = json.loads(docker("inspect", self.container))
        return dict(found)


def as_developer(
    *arguments: str, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    who: dict[str, Any] = {}
    if ROOT:
        socket = ENVIRONMENT.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        group = Path(socket.removeprefix("unix://")).stat().st_gid
        who = {"user": DEVELOPER, "group": DEVELOPER, "extra_groups": [group]}
    done = subprocess.run(
        arguments,
        env=dict(environment),
        cwd=environment["HOME"],
        text=True,
        capture_output=True,
        timeout=600,
        check=False,
        **who,
    )
    assert done.returncode == 0, f"{arguments}:\n{done.stdout}\n{done.stderr[-8000:]}"
    return done


def give(folder: Path) -> None:
    """Make the developer the owner of all that is in `folder`."""
    if ROOT:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, DEVELOPER, DEVELOPER, follow_symlinks=False)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the developer can reach: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def command(place: Path) -> tuple[str, ...]:
    if shutil.which("npm") is None:
        lacking("there is no npm")
    execute("npm", "install", "--no-audit", "--no-fund", f"--prefix={place}", CLI)
    return (str(place / "node_modules/.bin/devcontainer"),)


@pytest.fixture(scope="module")
def environment(place: Path) -> dict[str, str]:
    """The developer's: a home of their own, docker's plugins, and a name."""
    home, programs = place / "home", place / "bin"
    home.mkdir()
    programs.mkdir()
    plugins = Path(ENVIRONMENT.get("DOCKER_CONFIG") or Path.home() / ".docker") / "cli-plugins"
    if plugins.is_dir():
        shutil.copytree(plugins, home / ".docker/cli-plugins", symlinks=True)
    if ROOT:
        # The CLI asks for the name of a user that this machine need not have.
        (programs / "id").write_text(
            '#!/bin/sh\n[ "$*" != "-u -n" ] || set -- -u\nexec /usr/bin/id "$@"\n'
        )
        (programs / "id").chmod(0o755)
    give(home)
    path = f"{programs}{os.pathsep}{ENVIRONMENT['PATH']}"
    given = {"HOME": str(home), "TMPDIR": str(home), "DOCKER_CONFIG": str(home / ".docker")}
    return {**ENVIRONMENT, **given, "PATH": path}


@pytest.fixture(scope="module")
def opened(place: Path, command: tuple[str, ...], environment: dict[str, str]) -> Iterator[Opened]:
    project = make(place, FRAMEWORK, f"dev-{os.urandom(3).hex()}", extras=EXTRAS)
    # An environment of this machine, as `python -m venv .venv` makes one, but broken.
    (project / ".venv/bin").mkdir(parents=True)
    for program in ("python", "pytest", "ruff", "mypy"):
        (project / ".venv/bin" / program).write_text("#!/bin/sh\nexit 99\n")
        (project / ".venv/bin" / program).chmod(0o755)
    give(project)
    try:
        up = (*command, "up", "--workspace-folder", str(project))
        told = json.loads(as_developer(*up, environment=environment).stdout)
        yield Opened(project, told["containerId"], command, environment)
    finally:
        images = docker("compose", *FILES, "ps", "-a", "--format={{.Image}}", "dev", cwd=project)
        compose = ("compose", *FILES, "--profile=dev", "down", "--volumes", "--rmi=local")
        docker(*compose, cwd=project)
        remove = ("docker", "image", "rm", "-f", f"{project.name}:devcontainer", *images.split())
        execute(*remove, check=False)


def test_tests_and_linters_run_at_once(opened: Opened) -> None:
    assert re.search(r"\d+ passed", opened.run("pytest", "-q").stdout)
    for tool in (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)):
        opened.run(*tool)
    interpreter = opened.run("python", "-c", "import sys; print(sys.executable, sys.prefix)")
    assert interpreter.stdout == "/opt/venv/bin/python /opt/venv\n"


def test_files_belong_to_whoever_opened_the_folder(opened: Opened) -> None:
    opened.run("sh", "-c", 'touch made "$HOME/made"')

    assert (opened.project / "made").stat().st_uid == DEVELOPER
    assert opened.run("sh", "-c", "id -un; echo $HOME; pwd").stdout == "app\n/home/app\n/app\n"
    entry = opened.run("getent", "passwd", "app").stdout.strip().split(":")
    assert (int(entry[2]), entry[-2:]) == (DEVELOPER, ["/home/app", "/bin/bash"])


def test_git_works_in_it(opened: Opened) -> None:
    opened.run("git", "init", "-q")

    untracked = opened.run("git", "status", "--short").stdout
    assert "?? .devcontainer/\n" in untracked
    assert ".venv" not in untracked


def test_the_served_code_is_the_one_on_disk(opened: Opened) -> None:
    look = (
        "import re, urllib.request as r; p = r.urlopen('http://127.0.0.1:8000/').read().decode();"
        " print(re.search(r'<h1>(\\w+) from', p)[1])"
    )

    def greeting() -> str:
        show = ("docker", "exec", opened.container, "python", "-c", look)
        return execute(*show, check=False).stdout.strip()

    wait_until(lambda: greeting() == "Hello", 20, "it serves")
    page = opened.project / "app/templates/home.html"
    page.write_text(page.read_text("utf-8").replace("Hello", "Edited"), "utf-8")
    wait_until(lambda: greeting() == "Edited", 20, "it serves the edit")


def test_it_is_locked_down_and_has_room(opened: Opened) -> None:
    found = opened.inspect()
    host = found["HostConfig"]

    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["PortBindings"] == {}
    assert (host["Memory"], host["NanoCpus"], host["PidsLimit"] or 0) == (0, 0, 0)
    mounts = {each["Destination"]: each.get("Source") for each in found["Mounts"]}
    assert mounts["/app"] == str(opened.project)
    assert not [path for path in mounts if path.startswith("/opt")]


def test_the_image_of_compose_is_not_replaced(opened: Opened) -> None:
    name = opened.project.name
    images = docker("image", "ls", "--format={{.Tag}}", name).split()

    assert "devcontainer" in images
    assert not {"latest", "dev"} & set(images)
