from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from generator.answers import FIELDS, Answers
from generator.catalog import Catalog
from generator.errors import Interrupted, TargetExists
from generator.landing import refuse_occupied
from generator.wizard import Wizard
from generator.wizard.fancy import FancyPrompts
from generator.wizard.plain import PlainPrompts

Press = Callable[..., AbstractContextManager[None]]
Ask = Callable[..., Answers]

MONTH = "2026-11"
UP, DOWN, ENTER = "\x1b[A", "\x1b[B", "\r"
CTRL_C, CTRL_D, CTRL_U = "\x03", "\x04", "\x15"
ALL = {"name": "my-shop", "framework": "flask", "python": "3.14", "port": "8000"}
# The keys to each entry of the last menu; the first is chosen from the start.
CREATE, NAME, FRAMEWORK, PYTHON, PORT, INSTALLER, EXTRAS, LEAVE = (
    DOWN * n + ENTER for n in range(8)
)


@pytest.fixture
def folder_of(tmp_path: Path) -> Callable[[str], Path]:
    def folder(name: str) -> Path:
        refuse_occupied(tmp_path / name)
        return tmp_path / name

    return folder


@pytest.fixture
def ask(press: Press, catalog: Catalog, folder_of: Callable[[str], Path]) -> Ask:
    def asking(
        given: Mapping[str, str],
        keys: str,
        *then: tuple[str, str],
        month: str = MONTH,
        of: Catalog = catalog,
    ) -> Answers:
        with press(keys, *then):
            return Wizard(of, month, FancyPrompts(), folder_of).answers(given)

    return asking


def test_four_are_asked_in_order(ask: Ask, screen: io.StringIO, answers: Answers) -> None:
    keys = f"my-shop{ENTER}{ENTER}{ENTER}{ENTER}{CREATE}"
    assert ask({}, keys) == answers
    before_the_menu, menu, _ = screen.getvalue().partition("Make it?")
    assert menu
    asked = [field for field in FIELDS if field.question in before_the_menu]
    assert [field.key for field in asked] == list(ALL)
    places = [before_the_menu.index(field.question) for field in asked]
    assert places == sorted(places)


@pytest.mark.parametrize("key", ALL)
def test_only_what_is_missing_is_asked(
    key: str, ask: Ask, screen: io.StringIO, answers: Answers
) -> None:
    given = {other: text for other, text in ALL.items() if other != key}
    typed = "my-shop" if key == "name" else ""
    assert ask(given, typed + ENTER + CREATE) == answers
    before_the_menu = screen.getvalue().partition("Make it?")[0]
    asked = [field.key for field in FIELDS if field.question in before_the_menu]
    assert asked == [key]


def test_other_than_the_defaults(ask: Ask) -> None:
    keys = f"my-shop{ENTER}{DOWN}{ENTER}{UP}{ENTER}{CTRL_U}9000{ENTER}{CREATE}"
    assert ask({}, keys) == Answers("my-shop", "fastapi", "3.15", 9000, "uv", ())


@pytest.mark.parametrize("framework", ["flask", "fastapi", "django"])
def test_what_is_given_is_not_asked(
    framework: str, ask: Ask, screen: io.StringIO, toys: Catalog
) -> None:
    given = {**ALL, "framework": framework, "installer": "pip", "with": "sign"}
    del given["port"]
    assert ask(given, ENTER + CREATE, of=toys) == Answers(
        "my-shop", framework, "3.14", 8000, "pip", ("sign",)
    )
    before_the_menu = screen.getvalue().partition("Make it?")[0]
    assert [field.key for field in FIELDS if field.question in before_the_menu] == ["port"]


GIVEN = {
    "name": "my-shop",
    "framework": "flask",
    "python": "3.12",
    "port": "9000",
    "installer": "pip",
    "with": "sign",
}


