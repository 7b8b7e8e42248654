from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.answers import FIELDS, Answers, check, missing, notes, settle, with_defaults
from generator.catalog import Catalog
from generator.errors import InvalidAnswer

ASKED = {"name": "my-shop", "framework": "flask", "python": "3.14", "port": "8000"}
TEXTS = {**ASKED, "installer": "uv", "with": ""}


def test_fields_are_those_of_answers(answers: Answers) -> None:
    assert [field.key for field in FIELDS] == list(answers.as_dict())
    assert {field.key: field.kind for field in FIELDS} == {
        key: type(value) for key, value in answers.as_dict().items()
    }


def test_answers_as_values_and_as_texts(answers: Answers) -> None:
    assert answers.as_dict() == {**TEXTS, "port": 8000, "with": []}
    assert answers.texts() == TEXTS


def test_extras_as_values_and_as_texts(answers: Answers) -> None:
    some = replace(answers, extras=("one", "other"))
    assert some.as_dict() == {**answers.as_dict(), "with": ["one", "other"]}
    assert some.texts() == {**TEXTS, "with": "one,other"}


def test_values_are_what_json_and_toml_have(answers: Answers) -> None:
    some = replace(answers, extras=("one", "other"))
    assert json.loads(json.dumps(some.as_dict())) == some.as_dict()


@pytest.mark.parametrize(
    ("texts", "keys"),
    [
        ({}, ["name", "framework", "python", "port"]),
        ({"port": "1", "framework": "flask"}, ["name", "python"]),
        ({"name": ""}, ["framework", "python", "port"]),
        (ASKED, []),
        ({"installer": "uv", "with": ""}, ["name", "framework", "python", "port"]),
    ],
)
def test_missing_in_the_order_they_are_asked(texts: dict[str, str], keys: list[str]) -> None:
    assert [field.key for field in missing(texts)] == keys


def test_defaults_fill_all_but_the_name(catalog: Catalog) -> None:
    assert with_defaults({}, catalog) == {
        "framework": "flask",
        "python": "3.14",
        "port": "8000",
        "installer": "uv",
        "with": "",
    }


def test_defaults_leave_what_is_there(catalog: Catalog) -> None:
    given = {"name": "my-shop", "port": "9000", "installer": "pip", "with": "some"}
    before = dict(given)
    assert with_defaults(given, catalog) == {**TEXTS, **given}
    assert given == before


def test_check_takes_what_is_right_and_what_is_not_there(catalog: Catalog) -> None:
    check({}, catalog)
    check(TEXTS, catalog)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("name", "My_Shop"),
        ("framework", "x"),
        ("python", "3"),
        ("port", "0"),
        ("installer", "x"),
        ("with", "x"),
    ],
)
def test_check_and_settle_refuse_any_wrong_answer(key: str, text: str, catalog: Catalog) -> None:
    for refuse in (check, settle):
        with pytest.raises(InvalidAnswer) as caught:
            refuse({**TEXTS, key: text}, catalog)
        assert caught.value.code == f"invalid-{key}"


def test_check_names_the_first_in_the_order_they_are_asked(catalog: Catalog) -> None:
    with pytest.raises(InvalidAnswer, match=r"^python '3'"):
        check({"port": "0", "python": "3"}, catalog)


def test_settle(answers: Answers, catalog: Catalog) -> None:
    assert settle(TEXTS, catalog) == answers


def test_what_is_not_asked_may_have_its_default(answers: Answers, catalog: Catalog) -> None:
    assert settle(ASKED, catalog) == answers
    assert settle({**ASKED, "installer": "pip"}, catalog) == replace(answers, installer="pip")


@given(data=st.data())
def test_settled_answers_settle_to_themselves(
    data: st.DataObject, any_texts: st.SearchStrategy[dict[str, str]], catalog: Catalog
) -> None:
    texts = data.draw(any_texts)
    settled = settle(texts, catalog)
    assert settled.texts() == texts
    assert settle(settled.texts(), catalog) == settled


def test_no_notes(answers: Answers, catalog: Catalog) -> None:
    assert notes(answers, catalog, "2026-11") == []


def test_notes_of_all_answers(answers: Answers, catalog: Catalog) -> None:
    unwise = replace(answers, python="3.11", port=6000)
    assert notes(unwise, catalog, "2028-01") == [
        "Python 3.11 reached its end of life in 2027-10: 3.14 is wiser",
        "port 6000 is one that browsers refuse to open; 8000 is wiser",
    ]
