from __future__ import annotations

import io
import itertools
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.new.helpers import ALL_FLAGS, COMMAND, Run, refused
from tests.trees import tree

FLAGS = {"name": "NAME", "framework": "--framework", "python": "--python", "port": "--port"}
ALL = {"name": "my-shop", "framework": "flask", "python": "3.14", "port": "8000"}
SUBSETS = [subset for size in range(4) for subset in itertools.combinations(ALL, size)]
FILE = 'name = "my-shop"\nframework = "flask"\npython = "3.12"\nport = 9000\n'


def flags(texts: Mapping[str, str]) -> list[str]:
    given = [[text] if key == "name" else [f"--{key}", text] for key, text in texts.items()]
    return list(itertools.chain.from_iterable(given))


def test_yes_takes_the_defaults(run: Run, tmp_path: Path) -> None:
    assert run("new", "my-shop", "-y")[0] == 0
    by_default = tree(tmp_path / "my-shop")
    assert run("new", *ALL_FLAGS, "-o", "elsewhere")[0] == 0
    assert tree(tmp_path / "elsewhere" / "my-shop") == by_default


def test_yes_leaves_what_is_given(run: Run) -> None:
    out = run("new", "my-shop", "--yes", "--python", "3.11", "--port", "9000", "--json")[1]
    assert json.loads(out)["answers"] == {
        "name": "my-shop",
        "framework": "flask",
        "python": "3.11",
        "port": 9000,
        "installer": "uv",
        "with": [],
    }


# What is missing


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
        " --installer uv --output-dir there\n"
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


def test_the_name_of_the_example_is_free(run: Run, tmp_path: Path) -> None:
    (tmp_path / "my-app").mkdir()
    (tmp_path / "my-app-2").touch()
    status, _, err = run("new")
    assert status == 2
    assert "this would work: dockerize new my-app-3 --framework flask" in err


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
        (["x-y", "--installer", "npm"], "installer 'npm': this release does not know it"),
        (["x-y", "--with", "mongo"], "with 'mongo': this release does not know it"),
        (["x-y", "--with", "all,mongo"], "with 'all,mongo': this release does not know 'mongo'"),
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


@pytest.mark.parametrize(
    "option", ["--framework", "--python", "--port", "--installer", "--with", "-o", "--answers"]
)
def test_an_option_without_its_value(option: str, run: Run) -> None:
    status, out, err = run("new", "my-shop", option)
    assert (status, out) == (2, "")
    assert err.startswith(f"dockerize: Option '{option}' requires an argument.\n")


def test_too_many_names(run: Run) -> None:
    assert refused(run, "my-shop", "your-shop", "-y") == (
        "dockerize: Got unexpected extra argument (your-shop)\n"
        "  dockerize new --help lists what there is\n"
    )


# Notes


def test_an_unwise_port_is_taken_and_noted(run: Run) -> None:
    status, out, err = run("new", "my-shop", "-y", "--port", "5000")
    assert (status, out[:5]) == (0, "Made ")
    assert err == ("note: port 5000 is where macOS's AirPlay receiver listens; 8000 is wiser\n")


def test_an_ended_python_still_renders_and_is_noted(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1825113600")  # 2027-11-02
    status, out, err = run("new", "my-shop", "-y", "--python", "3.11", "--json")
    assert status == 0
    assert json.loads(out)["answers"]["python"] == "3.11"
    assert err == "note: Python 3.11 reached its end of life in 2027-10: 3.14 is wiser\n"
    # Completion and help steer to what gets fixes.
    assert "[3.15|3.14|3.13|3.12]" in run("new", "--help")[1]


# Answers files


def test_an_answers_file_answers_all(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(FILE, "utf-8")
    made = json.loads(run("new", "--answers", "a.toml", "--json")[1])
    assert made["answers"] == {
        "name": "my-shop",
        "framework": "flask",
        "python": "3.12",
        "port": 9000,
        "installer": "uv",
        "with": [],
    }
    assert made["command"] == (
        "dockerize new my-shop --framework flask --python 3.12 --port 9000 --installer uv"
    )


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
        "installer": "uv",
        "with": [],
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
    assert tree(tmp_path / "again" / "my-shop") == tree(tmp_path / "my-shop")


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


@pytest.mark.parametrize(
    ("epoch", "note"),
    [
        ("1919289599", ""),  # the last second of October 2030
        (
            "1919808000",
            "note: Python 3.14 reached its end of life in 2030-10: a newer dockerize is wiser\n",
        ),
    ],
)
def test_the_default_stays_and_is_noted_once_it_has_ended(
    run: Run, monkeypatch: pytest.MonkeyPatch, epoch: str, note: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert run("new", "my-shop", "--yes", "--json")[0] == 0
    status, _, err = run("new", "my-shop-2", "--yes")
    assert (status, err) == (0, note)


@pytest.mark.parametrize("epoch", ["", "soon", "9" * 30])
def test_a_day_that_is_none_is_today(run: Run, monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert run("new", "my-shop", "--yes", "--quiet") == (0, "", "")
