from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import BadDockerfile
from generator.explain.cache import places
from generator.explain.context import Changes, Context, Tree, edited
from generator.explain.context.files import Folder, walked
from generator.explain.context.trees import BadWildcard, select
from tests.explain.builds import changes


def write(root: Path, *paths: str) -> Context:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path, "utf-8")
        file.chmod(0o644)
    return Context(root)


def link(root: Path, path: str, target: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).symlink_to(target)


@pytest.fixture
def busts(tmp_path: Path) -> Callable[..., bool]:
    """Whether an edit of the context in `tmp_path` changes what a source takes.

    `busts("src", changed="src/a b")`; options of `select` have an underscore.
    """

    def told(source: str, _excludes: tuple[str, ...] = (), **kinds: str) -> bool:
        options = {name[1:]: bool(kinds.pop(name)) for name in list(kinds) if name[0] == "_"}
        before = Context(tmp_path)
        edit = changes(**kinds)
        trees: list[Tree] = [before, edited(before, edit), edited(before, edit)]
        digests = [
            places.taken(select(tree, source, excludes=_excludes, **options)) for tree in trees
        ]
        assert digests[1] == digests[2]
        return digests[0] != digests[1]

    return told


def taken(tree: Tree, source: str, excludes: tuple[str, ...] = (), **options: bool) -> list[str]:
    selection = select(tree, source, excludes=excludes, **options)
    assert not selection.missing
    return list(selection.paths())


# --- a file or a folder ---------------------------------------------------------------------------


def test_a_file_hangs_on_its_content_and_mode_alone(
    tmp_path: Path, busts: Callable[..., bool]
) -> None:
    write(tmp_path, "a", "b", "c/d")
    assert busts("a", changed="a")
    assert busts("a", remoded="a")
    assert not busts("a", changed="b c/d", added="e", removed="c/d", remoded="b c")


def test_a_folder_hangs_on_all_that_it_holds(tmp_path: Path, busts: Callable[..., bool]) -> None:
    write(tmp_path, "src/a", "src/b/c", "other")
    for source in ("src", "src/", "./src", "/src", "src/../src"):
        assert busts(source, changed="src/b/c")
        assert busts(source, added="src/b/d")
        assert busts(source, removed="src/b/c")
        assert busts(source, remoded="src/b/c")
        assert busts(source, remoded="src/b")
        assert busts(source, remoded="src")
        assert not busts(source, changed="other", added="srcs/a")


def test_the_whole_context_does_not_hang_on_the_mode_of_its_root(
    tmp_path: Path, busts: Callable[..., bool]
) -> None:
    before = write(tmp_path, "a", "b/c")
    assert busts(".", changed="b/c")
    assert busts(".", added="d")
    modes = {0o755, 0o700}
    digests = set()
    for mode in modes:
        tmp_path.chmod(mode)
        digests.add(places.taken(select(Context(tmp_path), ".")))
    assert digests == {places.taken(select(before, "."))}


def test_an_empty_folder_counts(tmp_path: Path) -> None:
    before = write(tmp_path, "a/b")
    without = places.taken(select(before, "."))
    (tmp_path / "a/c").mkdir()
    assert places.taken(select(Context(tmp_path), ".")) != without


def test_a_time_does_not_count_and_a_links_target_does(tmp_path: Path) -> None:
    before = write(tmp_path, "a/b")
    link(tmp_path, "a/link", "b")
    before = Context(tmp_path)
    first = places.taken(select(before, "a"))
    (tmp_path / "a/b").touch()
    assert places.taken(select(Context(tmp_path), "a")) == first
    (tmp_path / "a/link").unlink()
    link(tmp_path, "a/link", "./b")
    assert places.taken(select(Context(tmp_path), "a")) != first


def test_what_is_ignored_does_not_count(tmp_path: Path, busts: Callable[..., bool]) -> None:
    write(tmp_path, "src/a", "src/b.log")
    (tmp_path / ".dockerignore").write_text("**/*.log", "utf-8")
    assert not busts("src", changed="src/b.log", added="src/c.log", removed="src/b.log")


def test_files_and_bytes_are_counted(tmp_path: Path) -> None:
    write(tmp_path, "src/a", "src/b/c")
    link(tmp_path, "src/link", "a")
    selection = select(Context(tmp_path), "src")
    assert (selection.files, selection.bytes) == (3, len("src/a") + len("src/b/c"))
    assert list(selection.paths()) == ["src", "src/a", "src/b", "src/b/c", "src/link"]
    assert select(Context(tmp_path), "src/b/c").files == 1


@pytest.mark.parametrize("source", ["b", "a/b", "..a", "dangling", "*/"])
def test_a_source_that_is_not_there_is_missing(tmp_path: Path, source: str) -> None:
    write(tmp_path, "a")
    link(tmp_path, "dangling", "nowhere")
    selection = select(Context(tmp_path), source, wildcards=False)
    assert selection.missing
    assert not selection.files


