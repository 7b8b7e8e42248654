"""The wizard end to end, in a real pseudo-terminal of 80 columns."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator import catalog as catalogs

pexpect = pytest.importorskip("pexpect")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

UP, DOWN, ENTER = "\x1b[A", "\x1b[B", "\r"
CTRL_C, CTRL_D, CTRL_U = "\x03", "\x04", "\x15"
PROMPTS = ["Project name", "Framework", "Python version", "Port", "Make it?"]
# What each prompt is answered with, up to the last one.
ANSWERS = ["my-shop\r", "\r", "\r", "\r"]
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*(?<![0-9])(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?![0-9])[0-9;]*m")


class Terminal:
    def __init__(self, folder: Path, command: list[str], environment: dict[str, str]) -> None:
        self.folder = folder
        self._log = io.StringIO()
        self._process = pexpect.spawn(
            command[0],
            command[1:],
            cwd=str(folder),
            env={**os.environ, **environment},
            dimensions=(24, 80),
            encoding="utf-8",
            timeout=15,
            # A job in the background, as the tests may be, has Ctrl-C ignored, and so its children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        self._process.delaybeforesend = None
        self._process.logfile_read = self._log

    def see(self, text: str) -> None:
        self._process.expect_exact(text)

    def press(self, keys: str) -> None:
        self._process.send(keys)

    def settle(self) -> None:
        """Wait until a plain line is being read.

        Python loses a Ctrl-C in the instant between the question's output and the read.
        """
        time.sleep(0.3)

    def answer_up_to(self, prompt: str) -> None:
        """Answer every prompt before `prompt`, and wait for that one."""
        for each, keys in zip(PROMPTS, [*ANSWERS, ""], strict=True):
            self.see(each)
            if each == prompt:
                return
            self.press(keys)

    def end(self) -> int | None:
        self._process.expect(pexpect.EOF)
        self.close()
        status: int | None = self._process.exitstatus
        return status

    def close(self) -> None:
        self._process.close(force=True)

    @property
    def output(self) -> str:
        return self._log.getvalue()

    @property
    def lines(self) -> list[str]:
        """What was printed; what was drawn over something else is a line of its own."""
        drawn = self.output.replace("\x1b[J", "\n")
        return ESCAPE.sub("", drawn).replace("\r", "").splitlines()


Start = Callable[..., Terminal]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Of a short name, as the folder is shown in 80 columns."""
    with tempfile.TemporaryDirectory(prefix="d-", dir="/tmp") as name:
        yield Path(name)


@pytest.fixture
def start(folder: Path, dockerize: list[str]) -> Iterator[Start]:
    started = []

    def starting(*arguments: str, shell: str = "", **environment: str) -> Terminal:
        command = [*dockerize, "new", *arguments]
        if shell:
            command = ["/bin/sh", "-c", f'"$@" {shell}', "sh", *command]
        terminal = Terminal(folder, command, environment)
        started.append(terminal)
        return terminal

    yield starting
    for terminal in started:
        terminal.close()
        assert "Traceback" not in terminal.output
        assert "Unhandled exception" not in terminal.output


def made(folder: Path) -> dict[str, str]:
    """Line -> value of the record of the one project in `folder`."""
    (project,) = folder.iterdir()
    assert (project / "Dockerfile").is_file()
    record = (project / ".dockerize.toml").read_text("utf-8")
    return dict(re.findall(r"^(\w+) = (.+)$", record, re.MULTILINE))


def test_from_four_questions_to_a_project(start: Start, folder: Path) -> None:
    terminal = start()
    terminal.answer_up_to("Make it?")
    terminal.press(ENTER)
    assert terminal.end() == 0
    assert made(folder) == {
        "name": '"my-shop"',
        "framework": '"flask"',
        "python": '"3.14"',
        "port": "8000",
        "installer": '"uv"',
        "with": "[]",
        "version": made(folder)["version"],
    }
    assert "  Folder          " + str(folder / "my-shop") in terminal.lines
    assert terminal.lines[-7:] == [
        "Next:",
        "  cd my-shop",
        "  docker compose up --build --wait",
        "Then open http://localhost:8000",
        "The same project again, without questions:",
        "  dockerize new my-shop --framework flask --python 3.14 --port 8000 --installer uv",
        "Editing app/pages.py re-runs 2 of 10 steps, no RUN: dockerize explain my-shop",
    ]


def test_a_change_at_the_end(start: Start, folder: Path) -> None:
    terminal = start("--framework", "flask", "my-shop")
    terminal.see("Python version")
    terminal.press(UP + ENTER)
    terminal.see("Port")
    terminal.press(CTRL_U + "9000" + ENTER)
    terminal.see("Make it?")
    terminal.press(DOWN * 3 + ENTER)
    terminal.see("security to 2031-10")
    terminal.press(DOWN + ENTER)
    terminal.see("Make it?")
    terminal.press(ENTER)
    assert terminal.end() == 0
    record = made(folder)
    assert (record["python"], record["port"]) == ('"3.14"', "9000")
    assert "Project name " not in terminal.output.partition("Python version")[0]


