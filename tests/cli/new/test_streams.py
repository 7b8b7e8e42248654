from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.new.helpers import InShell, Run, posix

full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


# Closed or full


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
@pytest.mark.parametrize("arguments", ["new my-shop -y", "--help", "list"])
def test_a_closed_standard_output(arguments: str, in_shell: InShell) -> None:
    assert in_shell(f"dockerize {arguments} >&-")[0] in (0, 1)


@posix
@pytest.mark.parametrize(
    ("arguments", "done"),
    [
        ("new my-shop -y --json", "made {}/my-shop, but "),
        ("list --json", ""),
        ("explain . --json", ""),
    ],
)
def test_json_that_a_closed_standard_output_takes_nothing_of(
    arguments: str, done: str, in_shell: InShell, tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY . .\n", "utf-8")
    status, err = in_shell(f"dockerize {arguments} >&-")
    told = f"dockerize: {done.format(tmp_path)}cannot print: standard output is closed\n"
    assert (status, err) == (1, told)


@posix
def test_closed_streams_keep_the_status_of_a_refusal(in_shell: InShell, tmp_path: Path) -> None:
    assert in_shell("dockerize new My_Shop -y <&- >&- 2>&-") == (2, "")
    assert in_shell("dockerize new My_Shop -y --json >&-")[0] == 2
    assert list(tmp_path.iterdir()) == []


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


@full
@pytest.mark.parametrize("output", ["", "--json"])
def test_a_note_that_cannot_be_printed_takes_nothing_with_it(
    output: str, in_shell: InShell, tmp_path: Path
) -> None:
    line = f"dockerize new my-shop -y --port 80 {output} 2>/dev/full >{tmp_path}/out"
    assert in_shell(line) == (0, "")
    assert "my-shop" in (tmp_path / "out").read_text("utf-8")


@posix
def test_a_reader_that_goes_away(in_shell: InShell) -> None:
    _, err = in_shell("(sleep 0.3; dockerize new my-shop -y) | true")
    assert err.count("\n") <= 1


# What is no text, or no terminal


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
    assert "  docker compose up --build --wait\n" in out
