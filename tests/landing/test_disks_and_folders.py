from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from generator.errors import CannotWrite
from tests.landing.helpers import Mount, Run, as_nobody, names_in, posix
from tests.trees import tree


def test_missing_output_folders_are_made(
    run: Run, tmp_path: Path, reference: Callable[[str], dict[str, bytes]]
) -> None:
    assert run("new", "shop", "--yes", "--quiet", "-o", "a/b") == (0, "", "")

    assert tree(tmp_path / "a" / "b" / "shop") == reference("shop")
    assert names_in(tmp_path) == ["a"]
    assert names_in(tmp_path / "a" / "b") == ["shop"]


@posix
def test_a_parent_that_may_not_be_written_to(answers: Answers, catalog: Catalog) -> None:
    assert catalog.frameworks  # read while it may be
    with as_nobody() as folder:
        closed = folder / "closed"
        closed.mkdir()
        closed.chmod(0o500)

        with pytest.raises(CannotWrite) as refused:
            create(answers, catalog, closed / "my-shop")

        assert refused.value.message == f"cannot make {closed / 'my-shop'}: Permission denied"
        assert refused.value.hint == "choose a folder that you may write to: --output-dir DIR"
        assert names_in(closed) == []


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
    assert names_in(disk) == []


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
    assert names_in(disk) == []


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
    assert names_in(tmp_path) == ["file", "loop"]


NOWHERE = (
    "dockerize: the current folder does not exist any more\n  change to a folder that exists\n"
)


@posix
def test_a_current_folder_that_is_gone(tmp_path: Path, dockerize: list[str]) -> None:
    done = _from_a_folder_that_is_gone(tmp_path, [*dockerize, "new", "shop", "--yes"])

    assert (done.returncode, done.stdout, done.stderr) == (1, "", NOWHERE)
    assert names_in(tmp_path) == []


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
        assert tree(tmp_path / "shop") == reference("shop")
    else:
        assert names_in(tmp_path) == []


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