def test_extras_and_installer_are_changed_at_the_end(start: Start, folder: Path) -> None:
    terminal = start("my-shop", "--framework", "flask", "--python", "3.14")
    terminal.see("Port")
    terminal.press(ENTER)
    terminal.see("Make it?")
    terminal.press(DOWN * 6 + ENTER)
    terminal.see("Space chooses")
    terminal.press("a" + ENTER)
    terminal.see("Make it?")
    terminal.press(DOWN * 5 + ENTER)
    terminal.see("Installer")
    terminal.press(DOWN + ENTER)
    terminal.see("Make it?")
    terminal.press(ENTER)
    assert terminal.end() == 0
    record = made(folder)
    extras = catalogs.load().can_have("flask")
    assert (record["installer"], record["with"]) == ('"pip"', json.dumps(extras))
    assert terminal.lines[-2].endswith(f" --installer pip --with {','.join(extras)}")
    assert too_long(terminal) == []


def test_all_answered_asks_nothing(start: Start, folder: Path) -> None:
    terminal = start("my-shop", "--framework", "flask", "--python", "3.14", "--port", "8000")
    assert terminal.end() == 0
    assert made(folder)
    assert "?" not in terminal.output


def test_yes_asks_nothing(start: Start, folder: Path) -> None:
    terminal = start("my-shop", "--yes")
    assert terminal.end() == 0
    assert made(folder)
    assert "?" not in terminal.output


def test_yes_still_asks_for_the_name(start: Start, folder: Path) -> None:
    terminal = start("--yes")
    terminal.see("Project name")
    terminal.press("my-shop" + ENTER)
    terminal.see("Make it?")
    terminal.press(ENTER)
    assert terminal.end() == 0
    assert made(folder)["name"] == '"my-shop"'
    assert "arrow keys" not in terminal.output.partition("Make it?")[0]


def test_a_dry_run_asks_and_writes_nothing(start: Start, folder: Path) -> None:
    terminal = start("--dry-run")
    terminal.answer_up_to("Make it?")
    terminal.press(ENTER)
    assert terminal.end() == 0
    assert "Nothing was written. To make it:" in terminal.lines
    assert list(folder.iterdir()) == []


def interrupted(terminal: Terminal, folder: Path) -> None:
    assert terminal.end() == 130
    said = [line for line in terminal.lines if line.startswith("dockerize:")]
    assert said == ["dockerize: interrupted; nothing was written"]
    assert terminal.lines[-1] == said[0]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_leaving_by_a_key(prompt: str, key: str, start: Start, folder: Path) -> None:
    terminal = start()
    terminal.answer_up_to(prompt)
    terminal.press(key)
    interrupted(terminal, folder)


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
def test_leaving_in_the_middle_of_a_wrong_word(key: str, start: Start, folder: Path) -> None:
    terminal = start()
    terminal.see("Project name")
    terminal.press("My_Sh")
    terminal.see("try my-sh")
    terminal.press(key)
    interrupted(terminal, folder)


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("prompt", ["Project name", "Python version", "Make it?"])
def test_leaving_plain_lines_by_a_key(prompt: str, key: str, start: Start, folder: Path) -> None:
    terminal = start(TERM="dumb")
    terminal.answer_up_to(prompt)
    # The question itself comes after the choices.
    terminal.see(": " if prompt == "Project name" else "]: ")
    terminal.settle()
    terminal.press(key)
    interrupted(terminal, folder)


def test_leaving_a_plain_line_half_typed(start: Start, folder: Path) -> None:
    terminal = start(TERM="dumb")
    terminal.see("Project name: ")
    terminal.press("my-sh")
    terminal.see("my-sh")
    terminal.settle()
    terminal.press(CTRL_C)
    interrupted(terminal, folder)


def test_leaving_by_the_menu(start: Start, folder: Path) -> None:
    terminal = start()
    terminal.answer_up_to("Make it?")
    terminal.press(UP + ENTER)
    assert terminal.end() == 130
    assert terminal.lines[-1] == "dockerize: left; nothing was written"
    assert list(folder.iterdir()) == []


def test_a_folder_that_exists_is_refused_before_anything_is_asked(
    start: Start, folder: Path
) -> None:
    (folder / "my-shop").mkdir()
    (folder / "my-shop" / "notes.txt").touch()
    terminal = start("my-shop")
    assert terminal.end() == 1
    assert terminal.lines == [
        f"dockerize: {folder / 'my-shop'} exists and is not empty: it holds notes.txt",
        "  choose another name or --output-dir",
    ]


