from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.answers import Answers, name
from generator.catalog import Catalog
from generator.create import create
from generator.errors import InvalidAnswer

RFC_1035 = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")

DEVICE = "Windows keeps it for a device"
IMAGE = "an image that others build from has this name"
PACKAGE = "a package that projects install has this name"


def holds(character: str, kind: str = "character") -> str:
    return f"it holds the {kind} {character!r}, and only a-z, 0-9 and - are right"


BROKEN = [
    ("", "it is empty", "my-app"),
    ("a", "it is 1 long, and 2 to 40 characters are right", "a-app"),
    ("a" * 41, "it is 41 long, and 2 to 40 characters are right", "a" * 40),
    ("a" * 64, "it is 64 long, and 2 to 40 characters are right", "a" * 40),
    ("my_shop", holds("_"), "my-shop"),
    ("MyShop", holds("M", "capital letter"), "my-shop"),
    ("My_Shop", holds("M", "capital letter"), "my-shop"),
    ("my shop", holds(" "), "my-shop"),
    ("shop.io", holds("."), "shop-io"),
    ("../shop", holds("."), "shop"),
    ("caf\u00e9", holds("\u00e9"), "cafe"),
    ("\ufb02ask", holds("\ufb02"), "flask-app"),
    ("\u0442\u0435\u0441\u0442", holds("\u0442"), "my-app"),
    ("shop\u0661", holds("\u0661"), "shop"),
    ("{{ 7*7 }}", holds("{"), "app-7-7"),
    ("$(id)", holds("$"), "id"),
    ("my\nshop", holds("\n"), "my-shop"),
    ("my-shop\n", holds("\n"), "my-shop"),
    ("my\0shop", holds("\0"), "my-shop"),
    ("sh\udcc3op", "it holds bytes that are not UTF-8", "shop"),
    ("\ud800", "it holds bytes that are not UTF-8", "my-app"),
    ("-x", "it begins with '-', not with a letter from a to z", "x-app"),
    ("1shop", "it begins with '1', not with a letter from a to z", "app-1shop"),
    ("x-", "it ends with '-'", "x-app"),
    ("my--shop", "it holds '--', and only single '-' are right", "my-shop"),
    ("con", DEVICE, "con-app"),
    ("nul", DEVICE, "nul-app"),
    ("com0", DEVICE, "com0-app"),
    ("com1", DEVICE, "com1-app"),
    ("lpt9", DEVICE, "lpt9-app"),
    ("localhost", "it means this very machine", "localhost-app"),
    ("kubernetes", "a cluster's own Service has this name", "kubernetes-app"),
    ("scratch", "a Dockerfile keeps it for the empty image", "scratch-app"),
    ("debian", IMAGE, "debian-app"),
    ("postgres", IMAGE, "postgres-app"),
    ("python", IMAGE, "python-app"),
    ("redis", IMAGE, "redis-app"),
    ("registry", IMAGE, "registry-app"),
    ("flask", PACKAGE, "flask-app"),
    ("gunicorn", PACKAGE, "gunicorn-app"),
]


@pytest.mark.parametrize(("text", "reason", "suggestion"), BROKEN)
def test_broken(text: str, reason: str, suggestion: str, catalog: Catalog) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        name.parse(text, catalog)
    assert caught.value.reason == reason
    assert caught.value.hint == f"try {suggestion}"
    assert caught.value.code == "invalid-name"
    assert name.parse(suggestion, catalog) == suggestion


@pytest.mark.parametrize(
    "text", ["my-shop", "shop", "ab", "x1", "a-b-c", "null", "true", "on", "com10", "a" * 40]
)
def test_valid(text: str, catalog: Catalog) -> None:
    assert name.parse(text, catalog) == text
    assert name.nearest(text, catalog) == text


def test_no_locked_package_is_a_name(catalog: Catalog) -> None:
    for package in catalog.locked_packages:
        suggestion = name.nearest(package, catalog)
        assert suggestion != package
        assert name.parse(suggestion, catalog) == suggestion


def test_no_image_that_a_project_takes_is_a_name(catalog: Catalog, tmp_path: Path) -> None:
    for framework in catalog.frameworks:
        extras = tuple(catalog.can_have(framework))
        answers = Answers("my-shop", framework, "3.14", 8000, "uv", extras)
        project = create(answers, catalog, tmp_path / framework / answers.name).folder
        text = "".join(
            (project / file).read_text("utf-8") for file in ("Dockerfile", "compose.yaml")
        )
        images = set(re.findall(r"(?m)^(?:FROM| +image:) ([a-z]+):", text))
        assert images >= {"python", "postgres", "redis"}
        for image in images:
            with pytest.raises(InvalidAnswer):
                name.parse(image, catalog)


# Anything at all, lone surrogates too, and what is nearly a name.
texts = st.text(st.characters(exclude_categories=())) | st.text("abyzA09-_. ", max_size=45)


@given(text=texts)
def test_every_text_is_valid_or_gets_a_valid_suggestion(text: str, catalog: Catalog) -> None:
    try:
        valid = name.parse(text, catalog)
    except InvalidAnswer as error:
        valid = error.hint.removeprefix("try ")
        assert valid != text
    else:
        assert valid == text
    assert name.parse(valid, catalog) == valid
    assert name.nearest(valid, catalog) == valid
    assert RFC_1035.fullmatch(valid)
    assert 2 <= len(valid) <= 40
    assert "--" not in valid


RESERVED = re.compile(
    r"con|prn|aux|nul|com[0-9]|lpt[0-9]|localhost|kubernetes|scratch"
    r"|debian|postgres|python|redis|registry"
)


@given(text=st.from_regex(r"[a-z](-?[a-z0-9]){1,19}", fullmatch=True))
def test_a_label_with_single_dashes_is_valid_unless_reserved(text: str, catalog: Catalog) -> None:
    if RESERVED.fullmatch(text) or text in catalog.locked_packages:
        with pytest.raises(InvalidAnswer):
            name.parse(text, catalog)
    else:
        assert name.parse(text, catalog) == text
