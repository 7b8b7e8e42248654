"""What only Django has: static files from the build, a secret key, admin pages."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.engine.compose import composed, get, logs, request
from tests.engine.engine import HARDENED, build, docker, execute, healthy, make, wait_until


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path, "django")


def test_static_files_are_collected_by_the_build_and_served_for_good(project: Path) -> None:
    with build(project, "django").running(*HARDENED) as container:
        healthy(container)
        (style,) = re.findall(r'href="(/static/style\.[0-9a-f]{12}\.css)"', container.get("/")[1])
        assert "font-family" in container.get(style)[1]
        headers = container.sh(
            "python -c 'import urllib.request as u;"
            f' print(u.urlopen("http://127.0.0.1:8000{style}").headers["Cache-Control"])\''
        )
        assert headers == "max-age=315360000, public, immutable\n"


def test_build_needs_no_environment_and_leaves_no_secret(project: Path) -> None:
    image = build(project, "django")
    history = docker("history", "--no-trunc", "--format={{.CreatedBy}}", image.tag)
    assert "DJANGO_SECRET_KEY" not in history
    variables = docker("image", "inspect", "-f", "{{json .Config.Env}}", image.tag)
    assert "DJANGO" not in variables


def test_collection_that_fails_fails_the_build(project: Path) -> None:
    settings = project / "app/settings.py"
    text = settings.read_text("utf-8")
    settings.write_text(f'{text}\nPAYMENT_KEY = os.environ["PAYMENT_KEY"]\n', "utf-8")
    built = execute("docker", "build", ".", cwd=project, check=False)
    assert built.returncode != 0
    assert "KeyError: 'PAYMENT_KEY'" in built.stderr


def test_refuses_to_start_without_a_secret_key(project: Path) -> None:
    image = build(project, "django")
    run = execute("docker", "run", "--rm", image.tag, check=False, merge=True)
    assert run.returncode == 1
    assert run.stdout.startswith("DJANGO_SECRET_KEY is not set")
    assert len(run.stdout.splitlines()) == 1


def test_the_readme_names_what_djangos_own_check_misses(project: Path) -> None:
    image = build(project, "django")
    check = ("python", "manage.py", "check", "--deploy")
    key = f"DJANGO_SECRET_KEY={os.urandom(32).hex()}"
    said = execute("docker", "run", "--rm", "-e", key, image.tag, *check, merge=True).stdout
    missed = set(re.findall(r"security\.(W\d+)", said))
    readme = (project / "README.md").read_text("utf-8")
    assert missed == set(re.findall(r"\bW\d{3}\b", readme)) != set()


def test_secret_key_outlives_the_containers_and_goes_with_the_volume(tmp_path: Path) -> None:
    read = ("compose", "exec", "web", "cat", "/run/secrets/DJANGO_SECRET_KEY")
    with composed(tmp_path, "django", f"key-{os.urandom(3).hex()}") as (made, _):
        keys = []
        for down in (["down"], ["down", "--volumes"], ["down"]):
            docker("compose", "up", "--build", "--wait", cwd=made)
            keys.append(docker(*read, cwd=made).strip())
            docker("compose", *down, cwd=made)
        assert keys[0] == keys[1] != keys[2]
        assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys)


def test_admin_pages_are_styled_and_let_in_whom_the_readme_makes(tmp_path: Path) -> None:
    with composed(tmp_path, "django", f"admin-{os.urandom(3).hex()}", extras="postgres") as (
        made,
        port,
    ):
        docker("compose", "up", "--build", "--wait", cwd=made)
        page = get(port, "/admin/login/")[1]
        (style,) = re.findall(r'href="(/static/admin/css/base\.[0-9a-f]{12}\.css)"', page)
        assert get(port, style)[0] == 200
        user = ("--no-input", "--username=eva", "--email=eva@shop.example")
        password = ("-e", "DJANGO_SUPERUSER_PASSWORD=only-for-the-tests")
        create = ("python", "manage.py", "createsuperuser", *user)
        docker("compose", "exec", *password, "web", *create, cwd=made)
        wrong = request(port, "/admin/login/", method="POST", body={})
        assert wrong[0] == 403  # without the form's token
        wait_until(lambda: "Forbidden" in logs(made, "web"), 5, "it is logged")
