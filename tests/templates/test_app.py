"""The generated project at work: its tests, its linters and its server."""

from __future__ import annotations

import http.client
import json
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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from tests.offered import FRAMEWORKS, subsets, wired

posix = pytest.mark.skipif(os.name == "nt", reason="gunicorn needs POSIX")

SERVER = {"flask": "gunicorn.conf.py", "fastapi": "serve.py", "django": "gunicorn.conf.py"}
GUNICORN = [name for name in FRAMEWORKS if SERVER[name] == "gunicorn.conf.py"]

# What the server says when it serves, with how often, and when it has been told to end. gunicorn
# waits in vain for a process that was told to end in the instant in which it began.
READY = {"gunicorn.conf.py": ("Booting worker", 2), "serve.py": ("Uvicorn running on", 1)}
ENDED = {"gunicorn.conf.py": "Shutting down: Master", "serve.py": "Finished server process"}

# Pages for the end of a file: one read at once, and one that is slow enough to be in flight when
# the server is told to stop.
MORE_PAGES = {
    "flask": (
        "app/pages.py",
        """

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
""",
    ),
    "fastapi": (
        "app/pages.py",
        """

from fastapi.responses import PlainTextResponse


@router.get("/loud", response_class=PlainTextResponse)
async def loud() -> str:
    print("somebody called")
    return "heard"


@router.get("/slow", response_class=PlainTextResponse)
async def slow() -> str:
    import asyncio

    print("slow began")
    await asyncio.sleep(1)
    return "late"
""",
    ),
    "django": (
        "app/urls.py",
        """

def loud(request):
    from django.http import HttpResponse

    print("somebody called")
    return HttpResponse("heard")


def slow(request):
    import time

    from django.http import HttpResponse

    print("slow began")
    time.sleep(1)
    return HttpResponse("late")


urlpatterns += [path("loud", loud), path("slow", slow)]
""",
    ),
}
# What a container gets that has the framework, but for what the tests are about.
NEEDED = {"flask": {}, "fastapi": {}, "django": {"DJANGO_SECRET_KEY": "for-these-tests-alone"}}


def _make(
    catalog: Catalog,
    folder: Path,
    framework: str,
    name: str = "my-shop",
    extras: Sequence[str] = (),
) -> Path:
    answers = Answers(name, framework, "3.14", 8000, "pip", tuple(extras))
    return create(answers, catalog, folder / answers.name).folder


