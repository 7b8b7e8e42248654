from __future__ import annotations

import pytest

from generator.explain.context.files import Folder, Node
from generator.explain.context.patterns import Patterns, listed
from generator.explain.context.sieve import Part, Sieve


def folder(path: str, **children: Node) -> Folder:
    made = Folder(path, 0o755)
    made.fill(children)
    return made


def file() -> Node:
    return Node("file", 0o644)


TOP = folder(
    "src",
    a=folder("src/a", b=folder("src/a/b", x=file(), y=file()), c=folder("src/a/c")),
    d=folder("src/d", x=file()),
    x=file(),
)


def poured(top: Node, exclude: Patterns | None, include: Patterns | None) -> list[tuple[str, str]]:
    sieve = Sieve(exclude, include)
    sieve.pour(Part("", "src", top, whole=True))
    assert not any(part.whole for part in sieve.parts if isinstance(part.node, Folder))
    return [(part.name, part.path) for part in sieve.parts]


def names(exclude: tuple[str, ...], include: tuple[str, ...] = ()) -> list[str]:
    found = poured(TOP, listed(exclude) if exclude else None, listed(include) if include else None)
    assert [path for _, path in found] == [f"src/{name}".rstrip("/") for name, _ in found]
    return [name for name, _ in found]


def test_what_no_pattern_leaves_out_comes_in_the_order_of_names() -> None:
    assert names(("nothing",)) == ["", "a", "a/b", "a/b/x", "a/b/y", "a/c", "d", "d/x", "x"]


@pytest.mark.parametrize(
    ("exclude", "expected"),
    [
        (("**/x",), ["", "a", "a/b", "a/b/y", "a/c", "d"]),
        (("a",), ["", "d", "d/x", "x"]),
        (("a", "!a/b/x"), ["", "a", "a/b", "a/b/x", "d", "d/x", "x"]),
        (("*",), []),
        (("*", "!d/x"), ["", "d", "d/x"]),
    ],
)
def test_a_folder_that_is_left_out_comes_with_the_first_thing_in_it(
    exclude: tuple[str, ...], expected: list[str]
) -> None:
    assert names(exclude) == expected


@pytest.mark.parametrize(
    ("include", "expected"),
    [
        (("a/b",), ["", "a", "a/b", "a/b/x", "a/b/y"]),
        (("**/x",), ["", "a", "a/b", "a/b/x", "d", "d/x", "x"]),
        (("nothing",), []),
    ],
)
def test_what_is_asked_for_by_name_comes_with_the_folders_above(
    include: tuple[str, ...], expected: list[str]
) -> None:
    assert names((), include) == expected


def test_a_source_that_is_a_file_is_matched_as_the_empty_name() -> None:
    assert poured(file(), listed(("x",)), None) == [("", "src")]
    assert poured(file(), listed(("*",)), None) == []
