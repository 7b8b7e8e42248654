from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import __version__
from generator.__main__ import main

Run = Callable[..., tuple[int, str, str]]

# Ctrl-C at the instant when a module is imported.
PRESSED_AT = """\
import sys

class Press:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Press())
from generator.__main__ import main
raise SystemExit(main({arguments!r}))
"""


@pytest.fixture
def press_at(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def pressing(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = PRESSED_AT.format(module=module, arguments=arguments)
        return subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return pressing


@pytest.mark.parametrize(
    "module",
    [
        "click",
        "generator.cli",
        "generator.cli.new",
        "cookiecutter.generate",
        "jinja2",
    ],
)
def test_ctrl_c_at_any_time(
    module: str,
    press_at: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
) -> None:
    process = press_at(module, "new", "my-shop", "--yes")
    assert (process.returncode, process.stdout) == (130, "")
    # click ends the line in which a terminal has shown ^C.
    assert process.stderr.strip().startswith("dockerize: interrupted")
    assert process.stderr.strip().count("\n") == 0
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_when_all_is_done_does_not_deny_it(
    press_at: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    process = press_at("rich.tree", "new", "my-shop", "--yes")
    assert process.returncode == 130
    assert (tmp_path / "my-shop" / "Dockerfile").is_file()
    assert process.stderr.strip().startswith("dockerize: interrupted")
    assert "nothing was written" not in process.stderr


def test_ctrl_c_for_a_program(
    press_at: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    process = press_at("cookiecutter.generate", "new", "my-shop", "--yes", "--json")
    assert process.returncode == 130
    assert json.loads(process.stdout)["error"]["code"] == "interrupted"


def test_a_module_that_can_be_run(dockerize: list[str]) -> None:
    process = subprocess.run([*dockerize, "--version"], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout, process.stderr) == (
        0,
        f"dockerize, version {__version__}\n",
        "",
    )


def test_the_status_reaches_the_shell(dockerize: list[str], tmp_path: Path) -> None:
    (tmp_path / "my-shop").touch()
    for name, status in (("my-shop", 1), ("My_Shop", 2), ("other", 0)):
        process = subprocess.run(
            [*dockerize, "new", name, "-yq"], cwd=tmp_path, capture_output=True, check=False
        )
        assert process.returncode == status


def test_arguments_are_the_programs_own_unless_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["dockerize", "--version"])
    assert main() == 0
    assert capsys.readouterr().out == f"dockerize, version {__version__}\n"


def test_what_click_refuses_is_a_message_and_a_hint(run: Run) -> None:
    status, out, err = run("new", "my-shop", "--frobnicate")
    assert (status, out) == (2, "")
    message, hint = err.splitlines()
    assert message.startswith("dockerize: No such option '--frobnicate'.")
    assert hint == "  dockerize new --help lists what there is"


def test_what_click_refuses_is_json_for_a_program(run: Run) -> None:
    status, out, err = run("new", "--json", "my-shop", "your-shop")
    assert (status, err) == (2, "")
    assert json.loads(out) == {
        "error": {
            "code": "usage",
            "message": "Got unexpected extra argument (your-shop)",
            "hint": "dockerize new --help lists what there is",
        }
    }
