"""The hashed lock: refused when it is wrong, made again by the `lock` target."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.engine.engine import INSTALLERS, PYTHONS, docker, execute, make
from tests.locks import assert_kept

LOCKS = ("requirements.txt", "requirements-dev.txt")
LOCK = ("build", "--target", "lock", "--output", ".", ".")


def locks(project: Path) -> dict[str, bytes]:
    return {name: (project / name).read_bytes() for name in LOCKS}


def with_wrong_hashes(project: Path, package: str) -> None:
    """Alter every hash of one package: any one that is left right would do for its file."""
    for path in map(project.joinpath, LOCKS):
        text = path.read_text("utf-8")
        block = re.search(rf"(?m)^{package}==.*\n(?:    --hash=.*\n)+", text)
        assert block
        wrong = re.sub(r"sha256:[0-9a-f]{8}", "sha256:deadbeef", block[0])
        path.write_text(text.replace(block[0], wrong), "utf-8", newline="\n")


@pytest.mark.parametrize("installer", INSTALLERS)
def test_wrong_hash_fails_the_build(tmp_path: Path, installer: str) -> None:
    project = make(tmp_path, installer=installer)
    with_wrong_hashes(project, "flask")
    built = execute("docker", "build", ".", cwd=project, check=False)
    assert built.returncode != 0
    assert re.search(
        r"DO NOT MATCH THE HASHES(.|\n)*flask|Hash mismatch for `flask==", built.stderr
    )


def test_target_keeps_pins_mends_hashes_and_gives_the_same_bytes_on_every_python(
    project: Path,
) -> None:
    shipped = locks(project)
    docker(*LOCK, cwd=project)
    resolved = locks(project)
    for name in LOCKS:
        assert_kept(shipped[name].decode(), resolved[name].decode())
    for python in PYTHONS:
        with_wrong_hashes(project, "flask")
        base = ("--build-arg", f"PYTHON_IMAGE=python:{python}-slim-trixie")
        docker(*LOCK[:1], *base, *LOCK[1:], cwd=project)
        assert locks(project) == resolved
    docker(*LOCK, cwd=project)
    assert locks(project) == resolved
    written = {path.name for path in project.iterdir()}
    assert written == {path.name for path in make(project.parent / "other").iterdir()}


def test_added_dependency_is_locked_and_installed_and_pins_stay(project: Path) -> None:
    before = locks(project)["requirements.txt"].decode()
    older = re.sub(r"(?m)^markupsafe==\S+", "markupsafe==3.0.3", before)
    assert older != before
    (project / "requirements.txt").write_text(older, "utf-8", newline="\n")
    source = project / "requirements.in"
    lines = 'python-dotenv\ncolorama; sys_platform == "win32"\nuvloop; sys_platform != "win32"\n'
    source.write_text(source.read_text("utf-8") + lines, "utf-8", newline="\n")
    docker(*LOCK, cwd=project)
    for name, text in locks(project).items():
        pins = re.findall(r"(?m)^[a-z].*?(?= \\$)", text.decode())
        assert "markupsafe==3.0.3" in pins, name
        assert any(pin.startswith("python-dotenv==") for pin in pins), name
        for marked in (
            "colorama==X ; sys_platform == 'win32'",
            "uvloop==X ; sys_platform != 'win32'",
        ):
            assert marked in [re.sub(r"==\S+", "==X", pin, count=1) for pin in pins], name
    docker("build", "-t", "more-flask", ".", cwd=project)
    docker("run", "--rm", "more-flask", "python", "-c", "import dotenv, flask")
    docker(
        "build",
        "--target",
        "lock",
        "--build-arg",
        "UPGRADE=today",
        "--output",
        ".",
        ".",
        cwd=project,
    )
    assert "markupsafe==3.0.3" not in locks(project)["requirements.txt"].decode()


def test_package_without_a_wheel_is_named(project: Path) -> None:
    source = project / "requirements.in"
    source.write_text(source.read_text("utf-8") + "psycopg-c\n", "utf-8", newline="\n")
    shipped = locks(project)
    built = execute("docker", *LOCK, cwd=project, check=False)
    assert built.returncode != 0
    assert "psycopg-c" in built.stderr
    assert locks(project) == shipped


def test_lock_begins_afresh_and_takes_windows_line_ends(project: Path) -> None:
    shipped = locks(project)["requirements.txt"]
    (project / "requirements.txt").write_bytes(shipped.replace(b"\n", b"\r\n"))
    (project / "requirements-dev.txt").unlink()
    docker(*LOCK, cwd=project)
    assert_kept(shipped.decode(), locks(project)["requirements.txt"].decode())
    assert b"\r" not in locks(project)["requirements.txt"]
    assert b"pytest==" in locks(project)["requirements-dev.txt"]
