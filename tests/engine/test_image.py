"""What a built image does when it is run."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engine.conftest import IMAGES
from tests.engine.engine import (
    CATALOG,
    FRAMEWORKS,
    HARDENED,
    SLOW,
    Image,
    add_page,
    build,
    docker,
    execute,
    healthy,
    make,
    wait_until,
)

# What a server does it does for every framework that it serves: the first of each will do.
SERVERS = {CATALOG.server(framework).label: (framework, *rest) for framework, *rest in IMAGES[::-1]}
OF_EACH_SERVER = pytest.mark.parametrize(
    "image", [each for each in IMAGES if each in SERVERS.values()], indirect=True, ids="-".join
)


def test_turns_healthy_and_answers_locked_down(image: Image) -> None:
    with image.running(*HARDENED) as container:
        healthy(container)
        status, alive = container.get("/healthz")
        assert (status, json.loads(alive)) == (200, {"status": "alive"})
        status, ready = container.get("/readyz")
        assert (status, json.loads(ready)) == (200, {"status": "ready"})
        status, page = container.get("/")
        assert status == 200
        assert f"<h1>Hello from my-{image.framework}!</h1>" in page
        # The access log is there at once.
        assert '"GET /readyz HTTP/1.1" 200' in container.logs()
        status_file = container.sh("cat /proc/1/status")
        assert "Uid:\t10001\t10001\t10001\t10001" in status_file
        assert "CapEff:\t0000000000000000" in status_file
        assert "ERROR" not in container.logs()
        assert container.stop() < 3
        assert container.state()["ExitCode"] == 0


def test_runs_as_a_foreign_user_without_a_home(image: Image) -> None:
    with image.running(*HARDENED, "--user=12345:12345", "-e", "HOME=/nonexistent") as container:
        healthy(container)
        assert container.get("/")[0] == 200
        assert "ERROR" not in container.logs()


def test_holds_no_tool_that_only_a_build_needs(image: Image) -> None:
    look = """
        for tool in gcc cc c++ make curl wget git pip pip3 uv; do command -v $tool; done
        find / -xdev \\( -path /proc -o -path /sys \\) -prune -o \\( \
            -name ensurepip -o -name 'pip-*' -o -path '*/site-packages/pip' -o -path '*/.cache/*' \
            -o -path '/var/cache/apt/archives/*.deb' -o -path '/var/lib/apt/lists/*_*' \\) -print
        find /opt /app -xdev \\( -uid 10001 -o -gid 10001 -o -perm /022 ! -type l \\) -print
        python -c 'import importlib.util as u; print(*filter(u.find_spec, ["pip", "ensurepip"]))'
    """
    # stat: what COPY made on the way belongs to root and is not open to others
    stat = "stat -c '%n %U:%G %a' / /opt /opt/venv /app /app/app"
    owners = [f"{path} root:root 755" for path in ("/", "/opt", "/opt/venv", "/app", "/app/app")]
    with image.running("--entrypoint=sleep", command=("60",)) as container:
        assert container.sh(look).split() == []
        assert container.sh(stat).splitlines() == owners


def test_bytecode_is_compiled_and_tells_no_time(image: Image) -> None:
    server = CATALOG.server(image.framework).label
    look = f"""
import importlib.util, pathlib, sys
for name in ["{image.framework}", "{server}.config", "json", "http.client"]:
    cached = pathlib.Path(importlib.util.cache_from_source(importlib.util.find_spec(name).origin))
    print(name, int.from_bytes(cached.read_bytes()[4:8], "little"))
