from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.__main__ import main
from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from generator.errors import CannotWrite, RenderFailed, TargetExists
from generator.landing import land, refuse_occupied
from generator.project import ROOT

PREFIX = ".dockerize-staging-"

HOLDER = """
import sys
from pathlib import Path
from generator import filelock

lock = filelock.acquire(Path(sys.argv[1]))
print("held" if lock else "refused", flush=True)
sys.stdin.read()
"""

# All that costs time is done before the start, so that rivals meet where it matters.
RIVAL = """
import sys
import cookiecutter.generate, cookiecutter.utils, rich.console
from generator.__main__ import main
import generator.cli.new

print("ready", flush=True)
sys.stdin.readline()
raise SystemExit(main(["new", "shop", "--yes", "--json"]))
"""

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")

Run = Callable[..., tuple[int, str, str]]
Mount = Callable[..., None]


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _staging(folder: Path) -> list[str]:
    return [name for name in _names(folder) if name.startswith(PREFIX)]


def _new(dockerize: list[str], folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*dockerize, "new", "shop", "--yes", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_for(folder: Path, pattern: str, process: subprocess.Popen[str]) -> None:
    """Until something that matches appears in `folder`."""
    while process.poll() is None and not list(folder.glob(pattern)):
        pass


@pytest.fixture(scope="module")
def reference(
    catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], dict[str, bytes]]:
    """What `dockerize new NAME --yes` makes."""

    def make(name: str) -> dict[str, bytes]:
        answers = Answers(name=name, framework="flask", python="3.14", port=8000)
        return _tree(create(answers, catalog, tmp_path_factory.mktemp(name) / name).folder)

    return make


@pytest.fixture
def broken(catalog: Catalog, tmp_path: Path) -> Catalog:
    """The catalogue, with a template that fails after others have been written."""
    templates = tmp_path / "templates"
    shutil.copytree(catalog.root, templates)
    (templates / "shared" / ROOT / "zzz.txt").write_text("{{ cookiecutter.nope }}\n", "ascii")
    return Catalog(templates)


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Call `mount`; everything is unmounted at the end."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount")
    mounted: list[Path] = []

    def call(at: Path, *arguments: str) -> None:
        done = subprocess.run(
            ["mount", *arguments, str(at)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"cannot mount here: {done.stderr.strip()}")
        mounted.append(at)

    yield call
    for at in reversed(mounted):
        subprocess.run(["umount", str(at)], check=True)


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0)
    os.umask(before)
    yield os.umask
    os.umask(before)


