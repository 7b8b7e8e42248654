from __future__ import annotations

import pytest

from generator.answers import python
from generator.catalog import Catalog
from generator.errors import InvalidAnswer

NOW = "2026-11"
UNKNOWN = "this release does not know it"
PATCH = "only X.Y is right; the base image brings its newest patch release"


def test_each_offered_version_is_taken(catalog: Catalog) -> None:
    assert catalog.pythons
    for offered in catalog.pythons:
        assert python.parse(offered.version, catalog) == offered.version


@pytest.mark.parametrize(
    ("text", "reason", "better"),
    [
        ("3.10", "Python 3.10 reached its end of life in 2026-10", "3.14"),
        ("3.9", "Python 3.9 reached its end of life in 2025-10", "3.14"),
        ("3.9.18", "Python 3.9 reached its end of life in 2025-10", "3.14"),
        ("2.7", "Python 2.7 reached its end of life in 2020-01", "3.14"),
        ("3.13.2", PATCH, "3.13"),
        ("3.13.", PATCH, "3.13"),
        ("3.99", UNKNOWN, "3.14"),
        ("3", UNKNOWN, "3.14"),
        ("3.14t", UNKNOWN, "3.14"),
        ("3.1 ", UNKNOWN, "3.14"),
        ("3.14\n", UNKNOWN, "3.14"),
        ("\uff13.14", UNKNOWN, "3.14"),
        ("x", UNKNOWN, "3.14"),
        ("", UNKNOWN, "3.14"),
        ("{{ 3 }}.14", UNKNOWN, "3.14"),
    ],
)
def test_refused(text: str, reason: str, better: str, catalog: Catalog) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        python.parse(text, catalog)
    assert caught.value.reason == reason
    assert caught.value.hint == f"take {better}; there are 3.11, 3.12, 3.13, 3.14, 3.15"
    assert caught.value.code == "invalid-python"


def test_the_default_is_the_recommended_one(catalog: Catalog) -> None:
    assert python.default({}, catalog) == catalog.recommended_python


def test_choices_are_the_newest_first_each_with_its_dates(catalog: Catalog) -> None:
    assert [(each.value, each.hint) for each in python.choices(catalog, NOW)] == [
        ("3.15", "bug fixes to 2028-10, security to 2031-10"),
        ("3.14", "bug fixes to 2027-10, security to 2030-10 (recommended)"),
        ("3.13", "security fixes to 2029-10"),
        ("3.12", "security fixes to 2028-10"),
        ("3.11", "security fixes to 2027-10"),
    ]


@pytest.mark.parametrize(
    ("month", "offered"),
    [
        ("2027-10", ["3.15", "3.14", "3.13", "3.12", "3.11"]),
        ("2027-11", ["3.15", "3.14", "3.13", "3.12"]),
        ("2031-10", ["3.15"]),
        ("2031-11", ["3.15", "3.14", "3.13", "3.12", "3.11"]),
    ],
)
def test_what_has_ended_is_not_offered_unless_all_has(
    month: str, offered: list[str], catalog: Catalog
) -> None:
    assert [each.value for each in python.choices(catalog, month)] == offered


def test_what_has_ended_is_still_taken_but_noted(catalog: Catalog) -> None:
    for offered in catalog.pythons:
        assert python.parse(offered.version, catalog) == offered.version
    assert python.note("3.11", catalog, "2027-10") is None
    assert (
        python.note("3.11", catalog, "2027-11")
        == "Python 3.11 reached its end of life in 2027-10: 3.14 is wiser"
    )
