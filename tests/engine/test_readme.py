"""The owner's README followed to the letter: every command in it, in its order."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.compose import composed, get, request
from tests.engine.engine import (
    ENVIRONMENT,
    docker,
    execute,
    free_port,
    lacking,
    wait_until,
)
from tests.engine.test_compose import greet, served, watching
from tests.locks import assert_kept

REGISTRY = "registry.example.com"


@pytest.fixture
def registry() -> Iterator[str]:
    """The address of a registry of our own, in place of the README's."""
    if execute("docker", "image", "inspect", "registry:2", check=False).returncode != 0:
        lacking("there is no registry:2 image")
    # An engine trusts a registry without TLS on the loopback, and only there.
    port = free_port()
    ident = docker("run", "-d", "-p", f"127.0.0.1:{port}:5000", "registry:2").strip()
    wait_until(lambda: get(port, "/v2/")[0] == 200, 20, "the registry answers")
    yield f"127.0.0.1:{port}"
    docker("rm", "-f", "-v", ident)


def commands(project: Path) -> list[str]:
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```$", (project / "README.md").read_text("utf-8"))
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.alone
def test_every_command_of_the_readme_works(tmp_path: Path, registry: str) -> None:
    name = f"my-shop-{os.urandom(3).hex()}"
    # With all that runs beside it, but without what other tests follow: files for other programs.
    # Django's README has all that the others' have.
    with composed(tmp_path, "django", name, extras="postgres,redis") as (project, port):
        follow(project, port, registry)


def follow(project: Path, port: int, registry: str) -> None:
    before = (project / "requirements.txt").read_text("utf-8")
    write_env(project)
    done = set()
    for line in commands(project):
        if line.startswith("docker run"):
            follow_run(line, project, port)
        elif "compose watch" in line:
            follow_watch(project, port)
        elif "compose exec -T" in line:
            follow_dump(line, project, port)
        elif "compose exec" in line:
            follow_exec(line, project)
        else:
            execute("sh", "-c", line.replace(REGISTRY, registry), cwd=project)
        if "compose up --build" in line:
            assert get(port, "/readyz")[0] == 200
        if "--target lock" in line and "UPGRADE" not in line:
            assert_kept(before, (project / "requirements.txt").read_text("utf-8"))
        done.add(line.split("#")[0].strip())
    assert f"docker build -t {project.name} ." in done
    # What linked copies bring along belongs to root, also once it came from a registry.
    pushed = f"{registry}/{project.name}:1.0.0"
    docker("image", "rm", "-f", pushed, project.name)
    paths = ("/", "/opt", "/opt/venv", "/app", "/app/app")
    stat = docker("run", "--rm", pushed, "stat", "-c", "%n %U:%G %a", *paths)
    assert stat.splitlines() == [f"{path} root:root 755" for path in paths]
    assert (project / "image.tar").stat().st_size > 0


def write_env(project: Path) -> None:
    """What the README's table asks for, in a copy of the example."""
    text = (project / ".env.example").read_text("utf-8")
    text = text.replace("\nDJANGO_SECRET_KEY=\n", "\nDJANGO_SECRET_KEY=for-the-tests\n")
    (project / ".env").write_text(text, "utf-8")


def follow_exec(line: str, project: Path) -> None:
    """A command for somebody at a terminal: asked one thing, by stdin, and left."""
    docker("compose", "up", "--wait", cwd=project)
    asked = {"psql": "SELECT 1;", "redis-cli": "PING", "createsuperuser": ""}
    (said,) = (text for program, text in asked.items() if program in line)
    if "createsuperuser" in line:
        line += " --no-input --username=eva --email=eva@shop.example"
        line = line.replace("exec", "exec --env DJANGO_SUPERUSER_PASSWORD=only-for-the-tests")
    execute("sh", "-c", f"echo '{said}' | {line.replace('exec', 'exec --no-TTY')}", cwd=project)
    # As the README says it before `docker compose watch dev`.
    docker("compose", "down", "web", cwd=project)


def follow_dump(line: str, project: Path, port: int) -> None:
    """One of the two commands with which another major version begins: a note outlives it."""
    note = {"text": "written down"}
    if "pg_dump" in line:
        docker("compose", "up", "--wait", cwd=project)
        request(port, "/notes", method="POST", body=note)
    execute("sh", "-c", line, cwd=project)
    if "psql" in line:
        docker("compose", "up", "--wait", cwd=project)
        assert note["text"] in get(port, "/notes")[1]
        docker("compose", "down", "web", cwd=project)


def follow_run(line: str, project: Path, port: int) -> None:
    # Compose's own database and cache are down by then; the page does without.
    elsewhere = {
        "DATABASE_URL": "postgresql://app:none@127.0.0.1:5432/app",
        "REDIS_URL": "redis://:none@127.0.0.1:6379/0",
    }
    for name, value in elsewhere.items():
        line = line.replace("--env-file .env", f"--env-file .env --env {name}={value}")
    with subprocess.Popen(["sh", "-c", f"exec {line}"], cwd=project, env=ENVIRONMENT) as run:
        try:
            wait_until(lambda: get(port)[0] == 200, 30, "it answers")
            assert f"Hello from {project.name}!" in get(port)[1]
        finally:
            run.send_signal(signal.SIGINT)
            run.wait(30)


def follow_watch(project: Path, port: int) -> None:
    with watching(project, {}):
        served(port, "Hello")
        greet(project, "Howdy")
        served(port, "Howdy")
        greet(project, "Hello")
        served(port, "Hello")
    docker("compose", "stop", "dev", cwd=project)