@contextmanager
def _as_nobody() -> Iterator[Path]:
    """A folder anyone may use, and no right to anything more: modes do not stop root."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o777)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for path in folder.iterdir():
            path.chmod(0o700)
        shutil.rmtree(folder)


# --- killed -------------------------------------------------------------------------------------


@posix
def test_killed_at_any_instant(
    tmp_path: Path,
    dockerize: list[str],
    catalog: Catalog,
    reference: Callable[[str], dict[str, bytes]],
) -> None:
    whole, next_whole = reference("shop"), reference("next")
    after = Answers(name="next", framework="flask", python="3.14", port=8000)
    started = time.monotonic()
    _new(dockerize, tmp_path).communicate()
    length = time.monotonic() - started
    left_staging = left_nothing = 0

    # Half of them over the whole run, half of them over the part in which something is written.
    for n in range(40):
        folder = tmp_path / f"run-{n}"
        folder.mkdir()
        process = _new(dockerize, folder)
        if n % 2:
            _wait_for(folder, f"{PREFIX}*", process)
            time.sleep(n * 0.0015)
        else:
            time.sleep(length * n / 40)
        process.kill()
        process.communicate()

        names, staging = _names(folder), _staging(folder)
        assert set(names) - set(staging) <= {"shop"}
        assert len(staging) <= 1
        if "shop" in names:
            assert _tree(folder / "shop") == whole
        left_staging += bool(staging)
        left_nothing += not names

        create(after, catalog, folder / "next")
        assert _staging(folder) == []
        assert _tree(folder / "next") == next_whole
        if "shop" in names:
            assert _tree(folder / "shop") == whole

    assert left_staging, "no run was killed while it wrote"
    assert left_nothing, "no run was killed before it wrote"


@posix
@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (signal.SIGINT, "dockerize: interrupted; nothing was written"),
        (signal.SIGTERM, ""),
        (signal.SIGHUP, ""),
    ],
)
def test_ended_while_it_writes(
    tmp_path: Path, dockerize: list[str], ending: signal.Signals, said: str
) -> None:
    # On a busy machine the signal may come too late, but not every time.
    for n in range(5):
        folder = tmp_path / str(n)
        folder.mkdir()
        process = _new(dockerize, folder, "--output-dir", "deep/er")
        _wait_for(folder, f"deep/er/{PREFIX}*/project", process)
        process.send_signal(ending)
        out, err = process.communicate()
        if process.returncode:
            break

    assert (process.returncode, out, err.strip()) == (128 + ending, "", said)
    assert _names(folder) == [], "not even the folders that were made for it"


@posix
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_ended_dry_run_leaves_nothing(
    tmp_path: Path, dockerize: list[str], ending: signal.Signals
) -> None:
    for n in range(5):
        scratch = tmp_path / str(n)
        scratch.mkdir()
        process = subprocess.Popen(
            [*dockerize, "new", "shop", "--yes", "--dry-run", "--output-dir", str(tmp_path)],
            env={**os.environ, "TMPDIR": str(scratch)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        _wait_for(scratch, "dockerize-*/*", process)
        process.send_signal(ending)
        if process.wait() == 128 + ending:
            break

    assert process.returncode == 128 + ending
    assert _names(scratch) == []


@posix
@pytest.mark.parametrize("milliseconds", [0, 0.3, 0.6, 1, 2, 5, 20])
def test_interrupted_after_it_wrote(
    tmp_path: Path,
    dockerize: list[str],
    reference: Callable[[str], dict[str, bytes]],
    milliseconds: float,
) -> None:
    process = _new(dockerize, tmp_path)
    _wait_for(tmp_path, "shop", process)
    time.sleep(milliseconds / 1000)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()

    assert (process.returncode, err) == (0, "")
    assert _names(tmp_path) == ["shop"]
    assert _tree(tmp_path / "shop") == reference("shop")


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
        assert _names(staging) == ["lock", "project"]
        holder.kill()

    assert run("new", "two", "--yes", "--quiet") == (0, "", "")
    assert _names(tmp_path) == ["one", "two"]


@pytest.mark.parametrize("entries", [[], ["lock"], ["project/a/b.txt"], ["lock", "project/a.txt"]])
def test_what_a_killed_run_left_is_removed(run: Run, tmp_path: Path, entries: list[str]) -> None:
    staging = tmp_path / f"{PREFIX}dead"
    staging.mkdir()
    for entry in entries:
        (staging / entry).parent.mkdir(parents=True, exist_ok=True)
        (staging / entry).touch()

    assert run("new", "shop", "--yes", "--quiet") == (0, "", "")

    assert _names(tmp_path) == ["shop"]


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
    assert _names(tmp_path) == [left.name, "shop"]


def test_a_foreign_folder_with_the_prefix_stays(run: Run, tmp_path: Path) -> None:
    foreign = tmp_path / f"{PREFIX}mine"
    (foreign / "project").mkdir(parents=True)
    (foreign / "thesis.txt").write_bytes(b"ten years")
    (tmp_path / f"{PREFIX}file").write_bytes(b"a file")

    assert run("new", "shop", "--yes", "--quiet") == (0, "", "")

    assert _names(tmp_path) == [f"{PREFIX}file", f"{PREFIX}mine", "shop"]
    assert _names(foreign) == ["project", "thesis.txt"]


@posix
def test_symbolic_links_with_the_prefix_stay(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "project").mkdir(parents=True)
    (tmp_path / f"{PREFIX}link").symlink_to(outside)
    (tmp_path / f"{PREFIX}dangling").symlink_to(tmp_path / "nowhere")

    assert run("new", "shop", "--yes", "--quiet") == (0, "", "")

    assert _names(tmp_path) == [f"{PREFIX}dangling", f"{PREFIX}link", "outside", "shop"]
    assert _names(outside) == ["project"]


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

    process = _new(dockerize, tmp_path)
    try:
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.communicate()


# --- raced --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rivals", "rounds"), [(2, 6), (4, 6)])
def test_one_of_several_wins_and_the_others_say_so(
    tmp_path: Path, reference: Callable[[str], dict[str, bytes]], rivals: int, rounds: int
) -> None:
    whole = reference("shop")
    for n in range(rounds):
        folder = tmp_path / str(n)
        folder.mkdir()
        if n % 2:
            (folder / "shop").mkdir()
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", RIVAL],
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(rivals)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        results = _results(processes)

        assert [status for status, _, _ in results] == [0] + [1] * (rivals - 1)
        assert [err for _, err, _ in results] == [""] * rivals
        codes = [json.loads(out)["error"]["code"] for _, _, out in results[1:]]
        assert codes == ["target-exists"] * (rivals - 1)
        assert _names(folder) == ["shop"]
        assert _tree(folder / "shop") == whole


def _results(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    """Status, stderr and stdout of each, sorted, after all have been told to go."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return sorted((*process.communicate(), process.returncode)[::-1] for process in processes)


