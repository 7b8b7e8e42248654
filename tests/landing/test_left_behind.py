from __future__ import annotations

import errno
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from tests.landing.helpers import PREFIX, Run, names_in, posix, start_new
from tests.trees import tree

HOLDER = """
import sys
from pathlib import Path
from generator import filelock

lock = filelock.acquire(Path(sys.argv[1]))
print("held" if lock else "refused", flush=True)
sys.stdin.read()
"""

# Every call by which Python's own code can write or connect, seen where no code can hide from it.
WATCH = """
import atexit, os, sys

seen = []
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

def watch(event, args):
    if event == "open" and isinstance(args[2], int) and args[2] & WRITES:
        seen.append(("write", os.fsdecode(args[0])))
    elif event in ("os.mkdir", "os.rename", "os.link", "os.symlink", "os.truncate"):
        seen.append(("write", os.path.abspath(os.fsdecode(args[0]))))
    elif event.partition(".")[0] in ("socket", "subprocess", "urllib", "http"):
        seen.append(("reach", event))

sys.addaudithook(watch)

@atexit.register
def report():
    found = list(seen)
    with open(os.environ["REPORT"], "w") as file:
        for kind, what in found:
            print(kind, what, file=file)
"""


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0)
    os.umask(before)
    yield os.umask
    os.umask(before)


# --- by runs that were killed -------------------------------------------------------------------


def test_the_staging_folder_of_a_living_run_stays_until_it_dies(run: Run, tmp_path: Path) -> None:
    staging = tmp_path / f"{PREFIX}held"
    (staging / "project").mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(staging / "lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        assert run("new", "one", "--yes", "--quiet") == (0, "", "")
        assert names_in(staging) == ["lock", "project"]
        holder.kill()

    assert run("new", "two", "--yes", "--quiet") == (0, "", "")
    assert names_in(tmp_path) == ["one", "two"]


@pytest.mark.parametrize("entries", [[], ["lock"], ["project/a/b.txt"], ["lock", "project/a.txt"]])
def test_what_a_killed_run_left_is_removed(run: Run, tmp_path: Path, entries: list[str]) -> None:
    staging = tmp_path / f"{PREFIX}dead"
    staging.mkdir()
    for entry in entries:
        (staging / entry).parent.mkdir(parents=True, exist_ok=True)
        (staging / entry).touch()

    assert run("new", "shop", "--yes", "--quiet") == (0, "", "")

    assert names_in(tmp_path) == ["shop"]


@posix
def test_a_disk_without_locks_will_do(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    left = tmp_path / f"{PREFIX}left"
    left.mkdir()

    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)

    assert run("new", "shop", "--yes", "--quiet") == (0, "", "")
    assert names_in(tmp_path) == [left.name, "shop"]


def test_a_foreign_folder_with_the_prefix_stays(run: Run, tmp_path: Path) -> None:
    foreign = tmp_path / f"{PREFIX}mine"
    (foreign / "project").mkdir(parents=True)
    (foreign / "thesis.txt").write_bytes(b"ten years")
    (tmp_path / f"{PREFIX}file").write_bytes(b"a file")

    assert run("new", "shop", "--yes", "--quiet") == (0, "", "")

    assert names_in(tmp_path) == [f"{PREFIX}file", f"{PREFIX}mine", "shop"]
    assert names_in(foreign) == ["project", "thesis.txt"]


@posix
def test_symbolic_links_with_the_prefix_stay(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "project").mkdir(parents=True)
    (tmp_path / f"{PREFIX}link").symlink_to(outside)
    (tmp_path / f"{PREFIX}dangling").symlink_to(tmp_path / "nowhere")

    assert run("new", "shop", "--yes", "--quiet") == (0, "", "")

    assert names_in(tmp_path) == [f"{PREFIX}dangling", f"{PREFIX}link", "outside", "shop"]
    assert names_in(outside) == ["project"]


@posix
def test_a_lock_that_is_a_link_makes_nothing_elsewhere(run: Run, tmp_path: Path) -> None:
    # In a folder that others write to, they could have any file of this user's made.
    staging = tmp_path / f"{PREFIX}trap"
    staging.mkdir()
    (staging / "lock").symlink_to(tmp_path / "elsewhere")

    assert run("new", "shop", "--yes", "--quiet") == (0, "", "")

    assert not (tmp_path / "elsewhere").exists()


@posix
def test_a_lock_that_is_a_pipe_does_not_stop_the_run(tmp_path: Path, dockerize: list[str]) -> None:
    staging = tmp_path / f"{PREFIX}trap"
    staging.mkdir()
    os.mkfifo(staging / "lock")

    process = start_new(dockerize, tmp_path)
    try:
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.communicate()


# --- modes --------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002, 0o027])
@pytest.mark.parametrize("installed", [0o600, 0o444, 0o755])
def test_modes_are_the_umasks_and_not_the_installers(
    tmp_path: Path,
    answers: Answers,
    catalog: Catalog,
    umask: Callable[[int], int],
    *,
    mask: int,
    installed: int,
) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(catalog.root, templates)
    for path in templates.rglob("*"):
        if path.is_file():
            path.chmod(installed)
    umask(mask)

    project = create(answers, Catalog(templates), tmp_path / "a" / "my-shop").folder

    paths = [project.parent, project, *project.rglob("*")]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in paths}
    assert modes == {path: (0o777 if path.is_dir() else 0o666) & ~mask for path in paths}


# --- and nothing else ---------------------------------------------------------------------------


def test_nothing_is_written_elsewhere_and_no_network_is_used(
    tmp_path: Path, dockerize: list[str]
) -> None:
    here, hook, report = (tmp_path / name for name in ("here", "hook", "report"))
    here.mkdir()
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(WATCH, "utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": str(hook),
        "PYTHONDONTWRITEBYTECODE": "1",
        "REPORT": str(report),
        # Both would hurt if they were looked at.
        "HOME": str(tmp_path / "no-home"),
        "COOKIECUTTER_CONFIG": str(tmp_path / "no-config"),
    }

    subprocess.run(
        [*dockerize, "new", "shop", "--yes", "-q"], cwd=here, env=environment, check=True
    )

    lines = report.read_text("utf-8").splitlines()
    inside = [line for line in lines if line.startswith(f"write {here}{os.sep}{PREFIX}")]
    assert len(inside) > len(tree(here / "shop"))
    # Whether the output folder is there is found out by making it.
    assert [line for line in lines if line not in inside] == [f"write {here}"]
    assert names_in(tmp_path) == ["here", "hook", "report"]


@pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode != 0,
    reason="needs unshare -n, and the right to it",
)
def test_works_without_any_network(tmp_path: Path, dockerize: list[str]) -> None:
    command = ["unshare", "-n", *dockerize, "new", "shop", "--yes", "--quiet"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_main_is_what_the_process_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["new", "shop", "--yes", "--quiet"]) == 0
    assert names_in(tmp_path) == ["shop"]