def test_a_file_that_an_edit_adds_is_found(tmp_path: Path) -> None:
    context = write(tmp_path, "a")
    assert not select(edited(context, Changes(added=frozenset({"b"}))), "b").missing
    assert select(edited(context, Changes(removed=frozenset({"a"}))), "a").missing


# --- links ----------------------------------------------------------------------------------------


def test_a_source_that_is_a_link_is_what_it_leads_to(
    tmp_path: Path, busts: Callable[..., bool]
) -> None:
    write(tmp_path, "real/a", "other/a")
    link(tmp_path, "link", "real")
    link(tmp_path, "file", "link/a")
    assert taken(Context(tmp_path), "link") == ["real", "real/a"]
    assert taken(Context(tmp_path), "file") == taken(Context(tmp_path), "link/a") == ["real/a"]
    assert busts("link", changed="real/a")
    assert busts("file", changed="real/a")
    assert not busts("link", changed="other/a")


def test_a_link_below_a_source_stays_a_link(tmp_path: Path, busts: Callable[..., bool]) -> None:
    write(tmp_path, "real/a", "src/b")
    link(tmp_path, "src/link", "../real")
    assert taken(Context(tmp_path), "src") == ["src", "src/b", "src/link"]
    assert not busts("src", changed="real/a")
    assert not busts("src", ("*.md",), changed="real/a")
    assert busts("src", removed="src/link")


def test_no_link_leads_out_of_the_context(tmp_path: Path) -> None:
    write(tmp_path, "outside/secret", "root/a")
    link(tmp_path / "root", "out", "../outside")
    link(tmp_path / "root", "absolute", str(tmp_path / "outside"))
    context = Context(tmp_path / "root")
    for source in ("out", "out/secret", "absolute", "absolute/secret", "../outside/secret"):
        assert select(context, source).missing


# --- wildcards ------------------------------------------------------------------------------------


def test_a_wildcard_takes_what_it_matches(tmp_path: Path) -> None:
    context = write(tmp_path, "a.txt", "b.txt", "c.py", "d/e.txt", "d/f/g.txt", "h/f/i")
    assert taken(context, "*.txt") == ["a.txt", "b.txt"]
    assert taken(context, "?.txt") == ["a.txt", "b.txt"]
    assert taken(context, "[b-c].*") == ["b.txt", "c.py"]
    assert taken(context, "d[^a]e.txt") == ["d/e.txt"]
    assert taken(context, "*/*.txt") == ["d/e.txt"]
    assert taken(context, "d/**/g.txt") == ["d/f/g.txt"]
    assert taken(context, "*/f") == ["d/f", "d/f/g.txt", "h/f", "h/f/i"]
    assert taken(context, "d*") == ["d", "d/e.txt", "d/f", "d/f/g.txt"]


def test_a_wildcard_hangs_on_the_set_of_its_matches(
    tmp_path: Path, busts: Callable[..., bool]
) -> None:
    write(tmp_path, "a.txt", "b.txt", "c.py")
    assert busts("*.txt", changed="a.txt")
    assert busts("*.txt", added="d.txt")
    assert busts("*.txt", removed="a.txt")
    assert busts("*.txt", remoded="a.txt")
    assert not busts("*.txt", changed="c.py", added="d.py", removed="c.py")


def test_a_wildcard_that_matches_nothing_is_missing_only_without_its_folder(tmp_path: Path) -> None:
    selection = select(write(tmp_path, "a"), "*.txt")
    assert (selection.missing, selection.files) == (False, 0)
    assert select(write(tmp_path, "a"), "b/*").missing


def test_a_wildcard_goes_through_links_before_it_only(tmp_path: Path) -> None:
    write(tmp_path, "real/a.txt", "real/b.txt")
    link(tmp_path, "link", "real")
    link(tmp_path, "c.txt", "real/b.txt")
    context = Context(tmp_path)
    assert taken(context, "link/*.txt") == ["real/a.txt", "real/b.txt"]
    assert taken(context, "l*/a.txt") == []
    assert taken(context, "c.*") == ["real/b.txt"]


def test_an_escaped_wildcard_is_searched_for_with_its_backslash(tmp_path: Path) -> None:
    context = write(tmp_path, "[x]", "ax", "*")
    assert select(context, r"\[x]").missing
    assert taken(context, r"[[]x]") == ["[x]"]
    assert taken(context, r"\[?]") == ["[x]"]


def test_a_bind_mounts_source_is_no_wildcard(tmp_path: Path) -> None:
    context = write(tmp_path, "*", "a")
    assert taken(context, "*", wildcards=False) == ["*"]