def test_what_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "shop"

    def fill(folder: Path) -> None:
        (folder / "ours").touch()
        target.mkdir()
        (target / "theirs").touch()

    with pytest.raises(TargetExists):
        land(target, fill)

    assert _names(tmp_path) == ["shop"]
    assert _names(target) == ["theirs"]


# --- refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_folder_that_is_not_empty(run: Run, tmp_path: Path, dry: list[str]) -> None:
    (tmp_path / "shop").mkdir()
    for name in "gfedcba":
        (tmp_path / "shop" / name).touch()

    status, out, err = run("new", "shop", "--yes", *dry)

    assert (status, out) == (1, "")
    assert err == (
        f"dockerize: {tmp_path / 'shop'} exists and is not empty: "
        "it holds a, b, c, d, e and 2 more\n"
        "  choose another name or --output-dir\n"
    )
    assert _names(tmp_path) == ["shop"]
    assert _names(tmp_path / "shop") == list("abcdefg")


def test_five_entries_are_all_listed(tmp_path: Path) -> None:
    for name in "abcde":
        (tmp_path / name).touch()

    with pytest.raises(TargetExists) as refused:
        refuse_occupied(tmp_path)

    assert refused.value.message == f"{tmp_path} exists and is not empty: it holds a, b, c, d, e"
    assert refused.value.entries == ("a", "b", "c", "d", "e")


@posix
@pytest.mark.parametrize("output_dir", [[], ["--output-dir", "my work"]])
def test_only_a_repository_and_the_way_around_it(
    run: Run,
    tmp_path: Path,
    reference: Callable[[str], dict[str, bytes]],
    output_dir: list[str],
) -> None:
    project = tmp_path.joinpath(*output_dir[1:], "shop")
    (project / ".git").mkdir(parents=True)
    (project / ".git" / "HEAD").write_bytes(b"ref: refs/heads/main\n")

    status, out, err = run("new", "shop", "--yes", *output_dir)

    first, second, command = err.splitlines()
    assert (status, out) == (1, "")
    assert first == f"dockerize: {project} exists and is not empty: it holds .git"
    assert second == "  to make the project in this repository:"
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(command, shell=True, check=True, env={**os.environ, "PATH": path})
    made = _tree(project)
    assert made.pop(".git/HEAD") == b"ref: refs/heads/main\n"
    assert made == reference("shop")
    assert _names(project.parent) == ["shop"]


def test_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shop").write_bytes(b"mine")

    status, out, err = run("new", "shop", "--yes")

    assert (status, out) == (1, "")
    assert err == (
        f"dockerize: {tmp_path / 'shop'} exists and is not a folder\n"
        "  choose another name or --output-dir\n"
    )
    assert (tmp_path / "shop").read_bytes() == b"mine"
    assert _names(tmp_path) == ["shop"]


