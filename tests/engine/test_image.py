"""What a built image does when it is run, on every Python."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engine.engine import HARDENED, Container, docker, execute, make, running, wait_until

SLOW = """

@blueprint.get("/slow")
def slow() -> str:
    import time

    print("slow has begun")
    time.sleep(3)
    return "slow has ended"
"""


def healthy(container: Container) -> None:
    wait_until(lambda: container.health() == "healthy", 30, "healthy")


def test_turns_healthy_and_answers_locked_down(image: str) -> None:
    with running(image, 8000, *HARDENED) as container:
        healthy(container)
        assert container.get("/healthz") == (200, '{"status":"alive"}\n')
        assert container.get("/readyz") == (200, '{"status":"ready"}\n')
        status, page = container.get("/")
        assert status == 200
        assert "<h1>Hello from my-flask!</h1>" in page
        # The access log is there at once.
        assert '"GET /readyz HTTP/1.1" 200' in container.logs()
        status_file = container.sh("cat /proc/1/status")
        assert "Uid:\t10001\t10001\t10001\t10001" in status_file
        assert "CapEff:\t0000000000000000" in status_file
        assert "ERROR" not in container.logs()
        assert container.stop() < 3
        assert container.state()["ExitCode"] == 0


def test_runs_as_a_foreign_user_without_a_home(image: str) -> None:
    with running(
        image, 8000, *HARDENED, "--user=12345:12345", "-e", "HOME=/nonexistent"
    ) as container:
        healthy(container)
        assert container.get("/")[0] == 200
        assert "ERROR" not in container.logs()


def test_holds_no_tool_that_only_a_build_needs(image: str) -> None:
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
    with running(image, 8000, "--entrypoint=sleep", command=("60",)) as container:
        assert container.sh(look).split() == []
        assert container.sh(stat).splitlines() == owners


def test_bytecode_is_compiled_and_tells_no_time(image: str) -> None:
    look = """
import importlib.util, pathlib, sys
for name in ["flask", "gunicorn.arbiter", "json", "http.client"]:
    cached = pathlib.Path(importlib.util.cache_from_source(importlib.util.find_spec(name).origin))
    print(name, int.from_bytes(cached.read_bytes()[4:8], "little"))
"""
    with running(image, 8000, "--entrypoint=sleep", command=("60",)) as container:
        found = docker("exec", container.id, "python", "-c", look)
    # 1: by the source's hash, and never checked against it (PEP 552)
    assert found == "flask 1\ngunicorn.arbiter 1\njson 1\nhttp.client 1\n"


def test_configuration_of_the_image(image: str) -> None:
    config = json.loads(docker("image", "inspect", "-f", "{{json .Config}}", image))
    assert config["User"] == "10001:10001"
    assert config["Cmd"] == ["python", "gunicorn.conf.py"]
    assert config["Healthcheck"]["Test"][0] == "CMD"
    assert config["ExposedPorts"] == {"8000/tcp": {}}


@pytest.mark.parametrize(("setting", "port"), [("9123", 9123), ("", 8000)])
def test_port_moves_server_and_health_check_together(image: str, setting: str, port: int) -> None:
    with running(image, port, "-e", f"PORT={setting}") as container:
        healthy(container)
        assert container.get("/healthz")[0] == 200


@pytest.mark.parametrize(
    ("setting", "value"),
    [("WEB_CONCURRENCY", "abc"), ("WEB_CONCURRENCY", "0"), ("PORT", "tcp://x")],
)
def test_bad_number_is_refused_in_one_line(image: str, setting: str, value: str) -> None:
    with running(image, 8000, "-e", f"{setting}={value}") as container:
        wait_until(lambda: container.state()["Status"] == "exited", 20, "exited")
        assert container.state()["ExitCode"] == 1
        (line,) = container.logs().splitlines()
        assert line.startswith(f"{setting}={value!r} must be")


def test_health_check_turns_bad_in_time(image: str) -> None:
    check = json.loads(docker("image", "inspect", "-f", "{{json .Config.Healthcheck}}", image))
    command = check["Test"][1:]
    with running(image, 8000, "--entrypoint=sleep", command=("60",)) as container:
        begin = time.monotonic()
        down = (
            f"timeout 3 {json.dumps(command[0])} {command[1]} {command[2]} '{_escaped(command[3])}'"
        )
        assert container.sh(f"{down} >/dev/null 2>&1; echo $?") == "1\n"
        assert time.monotonic() - begin < 3


def test_health_check_gives_up_on_a_server_that_hangs(image: str) -> None:
    check = json.loads(docker("image", "inspect", "-f", "{{json .Config.Healthcheck}}", image))
    hanging = "import socket, time; s = socket.create_server(('127.0.0.1', 8000)); time.sleep(60)"
    with running(image, 8000, "--entrypoint=python", command=("-c", hanging)) as container:
        wait_until(lambda: ":1F40 " in container.sh("cat /proc/net/tcp"), 10, "it listens")
        begin = time.monotonic()
        done = execute("docker", "exec", container.id, *check["Test"][1:], check=False)
        assert done.returncode == 1
        assert time.monotonic() - begin < 3


def _escaped(text: str) -> str:
    return text.replace("'", "'\\''")


def test_serves_without_ipv6(image: str) -> None:
    with running(image, 8000, "--sysctl=net.ipv6.conf.all.disable_ipv6=1") as container:
        healthy(container)


def test_worker_count_is_not_the_hosts(image: str) -> None:
    with running(image, 8000, "--memory=256m") as container:
        healthy(container)
        count = container.sh("cat /proc/[0-9]*/comm | grep -c python")
        assert int(count) == 3  # the arbiter and two workers


def test_request_in_flight_is_answered_before_the_end(tmp_path: Path) -> None:
    project = make(tmp_path, name="slow-flask")
    pages = project / "app/pages.py"
    pages.write_text(pages.read_text("utf-8") + SLOW, "utf-8")
    docker("build", "-t", "slow-flask", ".", cwd=project)
    with running("slow-flask", 8000, *HARDENED) as container:
        healthy(container)
        answers: list[tuple[int, str]] = []
        request = threading.Thread(target=lambda: answers.append(container.get("/slow")))
        request.start()
        # What a view prints is in the log at once.
        wait_until(lambda: "slow has begun" in container.logs(), 5, "the view has printed")
        container.stop()
        request.join()
        assert answers == [(200, "slow has ended")]
        assert container.state()["ExitCode"] == 0


def test_unused_connections_delay_nobody(image: str) -> None:
    with running(image, 8000, *HARDENED) as container, ExitStack() as unused:
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


def test_failing_page_is_logged_with_its_traceback_and_turns_the_check_bad(tmp_path: Path) -> None:
    project = make(tmp_path, name="broken-flask")
    health = project / "app/health.py"
    text = health.read_text("utf-8")
    broken = text.replace('return {"status": "alive"}', 'raise RuntimeError("no more")')
    assert broken != text
    health.write_text(broken, "utf-8")
    docker("build", "-t", "broken-flask", ".", cwd=project)
    quick = ("--health-interval=1s", "--health-retries=2", "--health-start-period=1s")
    with running("broken-flask", 8000, *HARDENED, *quick) as container:
        wait_until(lambda: container.health() == "unhealthy", 30, "unhealthy")
        assert container.get("/healthz")[0] == 500
        assert "RuntimeError: no more" in container.logs()
        assert "Traceback" in container.logs()