@pytest.mark.parametrize("source", ["[", "a*[", "*[a-", "[]", "*\\"])
def test_a_wildcard_that_go_cannot_read_is_an_error(tmp_path: Path, source: str) -> None:
    with pytest.raises(BadWildcard):
        select(write(tmp_path, "a"), source)


# --- excludes and parents -------------------------------------------------------------------------


def test_excluded_files_do_not_count(tmp_path: Path, busts: Callable[..., bool]) -> None:
    context = write(tmp_path, "src/a.py", "src/a.md", "src/b/c.md", "src/d/e.py")
    exclude = ("**/*.md",)
    assert taken(context, "src", exclude) == ["src", "src/a.py", "src/b", "src/d", "src/d/e.py"]
    assert not busts("src", exclude, changed="src/a.md", removed="src/b/c.md", added="src/x.md")
    assert busts("src", exclude, changed="src/d/e.py")
    assert busts("src", exclude, added="src/b/c.py")
    assert busts("src", exclude, remoded="src/b")
    assert busts("src", exclude, remoded="src")


def test_excludes_are_matched_below_the_source(tmp_path: Path) -> None:
    context = write(tmp_path, "src/a", "src/src/a")
    assert taken(context, "src", ("src/a",)) == ["src", "src/a", "src/src"]
    assert taken(context, "s*", ("src",)) == ["src", "src/a"]


def test_an_exclude_never_takes_a_source_that_is_a_file_itself(
    tmp_path: Path, busts: Callable[..., bool]
) -> None:
    context = write(tmp_path, "pkg/a.go", "pkg/a_test.go")
    exclude = ("*_test.go",)
    assert taken(context, "pkg/*.go", exclude) == ["pkg/a.go", "pkg/a_test.go"]
    assert busts("pkg/*.go", exclude, changed="pkg/a_test.go")
    assert busts("pkg/a_test.go", exclude, changed="pkg/a_test.go")
    assert not busts("pkg", exclude, changed="pkg/a_test.go")


def test_a_file_can_be_let_through_an_excluded_folder(tmp_path: Path) -> None:
    context = write(tmp_path, "src/a/b/c", "src/a/d", "src/e/f")
    assert taken(context, "src", ("a", "e", "!a/b/c")) == ["src", "src/a", "src/a/b", "src/a/b/c"]


def test_a_bad_exclude_is_an_error_without_a_line(tmp_path: Path) -> None:
    with pytest.raises(BadDockerfile) as caught:
        select(write(tmp_path, "a"), ".", excludes=("[",))
    assert caught.value.line is None


def test_parents_take_the_folders_above(tmp_path: Path, busts: Callable[..., bool]) -> None:
    context = write(tmp_path, "a/b/c.txt", "a/b/d", "e/c.txt", "c.txt")
    assert taken(context, "a/b/c.txt", parents=True) == ["a", "a/b", "a/b/c.txt"]
    assert taken(context, "**/c.txt", parents=True) == [
        "a",
        "a/b",
        "a/b/c.txt",
        "c.txt",
        "e",
        "e/c.txt",
    ]
    assert taken(context, "a/./b/c.txt", parents=True) == ["a", "a/b", "a/b/c.txt"]
    assert taken(context, "a/b", parents=True) == ["a", "a/b", "a/b/c.txt", "a/b/d"]
    assert busts("a/b/c.txt", _parents="yes", remoded="a")
    assert not busts("a/b/c.txt", _parents="yes", changed="a/b/d")
    assert select(context, "a/x", parents=True).missing
    assert not select(context, "a/x*", parents=True).missing


# --- what it costs --------------------------------------------------------------------------------


def test_after_an_edit_only_the_folders_above_it_are_looked_at(tmp_path: Path) -> None:
    context = write(tmp_path, "a/b/c", "a/d/e", "f/g")
    places.taken(select(context, "."))
    after = edited(context, Changes(changed=frozenset({"a/b/c"})))
    folders = [("", after.top), *walked(after.top)]
    again = [path for path, node in folders if isinstance(node, Folder) and not node.kept]
    assert again == ["", "a", "a/b"]


def test_only_what_a_source_takes_is_listed(tmp_path: Path) -> None:
    context = write(tmp_path, "a/b/c", "d/e/f", "g")
    assert select(context, "a/*/c").files == 1
    assert context.walked == len({"a", "d", "g"} | {"a/b"} | {"a/b/c"})


def test_a_digest_does_not_hang_on_the_order_of_the_disk(tmp_path: Path) -> None:
    first = write(tmp_path / "one/x", "b", "a", "c/d")
    other = write(tmp_path / "two/x", "c/d", "a", "b")
    assert places.taken(select(first, ".")) == places.taken(select(other, "."))