@pytest.mark.parametrize(
    ("keys", "changed"),
    [
        (f"{NAME}{CTRL_U}other{ENTER}", {"name": "other"}),
        (f"{NAME}-2{ENTER}", {"name": "my-shop-2"}),
        (f"{FRAMEWORK}{ENTER}", {}),
        (f"{FRAMEWORK}{DOWN}{DOWN}{ENTER}", {"framework": "django"}),
        (f"{PYTHON}{ENTER}", {}),
        (f"{PYTHON}{UP}{ENTER}", {"python": "3.13"}),
        (f"{PORT}{ENTER}", {}),
        (f"{PORT}1{ENTER}{PORT}{CTRL_U}7001{ENTER}", {"port": "7001"}),
        (f"{PORT}{CTRL_U}80{ENTER}{PYTHON}{DOWN}{ENTER}", {"port": "80", "python": "3.11"}),
        (f"{INSTALLER}{ENTER}", {}),
        (f"{INSTALLER}{UP}{ENTER}", {"installer": "uv"}),
        (f"{EXTRAS}{ENTER}", {}),
        (f"{EXTRAS} {ENTER}", {"with": ""}),
        (f"{EXTRAS}{DOWN} {ENTER}", {"with": "sign,toy"}),
        (f"{EXTRAS} {ENTER}{EXTRAS}{DOWN} {ENTER}", {"with": "toy"}),
        (f"{EXTRAS} {ENTER}{INSTALLER}{UP}{ENTER}", {"with": "", "installer": "uv"}),
    ],
)
def test_going_back_changes_one_answer_and_keeps_the_others(
    keys: str, changed: Mapping[str, str], ask: Ask, toys: Catalog
) -> None:
    # The port has to be asked, or the menu would not be reached with only these keys.
    given = {key: text for key, text in GIVEN.items() if key != "port"}
    answers = ask(given, f"{CTRL_U}9000{ENTER}{keys}{CREATE}", of=toys)
    assert answers.texts() == {**GIVEN, **changed}


@pytest.mark.parametrize("text", ["all", "toy, sign", "toy,sign,toy"])
def test_extras_are_marked_however_they_were_named(text: str, ask: Ask, toys: Catalog) -> None:
    given = {**ALL, "with": text}
    del given["port"]
    assert ask(given, f"{ENTER}{EXTRAS}{ENTER}{CREATE}", of=toys).extras == ("sign", "toy")