@posix
@pytest.mark.parametrize("dangling", [False, True])
def test_a_symbolic_link(run: Run, tmp_path: Path, *, dangling: bool) -> None:
    if not dangling:
        (tmp_path / "empty").mkdir()
    (tmp_path / "shop").symlink_to(tmp_path / "empty")

    status, out, err = run("new", "shop", "--yes")

    assert (status, out) == (1, "")
    assert err == (
        f"dockerize: {tmp_path / 'shop'} is a symbolic link, which the project would replace\n"
        "  remove the link, or choose another name or --output-dir\n"
    )
    assert (tmp_path / "shop").is_symlink()
    assert _names(tmp_path) == (["shop"] if dangling else ["empty", "shop"])


def test_a_mount_point(run: Run, tmp_path: Path, mount: Mount) -> None:
    target = tmp_path / "shop"
    target.mkdir()
    mount(target, "-t", "tmpfs", "none")

    status, out, err = run("new", "shop", "--yes")

    assert (status, out) == (1, "")
    assert err == (
        f"dockerize: {target} is a mount point, whose place no project can take\n"
        f"  mount its parent folder instead, or pass --output-dir {target}\n"
    )
    assert _names(target) == []
    assert _names(tmp_path) == ["shop"]


@posix
def test_a_folder_that_may_not_be_read() -> None:
    with _as_nobody() as folder:
        target = folder / "shop"
        target.mkdir()
        target.chmod(0o300)

        with pytest.raises(
            TargetExists, match="exists and is not empty: it holds what you may not read"
        ):
            refuse_occupied(target)


@posix
def test_a_parent_that_may_not_be_written_to(answers: Answers, catalog: Catalog) -> None:
    assert catalog.frameworks  # read while it may be
    with _as_nobody() as folder:
        closed = folder / "closed"
        closed.mkdir()
        closed.chmod(0o500)

        with pytest.raises(CannotWrite) as refused:
            create(answers, catalog, closed / "my-shop")

        assert refused.value.message == f"cannot make {closed / 'my-shop'}: Permission denied"
        assert refused.value.hint == "choose a folder that you may write to: --output-dir DIR"
        assert _names(closed) == []


def test_an_empty_folder_is_taken(
    run: Run, tmp_path: Path, reference: Callable[[str], dict[str, bytes]]
) -> None:
    (tmp_path / "shop").mkdir()

    assert run("new", "shop", "--yes", "--quiet") == (0, "", "")

    assert _tree(tmp_path / "shop") == reference("shop")
    assert _names(tmp_path) == ["shop"]


# --- where it goes ------------------------------------------------------------------------------


def test_missing_output_folders_are_made(
    run: Run, tmp_path: Path, reference: Callable[[str], dict[str, bytes]]
) -> None:
    assert run("new", "shop", "--yes", "--quiet", "-o", "a/b") == (0, "", "")

    assert _tree(tmp_path / "a" / "b" / "shop") == reference("shop")
    assert _names(tmp_path) == ["a"]
    assert _names(tmp_path / "a" / "b") == ["shop"]


def test_output_folders_that_were_made_go_again_when_rendering_fails(
    tmp_path: Path, answers: Answers, broken: Catalog
) -> None:
    (tmp_path / "there").mkdir()

    with pytest.raises(RenderFailed):
        create(answers, broken, tmp_path / "there" / "a" / "b" / "my-shop")

    assert _names(tmp_path) == ["templates", "there"]
    assert _names(tmp_path / "there") == []


def test_a_failed_render_leaves_an_empty_target_as_it_was(
    tmp_path: Path, answers: Answers, broken: Catalog
) -> None:
    (tmp_path / "my-shop").mkdir()

    with pytest.raises(RenderFailed):
        create(answers, broken, tmp_path / "my-shop")

    assert _names(tmp_path) == ["my-shop", "templates"]
    assert _names(tmp_path / "my-shop") == []


