"""What the engine's tests do with `docker`: build, run, ask, look which steps ran."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

from generator import catalog as catalogs
from generator.answers import settle, with_defaults
from generator.create import create

# As it is before the tests move HOME away: docker keeps its contexts there.
ENVIRONMENT = dict(os.environ)

NEEDED = "DOCKERIZE_NEEDS_ENGINE"
PYTHONS = [each.version for each in catalogs.load().pythons]
# What `compose.yaml` gives the service, as arguments of `docker run`.
HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--memory=512m")


@dataclass(frozen=True)
class Container:
    id: str
    port: int

    def get(self, path: str, timeout: float = 10) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path)
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
    built = execute("docker", "build", "--progress=rawjson", *arguments, ".", cwd=project)
    cached: dict[str, bool] = {}
    for line in built.stderr.splitlines():
        for vertex in json.loads(line).get("vertexes", []) if line.startswith("{") else []:
            if "completed" in vertex:
                cached[vertex["name"]] = vertex.get("cached", False)
    steps = {name: hit for name, hit in cached.items() if re.match(r"\[(?!internal\])", name)}
    assert steps, f"no steps in {built.stderr}"
    kept = {name for name in steps if not re.match(r"\[[^]]*\] (FROM|LINK COPY) ", name)}
    return {name for name in kept if not steps[name]}


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


def make(folder: Path, python: str = "", name: str = "my-flask", port: int = 8000) -> Path:
    catalog = catalogs.load()
    texts = {"name": name, "framework": "flask", "port": str(port)}
    if python:
        texts["python"] = python
    return create(settle(with_defaults(texts, catalog), catalog), catalog, folder / name).folder