def test_a_folder_that_holds_only_git_is_refused_with_the_way_on(
    start: Start, folder: Path
) -> None:
    (folder / "my-shop" / ".git").mkdir(parents=True)
    terminal = start("my-shop")
    assert terminal.end() == 1
    assert (
        terminal.lines[0]
        == f"dockerize: {folder / 'my-shop'} exists and is not empty: it holds .git"
    )
    assert terminal.lines[1] == "  to make the project in this repository:"
    assert "dockerize new my-shop" in terminal.lines[2]


def test_a_folder_that_cannot_be_looked_at_is_no_reason_for_a_traceback(
    start: Start, folder: Path
) -> None:
    terminal = start("--output-dir", "a" * 300)
    terminal.see("Project name")
    terminal.press("my-shop")
    terminal.see("File name too long")
    terminal.press(CTRL_C)
    assert terminal.end() == 130
    assert list(folder.iterdir()) == []


def test_no_color(start: Start) -> None:
    terminal = start(NO_COLOR="1")
    terminal.see("Project name")
    terminal.press("My_Shop")
    terminal.see("try my-shop")
    terminal.press(CTRL_U)
    for prompt, keys in zip(PROMPTS[1:], ANSWERS, strict=True):
        terminal.press(keys)
        terminal.see(prompt)
    terminal.press(ENTER)
    assert terminal.end() == 0
    assert COLOUR.search(terminal.output) is None


def test_no_color_when_left(start: Start, folder: Path) -> None:
    terminal = start(NO_COLOR="1")
    terminal.see("Project name")
    terminal.press(CTRL_C)
    interrupted(terminal, folder)
    assert COLOUR.search(terminal.output) is None


def test_the_search_for_colours_finds_them() -> None:
    for escape in ("\x1b[31m", "\x1b[0;38;5;102m", "\x1b[1;97m", "\x1b[44m", "\x1b[90m"):
        assert COLOUR.search(escape)
    for escape in ("\x1b[0m", "\x1b[1m", "\x1b[0;4m", "\x1b[7m", "\x1b[30D", "\x1b[39m"):
        assert not COLOUR.search(escape)


def test_a_dumb_terminal_gets_no_escapes(start: Start, folder: Path) -> None:
    terminal = start(TERM="dumb")
    terminal.see("Project name: ")
    terminal.press("My_Shop\r")
    terminal.see("try my-shop")
    terminal.answer_up_to("Make it?")
    terminal.press("leave\r")
    assert terminal.end() == 130
    assert "\x1b" not in terminal.output
    assert list(folder.iterdir()) == []


def too_long(terminal: Terminal) -> list[str]:
    """The lines over 80 columns, but for the one that is to be copied: a command stays whole."""
    *lines, command, last = terminal.lines
    assert command.startswith("  dockerize new my-shop ")
    return [line for line in (*lines, last) if len(line) > 80]


def test_a_dumb_terminal_makes_a_project(start: Start, folder: Path) -> None:
    terminal = start(TERM="dumb")
    terminal.answer_up_to("Make it?")
    terminal.press("1\r")
    assert terminal.end() == 0
    assert "\x1b" not in terminal.output
    assert made(folder)["name"] == '"my-shop"'
    assert too_long(terminal) == []


def test_what_is_printed_fits_80_columns(start: Start) -> None:
    terminal = start()
    terminal.answer_up_to("Make it?")
    terminal.press(ENTER)
    assert terminal.end() == 0
    assert "├── app/" in terminal.lines
    assert too_long(terminal) == []


@pytest.mark.parametrize("value", ["1", "true"])
def test_with_ci_set_nothing_is_asked(value: str, start: Start, folder: Path) -> None:
    terminal = start("my-shop", CI=value)
    assert terminal.end() == 2
    assert terminal.lines[:2] == [
        "dockerize: nothing can be asked here (CI is set), and there is no answer for",
        "  --framework, --python, --port",
    ]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_with_ci_off_it_is_asked(value: str, start: Start) -> None:
    terminal = start("my-shop", CI=value)
    terminal.see("Framework")


def test_with_json_nothing_is_asked(start: Start) -> None:
    terminal = start("my-shop", "--json")
    assert terminal.end() == 2
    assert '"code": "missing-answers"' in terminal.output


@pytest.mark.parametrize(
    ("redirection", "stream"),
    [
        ("<&-", "standard input"),
        ("</dev/null", "standard input"),
        ("| cat", "standard output"),
    ],
)
def test_with_a_stream_elsewhere_nothing_is_asked(
    redirection: str, stream: str, start: Start, folder: Path
) -> None:
    terminal = start("my-shop", shell=f"{redirection}; exit $?")
    assert terminal.end() == (0 if redirection == "| cat" else 2)
    assert terminal.lines[0].startswith(
        f"dockerize: nothing can be asked here ({stream} is not a terminal)"
    )
    assert list(folder.iterdir()) == []


def test_messages_may_go_elsewhere(start: Start, folder: Path) -> None:
    terminal = start(shell="2>&-")
    terminal.answer_up_to("Make it?")
    terminal.press(ENTER)
    assert terminal.end() == 0
    assert made(folder)
