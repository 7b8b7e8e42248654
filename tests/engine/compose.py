"""What the tests do with `docker compose`: bring a project up, ask it, take it down."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.engine.engine import docker, free_port, make


@contextmanager
def composed(folder: Path, framework: str, name: str, **answers: str) -> Iterator[tuple[Path, int]]:
    """A project on a free port, and that port; what it leaves running is removed."""
    port = free_port()
    project = make(folder, framework, name, port=str(port), **answers)
    try:
        yield project, port
    finally:
        down = ("down", "--volumes", "--rmi", "local", "--timeout", "5")
        docker("compose", "--profile", "dev", *down, cwd=project)
        if images := docker("image", "ls", "--format={{.Repository}}:{{.Tag}}", name).split():
            docker("image", "rm", "--force", *images)


def request(
    port: int,
    path: str = "/",
    *,
    method: str = "GET",
    body: object = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 5,
) -> tuple[int, str]:
    """Status and text of an answer; 0 and the reason if there is none. `body` is sent as JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    sent = None if body is None else json.dumps(body)
    kind = {} if body is None else {"Content-Type": "application/json"}
    try:
        connection.request(method, path, sent, {**kind, **(headers or {})})
        response = connection.getresponse()
        return response.status, response.read().decode()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def get(port: int, path: str = "/", timeout: float = 5) -> tuple[int, str]:
    return request(port, path, timeout=timeout)


def service(project: Path, name: str) -> dict[str, Any]:
    ident = docker("compose", "ps", "-aq", name, cwd=project).strip()
    (found,) = json.loads(docker("inspect", ident))
    return dict(found)


def logs(project: Path, name: str) -> str:
    return docker("compose", "logs", "--no-log-prefix", name, cwd=project)
