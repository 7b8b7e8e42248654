from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.builds import build, shown

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
