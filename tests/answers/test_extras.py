from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.answers import extras, settle, with_defaults
from generator.catalog import Catalog
from generator.errors import InvalidAnswer


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ()),
        ("  ", ()),
        ("toy", ("toy",)),
        ("sign,toy", ("sign", "toy")),
        ("toy,sign", ("sign", "toy")),
        (" toy ,  sign\n", ("sign", "toy")),
        ("toy,sign,toy,toy", ("sign", "toy")),
        ("all", ("sign", "toy")),
        ("toy,all", ("sign", "toy")),
    ],
)
def test_names_between_commas(text: str, names: tuple[str, ...], toys: Catalog) -> None:
    assert extras.parse(text, toys) == names


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("tyo", "this release does not know it", "try toy; there are sign, toy, all"),
        ("Toy", "this release does not know it", "try toy; there are sign, toy, all"),
        ("ALL", "this release does not know it", "try all; there are sign, toy, all"),
        ("mongo", "this release does not know it", "there are sign, toy, all"),
        ("toy;sign", "this release does not know it", "try sign; there are sign, toy, all"),
        ("toy,sgin", "this release does not know 'sgin'", "try sign; there are sign, toy, all"),
        ("all,x", "this release does not know 'x'", "there are sign, toy, all"),
        ("toy,", "this release does not know ''", "there are sign, toy, all"),
        (",", "this release does not know ''", "there are sign, toy, all"),
        ("../extras/toy", "this release does not know it", "there are sign, toy, all"),
        ("{{ 7*7 }}", "this release does not know it", "there are sign, toy, all"),
        ("\udcff", "this release does not know it", "there are sign, toy, all"),
    ],
)
def test_what_is_not_known(text: str, reason: str, hint: str, toys: Catalog) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        extras.parse(text, toys)
    assert caught.value.message == f"with {text!r}: {reason}"
    assert caught.value.hint == hint
    assert (caught.value.code, caught.value.status) == ("invalid-with", 2)


@given(data=st.data())
def test_any_selection_in_any_order_is_the_same_answer(
    data: st.DataObject, catalog: Catalog
) -> None:
    known = sorted(catalog.extras)
    names = data.draw(st.lists(st.sampled_from(known)))
    comma = data.draw(st.sampled_from([",", ", ", " ,"]))
    assert extras.parse(comma.join(names), catalog) == tuple(sorted(set(names)))
    assert extras.parse(comma.join([*names, "all"]), catalog) == tuple(known)


def test_there_is_no_extra_by_default(catalog: Catalog) -> None:
    assert extras.default({}, catalog) == ""
    assert extras.parse("", catalog) == ()


def test_choices_are_the_extras_with_their_hints(toys: Catalog, catalog: Catalog) -> None:
    assert [(each.value, each.hint) for each in extras.choices(toys, "2026-11")] == [
        ("sign", "says whose it is"),
        ("toy", "for play"),
    ]
    assert [each.value for each in extras.choices(catalog, "2026-11")] == sorted(catalog.extras)


def test_no_extra_has_the_name_that_means_each(catalog: Catalog) -> None:
    assert extras.ALL not in catalog.extras


# What a framework can have


def _settle(catalog: Catalog, framework: str, names: str) -> tuple[str, ...]:
    texts = {"name": "my-shop", "framework": framework, "with": names}
    return settle(with_defaults(texts, catalog), catalog).extras


def test_what_fits_the_framework_is_taken(toys: Catalog) -> None:
    assert _settle(toys, "flask", "toy,sign") == ("sign", "toy")
    assert _settle(toys, "django", "sign") == ("sign",)
    assert _settle(toys, "fastapi", "") == ()


@pytest.mark.parametrize(
    ("framework", "label"),
    [("fastapi", "FastAPI"), ("django", "Django")],
)
@pytest.mark.parametrize(("text", "names"), [("toy", "toy"), ("toy,sign", "sign,toy")])
def test_what_does_not_fit_the_framework_is_refused(
    framework: str, label: str, text: str, names: str, toys: Catalog
) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        _settle(toys, framework, text)
    assert caught.value.message == f"with {names!r}: {label} cannot have toy"
    assert caught.value.hint == f"with {label} there are sign"
    assert (caught.value.code, caught.value.status) == ("invalid-with", 2)


def test_where_nothing_fits_it_is_to_be_left_out(toys: Catalog, tmp_path: Path) -> None:
    shutil.copytree(toys.root, tmp_path / "templates")
    shutil.rmtree(tmp_path / "templates/extras/sign")
    with pytest.raises(InvalidAnswer) as caught:
        _settle(Catalog(tmp_path / "templates"), "django", "toy")
    assert caught.value.hint == "leave out --with"
