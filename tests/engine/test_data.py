"""The database and the cache, with real servers behind every framework."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.compose import composed, get, logs, request, service
from tests.engine.engine import docker, execute, make, wait_until

UP = ("compose", "up", "--build", "--wait")


# Flask has FastAPI's library and migrations, and is brought up in test_every_kind.py.
@pytest.fixture(scope="module", params=["fastapi", "django"])
def up(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, int]]:
    """A project with both, brought up, and its port."""
    folder, name = tmp_path_factory.mktemp("data"), f"data-{request.param}-{os.urandom(3).hex()}"
    with composed(folder, request.param, name, extras="redis,postgres") as (project, port):
        docker(*UP, cwd=project)
        yield project, port


def ready(port: int) -> object:
    answer = json.loads(get(port, "/readyz", timeout=10)[1] or "null")
    return answer.get("failed", answer["status"])


def test_both_work_and_what_they_keep_survives(up: tuple[Path, int]) -> None:
    project, port = up
    status, saved = request(port, "/notes", method="POST", body={"text": "buy tea"})
    assert status == 201
    assert json.loads(get(port, "/notes")[1]) == [json.loads(saved)]
    assert [json.loads(get(port, "/hits")[1])["hits"] for _ in range(2)] == [1, 2]

    docker("compose", "down", cwd=project)
    docker(*UP, cwd=project)
    assert json.loads(get(port, "/notes")[1]) == [json.loads(saved)]
    assert json.loads(get(port, "/hits")[1]) == {"hits": 3}

    # A colleague's clone, at another path, is the same project to Compose.
    clone = shutil.copytree(project, project.parent / "clone" / "anything")
    docker(*UP, cwd=clone)
    assert json.loads(get(port, "/notes")[1]) == [json.loads(saved)]


def test_readiness_follows_each_server_and_liveness_none(up: tuple[Path, int]) -> None:
    project, port = up
    for server, name in (("database", "database"), ("cache", "cache")):
        assert ready(port) == "ready"
        docker("compose", "stop", server, cwd=project)
        assert get(port, "/readyz", timeout=10)[0] == 503
        assert ready(port) == [name]
        assert get(port, "/healthz")[0] == 200
        docker("compose", "start", server, cwd=project)
        wait_until(lambda: ready(port) == "ready", 20, "ready again")


def test_a_database_that_falls_silent_is_not_waited_for(up: tuple[Path, int]) -> None:
    project, port = up
    network, database = f"{project.name}-net", str(service(project, "database")["Id"])
    for silence, speech in (
        (
            ("network", "disconnect", network, database),
            # Compose makes a container anew whose network is not as it has made it.
            ("compose", "up", "--detach", "--wait", "database"),
        ),
        (("compose", "pause", "database"), ("compose", "unpause", "database")),
    ):
        # There is a connection that will not know.
        assert get(port, "/notes")[0] == 200
        docker(*silence, cwd=project)
        try:
            assert ready(port) == ["database"]
            assert get(port, "/healthz")[0] == 200
            # No connection has a limit for an answer that a paused server owes.
            assert "pause" in silence or get(port, "/notes", timeout=15)[0] == 500
        finally:
            docker(*speech, cwd=project)
        wait_until(lambda: ready(port) == "ready", 20, "ready again")
        assert get(port, "/notes")[0] == 200
    # The engine's own check saw the pause as well, and what depends on it waits for that.
    wait_until(lambda: health(project, "database") == "healthy", 60, "healthy again")


def health(project: Path, name: str) -> object:
    return service(project, name)["State"]["Health"]["Status"]


def test_second_generation_finds_the_first_ones_data(tmp_path: Path) -> None:
    # What finds them is the Compose file, which is every framework's.
    name = f"again-{os.urandom(3).hex()}"
    with composed(tmp_path, "fastapi", name, extras="postgres") as (project, port):
        docker(*UP, cwd=project)
        request(port, "/notes", method="POST", body={"text": "the first"})
        docker("compose", "down", cwd=project)
        shutil.rmtree(project)
        again = make(tmp_path, "fastapi", name, port=str(port), extras="postgres")
        docker(*UP, cwd=again)
        assert [each["text"] for each in json.loads(get(port, "/notes")[1])] == ["the first"]


def test_no_server_migrates_by_itself(tmp_path: Path) -> None:
    for framework in ("fastapi", "django"):  # Flask migrates as FastAPI does
        name = f"empty-{framework}-{os.urandom(3).hex()}"
        with composed(tmp_path, framework, name, extras="postgres") as (project, port):
            docker("compose", "build", cwd=project)
            docker("compose", "up", "--wait", "database", cwd=project)
            docker("compose", "up", "--wait", "--no-deps", "web", cwd=project)
            assert ready(port) == "ready"
            tables = ("psql", "-U", "app", "-tAc", "SELECT count(*) FROM pg_stat_user_tables")
            assert docker("compose", "exec", "database", *tables, cwd=project).strip() == "0"
            assert get(port, "/notes")[0] == 500


def test_passwords_are_on_the_volume_alone(up: tuple[Path, int]) -> None:
    project, _ = up
    for name in ("DATABASE_PASSWORD", "REDIS_PASSWORD"):
        secret = docker("compose", "exec", "web", "cat", f"/run/secrets/{name}", cwd=project)
        assert re.fullmatch(r"[0-9a-f]{64}\s*", secret)
        for container in ("web", "database", "cache", "migrate"):
            assert secret.strip() not in json.dumps(service(project, container))
        assert secret.strip() not in docker("compose", "config", cwd=project)
        files = [path.read_bytes() for path in project.rglob("*") if path.is_file()]
        assert not any(secret.strip().encode() in text for text in files)
    # No server sees another one's, and no process shows one on its command line.
    for server, other in (("database", "REDIS_PASSWORD"), ("cache", "DATABASE_PASSWORD")):
        seen = docker("compose", "exec", server, "ls", "/run/secrets", cwd=project)
        assert other not in seen
        assert len(seen.split()) == 1
        lines = docker("compose", "exec", server, "sh", "-c", "cat /proc/*/cmdline", cwd=project)
        assert not re.search(r"[0-9a-f]{64}", lines)


def test_servers_are_locked_down(up: tuple[Path, int]) -> None:
    project, _ = up
    for server in ("database", "cache", "migrate", "secrets"):
        host = service(project, server)["HostConfig"]
        assert host["ReadonlyRootfs"] is True, server
        assert host["CapDrop"] == ["ALL"], server
        assert host["SecurityOpt"] == ["no-new-privileges:true"], server
        assert host["PortBindings"] == {}, server
    # What they keep lies on a volume with a name, and none of theirs is without.
    show = ("psql", "--username=app", "-tAc", "SHOW data_directory")
    data = docker("compose", "exec", "database", *show, cwd=project).strip()
    for server, folder in (("database", data), ("cache", "/data")):
        mounts = service(project, server)["Mounts"]
        assert all(each["Name"].startswith(f"{project.name}-") for each in mounts), mounts
        assert any(f"{folder}/".startswith(f"{each['Destination']}/") for each in mounts), mounts
    names = json.loads(docker("compose", "config", "--format=json", cwd=project))
    for kind in ("services", "networks", "volumes"):
        for key, value in names[kind].items():
            assert "_" not in key + value.get("name", ""), (kind, key)


def test_database_that_newer_code_has_migrated(up: tuple[Path, int]) -> None:
    project, _ = up
    django = (project / "manage.py").exists()
    more = (
        "INSERT INTO django_migrations (app, name, applied) VALUES ('app', '0002_more', now())"
        if django
        else "UPDATE alembic_version SET version_num = '0002'"
    )
    psql = ("psql", "--username=app", "--quiet", "--command")
    docker("compose", "exec", "database", *psql, more, cwd=project)
    migrate = ("docker", "compose", "run", "--rm", "migrate")
    migrated = execute(*migrate, cwd=project, check=False, merge=True)
    # Django does not mind, as the project's README says.
    assert migrated.returncode == (0 if django else 1)
    refused = "the database was migrated further than this code, to 0002" in migrated.stdout
    assert refused is not django
    assert "Traceback" not in migrated.stdout
    if not django:
        again = "UPDATE alembic_version SET version_num = '0001'"
        docker("compose", "exec", "database", *psql, again, cwd=project)


def test_another_password_on_an_old_volume_is_named_as_the_cause(up: tuple[Path, int]) -> None:
    project, port = up
    passwords = ("compose", "exec", "web", "cat", "/run/secrets/DATABASE_PASSWORD")
    password = docker(*passwords, cwd=project).strip()
    docker("compose", "down", cwd=project)
    docker("volume", "rm", f"{project.name}-secrets")

    brought = execute("docker", *UP, cwd=project, check=False, merge=True)
    assert brought.returncode != 0
    assert 'service "migrate" didn\'t complete successfully' in brought.stdout
    told = logs(project, "migrate")
    assert "the database cannot be used: " in told
    assert "password authentication failed" in told
    assert "Traceback" not in told

    docker("compose", "up", "--detach", "--no-deps", "web", cwd=project)
    wait_until(lambda: get(port, "/readyz")[0] == 503, 20, "it answers")
    assert ready(port) == ["database"]
    assert "password authentication failed" in logs(project, "web")
    again = docker(*passwords, cwd=project).strip()
    assert again != password
    assert password not in logs(project, "web") + logs(project, "database")
    assert again not in logs(project, "web") + logs(project, "database")

    # What the README says: afresh.
    docker("compose", "down", "--volumes", cwd=project)
    docker(*UP, cwd=project)
    assert ready(port) == "ready"
