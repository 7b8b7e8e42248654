from __future__ import annotations

import pytest

from generator.answers import installer
from generator.catalog import Catalog
from generator.errors import InvalidAnswer


def test_each_known_one_is_taken(catalog: Catalog) -> None:
    for known in catalog.installers:
        assert installer.parse(known, catalog) == known


@pytest.mark.parametrize(
    ("text", "nearest"),
    [("PIP", "pip"), ("pip ", "pip"), ("pip3", "pip"), ("Uv", "uv"), ("uv\n", "uv")],
)
def test_a_slip_is_told_what_was_meant(text: str, nearest: str, catalog: Catalog) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        installer.parse(text, catalog)
    assert caught.value.message == f"installer {text!r}: this release does not know it"
    assert caught.value.hint == f"try {nearest}; there are uv, pip"
    assert caught.value.code == "invalid-installer"


@pytest.mark.parametrize("text", ["", "conda", "pip,uv", "{{ 7*7 }}", "\udcff"])
def test_anything_else_is_told_what_there_is(text: str, catalog: Catalog) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        installer.parse(text, catalog)
    assert caught.value.hint.endswith("there are uv, pip")


def test_the_default_is_the_first_choice(catalog: Catalog) -> None:
    choices = installer.choices(catalog, "2026-11")
    assert [each.value for each in choices] == list(catalog.installers) == ["uv", "pip"]
    assert installer.default({}, catalog) == choices[0].value == "uv"


def test_a_choice_says_what_it_is(catalog: Catalog) -> None:
    assert [each.hint for each in installer.choices(catalog, "2026-11")] == [
        "installs in parallel; its image is a second one to trust",
        "comes with the base image; nothing else is downloaded",
    ]
