"""A package index on this loopback, for builds whose downloads are not to depend on a network."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.engine.engine import docker

# A wheel that nothing here depends on.
SMALL = "tomli-w"


class Index(ThreadingHTTPServer):
    """Serves a folder of wheels; files may be stored for ever, as a real index says of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wheels = {each.name: each.read_bytes() for each in sorted(folder.glob("*.whl"))}
        self.hashes = {name: hashlib.sha256(each).hexdigest() for name, each in self.wheels.items()}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/simple/"

    def page(self, project: str) -> bytes:
        rows = [
            f'<a href="/files/{name}#sha256={digest}">{name}</a>'
            for name, digest in self.hashes.items()
            if re.sub(r"[-_.]+", "-", name.split("-")[0]).lower() == project
        ]
        return "\n".join(rows).encode()

    def pinned(self, project: str) -> str:
        """Return `project` as a line of a lock."""
        name = next(name for name in self.wheels if name.startswith(project.replace("-", "_")))
        return f"{project}=={name.split('-')[1]} --hash=sha256:{self.hashes[name]}\n"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Index

    def do_GET(self) -> None:
        *_, kind, name = self.path.rstrip("/").split("/")
        files = kind == "files"
        body = self.server.wheels.get(name, b"") if files else self.server.page(name)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/zip" if files else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000" if files else "no-store")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path, base: str, lock: Path) -> Iterator[Index]:
    """An index of what `base` would install of `lock`, and of SMALL."""
    folder.mkdir()
    download = "pip download -q --no-deps --no-cache-dir -d /wheels"
    docker(
        *("run", "--rm", "-v", f"{folder}:/wheels", "-v", f"{lock}:/lock.txt:ro", base),
        *("sh", "-c", f"{download} -r /lock.txt && {download} {SMALL}"),
    )
    index = Index(folder)
    thread = threading.Thread(target=index.serve_forever)
    thread.start()
    try:
        yield index
    finally:
        index.shutdown()
        thread.join()
        index.server_close()
