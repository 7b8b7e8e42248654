"""A company's network, as a program for a container: a package index and the proxy to it.

`python index.py NAME:PASSWORD`, with wheels in /wheels and a certificate in /tls. Both ask for the
name and the password. The proxy leads to the index whatever it is asked for: there is nothing else
in this network. Every answer is a line on stdout. The index reads hashes and sizes when it starts,
and a wheel when it is asked for: one that changed meanwhile is one that was damaged on its way.
"""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import ssl
import sys
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

WHEELS, CERTIFICATE, KEY = Path("/wheels"), Path("/tls/index.pem"), Path("/tls/index.key")
HASHES = {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in WHEELS.glob("*.whl")}
SIZES = {each.name: each.stat().st_size for each in WHEELS.glob("*.whl")}


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gives up, as one does that does not know the certificate, is no error."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    expected = f"Basic {base64.b64encode(sys.argv[-1].encode()).decode()}"

    def refuses(self, header: str, status: int, challenge: str) -> bool:
        if self.headers[header] == self.expected:
            return False
        self.send_response(status)
        self.send_header(challenge, 'Basic realm="company"')
        self.send_header("Content-Length", "0")
        self.end_headers()
        return True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        print(int(code), self.command, self.path, flush=True)

    def log_message(self, *_: object) -> None:
        pass


class Index(Handler):
    def do_GET(self) -> None:
        if self.refuses("Authorization", 401, "WWW-Authenticate"):
            return
        *_, kind, name = self.path.rstrip("/").split("/")
        body = page(name) if kind == "simple" else (WHEELS / name).read_bytes()
        # A file of its whole size that is not all sent is a connection that was lost.
        lost = (WHEELS / f"{name}.lost").exists()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html" if kind == "simple" else "application/zip")
        self.send_header("Content-Length", str(SIZES[name] if lost else len(body)))
        # May be stored for ever, as a real index says of its files.
        self.send_header("Cache-Control", "no-store" if kind == "simple" else "max-age=31536000")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
        self.close_connection = lost

    def do_HEAD(self) -> None:
        self.do_GET()


class Proxy(Handler):
    def do_CONNECT(self) -> None:
        if self.refuses("Proxy-Authorization", 407, "Proxy-Authenticate"):
            return
        with socket.create_connection(("127.0.0.1", 443)) as index:
            self.send_response(200)
            self.end_headers()
            back = Thread(target=pass_on, args=(index, self.connection))
            back.start()
            pass_on(self.connection, index)
            back.join()
        self.close_connection = True


def pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def page(project: str) -> bytes:
    rows = [
        f'<a href="/files/{name}#sha256={digest}">{name}</a>'
        for name, digest in sorted(HASHES.items())
        if re.sub(r"[-_.]+", "-", name.split("-")[0]).lower() == project
    ]
    return "\n".join(rows).encode()


def main() -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    index, proxy = Server(("", 443), Index), Server(("", 3128), Proxy)
    # The handshake is the thread's that answers, so that no client keeps another waiting.
    index.socket = context.wrap_socket(
        index.socket, server_side=True, do_handshake_on_connect=False
    )
    Thread(target=proxy.serve_forever).start()
    print("ready", flush=True)
    index.serve_forever()


if __name__ == "__main__":
    main()
