"""The answers that are not asked: the installer and the extras."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.catalog import Catalog
from tests.cli.new.helpers import ALL_FLAGS, COMMAND, Run, posix, refused
from tests.toys import TOYS, put
from tests.trees import copy_tracked, tree

# An answers file, or a project's record, from before there was more than what is asked.
BEFORE = 'name = "my-shop"\nframework = "flask"\npython = "3.14"\nport = 8000\n'


@pytest.fixture(scope="module")
def extras(catalog: Catalog) -> list[str]:
    return list(catalog.can_have("flask"))


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    """What `dockerize new my-shop --yes` makes with more arguments."""

    def making(*arguments: str) -> dict[str, bytes]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        status, out, err = run("new", "my-shop", "--yes", "-q", "-o", str(folder), *arguments)
        assert (status, out, err) == (0, "", "")
        return tree(folder / "my-shop")

    return making


def answered(run: Run, *arguments: str) -> dict[str, object]:
    """The answers of a dry run."""
    status, out, err = run("new", "my-shop", "--yes", "--json", "--dry-run", *arguments)
    assert (status, err) == (0, "")
    answers: dict[str, object] = json.loads(out)["answers"]
    return answers


# From before


def test_flags_from_before_still_make_a_project(run: Run, tmp_path: Path) -> None:
    status, out, err = run("new", *ALL_FLAGS)
    assert (status, err) == (0, "")
    record = (tmp_path / "my-shop" / ".dockerize.toml").read_text("utf-8")
    assert f'{BEFORE}installer = "uv"\nwith = []\n' in record
    assert f"\n  {COMMAND}\n" in out


def test_an_answers_file_from_before_makes_the_same(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(BEFORE, "utf-8")
    assert run("new", "--answers", "a.toml", "-q", "-o", "file") == (0, "", "")
    assert run("new", *ALL_FLAGS, "-q", "-o", "flags") == (0, "", "")
    assert tree(tmp_path / "file") == tree(tmp_path / "flags")


# The installer


def test_the_installer(made: Callable[..., dict[str, bytes]]) -> None:
    assert made() == made("--installer", "uv")
    pip = made("--installer", "pip")
    assert b'\ninstaller = "pip"\n' in pip[".dockerize.toml"]
    assert b" uv pip install " not in pip["Dockerfile"]
    assert b"pip --python /opt/venv install " in pip["Dockerfile"]


def test_an_installer_in_a_file_gives_way_to_the_flag(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('installer = "pip"', "utf-8")
    assert answered(run, "--answers", "a.toml")["installer"] == "pip"
    assert answered(run, "--answers", "a.toml", "--installer", "uv")["installer"] == "uv"


def test_an_unknown_installer_is_told_what_there_is(run: Run) -> None:
    assert refused(run, "my-shop", "-y", "--installer", "vu") == (
        "dockerize: installer 'vu': this release does not know it\n  there are uv, pip\n"
    )


# The extras


def test_extras_are_taken_in_any_way_of_naming_them(
    run: Run, extras: list[str], tmp_path: Path
) -> None:
    one, other, *_ = extras
    (tmp_path / "a.toml").write_text(f"with = ['{other}', '{one}']", "utf-8")
    for arguments in (
        ["--with", f"{one},{other}"],
        ["--with", f"{other}, {one}"],
        ["--with", f"{one},{other},{one}"],
        ["--with", one, "--with", other],
        ["--with", other, "--with", f"{one},{other}"],
        [f"--with={other},{one}"],
        ["--answers", "a.toml"],
    ):
        assert answered(run, *arguments)["with"] == [one, other], arguments


def test_all_of_them(run: Run, extras: list[str]) -> None:
    assert answered(run, "--with", "all")["with"] == extras
    assert answered(run, "--with", extras[0], "--with", "all")["with"] == extras


def test_the_order_in_which_extras_are_named_does_not_matter(
    made: Callable[..., dict[str, bytes]], extras: list[str]
) -> None:
    one = made("--with", ",".join(extras))
    assert one == made("--with", ",".join(reversed(extras)))
    assert one == made(*[part for name in reversed(extras) for part in ("--with", name)])
    assert one == made("--with", "all")
    assert f"\nwith = {json.dumps(extras)}\n".encode() in one[".dockerize.toml"]


def test_no_extras_at_all(
    run: Run, extras: list[str], made: Callable[..., dict[str, bytes]], tmp_path: Path
) -> None:
    assert made() == made("--with", "")
    (tmp_path / "a.toml").write_text(f"with = ['{extras[0]}']", "utf-8")
    assert answered(run, "--answers", "a.toml")["with"] == [extras[0]]
    assert answered(run, "--answers", "a.toml", "--with", "")["with"] == []


def test_flags_take_the_place_of_the_files_extras(
    run: Run, extras: list[str], tmp_path: Path
) -> None:
    (tmp_path / "a.toml").write_text(f"with = ['{extras[0]}']", "utf-8")
    assert answered(run, "--answers", "a.toml", "--with", extras[1])["with"] == [extras[1]]


@posix
def test_the_printed_command_and_the_record_make_the_same(
    run: Run, extras: list[str], tmp_path: Path
) -> None:
    names = ",".join(extras)
    status, out, _ = run("new", "my-shop", "-y", "--installer", "pip", "--with", "all", "--json")
    command = json.loads(out)["command"]
    assert (status, command) == (0, f"{COMMAND.replace('uv', 'pip')} --with {names}")
    made = tree(tmp_path / "my-shop")
    (tmp_path / "my-shop").rename(tmp_path / "before")
    assert run(*shlex.split(command)[1:])[0] == 0
    assert tree(tmp_path / "my-shop") == made
    record = str(tmp_path / "before" / ".dockerize.toml")
    assert run("new", "--answers", record, "-q", "-o", "again") == (0, "", "")
    assert tree(tmp_path / "again" / "my-shop") == made


def test_what_was_given_is_kept_in_the_command_that_would_work(run: Run, extras: list[str]) -> None:
    err = refused(run, "my-shop", "--with", extras[0], "--installer", "pip")
    command = f"{COMMAND.replace('uv', 'pip')} --with {extras[0]}"
    assert f"\n  this would work: {command}\n" in err


def test_an_unknown_extra_is_told_what_there_is(run: Run, catalog: Catalog) -> None:
    one = next(iter(catalog.extras))
    there_are = f"there are {', '.join(catalog.extras)}, all"
    assert refused(run, "my-shop", "-y", "--with", f"{one},xyz-0") == (
        f"dockerize: with '{one},xyz-0': this release does not know 'xyz-0'\n  {there_are}\n"
    )
    assert refused(run, "my-shop", "-y", "--with", f"{one}x") == (
        f"dockerize: with '{one}x': this release does not know it\n  try {one}; {there_are}\n"
    )


# A checkout whose extras are made up, and one of them not for every framework


@pytest.fixture(scope="module")
def with_toys(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., subprocess.CompletedProcess[str]]:
    checkout = copy_tracked(root, tmp_path_factory.mktemp("with-toys"))
    put(checkout / "templates", TOYS)

    def running(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "generator", "new", "my-shop", *arguments, "-o", folder],
            cwd=checkout,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return running


@pytest.mark.parametrize("arguments", [["--yes"], ["--python", "3.14", "--port", "8000"]])
def test_an_extra_that_does_not_fit_is_refused_before_anything_is_written(
    arguments: list[str],
    with_toys: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    done = with_toys(tmp_path / "a", *arguments, "--framework", "django", "--with", "toy,sign")
    first, hint = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert first == "dockerize: with 'sign,toy': Django cannot have toy"
    assert hint.startswith("  with Django there are ")
    assert "toy" not in hint
    assert list(tmp_path.iterdir()) == []


def test_an_extra_that_fits_is_taken(
    with_toys: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    done = with_toys(tmp_path, "--yes", "--with", "toy", "--with", "sign", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    made = tree(tmp_path / "my-shop")
    assert made["SIGN"] == b"my-shop\n"
    assert made["requirements.txt"] == b"toylib==1.0\n"
