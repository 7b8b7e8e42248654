from __future__ import annotations

import datetime as dt
import io
import itertools
import json
import os
import shlex
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.project import plan

Run = Callable[..., tuple[int, str, str]]

posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")

FLAGS = {"name": "NAME", "framework": "--framework", "python": "--python", "port": "--port"}
ALL = {"name": "my-shop", "framework": "flask", "python": "3.14", "port": "8000"}
ALL_FLAGS = ["my-shop", "--framework", "flask", "--python", "3.14", "--port", "8000"]
COMMAND = "dockerize new my-shop --framework flask --python 3.14 --port 8000"


@pytest.fixture
def paths(answers: Answers, catalog: Catalog) -> list[str]:
    """Of a Flask project's files."""
    return [source.path for source in plan(answers, catalog).sources()]


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def flags(texts: Mapping[str, str]) -> list[str]:
    given = [[text] if key == "name" else [f"--{key}", text] for key, text in texts.items()]
    return list(itertools.chain.from_iterable(given))


def refused(run: Run, *arguments: str) -> str:
    """The message; the refusal is the same with --json, and neither writes anything."""
    before = sorted(Path.cwd().rglob("*"))
    status, out, err = run("new", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("dockerize: ")
    json_status, json_out, json_err = run("new", *arguments, "--json")
    assert (json_status, json_err) == (2, "")
    error = json.loads(json_out)["error"]
    if error["code"] != "missing-answers":  # it says why nothing can be asked: one reason of two
        indented = "".join(f"  {line}\n" for line in error["hint"].splitlines())
        assert err == f"dockerize: {error['message']}\n{indented}"
    assert sorted(Path.cwd().rglob("*")) == before
    return err


# What is made


def test_all_flags(run: Run, paths: list[str], tmp_path: Path) -> None:
    status, out, err = run("new", *ALL_FLAGS)
    assert (status, err) == (0, "")
    made = files(tmp_path)
    assert sorted(made) == [f"my-shop/{path}" for path in paths]
    size = sum(map(len, made.values()))
    lines = out.splitlines()
    assert lines[0] == f"Made {tmp_path / 'my-shop'}: {len(paths)} files, {size:,} bytes"
    assert lines[1:4] == ["my-shop/", "├── app/", "│   ├── __init__.py"]
    assert lines[-7:] == [
        "Next:",
        "  cd my-shop",
        "  docker build -t my-shop .",
        "  docker run --rm -p 127.0.0.1:8000:8000 my-shop",
        "Then open http://localhost:8000",
        "The same project again, without questions:",
        f"  {COMMAND}",
    ]


def test_yes_takes_the_defaults(run: Run, tmp_path: Path) -> None:
    assert run("new", "my-shop", "-y")[0] == 0
    by_default = files(tmp_path / "my-shop")
    assert run("new", *ALL_FLAGS, "-o", "elsewhere")[0] == 0
    assert files(tmp_path / "elsewhere" / "my-shop") == by_default


def test_yes_leaves_what_is_given(run: Run) -> None:
    out = run("new", "my-shop", "--yes", "--python", "3.11", "--port", "9000", "--json")[1]
    assert json.loads(out)["answers"] == {
        "name": "my-shop",
        "framework": "flask",
        "python": "3.11",
        "port": 9000,
    }


def test_json(run: Run, paths: list[str], tmp_path: Path) -> None:
    status, out, err = run("new", *ALL_FLAGS, "--json")
    assert (status, err) == (0, "")
    expected = {
        "project": str(tmp_path / "my-shop"),
        "files": paths,
        "answers": {"name": "my-shop", "framework": "flask", "python": "3.14", "port": 8000},
        "command": COMMAND,
        "dry_run": False,
    }
    assert out == json.dumps(expected, indent=2) + "\n"
    assert sorted(files(tmp_path / "my-shop")) == paths == sorted(paths)


def test_json_of_a_failure(run: Run) -> None:
    status, out, err = run("new", "My_Shop", "--yes", "--json")
    assert (status, err) == (2, "")
    expected = {
        "error": {
            "code": "invalid-name",
            "message": "name 'My_Shop': it holds the capital letter 'M',"
            " and only a-z, 0-9 and - are right",
            "hint": "try my-shop",
        }
    }
    assert out == json.dumps(expected, indent=2) + "\n"


def test_json_keeps_notes_off_stdout(run: Run) -> None:
    status, out, err = run("new", "my-shop", "-y", "--port", "6000", "--json")
    assert status == 0
    assert json.loads(out)["answers"]["port"] == 6000
    assert err == "note: port 6000 is one that browsers refuse to open; 8000 is wiser\n"


@pytest.mark.parametrize("option", ["-q", "--quiet"])
def test_quiet(option: str, run: Run, tmp_path: Path) -> None:
    assert run("new", "my-shop", "-y", "--port", "80", option) == (0, "", "")
    assert (tmp_path / "my-shop" / "Dockerfile").is_file()


def test_quiet_still_says_what_is_wrong(run: Run) -> None:
    assert run("new", "My_Shop", "-yq")[2].startswith("dockerize: name 'My_Shop'")


@pytest.mark.parametrize("option", ["-v", "--verbose"])
def test_verbose_shows_sizes(option: str, run: Run, tmp_path: Path) -> None:
    out = run("new", "my-shop", "-y", option)[1]
    for path, content in files(tmp_path / "my-shop").items():
        assert f"── {path.rpartition('/')[2]}  {len(content):,}\n" in out
    assert "Next:\n" in out


def test_a_dry_run_writes_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_bytes(b"mine")
    status, dry, err = run("new", "my-shop", "-y", "--dry-run", "-o", "not/there")
    assert (status, err) == (0, "")
    assert list(tmp_path.rglob("*")) == [tmp_path / "other.txt"]
    assert dry.startswith(f"Would make {tmp_path / 'not' / 'there' / 'my-shop'}: 22 files, ")
    assert dry.endswith(
        f"\nNothing was written. To make it:\n  {COMMAND} --output-dir {Path('not/there')}\n"
    )
    made = run("new", "my-shop", "-y", "-v", "-o", "not/there")[1]
    tree = made.partition("\n")[2].partition("Next:")[0]
    assert "── Dockerfile  " in tree
    assert tree in dry


def test_json_of_a_dry_run(run: Run, tmp_path: Path) -> None:
    dry = json.loads(run("new", "my-shop", "-y", "--json", "--dry-run")[1])
    assert list(tmp_path.iterdir()) == []
    made = json.loads(run("new", "my-shop", "-y", "--json")[1])
    assert dry == {**made, "dry_run": True}


def test_a_dry_run_refuses_what_the_real_one_would(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my-shop").touch()
    real, dry = (run("new", "my-shop", "-y", *option) for option in ([], ["--dry-run"]))
    assert real == dry
    assert real[0] == 1


def test_the_printed_command_makes_the_same_project(run: Run, tmp_path: Path) -> None:
    made = json.loads(run("new", "my-shop", "-y", "--port", "81", "-o", "a b", "--json")[1])
    once = files(tmp_path / "a b")
    (tmp_path / "a b").rename(tmp_path / "before")
    if os.name == "nt":
        again = subprocess.run(made["command"], check=False, shell=True).returncode
    else:
        again = run(*shlex.split(made["command"])[1:])[0]
    assert again == 0
    assert files(tmp_path / "a b") == once


# Where it is made


def test_the_output_folder_is_made(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("new", "my-shop", "-y", "--output-dir", "a/b c")
    assert status == 0
    assert (tmp_path / "a" / "b c" / "my-shop" / "Dockerfile").is_file()
    if os.name != "nt":
        assert "\n  cd 'a/b c/my-shop'\n" in out
        assert out.endswith(f"\n  {COMMAND} --output-dir 'a/b c'\n")


def test_an_absolute_output_folder(run: Run, tmp_path: Path) -> None:
    made = json.loads(run("new", "my-shop", "-y", "--json", "-o", str(tmp_path / "there"))[1])
    assert made["project"] == str(tmp_path / "there" / "my-shop")


def test_an_output_folder_above(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    made = json.loads(run("new", "my-shop", "-y", "--json", "-o", "..")[1])
    assert made["project"] == str((tmp_path / "my-shop").resolve())


@posix
@pytest.mark.parametrize("folder", ["{{ 7*7 }}", "$(id)", "it's", "-x", "--help", "~", "a\nb", "é"])
def test_an_output_folder_is_data(folder: str, run: Run, tmp_path: Path) -> None:
    status, out, _ = run("new", "my-shop", "-y", "-o", folder)
    assert status == 0
    assert [path.name for path in tmp_path.iterdir()] == [folder]
    assert (tmp_path / folder / "my-shop" / "Dockerfile").is_file()
    command = out.partition("without questions:\n")[2]
    assert shlex.split(command)[-2:] == ["--output-dir", folder]


@posix
@pytest.mark.parametrize("folder", ["-x", "--help", "it's a b"])
def test_the_cd_that_is_printed_goes_there(folder: str, run: Run, tmp_path: Path) -> None:
    out = run("new", "my-shop", "-y", "-o", folder)[1]
    cd = out.partition("Next:\n")[2].splitlines()[0]
    process = subprocess.run(
        ["sh", "-c", f"{cd} && pwd -P"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert process.stdout == f"{(tmp_path / folder / 'my-shop').resolve()}\n"


def test_an_empty_output_folder_is_refused(run: Run) -> None:
    assert refused(run, "my-shop", "-y", "-o", "") == (
        "dockerize: --output-dir is empty\n  leave it out to use the current folder\n"
    )


def test_a_folder_in_the_way_is_refused_with_what_it_holds(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my-shop").mkdir()
    for name in "abcdefg":
        (tmp_path / "my-shop" / name).touch()
    assert run("new", "my-shop", "-y") == (
        1,
        "",
        (
            f"dockerize: {tmp_path / 'my-shop'} exists and is not empty: "
            "it holds a, b, c, d, e and 2 more\n"
            "  choose another name or --output-dir\n"
        ),
    )
    assert len(files(tmp_path)) == 7


def test_an_empty_folder_is_not_in_the_way(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my-shop").mkdir()
    assert run("new", "my-shop", "-yq") == (0, "", "")
    assert (tmp_path / "my-shop" / "Dockerfile").is_file()


def test_json_of_a_folder_in_the_way(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my-shop").touch()
    status, out, err = run("new", "my-shop", "-y", "--json")
    assert (status, err) == (1, "")
    assert json.loads(out) == {
        "error": {
            "code": "target-exists",
            "message": f"{tmp_path / 'my-shop'} exists and is not a folder",
            "hint": "choose another name or --output-dir",
        }
    }


def test_an_output_folder_that_is_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, out, err = run("new", "my-shop", "-y", "-o", "file")
    assert (status, out) == (1, "")
    assert err.startswith("dockerize: ")
    assert str(tmp_path / "file") in err


@pytest.fixture
def in_shell(dockerize: list[str], tmp_path: Path) -> Callable[[str], tuple[int, str]]:
    """Run lines in sh, where `dockerize` is the command; gives status and stderr."""
    definition = f'dockerize() {{ {shlex.join(dockerize)} "$@"; }}\n'

    def running(lines: str) -> tuple[int, str]:
        process = subprocess.run(
            ["sh", "-c", definition + lines],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in process.stderr
        assert "Exception" not in process.stderr
        return process.returncode, process.stderr

    return running


InShell = Callable[[str], tuple[int, str]]


@posix
@pytest.mark.parametrize("output_dir", [None, "my shops", "-x"])
def test_the_way_on_in_a_folder_that_holds_only_git(
    output_dir: str | None, run: Run, in_shell: InShell, tmp_path: Path
) -> None:
    project = tmp_path / (output_dir or "") / "my-shop"
    (project / ".git").mkdir(parents=True)
    (project / ".git" / "HEAD").write_bytes(b"ref: refs/heads/main\n")
    options = [] if output_dir is None else ["-o", output_dir]
    status, out, err = run("new", "my-shop", "-y", *options)
    assert (status, out) == (1, "")
    first, second, third = err.splitlines()
    assert first == f"dockerize: {project} exists and is not empty: it holds .git"
    assert second == "  to make the project in this repository:"
    assert in_shell(third) == (0, "")
    made = files(project)
    assert made.pop(".git/HEAD") == b"ref: refs/heads/main\n"
    assert "Dockerfile" in made
    assert not any(path.startswith(".git/") for path in made)
    assert [path.name for path in project.parent.iterdir()] == ["my-shop"]


@posix
def test_the_way_on_leaves_another_repository_alone(
    run: Run, in_shell: InShell, tmp_path: Path
) -> None:
    for repository in ("my-shop/.git", "my-shop.git"):
        (tmp_path / repository).mkdir(parents=True)
        (tmp_path / repository / "HEAD").write_text(repository, "ascii")
    err = run("new", "my-shop", "-y")[2]
    in_shell(err.splitlines()[2])
    assert (tmp_path / "my-shop" / ".git" / "HEAD").read_text("ascii") == "my-shop/.git"
    assert (tmp_path / "my-shop.git" / "HEAD").read_text("ascii") == "my-shop.git"


@posix
def test_a_current_folder_that_is_gone(in_shell: InShell) -> None:
    status, err = in_shell("mkdir gone; cd gone; rmdir ../gone; dockerize new my-shop -y")
    assert status in (1, 2)
    assert err.startswith("dockerize: the current folder does not exist any more\n")


# What is missing

SUBSETS = [subset for size in range(4) for subset in itertools.combinations(ALL, size)]


@pytest.mark.parametrize("keys", SUBSETS, ids="-".join)
def test_all_that_is_missing_is_listed_with_a_command_that_works(
    keys: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    given = {key: ALL[key] for key in keys}
    err = refused(run, *flags(given))
    lines = err.splitlines()
    missing = ", ".join(flag for key, flag in FLAGS.items() if key not in given)
    assert lines[0] == (
        "dockerize: nothing can be asked here (standard input is not a terminal),"
        f" and there is no answer for {missing}"
    )
    name = given.get("name", "my-app")
    assert lines[1] == f"  this would work: {COMMAND.replace('my-shop', name)}"
    assert lines[2:] == ["  --yes takes the defaults for all but NAME"]
    assert run(*lines[1].partition(": dockerize ")[2].split())[0] == 0
    assert (tmp_path / name / "Dockerfile").is_file()


def test_the_command_that_would_work_keeps_what_was_given(run: Run) -> None:
    err = refused(run, "--port", "9000", "--python", "3.12", "-o", "there")
    assert (
        "this would work: dockerize new my-app --framework flask --python 3.12 --port 9000"
        " --output-dir there\n"
    ) in err


def test_yes_without_a_name(run: Run) -> None:
    err = refused(run, "--yes")
    assert "there is no answer for NAME\n" in err
    assert "this would work: dockerize new my-app --framework flask" in err


def test_json_of_what_is_missing(run: Run) -> None:
    status, out, err = run("new", "--json", "--port", "8000", "my-shop")
    assert (status, err) == (2, "")
    assert json.loads(out) == {
        "error": {
            "code": "missing-answers",
            "message": "nothing can be asked here (--json), and there is no answer for"
            " --framework, --python",
            "hint": f"this would work: {COMMAND}\n--yes takes the defaults for all but NAME",
        }
    }


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("1", "CI is set"),
        ("true", "CI is set"),
        ("yes", "CI is set"),
        ("", "standard input is not a terminal"),
        ("0", "standard input is not a terminal"),
        ("false", "standard input is not a terminal"),
        ("FALSE", "standard input is not a terminal"),
    ],
)
def test_ci(value: str, reason: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", value)
    assert f"nothing can be asked here ({reason})," in run("new")[2]


# What is wrong


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["My_Shop"], "name 'My_Shop': it holds the capital letter 'M', and only"),
        (["{{ 7*7 }}"], "name '{{ 7*7 }}': it holds the character '{', and only"),
        (["$(id)"], "name '$(id)': it holds the character '$', and only"),
        (["../shop"], "name '../shop': it holds the character '.', and only"),
        ([""], "name '': it is empty"),
        (["--", "-x"], "name '-x': it begins with '-', not with a letter"),
        (["con"], "name 'con': Windows keeps it for a device"),
        (["x-y", "--framework", "flaks"], "framework 'flaks': this release does not know it"),
        (["x-y", "--python", "3.9"], "python '3.9': Python 3.9 reached its end of life in 2025-10"),
        (["x-y", "--python", "3"], "python '3': this release does not know it"),
        (["x-y", "--port", "+1"], "port '+1': a port is a whole number from 1 to 65535"),
        (["x-y", "--port", "-1"], "port '-1': a port is a whole number from 1 to 65535"),
        (["x-y", "--port", "9" * 5000], f"port '{'9' * 60}...': a port is"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)
def test_invalid_answers(arguments: list[str], message: str, run: Run) -> None:
    # Options first, as nothing is one after `--`.
    status, out, err = run("new", "--yes", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(f"dockerize: {message}")
    assert "49" not in err
    assert "uid=" not in err
    assert list(Path.cwd().iterdir()) == []


def test_a_wrong_answer_is_named_before_what_is_missing(run: Run) -> None:
    assert refused(run, "--port", "0") == (
        "dockerize: port '0': a port is a whole number from 1 to 65535\n  try 8000\n"
    )


def test_an_unknown_option_is_told_what_was_meant(run: Run) -> None:
    assert refused(run, "--framewrok", "flask") == (
        "dockerize: No such option '--framewrok'. Did you mean '--framework'?\n"
        "  dockerize new --help lists what there is\n"
    )


@pytest.mark.parametrize("option", ["--framework", "--python", "--port", "-o", "--answers"])
def test_an_option_without_its_value(option: str, run: Run) -> None:
    status, out, err = run("new", "my-shop", option)
    assert (status, out) == (2, "")
    assert err.startswith(f"dockerize: Option '{option}' requires an argument.\n")


def test_too_many_names(run: Run) -> None:
    assert refused(run, "my-shop", "your-shop", "-y") == (
        "dockerize: Got unexpected extra argument (your-shop)\n"
        "  dockerize new --help lists what there is\n"
    )


def test_help(run: Run) -> None:
    status, out, err = run("new", "--help")
    assert (status, err) == (0, "")
    assert out.startswith("Usage: dockerize new [OPTIONS] [NAME]\n")
    options = "--framework --python --port -o --output-dir --answers -y --yes --dry-run --json"
    for option in f"{options} -q --quiet -v -h --help".split():
        assert f" {option}" in out
    assert "[flask" in out
    assert "[3.15|3.14|3.13|3.12|3.11]" in out
    assert all(len(line) <= 80 for line in out.splitlines())


@posix
@pytest.mark.parametrize(
    ("arguments", "err"),
    [
        (
            [b"sh\xc3op", b"-y"],
            b"dockerize: name 'sh\\udcc3op': it holds bytes that are not UTF-8\n  try shop\n",
        ),
        (
            [b"my-shop", b"-y", b"-o", b"a\xffb"],
            (
                b"dockerize: --output-dir 'a\\udcffb' holds bytes that are not UTF-8\n"
                b"  choose a folder whose name is UTF-8\n"
            ),
        ),
        (
            [b"my-shop", b"-y", b"--answers", b"a\xffb"],
            b"dockerize: cannot read a\\udcffb: No such file or directory\n",
        ),
        (
            [b"my-shop", b"-y", b"--port", b"80\xff"],
            b"dockerize: port '80\\udcff': a port is a whole number from 1 to 65535\n  try 8000\n",
        ),
    ],
)
def test_bytes_that_are_not_utf_8(
    arguments: list[bytes], err: bytes, dockerize: list[str], tmp_path: Path
) -> None:
    command = [*map(os.fsencode, dockerize), b"new", *arguments]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (process.returncode, process.stdout, process.stderr) == (2, b"", err)
    process = subprocess.run([*command, b"--json"], cwd=tmp_path, capture_output=True, check=False)
    assert (process.returncode, process.stderr) == (2, b"")
    assert json.loads(process.stdout)["error"]["message"] == (
        err.splitlines()[0].removeprefix(b"dockerize: ").decode("unicode-escape")
        if b"--answers" in arguments
        else err.splitlines()[0].removeprefix(b"dockerize: ").decode("ascii")
    )
    assert list(tmp_path.iterdir()) == []


# Notes


def test_an_unwise_port_is_taken_and_noted(run: Run) -> None:
    status, out, err = run("new", "my-shop", "-y", "--port", "5000")
    assert (status, out[:5]) == (0, "Made ")
    assert err == ("note: port 5000 is where macOS's AirPlay receiver listens; 8000 is wiser\n")


def test_an_ended_python_still_renders_and_is_noted(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(dt.date):
        @classmethod
        def today(cls) -> Later:
            return cls(2027, 11, 1)

    monkeypatch.setattr("generator.cli.new.dt", SimpleNamespace(date=Later))
    status, out, err = run("new", "my-shop", "-y", "--python", "3.11", "--json")
    assert status == 0
    assert json.loads(out)["answers"]["python"] == "3.11"
    assert err == "note: Python 3.11 reached its end of life in 2027-10: 3.14 is wiser\n"
    # Completion and help steer to what gets fixes.
    assert "[3.15|3.14|3.13|3.12]" in run("new", "--help")[1]


# Answers files

FILE = 'name = "my-shop"\nframework = "flask"\npython = "3.12"\nport = 9000\n'


def test_an_answers_file_answers_all(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(FILE, "utf-8")
    made = json.loads(run("new", "--answers", "a.toml", "--json")[1])
    assert made["answers"] == {
        "name": "my-shop",
        "framework": "flask",
        "python": "3.12",
        "port": 9000,
    }
    assert made["command"] == "dockerize new my-shop --framework flask --python 3.12 --port 9000"


def test_flags_win_over_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(FILE, "utf-8")
    made = json.loads(
        run("new", "other", "--answers", "a.toml", "--port", "81", "--yes", "--json")[1]
    )
    assert made["answers"] == {
        "name": "other",
        "framework": "flask",
        "python": "3.12",
        "port": 81,
    }


def test_a_flag_wins_over_a_wrong_answer_in_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('name = "My_Shop"', "utf-8")
    assert run("new", "my-shop", "--answers", "a.toml", "-yq") == (0, "", "")


def test_yes_fills_what_the_file_leaves_out(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('name = "my-shop"\nport = 9000\n', "utf-8")
    made = json.loads(run("new", "--answers", "a.toml", "--yes", "--json")[1])
    assert made["answers"]["python"] == "3.14"
    assert made["answers"]["port"] == 9000


def test_what_the_file_leaves_out_is_missing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('name = "my-shop"\nport = 9000\n', "utf-8")
    err = refused(run, "--answers", "a.toml")
    assert "there is no answer for --framework, --python\n" in err
    assert f"this would work: {COMMAND.replace('8000', '9000')}\n" in err


def test_answers_from_standard_input(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FILE.encode())))
    assert run("new", "--answers", "-", "-q") == (0, "", "")
    assert (tmp_path / "my-shop" / "Dockerfile").is_file()


def test_a_projects_record_makes_the_same_project(run: Run, tmp_path: Path) -> None:
    assert run("new", "my-shop", "--python", "3.12", "--port", "9000", "-yq")[0] == 0
    record = str(tmp_path / "my-shop" / ".dockerize.toml")
    assert run("new", "--answers", record, "-o", "again", "-q") == (0, "", "")
    assert files(tmp_path / "again" / "my-shop") == files(tmp_path / "my-shop")


def test_an_unknown_key_names_the_nearest(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("prot = 9000", "utf-8")
    assert refused(run, "my-shop", "--answers", "a.toml", "-y") == (
        "dockerize: a.toml: unknown key 'prot'\n  did you mean port?\n"
    )


def test_a_wrong_answer_in_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("port = -1", "utf-8")
    assert refused(run, "my-shop", "--answers", "a.toml", "-y") == (
        "dockerize: port '-1': a port is a whole number from 1 to 65535\n  try 8000\n"
    )


def test_standard_input_is_named_where_it_is_wrong(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"port = '1'")))
    assert run("new", "--answers", "-", "-y") == (
        2,
        "",
        "dockerize: standard input: port has to be an integer\n  leave out the quotes: port = 1\n",
    )


def test_an_answers_file_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    assert refused(run, "--answers", "a.toml") == (
        "dockerize: cannot read a.toml: No such file or directory\n"
    )
    assert refused(run, "--answers", str(tmp_path)).startswith(
        f"dockerize: cannot read {tmp_path}: "
    )


# Streams that are closed or full


@posix
@pytest.mark.parametrize("redirection", ["<&-", "</dev/null"])
def test_no_standard_input(redirection: str, in_shell: InShell) -> None:
    status, err = in_shell(f"dockerize new {redirection}")
    assert status == 2
    assert err.startswith("dockerize: nothing can be asked here (standard input is not a terminal)")


@posix
def test_answers_from_a_closed_standard_input(in_shell: InShell) -> None:
    status, err = in_shell("dockerize new my-shop -y --answers - <&-")
    assert status == 2
    assert err.startswith("dockerize: ")


@posix
@pytest.mark.parametrize("arguments", ["new my-shop -y", "new my-shop -y --json", "--help"])
def test_a_closed_standard_output(arguments: str, in_shell: InShell) -> None:
    assert in_shell(f"dockerize {arguments} >&-")[0] in (0, 1)


@posix
def test_closed_streams_keep_the_status_of_a_refusal(in_shell: InShell, tmp_path: Path) -> None:
    assert in_shell("dockerize new My_Shop -y <&- >&- 2>&-") == (2, "")
    assert in_shell("dockerize new My_Shop -y --json >&-")[0] == 2
    assert list(tmp_path.iterdir()) == []


full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@full
@pytest.mark.parametrize(
    "arguments", ["new my-shop -y", "new my-shop -y --json", "--help", "new --help", "--version"]
)
def test_a_full_standard_output(arguments: str, in_shell: InShell) -> None:
    status, err = in_shell(f"dockerize {arguments} >/dev/full")
    assert status == 1
    assert err.startswith("dockerize: ")
    assert err.count("\n") == 1
    assert "No space left on device" in err


@full
@pytest.mark.parametrize("redirection", ["2>/dev/full", "--json >/dev/full"])
def test_a_full_stream_keeps_the_status_of_a_refusal(redirection: str, in_shell: InShell) -> None:
    assert in_shell(f"dockerize new My_Shop -y {redirection}")[0] == 2


@posix
def test_a_reader_that_goes_away(in_shell: InShell) -> None:
    _, err = in_shell("(sleep 0.3; dockerize new my-shop -y) | true")
    assert err.count("\n") <= 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_output_that_lacks_the_characters(
    encoding: str, dockerize: list[str], tmp_path: Path
) -> None:
    process = subprocess.run(
        [*dockerize, "new", "my-shop", "-y", "-o", "\u043c\u0430\u0433"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, b"")
    assert b"\\u043c\\u0430\\u0433" in process.stdout
    assert (tmp_path / "\u043c\u0430\u0433" / "my-shop" / "Dockerfile").is_file()


def test_no_escapes_where_no_terminal_is(run: Run) -> None:
    assert "\x1b" not in run("new", "my-shop", "-y")[1]


def test_no_columns_are_no_reason_to_say_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "0")
    status, out, _ = run("new", "my-shop", "--yes")
    assert status == 0
    assert "  docker build -t my-shop .\n" in out


def test_the_name_of_the_example_is_free(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my-app").mkdir()
    (tmp_path / "my-app-2").touch()
    status, _, err = run("new")
    assert status == 2
    assert "this would work: dockerize new my-app-3 --framework flask" in err


@full
@pytest.mark.parametrize("output", ["", "--json"])
def test_a_note_that_cannot_be_printed_takes_nothing_with_it(
    output: str, in_shell: InShell, tmp_path: Path
) -> None:
    line = f"dockerize new my-shop -y --port 80 {output} 2>/dev/full >{tmp_path}/out"
    assert in_shell(line) == (0, "")
    assert "my-shop" in (tmp_path / "out").read_text("utf-8")


@posix
def test_plain_questions_take_bytes_that_are_no_text(dockerize: list[str], tmp_path: Path) -> None:
    import pexpect

    environment = {**os.environ, "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    child = pexpect.spawn(dockerize[0], [*dockerize[1:], "new"], cwd=tmp_path, env=environment)
    child.expect("Project name: ")
    child.send(b"sh\xffp\n")
    child.expect("it holds bytes that are not UTF-8")
    child.sendeof()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
