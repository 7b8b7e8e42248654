from __future__ import annotations

import pytest

from generator.answers import framework
from generator.catalog import Catalog
from generator.errors import InvalidAnswer


def test_each_known_one_is_taken(catalog: Catalog) -> None:
    for known in catalog.frameworks:
        assert framework.parse(known, catalog) == known


@pytest.mark.parametrize("text", ["flaks", "Flask", "FLASK", "flask ", "flask\n", "../flask"])
def test_a_slip_is_told_what_was_meant(text: str, catalog: Catalog) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        framework.parse(text, catalog)
    assert caught.value.message == f"framework {text!r}: this release does not know it"
    assert caught.value.hint == f"try flask; there are {', '.join(catalog.frameworks)}"
    assert caught.value.code == "invalid-framework"


@pytest.mark.parametrize("text", ["", "rails", "{{ 7*7 }}", "\udcff"])
def test_anything_else_is_told_what_there_is(text: str, catalog: Catalog) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        framework.parse(text, catalog)
    assert caught.value.hint == f"there are {', '.join(catalog.frameworks)}"


def test_the_default_is_the_first_choice(catalog: Catalog) -> None:
    choices = framework.choices(catalog, "2026-11")
    assert [each.value for each in choices] == list(catalog.frameworks)
    assert framework.default({}, catalog) == choices[0].value == "flask"


def test_a_choice_says_what_it_is(catalog: Catalog) -> None:
    flask = framework.choices(catalog, "2026-11")[0]
    assert flask.hint == "Flask on gunicorn: small core, add what you need"


def test_the_server_is_the_frameworks(catalog: Catalog) -> None:
    hints = [each.hint for each in framework.choices(catalog, "2026-11")]
    assert [hint.partition(":")[0] for hint in hints] == [
        "Flask on gunicorn",
        "FastAPI on uvicorn",
        "Django on gunicorn",
    ]