@pytest.mark.parametrize("output_dir", ["disk", "disk/deep/er"])
def test_a_disk_that_is_read_only(run: Run, tmp_path: Path, mount: Mount, output_dir: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount(disk, "--bind", str(disk))
    subprocess.run(["mount", "-o", "remount,ro,bind", str(disk)], check=True)

    status, out, err = run("new", "shop", "--yes", "-o", output_dir)

    project = tmp_path / output_dir / "shop"
    assert (status, out) == (1, "")
    assert err == (
        f"dockerize: cannot make {project}: Read-only file system\n"
        "  choose a folder on a disk that can be written to: --output-dir DIR\n"
    )
    assert _names(disk) == []


# From a disk with no room for anything to one with room for nearly all of it.
@pytest.mark.parametrize("size", ["4k", "16k", "32k", "64k"])
@pytest.mark.parametrize("output_dir", ["disk", "disk/deep/er"])
def test_a_disk_that_is_full(
    run: Run, tmp_path: Path, mount: Mount, size: str, output_dir: str
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount(disk, "-t", "tmpfs", "-o", f"size={size}", "none")

    status, out, err = run("new", "shop", "--yes", "-o", output_dir)

    project = tmp_path / output_dir / "shop"
    assert (status, out) == (1, "")
    assert err == (
        f"dockerize: cannot make {project}: No space left on device\n"
        "  make room there, or choose another disk: --output-dir DIR\n"
    )
    assert _names(disk) == []


@pytest.mark.parametrize(
    ("output_dir", "message"),
    [
        ("file", "{here}/file is not a folder\n  choose another --output-dir"),
        ("file/sub", "cannot make {here}/file/sub/shop: Not a directory"),
        (
            "n" * 256,
            "cannot look at {here}/" + "n" * 256 + "/shop: File name too long\n"
            "  choose another --output-dir",
        ),
        ("loop", "{here}/loop is not a folder\n  choose another --output-dir"),
    ],
    ids=["a file", "below a file", "a name too long", "a link to itself"],
)
@posix
def test_an_output_folder_that_cannot_be(
    run: Run, tmp_path: Path, output_dir: str, message: str
) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "loop").symlink_to("loop")

    assert run("new", "shop", "--yes", "-o", output_dir) == (
        1,
        "",
        f"dockerize: {message.format(here=tmp_path)}\n",
    )
    assert _names(tmp_path) == ["file", "loop"]


NOWHERE = (
    "dockerize: the current folder does not exist any more\n  change to a folder that exists\n"
)


@posix
def test_a_current_folder_that_is_gone(tmp_path: Path, dockerize: list[str]) -> None:
    done = _from_a_folder_that_is_gone(tmp_path, [*dockerize, "new", "shop", "--yes"])

    assert (done.returncode, done.stdout, done.stderr) == (1, "", NOWHERE)
    assert _names(tmp_path) == []


@posix
def test_from_a_folder_that_is_gone_to_one_that_is_there(
    tmp_path: Path, dockerize: list[str], reference: Callable[[str], dict[str, bytes]]
) -> None:
    done = _from_a_folder_that_is_gone(
        tmp_path, [*dockerize, "new", "shop", "--yes", "--quiet", "-o", str(tmp_path)]
    )

    # Either will do, as long as it does not blame the folder that is there.
    assert (done.returncode, done.stdout, done.stderr) in ((0, "", ""), (1, "", NOWHERE))
    if done.returncode == 0:
        assert _tree(tmp_path / "shop") == reference("shop")
    else:
        assert _names(tmp_path) == []


def _from_a_folder_that_is_gone(
    folder: Path, command: list[str]
) -> subprocess.CompletedProcess[str]:
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    return subprocess.run(
        ["sh", "-c", script, "sh", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


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
    assert len(inside) > len(_tree(here / "shop"))
    # Whether the output folder is there is found out by making it.
    assert [line for line in lines if line not in inside] == [f"write {here}"]
    assert _names(tmp_path) == ["here", "hook", "report"]


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
    assert _names(tmp_path) == ["shop"]
