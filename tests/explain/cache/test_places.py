from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.cache.digests import Digest, certain
from generator.explain.cache.places import WHATEVER, Place, Unknown, digest_of, placed, united
from generator.explain.context import Context, edited
from generator.explain.context.files import found, resolved
from generator.explain.context.trees import contents
from tests.explain.builds import build, changes, shown
from tests.explain.context.disk import write

FILES = ("s/real/f", "o/f", "z/f", "b")


def again(folder: Path, dockerfile: str, change: str) -> set[int]:
    made = build(folder, dockerfile, FILES)
    for name, target in (("s/link", "real"), ("s/up", "../o/f"), ("s/root", "/x/s/real")):
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)
    return {line for line, what in shown(made, change).items() if what == "again"}


STAGE = "FROM i AS o\nCOPY s /x/s/\nCOPY z /x/o/\nFROM i\n"


@pytest.mark.parametrize(
    ("source", "change", "lines"),
    [
        ("/x/s/link/f", "s/real/f", {2, 3, 5}),
        ("/x/s/root/f", "s/real/f", {2, 3, 5}),
        ("/x/s/link", "s/real/f", {2, 3, 5}),
        ("/x/s/real/../link/f", "s/real/f", {2, 3, 5}),
        ("/x/s/up", "z/f", {3, 5}),
        ("/x/s/up", "o/f", set()),
        ("/x/s/link/*", "s/real/f", {2, 3, 5}),
        ("/x/o/f", "s/real/f", {2, 3}),
    ],
)
def test_a_link_is_followed_where_the_copy_has_put_it(
    tmp_path: Path, source: str, change: str, lines: set[int]
) -> None:
    assert again(tmp_path, f"{STAGE}COPY --from=0 {source} /y/", change) == lines
    mount = f"{STAGE}RUN --mount=from=o,source={source},target=/m x"
    assert "*" in source or again(tmp_path, mount, change) == lines


def test_through_stages(tmp_path: Path) -> None:
    dockerfile = f"{STAGE}COPY --from=0 /x /w\nFROM i\nCOPY --from=1 /w/s/link/f /y/"
    assert again(tmp_path, dockerfile, "s/real/f") == {2, 3, 5, 7}
    assert again(tmp_path, dockerfile, "z/f") == {3, 5}


def test_a_copy_to_a_link_lands_where_it_leads(tmp_path: Path) -> None:
    dockerfile = "FROM i\nCOPY s /x\nCOPY b /x/link/\nFROM i\nCOPY --from=0 /x/real /y"
    assert again(tmp_path, dockerfile, "b") == {3, 5}


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY s /x\nFROM i\nCOPY --from=0 /x/a/f /y", ["s/f"])
    (tmp_path / "s/a").symlink_to("b")
    (tmp_path / "s/b").symlink_to("a")
    assert shown(made, "s/f")[2] == "again"


def test_a_folder_over_a_link_hides_it(tmp_path: Path) -> None:
    dockerfile = (
        "FROM i\nCOPY s /x\nFROM i\nCOPY z /x/link/\nCOPY o /x/real/\nCOPY --from=0 /x/link/f /y"
    )
    assert again(tmp_path, dockerfile, "z/f") == {4, 5, 6}
    assert again(tmp_path, dockerfile, "s/real/f") == {2, 6}


# --- what is unknown ------------------------------------------------------------------------------

IMAGE = Unknown(Digest(b"image", WHATEVER))


def test_what_is_not_known_lies_in_the_unknown() -> None:
    top = Place(unknown=(IMAGE,))
    at = found(top, "opt/tool/bin")
    assert at is not None
    path, place = at
    assert path == "opt/tool/bin"
    assert isinstance(place, Place)
    assert place.unknown == (IMAGE._replace(path="opt/tool/bin"),)
    assert not place.sure
    assert found(Place(), "opt") is None


def test_the_usual_folders_of_an_image_are_folders() -> None:
    top = Place(unknown=(IMAGE,))
    sure = {
        path: at[1] for path in ("usr/local/bin", "usr/bin/x", "srv") if (at := found(top, path))
    }
    assert {path: isinstance(at, Place) and at.sure for path, at in sure.items()} == {
        "usr/local/bin": True,
        "usr/bin/x": False,
        "srv": True,
    }


def test_a_known_file_hides_the_unknown_and_a_known_folder_does_not(tmp_path: Path) -> None:
    tree = Context(write(tmp_path, "a", "d/b"))
    top = Place(placed(tree.top).hold, (IMAGE,))
    assert top.child("a") is tree.top.children["a"]
    folder = top.child("d")
    assert isinstance(folder, Place)
    assert folder.child("b") is not None
    assert folder.unknown == (IMAGE._replace(path="d"),)


def test_a_folder_has_one_digest_in_a_context_and_in_a_stage(tmp_path: Path) -> None:
    tree = Context(write(tmp_path, "a", "d/b", "d/e/c"))
    value = contents(tree.top).digest
    assert digest_of(placed(tree.top)) == digest_of(tree.top) == Digest(value, value)
    after = edited(tree, changes(changed="d/e/c"))
    assert digest_of(placed(after.top)) != digest_of(tree.top)


def test_unknown_things_in_one_place_are_each_once_and_not_too_many() -> None:
    other = Unknown(certain("archive"))
    assert united((IMAGE, other), (IMAGE,)) == (IMAGE, other)
    many = tuple(IMAGE._replace(path=str(number)) for number in range(100))
    assert len(united((), many)) == 1
    assert united((), many) == united((), many)
    assert united((), many) != united((), many[1:])


def test_a_path_is_resolved_as_far_as_it_is_there(tmp_path: Path) -> None:
    write(tmp_path, "real/f")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "round").symlink_to("round")
    top = Context(tmp_path).top
    paths = ("link", "link/new/x", "link/../new/../x", "round/x", "none/../x")
    assert [resolved(top, path) for path in paths] == ["real", "real/new/x", "x", "round/x", "x"]