@pytest.fixture(scope="module", params=FRAMEWORKS)
def framework(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def project(framework: str, catalog: Catalog, tmp_path: Path) -> Path:
    return _make(catalog, tmp_path, framework)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installer and the linters keep is theirs, and goes with the tests."""
    return tmp_path_factory.mktemp("tools-home")


@pytest.fixture(scope="module")
def environment(home: Path) -> dict[str, str]:
    names = {"HOME", "USERPROFILE"}
    ours = re.compile(
        r"PYTHON|PYTEST_|COV_|PORT$|WEB_CONCURRENCY$|FLASK_|APP_|DJANGO_|GUNICORN_|UVICORN_|ALLOWED_HOSTS$"
        r"|FORWARDED_ALLOW_IPS$"
    )
    kept = {key: value for key, value in os.environ.items() if not ours.match(key)}
    return {**kept, **dict.fromkeys(names, str(home))}


def _installed(project: Path, environment: dict[str, str]) -> Path:
    """The Python of a fresh virtual environment beside `project`, with what its tests need."""
    folder = project.parent / "venv"
    venv = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(venv, env=environment, check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(python)]
    subprocess.run(
        [*install, "--require-hashes", "-r", "requirements-dev.txt"],
        cwd=project,
        env=environment,
        check=True,
    )
    return python


@pytest.fixture(scope="module")
def python(
    framework: str,
    catalog: Catalog,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    return _installed(_make(catalog, tmp_path_factory.mktemp("bare"), framework), environment)


@pytest.fixture(scope="module")
def python_with_extras(
    framework: str,
    catalog: Catalog,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """One for a project with all extras."""
    folder = tmp_path_factory.mktemp("with-extras")
    project = _make(catalog, folder, framework, extras=catalog.can_have(framework))
    return _installed(project, environment)


# --- its own tests and linters ------------------------------------------------------------------


def _run(python: Path, project: Path, environment: dict[str, str], *command: str) -> str:
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


@pytest.mark.network
# With the shortest and the longest name: a line that can be one, and one that has to be broken.
@pytest.mark.parametrize(
    ("name", "version", "port"),
    [("my-shop", "3.14", 8000), ("ab", "3.15", 1), ("a" * 40, "3.11", 65535)],
)
def test_its_own_tests_and_linters_pass(
    framework: str,
    catalog: Catalog,
    tmp_path: Path,
    python: Path,
    environment: dict[str, str],
    *,
    name: str,
    version: str,
    port: int,
) -> None:
    answers = Answers(name, framework, version, port, "pip", ())
    project = create(answers, catalog, tmp_path / name).folder
    before = {path for path in project.rglob("*") if path.is_file()}

    def run(*command: str) -> str:
        return _run(python, project, environment, *command)

    assert re.search(r"^[1-9]\d* passed in ", run("pytest", "-q"), re.MULTILINE)
    assert run("ruff", "check") == "All checks passed!\n"
    assert re.fullmatch(r"\d+ files already formatted\n", run("ruff", "format", "--check"))
    assert run("mypy").startswith("Success: no issues found in ")

    left = {path for path in project.rglob("*") if path.is_file()} - before
    ignored = (project / ".gitignore").read_text("utf-8").split()
    assert {_first_ignored(path.relative_to(project), ignored) for path in left} <= set(ignored)


def _first_ignored(path: Path, ignored: list[str]) -> str:
    return next((f"{part}/" for part in path.parts if f"{part}/" in ignored), str(path))


@pytest.mark.network
@pytest.mark.parametrize("name", ["my-shop", "a" * 40])
def test_linters_pass_with_any_extras(
    framework: str,
    catalog: Catalog,
    tmp_path: Path,
    python_with_extras: Path,
    environment: dict[str, str],
    *,
    name: str,
) -> None:
    for extras in (*subsets(wired(framework)), catalog.can_have(framework)):
        project = _make(catalog, tmp_path / "+".join(extras), framework, name, extras)

        def run(*command: str, project: Path = project) -> str:
            return _run(python_with_extras, project, environment, *command)

        assert run("ruff", "check") == "All checks passed!\n", extras
        assert re.fullmatch(r"\d+ files already formatted\n", run("ruff", "format", "--check"))


@pytest.mark.network
def test_types_are_right_with_each_combination_of_extras_that_bring_code(
    framework: str,
    catalog: Catalog,
    tmp_path: Path,
    python_with_extras: Path,
    environment: dict[str, str],
) -> None:
    # The addresses of what Compose would bring up; nothing connects to them.
    addresses = {"DATABASE_URL": "postgresql://x@localhost/x", "REDIS_URL": "redis://localhost"}
    # What mypy has read of the packages is the same each time.
    kept = {"MYPY_CACHE_DIR": str(tmp_path / "mypy")}
    # Without any it is a project whose own linters have passed.
    for extras in filter(None, subsets(wired(framework))):
        project = _make(catalog, tmp_path / "+".join(extras), framework, extras=extras)
        said = _run(python_with_extras, project, {**environment, **addresses, **kept}, "mypy")
        assert said.startswith("Success: no issues found in "), extras


# --- its settings -------------------------------------------------------------------------------


@pytest.mark.network
def test_options_of_the_databases_address_win_over_the_limits(
    framework: str,
    catalog: Catalog,
    tmp_path: Path,
    python_with_extras: Path,
    environment: dict[str, str],
) -> None:
    project = _make(catalog, tmp_path / "made", framework, extras=("postgres",))
    address = "postgresql://app:x@server/app?sslmode=verify-full&connect_timeout=7"
    given = {**environment, **NEEDED[framework], "DATABASE_URL": address}
    if framework == "django":
        program = "from app.settings import DATABASES; print(DATABASES['default']['OPTIONS'])"
    else:
        program = (
            "import sys; from sqlalchemy import event; from app.database import engine;"
            "show = lambda dialect, record, args, given: sys.exit(print(given));"
            "event.listen(engine, 'do_connect', show); engine.connect()"
        )
    command = [str(python_with_extras), "-c", program]
    said = subprocess.run(
        command, cwd=project, env=given, stdout=subprocess.PIPE, check=True, text=True
    ).stdout
    assert "'sslmode': 'verify-full'" in said
    assert re.search(r"'connect_timeout': '?7'?", said)
    assert "'tcp_user_timeout': '2000'" in said
    assert "'keepalives_idle': '5'" in said


MIGRATE = {
    "flask": ("-m", "alembic", "upgrade", "head"),
    "fastapi": ("-m", "alembic", "upgrade", "head"),
    "django": ("manage.py", "migrate"),
}


@pytest.mark.network
def test_a_database_address_that_is_none_ends_any_start_in_one_line(
    framework: str,
    catalog: Catalog,
    tmp_path: Path,
    python_with_extras: Path,
    environment: dict[str, str],
) -> None:
    project = _make(catalog, tmp_path / "made", framework, extras=("postgres",))
    for address in (
        "foo",
        "sqlite:///secret",
        "mysql://app:secret@server/app",
        "postgresql://app:secret@server:port/app",
        "postgresql://app:secret@server:/app",
        "postgresql://app:secret@server:65536/app",
        "postgresql://app:secret@[server/app",
        *(f"postgresql://app:1{mark}secret@server/app" for mark in "@/?#"),
    ):
        given = {**environment, **NEEDED[framework], "DATABASE_URL": address}
        for command in ((SERVER[framework],), MIGRATE[framework]):
            done = subprocess.run(
                [python_with_extras, *command],
                cwd=project,
                env=given,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 1, address
            assert re.fullmatch(
                "DATABASE_URL is no address: postgresql://USER:PASSWORD@HOST:5432/DATABASE,.*\n",
                done.stdout + done.stderr,
            ), address


@pytest.mark.network
@pytest.mark.parametrize("variable", ["PORT", "WEB_CONCURRENCY"])
@pytest.mark.parametrize(
    "text",
    ["0", "abc", "-1", "70000", "\N{FULLWIDTH DIGIT ONE}", " 8000", "8e3", "1.0", "9" * 5000],
)
def test_a_number_that_is_none_ends_the_start_in_one_line(
    framework: str,
    project: Path,
    python: Path,
    environment: dict[str, str],
    *,
    variable: str,
    text: str,
) -> None:
    done = subprocess.run(
        [python, SERVER[framework]],
        cwd=project,
        env={**environment, **NEEDED[framework], variable: text, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    most = {"PORT": 65535, "WEB_CONCURRENCY": 64}[variable]
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{variable}={text!r} must be a whole number from 1 to {most}\n"


NUMBERS = [
    (None, None, 8000, None),
    ("", "", 8000, None),
    ("1", "1", 1, 1),
    ("65535", "64", 65535, 64),
]


@pytest.mark.parametrize("name", GUNICORN)
@pytest.mark.parametrize(("port", "workers", "bound", "number"), NUMBERS)
def test_settings_of_gunicorn(
    catalog: Catalog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    name: str,
    port: str | None,
    workers: str | None,
    bound: int,
    number: int | None,
) -> None:
    for variable, text in (("PORT", port), ("WEB_CONCURRENCY", workers)):
        monkeypatch.delenv(variable, raising=False)
        if text is not None:
            monkeypatch.setenv(variable, text)

    settings = runpy.run_path(str(_make(catalog, tmp_path, name) / "gunicorn.conf.py"))

    assert (settings["bind"], settings["workers"]) == (f"0.0.0.0:{bound}", number or 2)
    assert settings["wsgi_app"] == catalog.frameworks[name].entry
    assert (settings["worker_class"], settings["accesslog"]) == ("gthread", "-")
    assert settings["threads"] == 16
    assert settings["worker_tmp_dir"] == ("/dev/shm" if Path("/dev/shm").is_dir() else None)
    assert settings["control_socket_disable"] is True
    assert settings["preload_app"] is True
    assert settings["forwarded_allow_ips"] == ""
    assert 20 <= settings["graceful_timeout"] <= 25


# In place of the server: says what it is told.
UVICORN = """
import json

def run(app, **settings):
    print(json.dumps([app, settings]))
"""


@pytest.mark.parametrize(("port", "workers", "bound", "number"), NUMBERS)
def test_settings_of_uvicorn(
    catalog: Catalog,
    tmp_path: Path,
    environment: dict[str, str],
    *,
    port: str | None,
    workers: str | None,
    bound: int,
    number: int | None,
) -> None:
    project = _make(catalog, tmp_path, "fastapi")
    (project / "uvicorn.py").write_text(UVICORN, "utf-8")
    # It is imported before the server starts; what it imports itself is not what this is about.
    (project / "app" / "main.py").write_text("", "utf-8")
    given = {"PORT": port, "WEB_CONCURRENCY": workers}
    done = subprocess.run(
        [sys.executable, "serve.py"],
        cwd=project,
        env={**environment, **{key: text for key, text in given.items() if text is not None}},
        capture_output=True,
        text=True,
        check=True,
    )

    app, settings = json.loads(done.stdout)
    assert app == catalog.frameworks["fastapi"].entry
    graceful = settings.pop("timeout_graceful_shutdown")
    assert 20 <= graceful <= 25
    assert settings == {
        "host": "0.0.0.0",
        "port": bound,
        "workers": number or 1,
        "proxy_headers": False,
        "server_header": False,
    }


# --- its server ---------------------------------------------------------------------------------


class _Server:
    """The server as a container starts it; its lines are read as they appear."""

    def __init__(self, process: subprocess.Popen[str], port: int, program: str) -> None:
        self.process = process
        self.port = port
        self.program = program
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

    def wait_for(self, text: str, seconds: float, times: int = 1) -> None:
        end = time.monotonic() + seconds
        while sum(text in line for line in self.seen) < times:
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

    def get(self, path: str, host: str | None = None) -> tuple[int, str]:
        return self.ask("GET", path, host)

    def ask(self, method: str, path: str, host: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(method, path, headers={} if host is None else {"Host": host})
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
    record = (project / ".dockerize.toml").read_text("utf-8")
    framework = next(name for name in FRAMEWORKS if f'framework = "{name}"' in record)
    if framework == "django":
        # As the image's build does it.
        collect = [str(python), "manage.py", "collectstatic", "--no-input"]
        unused = {**environment, "DJANGO_SECRET_KEY": "unused"}
        subprocess.run(collect, cwd=project, env=unused, capture_output=True, check=True)
    with subprocess.Popen(
        [python, SERVER[framework]],
        cwd=project,
        # As in the image: no home to write to, and nothing held back.
        env={
            **environment,
            **NEEDED[framework],
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
        server = _Server(process, port, SERVER[framework])
        try:
            text, times = READY[server.program]
            server.wait_for(text, 20, times)
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
        for path in ("/", "/healthz", "/readyz"):
            assert server.ask("HEAD", path) == (200, ""), path

        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=10) == 0
        assert time.monotonic() - started < 3
        server.wait_for(ENDED[server.program], 1)
        said = [line for line in server.seen if "/nothing" not in line]
        assert not [line for line in said if re.search(r"(?i)error|warn|trace", line)]


@posix
@pytest.mark.network
def test_a_worker_that_has_just_been_made_hears_sigterm(
    project: Path, python: Path, environment: dict[str, str]
) -> None:
    if not (project / "gunicorn.conf.py").is_file():
        pytest.skip("uvicorn's workers begin as programs of their own")
    program = """
import os, runpy, signal, time

heard = []
signal.signal(signal.SIGTERM, lambda *_: heard.append(1))
runpy.run_path("gunicorn.conf.py")
for _ in range(100):
    pid = os.fork()
    if not pid:
        time.sleep(10)
        os._exit(0)
    os.kill(pid, signal.SIGTERM)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGTERM
assert heard == []
os.kill(os.getpid(), signal.SIGTERM)
assert heard == [1]
"""
    subprocess.run([python, "-c", program], cwd=project, env=environment, check=True, timeout=60)


@posix
@pytest.mark.network
def test_empty_variables_take_the_defaults(
    project: Path, python: Path, environment: dict[str, str]
) -> None:
    empty = dict.fromkeys(("WEB_CONCURRENCY", "ALLOWED_HOSTS", "FORWARDED_ALLOW_IPS"), "")
    with _server(python, project, environment, **empty) as server:
        assert server.get("/healthz")[0] == 200
        assert server.get("/")[0] == 200


@posix
@pytest.mark.network
def test_a_name_that_is_not_its_own_is_refused_but_for_the_health_paths(
    project: Path, python: Path, environment: dict[str, str]
) -> None:
    names = "shop.example,www.shop,.Tea.example"
    with _server(python, project, environment, ALLOWED_HOSTS=names) as server:
        for host in ("shop.example", f"www.shop:{server.port}", "tea.example", "a.b.Tea.example"):
            assert server.get("/", host)[0] == 200, host
        for host in (
            "127.0.0.1",
            "localhost",
            "elsewhere.example",
            "shop.example.evil",
            "atea.example",
        ):
            assert server.get("/", host)[0] == 400, host
            assert server.get("/healthz", host)[0] == 200, host
            assert server.get("/readyz", host)[0] == 200, host


@posix
@pytest.mark.network
def test_a_wildcard_that_no_framework_would_match_alike_ends_the_start_in_one_line(
    framework: str, project: Path, python: Path, environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [python, SERVER[framework]],
        cwd=project,
        env={**environment, **NEEDED[framework], "ALLOWED_HOSTS": "*.shop.example"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    refusal = "ALLOWED_HOSTS='*.shop.example': '*.shop.example' is neither a name, .NAME nor *"
    assert done.returncode != 0
    assert refusal in done.stderr.splitlines()
    assert "Traceback" not in done.stderr


def _add_pages(project: Path, framework: str) -> None:
    path, text = MORE_PAGES[framework]
    with (project / path).open("a", encoding="utf-8") as pages:
        pages.write(text)


@posix
@pytest.mark.network
def test_output_and_access_log_appear_at_once(
    framework: str, project: Path, python: Path, environment: dict[str, str]
) -> None:
    _add_pages(project, framework)
    with _server(python, project, environment) as server:
        assert server.get("/loud") == (200, "heard")

        server.wait_for("somebody called", 1)
        server.wait_for('"GET /loud HTTP/1.1" 200', 1)


@posix
@pytest.mark.network
def test_a_request_in_flight_is_answered_before_it_stops(
    framework: str, project: Path, python: Path, environment: dict[str, str]
) -> None:
    _add_pages(project, framework)
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


@posix
@pytest.mark.network
def test_an_application_that_cannot_start_ends_the_start(
    project: Path, python: Path, environment: dict[str, str], framework: str
) -> None:
    with (project / "app" / "pages.py").open("a", encoding="utf-8") as pages:
        pages.write('\nraise RuntimeError("cannot start")\n')
    done = subprocess.run(
        [python, SERVER[framework]],
        cwd=project,
        env={**environment, **NEEDED[framework]},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode != 0
    assert "cannot start" in done.stdout + done.stderr
