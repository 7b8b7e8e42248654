"""Wheels made for a test, and a package index on loopback that has them.

A build reaches it with `--network=host`, where the engine runs on the same machine.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import sys
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

reaches_loopback = pytest.mark.skipif(
    sys.platform != "linux", reason="a build reaches this loopback only on Linux"
)


def wheel(
    folder: Path,
    name: str,
    version: str,
    tag: str = "py3-none-any",
    *,
    python: str = "",
    requires: Sequence[str] = (),
) -> Path:
    """A wheel of one empty module; `python` is its Requires-Python."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Python: {python}"] if python else []
    lines += [f"Requires-Dist: {each}" for each in requires]
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": "\n".join([*lines, ""]),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = [f"{path},{_digest(text)},{len(text)}\n" for path, text in files.items()]
    files[f"{info}/RECORD"] = f"{''.join(record)}{info}/RECORD,,\n"
    made = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return made


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256={base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


class Index(ThreadingHTTPServer):
    """What it has is what is in the folder when it is asked; its files may be stored for ever."""

    def __init__(self, wheels: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wheels = wheels
        self.downloaded: list[str] = []

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.host}/simple/"

    def page(self, project: str) -> bytes:
        return "\n".join(
            self.row(wheel)
            for wheel in sorted(self.wheels.glob("*.whl"))
            if re.sub(r"[-_.]+", "-", wheel.name.split("-")[0]).lower() == project
        ).encode()

    def row(self, wheel: Path) -> str:
        python = "".join(re.findall(r"(?m)^Requires-Python: (.+)$", about(wheel).decode()))
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        link = f'href="/files/{wheel.name}#sha256={digest}" data-core-metadata="true"'
        return f'<a {link} data-requires-python="{html.escape(python)}">{wheel.name}</a>'


def about(wheel: Path) -> bytes:
    """Its METADATA."""
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        return archive.read(path)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Index

    def do_GET(self) -> None:
        *_, kind, name = self.path.rstrip("/").split("/")
        file = self.server.wheels / name
        if kind == "simple":
            body = self.server.page(name)
        elif file.suffix == ".metadata":
            body = about(file.with_suffix(""))
        else:
            body = file.read_bytes()
            if self.command == "GET":
                self.server.downloaded.append(name)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html" if kind == "simple" else "application/zip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000" if kind == "files" else "no-store")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(wheels: Path) -> Iterator[Index]:
    server = Index(wheels)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
