"""`docker compose` as the owner's README has it: the service, and the development loop."""

from __future__ import annotations

import json
import os
import re
import signal
import string
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from tests.engine.compose import composed, get, service
from tests.engine.engine import (
    ENVIRONMENT,
    docker,
    execute,
    free_port,
    steps_that_ran,
    wait_until,
)

HOME_PAGE = "app/templates/home.html"
SLOW = """

@blueprint.get("/slow")
def slow() -> str:
    import time

    time.sleep(20)
    return "slow"
"""


@pytest.fixture
def compose_project(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A Flask project on a free port, and that port."""
    with composed(tmp_path, "flask", f"shop-{os.urandom(3).hex()}") as made:
        yield made


def greeting(port: int) -> str:
    found = re.search(r"<h1>(\w+) from", get(port)[1])
    return found[1] if found else ""


def greet(project: Path, word: str) -> None:
    page = project / HOME_PAGE
    text = re.sub(r"<h1>\w+ from", f"<h1>{word} from", page.read_text("utf-8"))
    page.write_text(text, "utf-8", newline="\n")


def served(port: int, word: str) -> None:
    def by_every_worker() -> bool:
        return {greeting(port) for _ in range(8)} == {word}

    wait_until(by_every_worker, 20, f"{word} is served")


@contextmanager
def watching(project: Path, environment: dict[str, str]) -> Iterator[None]:
    log = project.parent / "watch.log"
    with log.open("w", encoding="utf-8") as output:
        watch = subprocess.Popen(
            ["docker", "compose", "watch", "dev"],
            cwd=project,
            env={**ENVIRONMENT, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until(lambda: "Watch enabled" in log.read_text("utf-8"), 120, "watching")
            yield
        finally:
            watch.send_signal(signal.SIGINT)
            watch.wait(30)


def test_file_is_valid(compose_project: tuple[Path, int]) -> None:
    project, port = compose_project
    # Nothing is named after the folder.
    renamed = project.rename(project.with_name("Shop_2 (copy)"))
    config = docker("compose", "--profile", "dev", "config", "--format=json", cwd=renamed)
    renamed.rename(project)
    parsed = json.loads(config)
    assert parsed["name"] == project.name
    images = {name: service["image"] for name, service in parsed["services"].items()}
    assert images == {"web": project.name, "dev": f"{project.name}:dev"}
    published = {service["ports"][0]["published"] for service in parsed["services"].values()}
    assert published == {str(port)}


def test_web_comes_up_healthy_and_locked_down(tmp_path: Path) -> None:
    with composed(tmp_path, "fastapi", f"web-{os.urandom(3).hex()}") as (project, port):
        comes_up_locked_down(project, port)


def comes_up_locked_down(project: Path, port: int) -> None:
    docker("compose", "up", "--build", "--wait", cwd=project)
    assert get(port, "/readyz")[0] == 200
    web = service(project, "web")
    host = web["HostConfig"]
    assert web["State"]["Health"]["Status"] == "healthy"
    assert host["ReadonlyRootfs"] is True
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["Memory"] == 512 * 2**20
    assert host["PortBindings"] == {f"{port}/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}
    logs = docker("compose", "logs", "web", cwd=project)
    assert "ERROR" not in logs
    begin = time.monotonic()
    docker("compose", "stop", cwd=project)
    assert time.monotonic() - begin < 5
    assert service(project, "web")["State"]["ExitCode"] == 0


def test_port_in_env_file_moves_server_check_and_mapping(compose_project: tuple[Path, int]) -> None:
    project, port = compose_project
    other = free_port()
    example = (project / ".env.example").read_text("utf-8")
    assert f"PORT={port}\n" in example
    (project / ".env").write_text(example.replace(f"PORT={port}\n", f"PORT={other}\n"), "utf-8")
    docker("compose", "up", "--build", "--wait", cwd=project)
    assert get(other, "/healthz")[0] == 200
    assert get(port, "/healthz")[0] == 0


def test_env_file_is_read_alike_by_compose_docker_and_a_shell(tmp_path: Path) -> None:
    answers = {"framework": "flask", "name": f"env-{os.urandom(3).hex()}"}
    with composed(tmp_path, **answers, extras="postgres,redis") as (project, _):
        example = (project / ".env.example").read_text("utf-8")
        expected = filled(example)
        lines = "".join(f"{name}={value}\n" for name, value in expected.items())
        (project / ".env").write_text(lines, "utf-8")
        docker("compose", "build", "web", cwd=project)
        script = "; ".join(f'echo "{name}=${name}"' for name in expected)
        run = ("run", "--rm", "--env-file", ".env", project.name, "sh", "-c", script)
        compose = ("compose", "run", "--rm", "--no-deps", "web", "sh", "-c", script)
        assert execute("sh", "-ac", f". ./.env; {script}", cwd=project).stdout == lines
        assert docker(*run, cwd=project) == lines
        assert docker(*compose, cwd=project) == lines


def filled(example: str) -> dict[str, str]:
    """The variables of `.env.example`, with values of all the characters that it allows."""
    (allowed,) = re.findall(r"(?m)^# Copy .* letters, digits and (.+) and nothing else$", example)
    values = dict(re.findall(r"(?m)^([A-Z_]+)=(.*)$", example)) | {
        "ALLOWED_HOSTS": "*",
        "FORWARDED_ALLOW_IPS": "10.0.0.0/8,fd00::/8",
        "FLASK_SECRET_KEY": "".join(allowed.split()) + string.ascii_letters + string.digits,
        "DATABASE_URL": "postgresql://app:a%2Fb@server:5432/app?sslmode=require",
        "REDIS_URL": "redis://:a%2Fb@server:6379/0",
    }
    assert set("".join(values.values())) <= set(values["FLASK_SECRET_KEY"])
    return values


def test_compose_finds_what_a_plain_build_has_made(compose_project: tuple[Path, int]) -> None:
    project, _ = compose_project
    steps_that_ran(project, "-t", project.name)
    build = ("docker", "compose", "--progress=plain", "build", "web")
    output = execute(*build, cwd=project, merge=True).stdout
    steps = re.findall(r"(?m)^#(\d+) \[(?!internal)[^]]*\] (?!FROM|LINK COPY)", output)
    cached = re.findall(r"(?m)^#(\d+) CACHED", output)
    assert steps
    assert set(steps) <= set(cached)


@pytest.mark.parametrize(
    ("framework", "environment"),
    # With attestations every build is another image, and compose makes the container anew.
    [
        ("flask", {}),
        ("django", {"BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}),
    ],
)
def test_watch_serves_the_edit_in_any_order(
    tmp_path: Path, framework: str, environment: dict[str, str]
) -> None:
    with composed(tmp_path, framework, f"watch-{os.urandom(3).hex()}") as (project, port):
        serves_the_edit(project, port, environment)


def serves_the_edit(project: Path, port: int, environment: dict[str, str]) -> None:
    with watching(project, environment):
        served(port, "Hello")
        greet(project, "Watched")
        served(port, "Watched")
        said = (project.parent / "watch.log").read_text("utf-8")
        assert 'Syncing service "dev"' in said
        assert "Rebuilding" not in said
    greet(project, "Hello")
    with watching(project, environment):
        served(port, "Hello")
    docker("compose", "stop", "dev", cwd=project)
    greet(project, "Stopped")
    with watching(project, environment):
        served(port, "Stopped")
    greet(project, "Built")
    docker("compose", "up", "--build", "--detach", "dev", cwd=project)
    served(port, "Built")
    with watching(project, environment):
        greet(project, "Last")
        served(port, "Last")


def test_watch_survives_saves_errors_and_a_slow_request(
    compose_project: tuple[Path, int],
) -> None:
    project, port = compose_project
    pages = project / "app/pages.py"
    good = pages.read_text("utf-8") + SLOW
    with watching(project, {}):
        served(port, "Hello")
        for n in range(10):
            pages.write_text(f"{good}# {n}\n", "utf-8", newline="\n")
            time.sleep(0.5)
        greet(project, "Saved")
        served(port, "Saved")
        for wrong, error in (
            ("def broken(:\n", "SyntaxError"),
            ("an_undefined_name\n", "NameError"),
        ):
            pages.write_text(good + wrong, "utf-8", newline="\n")
            wait_until(partial(logged, project, error), 20, error)
            assert get(port)[0] != 200
            assert service(project, "dev")["State"]["Running"]
            pages.write_text(good, "utf-8", newline="\n")
            served(port, "Saved")
        slow = subprocess.Popen(
            ["curl", "-s", f"http://127.0.0.1:{port}/slow"], stdout=subprocess.DEVNULL
        )
        time.sleep(1)
        greet(project, "Meanwhile")
        served(port, "Meanwhile")
        slow.kill()
        slow.wait()
        wait_until(lambda: servers(project) == 3, 10, "one arbiter and two workers are left")


def logged(project: Path, error: str) -> bool:
    return error in docker("compose", "logs", "dev", cwd=project)


def servers(project: Path) -> int:
    return int(docker("compose", "exec", "dev", "sh", "-c", COUNT, cwd=project))


COUNT = "grep -lz gunicorn.conf.py /proc/[0-9]*/cmdline | xargs grep -Lz watchfiles | wc -l"
