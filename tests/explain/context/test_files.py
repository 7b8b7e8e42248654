from __future__ import annotations

import pytest

from generator.explain.context.files import LINKS, Folder, Node, above, found, joined, walked


def tree(path: str = "", /, **children: object) -> Folder:
    """A folder of folders (dicts), links (texts) and files (None)."""
    made = Folder(path, 0o755)
    nodes: dict[str, Node] = {}
    for name, what in children.items():
        if isinstance(what, dict):
            nodes[name] = tree(joined(path, name), **what)
        else:
            nodes[name] = Node("link" if what else "file", 0o644, link=str(what) if what else None)
    made.fill(nodes)
    return made


TOP = tree(
    a={"b": {"c": None}, "up": "../d", "self": "."},
    d={"e": None},
    file="a/b/c",
    folder="/a/b",
    chain="folder",
    out="../../d",
    far="/../../a",
    loop="loop",
    gone="nowhere",
)


@pytest.mark.parametrize(
    ("path", "lies"),
    [
        ("", ""),
        (".", ""),
        ("a/b/c", "a/b/c"),
        ("/a//b/./c/", "a/b/c"),
        ("a/../d/e", "d/e"),
        ("../../a", "a"),
        ("a/up", "a/up"),
        ("a/up/e", "d/e"),
        ("a/self/self/b", "a/b"),
        ("folder/c", "a/b/c"),
        ("chain/c", "a/b/c"),
        ("out/e", "d/e"),
        ("far/b", "a/b"),
        ("loop", "loop"),
        ("a/b/c/x", None),
        ("a/x", None),
        ("loop/x", None),
        ("gone/x", None),
        ("file/x", None),
    ],
)
def test_a_path_is_found_through_links_and_never_outside(path: str, lies: str | None) -> None:
    at = found(TOP, path)
    assert (at and at[0]) == lies


@pytest.mark.parametrize(
    ("path", "lies"),
    [("file", "a/b/c"), ("chain", "a/b"), ("a/up", "d"), ("gone", None), ("loop", None)],
)
def test_the_last_link_is_followed_if_asked_for(path: str, lies: str | None) -> None:
    at = found(TOP, path, follow=True)
    assert (at and at[0]) == lies


def test_as_many_links_are_followed_as_a_build_follows() -> None:
    links: dict[str, object] = {f"l{number}": f"l{number + 1}" for number in range(LINKS)}
    links[f"l{LINKS}"] = None
    top = tree(**links)
    assert found(top, "l0", follow=True) == (f"l{LINKS}", top.children[f"l{LINKS}"])
    links["first"] = "l0"
    assert found(tree(**links), "first", follow=True) is None


def test_a_tree_is_walked_depth_first() -> None:
    top = tree(b={"c": {"d": None}, "a": None}, a=None)
    assert [path for path, _ in walked(top)] == ["a", "b", "b/a", "b/c", "b/c/d"]
    assert [path for path, _ in walked(top, "x/y")][:2] == ["x/y/a", "x/y/b"]


def test_a_folder_is_loaded_once_and_when_it_is_asked_for() -> None:
    loaded: list[str] = []

    def load(folder: Folder) -> dict[str, Node]:
        loaded.append(folder.path)
        return {"b": Node("file", 0o600), "a": Node("file", 0o600)}

    top = Folder("x", 0o755, load)
    other = top.with_mode(0o700)
    assert loaded == []
    assert list(other.children) == list(top.children) == ["a", "b"]
    assert other.children["a"] is top.children["a"]
    assert (loaded, other.mode, top.mode) == (["x"], 0o700, 0o755)


def test_paths_above_and_below() -> None:
    assert list(above("a/b/c")) == ["a/b", "a"]
    assert list(above("a")) == list(above("")) == []
    assert [joined("a", "b"), joined("", "b"), joined("a", ""), joined("", "")] == [
        "a/b",
        "b",
        "a",
        "",
    ]
