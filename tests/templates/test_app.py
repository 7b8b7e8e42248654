"""The generated project at work: its tests, its linters and its server."""

from __future__ import annotations

import http.client
import os
import queue
import re
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create

posix = pytest.mark.skipif(os.name == "nt", reason="gunicorn needs POSIX")

# Read at once, and slow enough to be in flight when the server is told to stop.
MORE_PAGES = """

@blueprint.get("/loud")
def loud() -> str:
    print("somebody called")
    return "heard"


@blueprint.get("/slow")
def slow() -> str:
    import time

    print("slow began")
    time.sleep(1)
    return "late"
"""


def _make(answers: Answers, catalog: Catalog, folder: Path) -> Path:
    return create(answers, catalog, folder / answers.name).folder


@pytest.fixture
def project(answers: Answers, catalog: Catalog, tmp_path: Path) -> Path:
    return _make(answers, catalog, tmp_path)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installer and the linters keep is theirs, and goes with the tests."""
    return tmp_path_factory.mktemp("tools-home")


@pytest.fixture(scope="module")
def environment(home: Path) -> dict[str, str]:
    names = {"HOME", "USERPROFILE"}
    ours = re.compile(r"PYTHON|COV_|PORT$|WEB_CONCURRENCY$|FLASK_|GUNICORN_")
    kept = {key: value for key, value in os.environ.items() if not ours.match(key)}
    return {**kept, **dict.fromkeys(names, str(home))}


@pytest.fixture(scope="module")
def python(
    answers: Answers,
    catalog: Catalog,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A fresh virtual environment, filled as the owner's README says."""
    folder = tmp_path_factory.mktemp("venv")
    project = _make(answers, catalog, folder)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], env=environment, check=True)
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*install, "--require-hashes", "-r", "requirements-dev.txt"],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return python


# --- its own tests and linters ------------------------------------------------------------------


