"""What the engine's tests do with `docker`: build, run, ask, look which steps ran."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from generator import catalog as catalogs
from generator.answers import settle, with_defaults
from generator.create import create
from tests.engine.progress import now, steps_run

# As it is before the tests move HOME away: docker keeps its contexts there.
ENVIRONMENT = dict(os.environ)

NEEDED = "DOCKERIZE_NEEDS_ENGINE"
CATALOG = catalogs.load()
PYTHONS = [each.version for each in CATALOG.pythons]
FRAMEWORKS = list(CATALOG.frameworks)
INSTALLERS = list(CATALOG.installers)
# What `compose.yaml` gives the service, as arguments of `docker run`.
HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--memory=512m")

# Pages to be added to `app/pages.py`, so that tests see how a framework answers.
SLOW = {
    "flask": """
@blueprint.get("/slow")
def slow() -> str:
    print("slow has begun")
    time.sleep(3)
    return "slow has ended"
""",
    "fastapi": """
@router.get("/slow")
async def slow() -> str:
    print("slow has begun")
    await asyncio.sleep(3)
    return "slow has ended"
""",
    "django": """
def slow(request: HttpRequest) -> HttpResponse:
    print("slow has begun")
    time.sleep(3)
    return HttpResponse("slow has ended")
""",
}
# How it sees the request: scheme, host and client.
SEEN = {
    "flask": """
@blueprint.get("/seen")
def seen() -> list[str | None]:
    from flask import request

    return [request.scheme, request.host, request.remote_addr]
""",
    "fastapi": """
@router.get("/seen")
def seen(request: Request) -> list[str]:
    return [request.url.scheme, request.url.netloc, request.client.host]
""",
    "django": """
def seen(request: HttpRequest) -> HttpResponse:
    from django.http import JsonResponse

    return JsonResponse(
        [request.scheme, request.get_host(), request.META["REMOTE_ADDR"]], safe=False
    )
""",
}
# One whose address ends with a slash: whoever asks without it is redirected.
ITEMS = {
    "flask": """
@blueprint.get("/items/")
def items() -> list[str]:
    return []
""",
    "fastapi": """
@router.get("/items/")
def items() -> list[str]:
    return []
""",
    "django": """
def items(request: HttpRequest) -> HttpResponse:
    return HttpResponse("[]")
""",
}


@dataclass(frozen=True)
class Container:
    id: str
    port: int

    def get(
        self, path: str, timeout: float = 10, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers=dict(headers or {}))
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads(docker("inspect", "-f", "{{json .State}}", self.id))
        return state

    def health(self) -> str:
        return str(self.state()["Health"]["Status"])

    def logs(self) -> str:
        return execute("docker", "logs", self.id, merge=True).stdout

    def sh(self, script: str) -> str:
        return docker("exec", self.id, "sh", "-c", script)

    def stop(self) -> float:
        """`docker stop`; returns how many seconds it took."""
        begin = time.monotonic()
        docker("stop", self.id)
        return time.monotonic() - begin


@dataclass(frozen=True)
class Image:
    """A built image; `arguments` are what `docker run` has to say for it to start."""

    tag: str
    framework: str
    arguments: tuple[str, ...]

    @contextmanager
    def running(
        self, *arguments: str, port: int = 8000, command: tuple[str, ...] = ()
    ) -> Iterator[Container]:
        every = (*self.arguments, *arguments)
        with running(self.tag, port, *every, command=command) as container:
            yield container


def lacking(what: str) -> NoReturn:
    if ENVIRONMENT.get(NEEDED):
        pytest.fail(f"{what}, and {NEEDED} is set")
    pytest.skip(what)


def execute(
    *arguments: str, cwd: Path | None = None, check: bool = True, merge: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a command; with `check` its failure is the test's, with `merge` stderr is in stdout."""
    done = subprocess.run(
        arguments,
        cwd=cwd,
        env=ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merge else subprocess.PIPE,
        timeout=300,
        check=False,
    )
    if check and done.returncode != 0:
        pytest.fail(f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done


def docker(*arguments: str, cwd: Path | None = None) -> str:
    """Run `docker` with arguments and return its stdout."""
    return execute("docker", *arguments, cwd=cwd).stdout


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"after {seconds} s still not: {what}")
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def steps_that_ran(project: Path, *arguments: str) -> set[str]:
    """Build; return the names of the steps that were not CACHED, without FROM and free merges."""
    begun = now()
    built = execute("docker", "build", "--progress=rawjson", *arguments, ".", cwd=project)
    steps = {
        name: ran
        for name, ran in steps_run(built.stderr, begun).items()
        if re.match(r"\[(?!internal\])", name)
    }
    assert steps, f"no steps in {built.stderr}"
    kept = {name for name in steps if not re.match(r"\[[^]]*\] (FROM|LINK COPY) ", name)}
    return {name for name in kept if steps[name]}


@contextmanager
def running(
    image: str, port: int, *arguments: str, command: tuple[str, ...] = ()
) -> Iterator[Container]:
    """A container of `image`, its `port` published on a free one of the loopback."""
    outside = free_port()
    publish = ("-p", f"127.0.0.1:{outside}:{port}")
    ident = docker("run", "-d", *publish, *arguments, image, *command).strip()
    try:
        yield Container(ident, outside)
    finally:
        docker("rm", "-f", "-v", ident)


def make(folder: Path, framework: str = "flask", name: str = "", **texts: str) -> Path:
    """A new project in `folder`; `texts` are further answers, with `extras` for `with`."""
    name = name or f"my-{framework}"
    extras = texts.pop("extras", "")
    given = {"name": name, "framework": framework, "with": extras, **texts}
    answers = settle(with_defaults(given, CATALOG), CATALOG)
    return create(answers, CATALOG, folder / name).folder


def named(project: Path, argument: str) -> str:
    """The image that the Dockerfile has unless `--build-arg` gives another."""
    stage = argument.lower().removesuffix("_image")
    place = "# syntax=(.+)" if argument == "BUILDKIT_SYNTAX" else f"FROM (.+) AS default-{stage}"
    found = re.search(rf"(?m)^{place}$", (project / "Dockerfile").read_text("utf-8"))
    assert found
    return found[1]


def build(project: Path, framework: str, tag: str = "", *arguments: str) -> Image:
    tag = tag or project.name
    docker("build", "-t", tag, *arguments, ".", cwd=project)
    secrets = CATALOG.frameworks[framework].adds.get("secrets", ())
    return Image(tag, framework, tuple(f"--env={name}=for-the-tests" for name in secrets))


def add_page(project: Path, framework: str, path: str, code: str) -> None:
    """`code` is the page that answers at `path`, a function of that name."""
    pages = project / "app/pages.py"
    text = pages.read_text("utf-8").replace('"""\n', '"""\n\nimport asyncio\nimport time\n', 1)
    pages.write_text(f"{text}\n{code}", "utf-8", newline="\n")
    if framework == "django":
        urls = project / "app/urls.py"
        home = 'path("", pages.home),'
        text = urls.read_text("utf-8")
        assert home in text
        added = text.replace(home, f'{home}\n    path("{path}", pages.{path.strip("/")}),')
        urls.write_text(added, "utf-8", newline="\n")


def healthy(container: Container) -> None:
    wait_until(lambda: container.health() == "healthy", 30, "healthy")
