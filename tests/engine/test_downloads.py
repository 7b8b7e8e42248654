"""What a changed lock downloads, counted at an index of our own."""

from __future__ import annotations

import hashlib
import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.engine.engine import docker, named

SMALL = "tomli-w"


class Index(ThreadingHTTPServer):
    """A package index on loopback whose answers may be stored, as a real one's may."""

    def __init__(self, wheels: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wheels = wheels
        self.downloaded: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/simple/"

    def page(self, project: str) -> bytes:
        rows = []
        for wheel in sorted(self.wheels.glob("*.whl")):
            if re.sub(r"[-_.]+", "-", wheel.name.split("-")[0]).lower() == project:
                digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
                rows.append(f'<a href="/files/{wheel.name}#sha256={digest}">{wheel.name}</a>')
        return "\n".join(rows).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Index

    def do_GET(self) -> None:
        *_, kind, name = self.path.rstrip("/").split("/")
        if kind == "files":
            self.server.downloaded.append(name)
            body = (self.server.wheels / name).read_bytes()
        else:
            body = self.server.page(name)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html" if kind == "simple" else "application/zip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000" if kind == "files" else "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index(tmp_path: Path, project: Path) -> Iterator[Index]:
    """Serves what the project's lock and one small package need, as the image would get it."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    base = named(project, "PYTHON_IMAGE")
    download = "pip download -q --no-deps --no-cache-dir -d /wheels"
    docker(
        *("run", "--rm", "-v", f"{wheels}:/wheels", "-v", f"{project}:/project:ro", base),
        *("sh", "-c", f"{download} -r /project/requirements.txt && {download} {SMALL}"),
    )
    server = Index(wheels)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.skipif(sys.platform != "linux", reason="a build reaches this loopback only on Linux")
def test_warm_builder_downloads_only_what_is_new(
    project: Path, index: Index, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    # One that asks the index of our own.
    first = f"FROM {named(project, 'PYTHON_IMAGE')}\n"
    settings = f"PIP_INDEX_URL={index.url} PIP_TRUSTED_HOST=127.0.0.1"
    (base / "Dockerfile").write_text(f"{first}ENV {settings}\n", "utf-8")
    docker("build", "-t", "own-index", ".", cwd=base)
    build = ("build", "--network=host", "--build-arg", "PYTHON_IMAGE=own-index", ".")

    docker(*build, cwd=project)
    locked = sorted(
        wheel.name for wheel in index.wheels.iterdir() if SMALL not in wheel.name.replace("_", "-")
    )
    assert sorted(index.downloaded) == locked

    index.downloaded.clear()
    (small,) = index.wheels.glob("tomli_w-*.whl")
    version, digest = small.name.split("-")[1], hashlib.sha256(small.read_bytes()).hexdigest()
    with (project / "requirements.txt").open("a", encoding="utf-8", newline="\n") as lock:
        lock.write(f"{SMALL}=={version} \\\n    --hash=sha256:{digest}\n")
    docker(*build, cwd=project)
    assert index.downloaded == [small.name]
