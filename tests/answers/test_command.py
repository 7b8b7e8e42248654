from __future__ import annotations

import os
import shlex

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.answers import FIELDS
from generator.answers.command import command_line, shell
from generator.catalog import Catalog
from generator.cli import dockerize
from generator.cli.new import command

TEXTS = {
    "with": "some,other",
    "installer": "uv",
    "port": "9000",
    "python": "3.13",
    "framework": "flask",
    "name": "my-shop",
}

posix = pytest.mark.skipif(os.name == "nt", reason="how a POSIX shell reads it")
windows = pytest.mark.skipif(os.name != "nt", reason="how Windows reads it")


def test_all_answers_in_the_order_they_are_asked() -> None:
    assert (
        command_line(TEXTS) == "dockerize new my-shop --framework flask --python 3.13 --port 9000"
        " --installer uv --with some,other"
    )


def test_only_what_is_there() -> None:
    assert command_line({"python": "3.13"}) == "dockerize new --python 3.13"
    assert command_line({"name": "my-shop", "with": ""}) == "dockerize new my-shop"


@posix
def test_folder_is_the_last() -> None:
    assert (
        command_line({"name": "my-shop"}, "my shops")
        == "dockerize new my-shop --output-dir 'my shops'"
    )


@windows
def test_folder_on_windows() -> None:
    assert (
        command_line({"name": "my-shop"}, r"C:\my shops")
        == r'dockerize new my-shop --output-dir "C:\my shops"'
    )


@posix
@given(words=st.lists(st.text(st.characters(exclude_characters="\0")), min_size=1))
def test_a_shell_sees_the_words_that_were_meant(words: list[str]) -> None:
    assert shlex.split(shell(words)) == words


folders = st.none() | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1
)


@posix
@example(data=None, folder="my shops")
@example(data=None, folder='it\'s "here"')
@example(data=None, folder="-x")
@example(data=None, folder="--help")
@example(data=None, folder="--")
@example(data=None, folder="~/$(id) `id` {{ 7*7 }} *\\")
@given(data=st.data(), folder=folders)
def test_the_command_parses_into_the_same_answers(
    data: st.DataObject | None,
    folder: str | None,
    any_texts: st.SearchStrategy[dict[str, str]],
    catalog: Catalog,
) -> None:
    texts = data.draw(any_texts) if data else TEXTS
    program, name, *arguments = shlex.split(f"{command_line(texts, folder)} --dry-run")
    assert (program, name) == ("dockerize", "new")
    above = dockerize.make_context(program, [name])
    given_again = command.make_context(name, arguments, parent=above).params
    given_again["with"] = ",".join(given_again.pop("extras"))
    assert {field.key: given_again[field.key] for field in FIELDS} == texts
    assert given_again["output_dir"] == folder
    assert given_again["dry_run"] is True
