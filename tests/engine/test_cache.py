"""Which edit runs which step again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.engine.engine import docker, make, named, steps_that_ran

CTX_APP = "[ctx 2/2] COPY --chmod=u=rwX,go=rX app /app"
CTX_FILES = "[ctx 1/2] COPY --chmod=u=rwX,go=rX requirements.txt gunicorn.conf.py /"
APP = "[runtime 5/5] COPY --link --from=ctx /app ./app"
CONFIG = "[runtime 4/5] COPY --link --from=ctx /gunicorn.conf.py ./"
VENV = "[runtime 3/5] COPY --link --from=build /opt/venv /opt/venv"


@pytest.fixture
def built(project: Path) -> Path:
    """A project whose build has just run."""
    steps_that_ran(project)
    assert steps_that_ran(project) == set()
    return project


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, "utf-8", newline="\n")


def test_source_edit_runs_its_copies_alone(built: Path) -> None:
    append(built / "app/pages.py", f"# {os.urandom(8).hex()}\n")
    assert steps_that_ran(built) == {CTX_APP, APP}


def test_new_file_deep_in_the_source_reaches_the_image(built: Path) -> None:
    (built / "app/deep/er").mkdir(parents=True)
    (built / "app/deep/er/new.py").write_text(f"# {os.urandom(8).hex()}\n", "utf-8")
    assert steps_that_ran(built, "-t", "deep-flask") == {CTX_APP, APP}
    assert "new.py" in docker("run", "--rm", "deep-flask", "ls", "app/deep/er")


def test_edit_of_the_servers_settings_keeps_the_source(built: Path) -> None:
    append(built / "gunicorn.conf.py", f"# {os.urandom(8).hex()}\n")
    ran = steps_that_ran(built)
    assert ran == {CTX_FILES, CTX_APP, CONFIG}
    assert APP not in ran


def test_edit_of_the_lock_runs_the_installation(built: Path) -> None:
    append(built / "requirements.txt", f"# {os.urandom(8).hex()}\n")
    ran = steps_that_ran(built)
    assert {name.split()[0] + name.split("]")[1][:5] for name in ran} == {
        "[ctx COPY",
        "[build RUN ",
    }
    assert VENV not in ran, "the same packages are the same bytes"


@pytest.mark.parametrize(
    "path",
    ["README.md", "tests/test_pages.py", "compose.yaml", "pyproject.toml", "requirements-dev.in"],
)
def test_edit_of_what_is_not_in_the_image_runs_nothing(built: Path, path: str) -> None:
    append(built / path, f"\n# {os.urandom(8).hex()}\n")
    assert steps_that_ran(built) == set()


@pytest.mark.parametrize(
    "path", ["notes.txt", ".env", "app/.env", "app/__pycache__/x.pyc", ".git/HEAD", "venv/x.py"]
)
def test_new_file_that_is_not_the_services_runs_nothing(built: Path, path: str) -> None:
    (built / path).parent.mkdir(parents=True, exist_ok=True)
    (built / path).write_text(os.urandom(8).hex(), "utf-8")
    assert steps_that_ran(built) == set()


def test_metadata_and_comments_in_the_dockerfile_run_nothing(built: Path) -> None:
    dockerfile = built / "Dockerfile"
    text = dockerfile.read_text("utf-8")
    for old, new in [("EXPOSE 8000", "EXPOSE 8001"), ("interval=30s", "interval=20s")]:
        assert old in text
        text = text.replace(old, new)
    dockerfile.write_text(text + "# a comment\nLABEL tried=yes\n", "utf-8", newline="\n")
    assert steps_that_ran(built) == set()


def test_another_umask_runs_only_ctx(built: Path) -> None:
    for path in [built / "app", *built.rglob("*")]:
        path.chmod(0o775 if path.is_dir() else 0o664)
    assert steps_that_ran(built) <= {CTX_FILES, CTX_APP}


def test_another_checkout_runs_nothing(built: Path, tmp_path: Path) -> None:
    """Another path, other times, another owner: nothing that a key holds."""
    other = tmp_path / "elsewhere" / "clone"
    shutil.copytree(built, other, copy_function=shutil.copyfile)
    for path in other.rglob("*"):
        os.utime(path, (0, 0))
        if hasattr(os, "chown") and os.geteuid() == 0:
            os.chown(path, 1234, 1234)
    assert steps_that_ran(other) == set()


def test_another_base_keeps_the_linked_copies(built: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    first = f"FROM {named(built, 'PYTHON_IMAGE')}\n"
    (base / "Dockerfile").write_text(f"{first}RUN touch /{os.urandom(4).hex()}\n", "utf-8")
    docker("build", "-t", "another-base", ".", cwd=base)
    ran = steps_that_ran(built, "--build-arg", "PYTHON_IMAGE=another-base")
    assert ran.isdisjoint({CTX_APP, CTX_FILES, APP, CONFIG, VENV})
    assert any(name.startswith("[runtime 1/5] RUN") or "RUN rm" in name for name in ran)


def test_two_projects_made_at_once_do_not_mix(tmp_path: Path) -> None:
    """Equal names and sizes, made one right after the other."""
    names = ["shop-a", "shop-b"]
    projects = [make(tmp_path, name=name) for name in names]
    for project in projects:
        docker("build", "-t", project.name, ".", cwd=project)
    script = "from app import create_app; print(create_app().test_client().get('/').text)"
    for name in names:
        assert f"Hello from {name}!" in docker("run", "--rm", name, "python", "-c", script)