"""
    with image.running("--entrypoint=sleep", command=("60",)) as container:
        found = docker("exec", container.id, "python", "-c", look)
    # 1: by the source's hash, and never checked against it (PEP 552)
    assert found == f"{image.framework} 1\n{server}.config 1\njson 1\nhttp.client 1\n"


def test_holds_what_is_locked_and_nothing_else(image: Image) -> None:
    look = "import importlib.metadata as m; print(*(d.name for d in m.distributions()))"
    with image.running("--entrypoint=sleep", command=("60",)) as container:
        installed = docker("exec", container.id, "python", "-c", look).split()
    assert installed
    assert {name.lower().replace("_", "-") for name in installed} <= CATALOG.locked_packages


def test_configuration_of_the_image(image: Image) -> None:
    config = json.loads(docker("image", "inspect", "-f", "{{json .Config}}", image.tag))
    assert config["User"] == "10001:10001"
    assert config["Cmd"] == list(CATALOG.server(image.framework).command)
    assert config["Healthcheck"]["Test"][0] == "CMD"
    assert config["ExposedPorts"] == {"8000/tcp": {}}


@OF_EACH_SERVER
@pytest.mark.parametrize(("setting", "port"), [("9123", 9123), ("", 8000)])
def test_port_moves_server_and_health_check_together(image: Image, setting: str, port: int) -> None:
    with image.running("-e", f"PORT={setting}", port=port) as container:
        healthy(container)
        assert container.get("/healthz")[0] == 200


@OF_EACH_SERVER
@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("WEB_CONCURRENCY", "abc", "must be a whole number from 1 to 64"),
        ("WEB_CONCURRENCY", "0", "must be a whole number from 1 to 64"),
        # As a cluster sets it for a service with the name of a project.
        ("PORT", "tcp://10.0.0.1:8000", "must be a whole number from 1 to 65535"),
        ("FORWARDED_ALLOW_IPS", "10.0.0.1/8", "10.0.0.1/8 has host bits set"),
        ("FORWARDED_ALLOW_IPS", "proxy", "'proxy' does not appear to be an IPv4 or IPv6 network"),
    ],
)
def test_bad_setting_is_refused_in_one_line(
    image: Image, setting: str, value: str, told: str
) -> None:
    with image.running("-e", f"{setting}={value}") as container:
        wait_until(lambda: container.state()["Status"] == "exited", 20, "exited")
        assert container.state()["ExitCode"] == 1
        (line,) = container.logs().splitlines()
        assert line.replace(":", "", 1) == f"{setting}={value!r} {told}".replace(":", "", 1)


@OF_EACH_SERVER
def test_health_check_turns_bad_in_time(image: Image) -> None:
    check = json.loads(docker("image", "inspect", "-f", "{{json .Config.Healthcheck}}", image.tag))
    with image.running("--entrypoint=sleep", command=("60",)) as container:
        begin = time.monotonic()
        done = execute("docker", "exec", container.id, *check["Test"][1:], check=False)
        assert done.returncode == 1
        assert time.monotonic() - begin < 3


@OF_EACH_SERVER
def test_health_check_gives_up_on_a_server_that_hangs(image: Image) -> None:
    check = json.loads(docker("image", "inspect", "-f", "{{json .Config.Healthcheck}}", image.tag))
    hanging = "import socket, time; s = socket.create_server(('127.0.0.1', 8000)); time.sleep(60)"
    with image.running("--entrypoint=python", command=("-c", hanging)) as container:
        wait_until(lambda: ":1F40 " in container.sh("cat /proc/net/tcp"), 10, "it listens")
        begin = time.monotonic()
        done = execute("docker", "exec", container.id, *check["Test"][1:], check=False)
        assert done.returncode == 1
        assert time.monotonic() - begin < 3


@OF_EACH_SERVER
def test_serves_without_ipv6(image: Image) -> None:
    with image.running("--sysctl=net.ipv6.conf.all.disable_ipv6=1") as container:
        healthy(container)


@OF_EACH_SERVER
@pytest.mark.parametrize(("setting", "more"), [("", 0), ("3", 2)])
def test_worker_count_is_the_settings_and_not_the_hosts(
    image: Image, setting: str, more: int
) -> None:
    alone = {"gunicorn": 3, "uvicorn": 1}[CATALOG.server(image.framework).label]
    if setting:
        # The one that looks after them, and uvicorn's that Python has for shared resources.
        alone = {"gunicorn": 4, "uvicorn": 5}[CATALOG.server(image.framework).label]
    with image.running("--memory=512m", "-e", f"WEB_CONCURRENCY={setting}") as container:
        healthy(container)
        assert int(container.sh("cat /proc/[0-9]*/comm | grep -c python")) == alone
        assert container.get("/")[0] == 200
        assert container.stop() < 5
        assert container.state()["ExitCode"] == 0


@OF_EACH_SERVER
def test_starts_again_after_a_kill(image: Image) -> None:
    with image.running(*HARDENED, "--tmpfs=/tmp") as container:
        healthy(container)
        docker("kill", "--signal=KILL", container.id)
        assert container.state()["ExitCode"] == 137
        docker("start", container.id)
        wait_until(lambda: container.health() == "healthy", 30, "healthy again")
        assert "ERROR" not in container.logs()


def test_stopped_while_it_starts_it_ends_at_once(image: Image) -> None:
    # The kernel keeps from process 1 what it does not listen to: before Python has begun there is
    # nobody to hear SIGTERM, which is the signal 15, bit 14.
    heard = "^Name:.python|^SigCgt:.*[4-7c-f]...$"
    count = f"grep -cE '{heard}' /proc/1/status || true"
    with image.running(*HARDENED) as container:
        wait_until(lambda: container.sh(count) == "2\n", 10, "listening")
        assert container.stop() < 5
        assert container.state()["ExitCode"] == 0


@pytest.fixture(scope="module", params=[framework for framework, *_ in SERVERS.values()])
def slow(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Image:
    """An image with a page `/slow` that takes three seconds."""
    framework = str(request.param)
    project = make(tmp_path_factory.mktemp("slow"), framework, f"slow-{framework}")
    add_page(project, framework, "slow", SLOW[framework])
    return build(project, framework)


def test_requests_in_flight_are_answered_before_the_end(slow: Image) -> None:
    with slow.running(*HARDENED) as container:
        healthy(container)
        answers: list[tuple[int, str]] = []
        requests = [
            threading.Thread(target=lambda: answers.append(container.get("/slow", timeout=30)))
            for _ in range(50)
        ]
        for request in requests:
            request.start()
        # What a view prints is in the log at once.
        wait_until(lambda: "slow has begun" in container.logs(), 5, "the view has printed")
        # All have been accepted by then, also on a busy machine; some wait for a thread.
        time.sleep(2)
        docker("stop", "--time=30", container.id)
        for request in requests:
            request.join()
        assert {status for status, _ in answers} == {200}
        assert len(answers) == 50
        assert container.state()["ExitCode"] == 0


@OF_EACH_SERVER
def test_unused_connections_delay_nobody(image: Image) -> None:
    with image.running(*HARDENED) as container, ExitStack() as unused:
        healthy(container)
        for _ in range(6):
            unused.enter_context(socket.create_connection(("127.0.0.1", container.port)))
        for _ in range(20):
            begin = time.monotonic()
            assert container.get("/")[0] == 200
            assert time.monotonic() - begin < 1
        assert "WORKER TIMEOUT" not in container.logs()
        # Nor do they outlast the ten seconds that `docker stop` gives.
        assert container.stop() < 9
        assert container.state()["ExitCode"] == 0


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_failing_page_is_logged_with_its_traceback_and_turns_the_check_bad(
    tmp_path: Path, framework: str
) -> None:
    project = make(tmp_path, framework, f"broken-{framework}")
    for path, good in (
        ("app/health.py", '{"status": "alive"}'),
        ("app/pages.py", "return "),
    ):
        text = (project / path).read_text("utf-8")
        broken = text.replace(good, {"return ": "return 1 / 0\n    return "}.get(good, "1 / 0"), 1)
        assert broken != text
        (project / path).write_text(broken, "utf-8")
    quick = ("--health-interval=1s", "--health-retries=2", "--health-start-period=1s")
    with build(project, framework).running(*HARDENED, *quick) as container:
        wait_until(lambda: container.health() == "unhealthy", 30, "unhealthy")
        assert container.get("/")[0] == 500
        assert "ZeroDivisionError" in container.logs()
        assert "Traceback" in container.logs()