@pytest.mark.network
# With the shortest and the longest name: a line that can be one, and one that has to be broken.
@pytest.mark.parametrize(
    ("name", "version", "port"),
    [("my-shop", "3.14", 8000), ("ab", "3.15", 1), ("a" * 40, "3.11", 65535)],
)
def test_its_own_tests_and_linters_pass(
    catalog: Catalog,
    tmp_path: Path,
    python: Path,
    environment: dict[str, str],
    *,
    name: str,
    version: str,
    port: int,
) -> None:
    project = _make(Answers(name, "flask", version, port), catalog, tmp_path)
    before = {path for path in project.rglob("*") if path.is_file()}

    def run(*command: str) -> str:
        done = subprocess.run(
            [str(python), "-m", *command],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert "warning" not in done.stdout.lower()
        return done.stdout

    assert re.search(r"^[1-9]\d* passed in ", run("pytest", "-q"), re.MULTILINE)
    assert run("ruff", "check") == "All checks passed!\n"
    assert re.fullmatch(r"\d+ files already formatted\n", run("ruff", "format", "--check"))
    assert run("mypy").startswith("Success: no issues found in ")

    left = {path for path in project.rglob("*") if path.is_file()} - before
    ignored = (project / ".gitignore").read_text("utf-8").split()
    assert {_first_ignored(path.relative_to(project), ignored) for path in left} <= set(ignored)


def _first_ignored(path: Path, ignored: list[str]) -> str:
    return next((f"{part}/" for part in path.parts if f"{part}/" in ignored), str(path))


# --- its settings -------------------------------------------------------------------------------


@pytest.mark.parametrize("variable", ["PORT", "WEB_CONCURRENCY"])
@pytest.mark.parametrize(
    "text",
    ["0", "abc", "-1", "70000", "\N{FULLWIDTH DIGIT ONE}", " 8000", "8e3", "1.0", "9" * 5000],
)
def test_a_number_that_is_none_ends_the_start_in_one_line(
    project: Path, environment: dict[str, str], variable: str, text: str
) -> None:
    done = subprocess.run(
        [sys.executable, "gunicorn.conf.py"],
        cwd=project,
        env={**environment, variable: text, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    most = {"PORT": 65535, "WEB_CONCURRENCY": 64}[variable]
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{variable}={text!r} must be a whole number from 1 to {most}\n"


@pytest.mark.parametrize(
    ("port", "workers", "bind", "number"),
    [
        (None, None, "0.0.0.0:8000", 2),
        ("", "", "0.0.0.0:8000", 2),
        ("1", "1", "0.0.0.0:1", 1),
        ("65535", "64", "0.0.0.0:65535", 64),
    ],
)
def test_settings(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    port: str | None,
    workers: str | None,
    bind: str,
    number: int,
) -> None:
    for variable, text in (("PORT", port), ("WEB_CONCURRENCY", workers)):
        monkeypatch.delenv(variable, raising=False)
        if text is not None:
            monkeypatch.setenv(variable, text)

    settings = runpy.run_path(str(project / "gunicorn.conf.py"))

    assert (settings["bind"], settings["workers"]) == (bind, number)
    assert settings["wsgi_app"] == "app.wsgi:app"
    assert (settings["worker_class"], settings["accesslog"]) == ("gthread", "-")
    assert settings["threads"] == 8
    assert settings["worker_tmp_dir"] == ("/dev/shm" if Path("/dev/shm").is_dir() else None)
    assert settings["control_socket_disable"] is True
    assert 20 <= settings["graceful_timeout"] <= 25


# --- its server ---------------------------------------------------------------------------------


class _Server:
    """The server as a container starts it; its lines are read as they appear."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.seen: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._readers = []
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            self._readers.append(threading.Thread(target=self._read, args=(stream,)))
        for reader in self._readers:
            reader.start()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.put(line)

    def wait_for(self, text: str, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not any(text in line for line in self.seen):
            ended = self.process.poll() is not None
            try:
                self.seen.append(self._lines.get(timeout=0.1))
            except queue.Empty:
                if ended or time.monotonic() > end:
                    pytest.fail(f"{text!r} did not appear within {seconds} s in {self.seen}")

    def end(self) -> None:
        """End it with all its workers, and read on until nobody is left to write."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for reader in self._readers:
            reader.join(10)

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8")
        finally:
            connection.close()


@contextmanager
def _server(
    python: Path, project: Path, environment: dict[str, str], **variables: str
) -> Iterator[_Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [python, "gunicorn.conf.py"],
        cwd=project,
        # As in the image: no home to write to, and nothing held back.
        env={
            **environment,
            "HOME": "/nonexistent",
            "PYTHONUNBUFFERED": "1",
            "PORT": str(port),
            **variables,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        server = _Server(process, port)
        try:
            server.wait_for("Booting worker", 20)
            yield server
        finally:
            server.end()


@posix
@pytest.mark.network
def test_it_serves_and_stops_cleanly(
    project: Path, python: Path, environment: dict[str, str]
) -> None:
    with _server(python, project, environment) as server:
        status, page = server.get("/")
        assert (status, "<h1>Hello from my-shop!</h1>" in page) == (200, True)
        assert server.get("/healthz")[0] == 200
        assert server.get("/readyz")[0] == 200
        assert server.get("/nothing")[0] == 404

        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=10) == 0
        assert time.monotonic() - started < 3
        server.wait_for("Shutting down: Master", 1)
        assert not [line for line in server.seen if re.search(r"(?i)error|warn|trace", line)]


@posix
@pytest.mark.network
def test_empty_numbers_take_the_defaults(
    project: Path, python: Path, environment: dict[str, str]
) -> None:
    with _server(python, project, environment, WEB_CONCURRENCY="") as server:
        assert server.get("/healthz")[0] == 200


@posix
@pytest.mark.network
def test_output_and_access_log_appear_at_once(
    project: Path, python: Path, environment: dict[str, str]
) -> None:
    with (project / "app" / "pages.py").open("a", encoding="utf-8") as pages:
        pages.write(MORE_PAGES)
    with _server(python, project, environment) as server:
        assert server.get("/loud") == (200, "heard")

        server.wait_for("somebody called", 1)
        server.wait_for('"GET /loud HTTP/1.1" 200', 1)


@posix
@pytest.mark.network
def test_a_request_in_flight_is_answered_before_it_stops(
    project: Path, python: Path, environment: dict[str, str]
) -> None:
    with (project / "app" / "pages.py").open("a", encoding="utf-8") as pages:
        pages.write(MORE_PAGES)
    with _server(python, project, environment) as server:
        answers: list[tuple[int, str]] = []
        asking = threading.Thread(target=lambda: answers.append(server.get("/slow")))
        asking.start()
        server.wait_for("slow began", 5)

        server.process.send_signal(signal.SIGTERM)

        assert server.process.wait(timeout=10) == 0
        asking.join()
        assert answers == [(200, "late")]


@posix
@pytest.mark.network
def test_a_check_that_fails_makes_it_unready_but_not_dead(
    project: Path, python: Path, environment: dict[str, str]
) -> None:
    with (project / "app" / "health.py").open("a", encoding="utf-8") as health:
        health.write('\nREADINESS_CHECKS["disk"] = lambda: 1 / 0\n')
    with _server(python, project, environment) as server:
        assert server.get("/readyz")[0] == 503
        assert server.get("/healthz")[0] == 200
        server.wait_for("readiness check failed: disk", 1)