def test_extras_that_do_not_fit_are_told_and_chosen_again(
    ask: Ask, toys: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {**ALL, "with": "sign,toy"}
    del given["port"]
    # Django in place of Flask; then the second extra is unmarked.
    keys = f"{ENTER}{FRAMEWORK}{DOWN}{DOWN}{ENTER}{DOWN} {ENTER}{CREATE}"
    answers = ask(given, keys, of=toys)
    assert (answers.framework, answers.extras) == ("django", ("sign",))
    told = "with Django there are sign: Django cannot have toy\n"
    assert told in capsys.readouterr().out


def test_extras_that_do_not_fit_are_asked_until_they_do(ask: Ask, toys: Catalog) -> None:
    given = {**ALL, "framework": "fastapi", "with": "sign"}
    del given["port"]
    keys = f"{ENTER}{EXTRAS}{DOWN} {ENTER}{ENTER}{DOWN} {ENTER}{CREATE}"
    answers = ask(given, keys, of=toys)
    assert (answers.framework, answers.extras) == ("fastapi", ("sign",))


def test_what_a_wrong_name_is_told(ask: Ask) -> None:
    told = "try my-shop: it holds the capital letter 'M', and only a-z, 0-9 and - are right"
    rest = f"{ENTER}{CTRL_U}my-shop{ENTER}{ENTER}{ENTER}{ENTER}{CREATE}"
    assert ask({}, "My_Shop", (told, rest)).name == "my-shop"


def test_what_a_wrong_port_is_told(ask: Ask) -> None:
    given = {key: text for key, text in ALL.items() if key != "port"}
    told = "try 8000: a port is a whole number from 1 to 65535"
    assert ask(given, "0", (told, f"{ENTER}{CTRL_U}81{ENTER}{CREATE}")).port == 81


def test_a_name_whose_folder_exists_is_refused_while_it_is_typed(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "my-shop").mkdir()
    (tmp_path / "my-shop" / "notes.txt").touch()
    told = "my-shop exists and is not empty: choose another name"
    rest = f"{ENTER}-2{ENTER}{ENTER}{ENTER}{ENTER}{CREATE}"
    assert ask({}, "my-shop", (told, rest)).name == "my-shop-2"


def test_an_empty_folder_is_not_in_the_way(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "my-shop").mkdir()
    assert ask({}, f"my-shop{ENTER}{ENTER}{ENTER}{ENTER}{CREATE}").name == "my-shop"


def test_a_given_name_whose_folder_exists_is_refused(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "my-shop").touch()
    with pytest.raises(TargetExists):
        ask({"name": "my-shop"}, f"{ENTER}{ENTER}{ENTER}{CREATE}")


def test_leaving(ask: Ask) -> None:
    with pytest.raises(Interrupted) as caught:
        ask({}, f"my-shop{ENTER}{ENTER}{ENTER}{ENTER}{LEAVE}")
    assert caught.value.message == "left; nothing was written"
    assert caught.value.status == 130


@pytest.mark.parametrize(("key", "error"), [(CTRL_C, KeyboardInterrupt), (CTRL_D, EOFError)])
@pytest.mark.parametrize(
    "before",
    [
        "",
        "my-sh",
        f"my-shop{ENTER}",
        f"my-shop{ENTER}{ENTER}",
        f"my-shop{ENTER}{ENTER}{DOWN}",
        f"my-shop{ENTER}{ENTER}{ENTER}",
        f"my-shop{ENTER}{ENTER}{ENTER}{CTRL_U}90",
        f"my-shop{ENTER}{ENTER}{ENTER}{ENTER}",
        f"my-shop{ENTER}{ENTER}{ENTER}{ENTER}{PORT}",
    ],
)
def test_leaving_at_every_prompt(
    key: str, error: type[BaseException], before: str, ask: Ask
) -> None:
    with pytest.raises(error):
        ask({}, f"{before}{key}{ENTER * 5}")


SUMMARY = """
  Project name    my-shop
  Framework       flask
  Python version  3.14
  Port            8000
  Installer       uv
  Extras          none
  Folder          {folder}
  25 files        .dockerignore, .dockerize.toml, .env.example, .gitattributes,
                  .gitignore, Dockerfile, README.md, app/, compose.yaml,
                  gunicorn.conf.py, pyproject.toml, requirements-dev.in,
                  requirements-dev.txt, requirements.in, requirements.txt,
                  tests/

"""


def test_summary(ask: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask({}, f"my-shop{ENTER}{ENTER}{ENTER}{ENTER}{CREATE}")
    assert capsys.readouterr() == (SUMMARY.format(folder=tmp_path / "my-shop"), "")


def test_summary_of_what_was_not_asked(
    ask: Ask, toys: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {**ALL, "framework": "django", "installer": "pip", "with": "sign"}
    del given["port"]
    ask(given, ENTER + CREATE, of=toys)
    out = capsys.readouterr().out
    assert "\n  Framework       django\n" in out
    assert "\n  Installer       pip\n  Extras          sign\n  Folder " in out
    assert ", SIGN," in " ".join(out.split())


def test_summary_after_a_change_of_what_was_not_asked(
    ask: Ask, toys: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {key: text for key, text in ALL.items() if key != "port"}
    ask(given, f"{ENTER}{EXTRAS} {DOWN} {ENTER}{INSTALLER}{DOWN}{ENTER}{CREATE}", of=toys)
    first, second, third = capsys.readouterr().out.split("Project name    my-shop\n")[1:]
    assert "  Installer       uv\n  Extras          none\n" in first
    assert "  Installer       uv\n  Extras          sign,toy\n" in second
    assert "  Installer       pip\n  Extras          sign,toy\n" in third


def test_summary_is_shown_again_after_a_change(
    ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    ask({}, f"my-shop{ENTER}{ENTER}{ENTER}{ENTER}{PORT}{CTRL_U}6000{ENTER}{CREATE}")
    first, second = capsys.readouterr().out.split("Project name    my-shop\n")[1:]
    assert "  Port            8000\n" in first
    assert "  Port            6000\n" in second
    assert "Note" not in first
    assert (
        "  Note            port 6000 is one that browsers refuse to open; 8000 is wiser\n" in second
    )


def test_a_note_keeps_to_80_columns(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    given = {**ALL, "port": "80"}
    del given["name"]
    ask(given, f"my-shop{ENTER}{CREATE}")
    lines = capsys.readouterr().out.splitlines()
    assert "  Note            port 80 is below 1024: a user other than root can listen on" in lines
    assert all(len(line) < 80 for line in lines if "Folder" not in line)


def test_the_prompts_keep_to_80_columns(ask: Ask, screen: io.StringIO) -> None:
    ask({}, f"my-shop{ENTER}{ENTER}{ENTER}{ENTER}{CREATE}")
    # Lines, and what is drawn over them after an erasure.
    lines = re.split(r"\r|\n|\x1b\[J", screen.getvalue())
    shown = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in lines]
    assert "? Project name my-shop" in shown
    assert [line for line in shown if len(line) > 80] == []


def test_an_ended_python_is_not_offered(ask: Ask, screen: io.StringIO) -> None:
    given = {key: text for key, text in ALL.items() if key != "python"}
    assert ask(given, f"{UP}{ENTER}{CREATE}", month="2027-11").python == "3.15"
    assert "3.12  security fixes to 2028-10" in screen.getvalue()
    assert "3.11" not in screen.getvalue()


def test_the_default_gives_way_once_it_has_ended(ask: Ask) -> None:
    given = {key: text for key, text in ALL.items() if key != "python"}
    assert ask(given, f"{ENTER}{CREATE}", month="2030-11").python == "3.15"


def test_an_ended_python_that_was_given_is_kept_and_noted(
    ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {**ALL, "python": "3.11"}
    del given["port"]
    assert ask(given, f"{ENTER}{CREATE}", month="2027-11").python == "3.11"
    assert "  Note            Python 3.11 reached its end of life in 2027-10: 3.14 is" in (
        capsys.readouterr().out
    )


def test_the_same_in_plain_lines(
    catalog: Catalog,
    folder_of: Callable[[str], Path],
    type_lines: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    type_lines("My_Shop", "my-shop", "1", "3.13", "0", "9000", "python", "1", "create")
    wizard = Wizard(catalog, MONTH, PlainPrompts(), folder_of)
    assert wizard.answers({}) == Answers("my-shop", "flask", "3.15", 9000, "uv", ())
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(
        "Project name: try my-shop: it holds the capital letter 'M',"
        " and only a-z, 0-9 and - are right\nProject name: Framework:\n  1) flask  "
    )
    assert "Port [8000]: try 8000: a port is a whole number from 1 to 65535\nPort [8000]: " in out
    assert "\x1b" not in out


def test_what_is_not_asked_is_changed_in_plain_lines(
    toys: Catalog,
    folder_of: Callable[[str], Path],
    type_lines: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    changes = ["with", "toys", "toy, sign", "with", "-", "with", "toy", "installer", "pip"]
    type_lines("my-shop", "", "", "", *changes, "create")
    wizard = Wizard(toys, MONTH, PlainPrompts(), folder_of)
    assert wizard.answers({}) == Answers("my-shop", "flask", "3.14", 8000, "pip", ("toy",))
    out, err = capsys.readouterr()
    assert err == ""
    listed = "Extras:\n  sign  says whose it is\n  toy  for play\n"
    question = "Words with commas between them, or - for none"
    assert f"{listed}{question} []: 'toys' is none of them\n{question} []: \n" in out
    assert f"{listed}{question} [sign,toy]: \n" in out
    assert "\n  Extras          sign,toy\n" in out
    assert "\n  Extras          none\n" in out
    assert "\n  Installer       pip\n  Extras          toy\n" in out


@pytest.mark.parametrize(
    "lines", [[], ["my-shop"], ["my-shop", ""], ["my-shop", "", ""], ["my-shop", "", "", ""]]
)
def test_plain_lines_that_end(
    lines: list[str],
    catalog: Catalog,
    folder_of: Callable[[str], Path],
    type_lines: Callable[..., None],
) -> None:
    type_lines(*lines)
    with pytest.raises(EOFError):
        Wizard(catalog, MONTH, PlainPrompts(), folder_of).answers({})
