from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.explain.build import Build
from generator.explain.context import Context
from generator.explain.edits import edit
from generator.explain.load import load
from generator.explain.stages import Settings
from tests.explain.builds import build, write
from tests.explain.edits.edited import FILES, again, refused


@pytest.mark.parametrize(
    ("change", "title", "touched", "lines"),
    [
        ("app/a.py", "app/a.py", {"app/a.py"}, {2, 3, 4, 5}),
        ("./app//a.py", "./app//a.py", {"app/a.py"}, {2, 3, 4, 5}),
        ("app/lib/../a.py", "app/lib/../a.py", {"app/a.py"}, {2, 3, 4, 5}),
        ("app/a.py/", "app/a.py/", {"app/a.py"}, {2, 3, 4, 5}),
        ("README.md", "README.md", {"README.md"}, set()),
        ("app/lib", "app/lib", {"app/lib/c.py"}, {2, 3, 4, 5}),
        ("app/", "app/ (3 files)", {"app/a.py", "app/b.py", "app/lib/c.py"}, {2, 3, 4, 5}),
        ("docs/*.md", "docs/*.md", {"docs/x.md"}, {3, 4, 5}),
        ("/docs/*.md", "/docs/*.md", {"docs/x.md"}, {3, 4, 5}),
        ("**/*.py", "**/*.py (3 files)", {"app/a.py", "app/b.py", "app/lib/c.py"}, {2, 3, 4, 5}),
        ("app/?.py", "app/?.py (2 files)", {"app/a.py", "app/b.py"}, {2, 3, 4, 5}),
        ("*.js", "*.js (2 files)", {"[slug].js", "s.js"}, {4, 5}),
        ("[s]*", "[s]*", {"s.js"}, {4, 5}),
        ("d?cs", "d?cs", {"docs/x.md"}, {3, 4, 5}),
        (".", ". (7 files)", set(FILES), {2, 3, 4, 5}),
    ],
)
def test_a_path_or_a_glob_is_the_content_of_files(
    change: str, title: str, touched: set[str], lines: set[int], whole: Build
) -> None:
    made = edit(whole, change)
    assert (made.change, made.title, set(made.touched)) == (change, title, touched)
    assert made.note is None
    assert again(whole, change) == lines


def test_a_path_that_exists_wins_over_its_reading_as_a_glob(whole: Build) -> None:
    assert set(edit(whole, "[slug].js").touched) == {"[slug].js"}


def test_a_file_at_an_absolute_path(whole: Build, tmp_path: Path) -> None:
    assert set(edit(whole, f"{tmp_path}/app/a.py").touched) == {"app/a.py"}
    assert set(edit(whole, f"{tmp_path}/app/*/c.py").touched) == {"app/lib/c.py"}
    assert len(edit(whole, f"{tmp_path}").touched) == len(FILES)


def test_an_absolute_path_by_the_name_that_the_context_was_given(tmp_path: Path) -> None:
    write(tmp_path / "real", ["a"])
    (tmp_path / "link").symlink_to("real")
    made = build(tmp_path / "link", "FROM i\nCOPY a /")
    assert set(edit(made, f"{tmp_path}/link/a").touched) == {"a"}
    assert set(edit(made, f"{tmp_path}/real/a").touched) == {"a"}


# --- the ignore file


IGNORED = {
    ".dockerignore": "# what no build needs\n*.md\n!KEEP.md\n.venv\nlogs/*\n!logs/keep\nnode\n",
    "README.md": "",
    "KEEP.md": "",
    ".venv/lib/a.py": "",
    "logs/x": "",
    "logs/keep": "",
    "empty/README.md": "",
    "node/m/a.js": "",
    "only/x.md/y": "",
}


@pytest.fixture
def ignoring(tmp_path: Path) -> Build:
    return build(tmp_path, "FROM i\nCOPY . /", IGNORED)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ("README.md", ".dockerignore line 2 (*.md) leaves README.md out"),
        ("-README.md", ".dockerignore line 2 (*.md) leaves README.md out"),
        ("mode:README.md", ".dockerignore line 2 (*.md) leaves README.md out"),
        ("+new.md", ".dockerignore line 2 (*.md) leaves new.md out"),
        ("+.venv/new/x", ".dockerignore line 4 (.venv) leaves .venv/new/x out"),
        ("*.md/", ".dockerignore line 2 (*.md) leaves README.md out"),
        (".venv", ".dockerignore line 4 (.venv) leaves .venv out"),
        (".venv/**/*.py", ".dockerignore line 4 (.venv) leaves .venv/lib/a.py out"),
        ("**/*.js", ".dockerignore line 7 (node) leaves node/m/a.js out"),
        ("logs/x", ".dockerignore line 5 (logs/*) leaves logs/x out"),
        ("mode:.venv", ".dockerignore line 4 (.venv) leaves .venv out"),
    ],
)
def test_what_the_ignore_file_leaves_out_re_runs_nothing_and_the_pattern_is_told(
    change: str, note: str, tmp_path: Path
) -> None:
    files = {name: text for name, text in IGNORED.items() if name != "KEEP.md"}
    ignoring = build(tmp_path, "FROM i\nCOPY . /", files)
    made = edit(ignoring, change)
    assert made.note == note
    assert made.after is ignoring
    assert again(ignoring, change) == set()


@pytest.mark.parametrize(
    "change", ["KEEP.md", "logs/keep", "logs", "*.md", "mode:logs", "+logs/keep/x"]
)
def test_what_it_lets_through_again_counts(change: str, ignoring: Build) -> None:
    if change.startswith("+"):
        assert refused(ignoring, change)[0] == f"--change {change}: logs/keep is no folder"
    else:
        assert edit(ignoring, change).note is None
        assert again(ignoring, change) == {2}


def test_a_folder_of_which_nothing_is_let_through(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY . /", {".dockerignore": "app/*\n", "app/a.py": ""})
    assert edit(made, "app").note == ".dockerignore line 1 (app/*) leaves app/a.py out"
    assert again(made, "app") == set()


def test_a_folder_of_which_the_rest_is_let_through_and_empty(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY . /", {".dockerignore": "app/z\n", "app/z": ""})
    (tmp_path / "app/empty").mkdir()
    assert edit(made, "app").note == ".dockerignore line 1 (app/z) leaves app/z out"


def test_a_glob_of_folders_alone_names_no_file(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY . /", ["a"])
    (tmp_path / "void").mkdir()
    assert refused(made, "v?id")[0].endswith("there is no such file in the build context")


def test_a_folder_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "void").mkdir()
    made = build(tmp_path, "FROM i\nCOPY . /", ["a"])
    assert edit(made, "void").note == "void holds no file"
    assert again(made, "void") == set()


def test_the_files_that_decide_about_the_build_are_files_too(tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM i\nCOPY . /", ".dockerignore": "x\n"}
    made = build(tmp_path, files["Dockerfile"], files)
    assert edit(made, "Dockerfile").note == (
        "its instructions are taken to be the same; line:N is an edit of one of them"
    )
    assert edit(made, ".dockerignore").note == "what is left out is taken to be the same"
    assert again(made, "Dockerfile") == again(made, ".dockerignore") == {2}


def test_that_they_are_left_out_is_not_all_that_is_said_of_them(tmp_path: Path) -> None:
    files = {"Dockerfile": "FROM i\nCOPY . /", ".dockerignore": "*\n"}
    made = build(tmp_path, files["Dockerfile"], files)
    out = ".dockerignore line 1 (*) leaves {} out; {}"
    same = "what is left out is taken to be the same"
    for change, path, said in (
        ("Dockerfile", "Dockerfile", "its instructions are taken to be the same; line:N is an"),
        ("-Dockerfile", "Dockerfile", "without the Dockerfile there is nothing to build"),
        (".dockerignore", ".dockerignore", same),
        ("+Dockerfile.dockerignore", "Dockerfile.dockerignore", same),
    ):
        assert (edit(made, change).note or "").startswith(out.format(path, said))
        assert again(made, change) == set()


def test_a_new_ignore_file_is_taken_to_leave_out_what_is_left_out(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY . /", {"Dockerfile": "", "a": ""})
    for change in ("+.dockerignore", "+Dockerfile.dockerignore"):
        assert edit(made, change).note == "what is left out is taken to be the same"
        assert again(made, change) == {2}
    assert edit(made, "+a.dockerignore").note is None


# What the ignore file has left out is there without it.
WITHOUT = "FROM i\nCOPY --link *.md /\nCOPY --link app /\nCOPY --link Dockerfile /"
UNHIDDEN = {"Dockerfile": WITHOUT, "a.md": "", "b.md": "", "app/x.tmp": "", "app/y": ""}


def test_an_ignore_file_gone_leaves_nothing_out(tmp_path: Path) -> None:
    files = {**UNHIDDEN, ".dockerignore": "a.md\n*.tmp\n.dockerignore\n"}
    made = build(tmp_path, WITHOUT, files)
    assert again(made, "-.dockerignore") == {2}
    assert edit(made, "-.dockerignore").note == "what it leaves out is let through then"
    (tmp_path / ".dockerignore").write_text("**/*.tmp\n", "utf-8")
    assert again(build(tmp_path, WITHOUT), "-.dockerignore") == {3}


def test_behind_the_dockerfiles_own_ignore_file_waits_the_contexts(tmp_path: Path) -> None:
    own = {"docker/Dockerfile.dockerignore": "**/*.tmp\na.md\n", ".dockerignore": "b.md\n**/*.tmp"}
    write(tmp_path, {**UNHIDDEN, "docker/Dockerfile": WITHOUT, **own})
    dockerfile = tmp_path / "docker/Dockerfile"
    context = Context(tmp_path, dockerfile)
    made = load(WITHOUT.replace("Dockerfile", "docker"), Settings(), context, "docker/Dockerfile")
    said = "then .dockerignore says what is left out"
    unbuilt = "without the Dockerfile there is nothing to build"
    for change, note in (
        ("-docker/Dockerfile.dockerignore", said),
        ("-docker", f"{said}; {unbuilt}"),
    ):
        assert again(made, change) == {2, 4}
        assert edit(made, change).note == note
    assert again(made, "-.dockerignore") == set()


def test_an_ignore_file_that_is_a_link_goes_with_what_it_leads_to(tmp_path: Path) -> None:
    write(tmp_path, {**UNHIDDEN, "conf/ignore": "a.md\nconf\n.dockerignore\n"})
    (tmp_path / ".dockerignore").symlink_to("conf/ignore")
    made = build(tmp_path, WITHOUT)
    for change in ("-conf/ignore", "-conf", "-.dockerignore"):
        assert again(made, change) == {2}
        assert edit(made, change).note == "what it leaves out is let through then"
    for change in ("conf/ignore", ".dockerignore"):
        assert again(made, change) == set()
        assert (edit(made, change).note or "").endswith("what is left out is taken to be the same")


# --- a named context that shares files with the build context

TWO = "FROM i\nCOPY --link --from=lib . /l\nCOPY --link . /a"


@pytest.mark.parametrize("ignored", ["", "lib\n", "*\n"])
@pytest.mark.parametrize(
    ("change", "beside"),
    [
        ("lib/x", True),
        ("lib/*", True),
        ("**/x", True),
        ("lib", True),
        ("+lib/new", True),
        ("+lib/d/new", True),
        ("-lib/x", True),
        ("-lib", True),
        ("mode:lib/x", True),
        (".", True),
        ("library", False),
        ("+new", False),
        ("-library", False),
        ("mode:library", False),
    ],
)
def test_a_file_counts_for_a_named_context_too_that_it_lies_in(
    *, change: str, beside: bool, ignored: str, tmp_path: Path
) -> None:
    files = {"lib/x": "", "lib/y": "", "library": "", ".dockerignore": ignored}
    settings = Settings(contexts={"lib": str(tmp_path / "lib")})
    made = build(tmp_path, TWO, files, settings)
    through = not ignored or (ignored != "*\n" and (not beside or change in (".", "**/x")))
    expected = {2} if beside else set()
    if through and not (change == "**/x" and ignored):
        expected.add(3)
    assert again(made, change) == expected


@pytest.mark.parametrize(
    ("change", "lines"),
    [("x", {2, 3}), ("+y", {2, 3}), ("-d/z", {2, 3}), ("mode:x", {2, 3}), ("d", {2, 3})],
)
def test_a_named_context_may_lie_around_the_build_context_or_be_it(
    change: str, lines: set[int], tmp_path: Path
) -> None:
    write(tmp_path, ["here/x", "here/d/z", "there"])
    for folder in (tmp_path, tmp_path / "here"):
        made = build(tmp_path / "here", TWO, (), Settings(contexts={"lib": str(folder)}))
        assert again(made, change) == lines


def test_a_named_contexts_own_ignore_file_holds_for_it_alone(tmp_path: Path) -> None:
    files = {"lib/x": "", "lib/y": "", "lib/.dockerignore": "x\n.dockerignore\n"}
    made = build(tmp_path, TWO, files, Settings(contexts={"lib": str(tmp_path / "lib")}))
    assert again(made, "lib/x") == {3}
    assert again(made, "lib/y") == {2, 3}
    assert again(made, "-lib/.dockerignore") == {2, 3}


def test_a_named_context_elsewhere_has_nothing_of_an_edit(tmp_path: Path) -> None:
    write(tmp_path, ["here/x", "there/x"])
    made = build(tmp_path / "here", TWO, (), Settings(contexts={"lib": str(tmp_path / "there")}))
    assert again(made, "x") == {3}


def test_without_the_dockerfile_there_is_no_build(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY . /", {"Dockerfile": "", "a": ""})
    assert edit(made, "-Dockerfile").note == "without the Dockerfile there is nothing to build"
    assert edit(made, "-a").note is None


# --- new, gone, another mode


@pytest.mark.parametrize("change", ["+app/new.py", "+app/deep/er/new.py", "+./app/new"])
def test_a_new_file(change: str, whole: Build) -> None:
    made = edit(whole, change)
    path = os.path.normpath(change[1:])
    assert (made.title, made.touched) == (f"a new file: {path}", {path: "new"})
    assert again(whole, change) == {2, 3, 4, 5}


def test_a_new_file_that_nobody_copies(whole: Build) -> None:
    assert again(whole, "+new.txt") == set()
    assert again(whole, "+new.js") == {4, 5}


@pytest.mark.parametrize(
    ("change", "lines", "pattern", "folder"),
    [
        ("+app/x.tmp", set(), "3 (**/*.tmp)", ""),
        ("+new/x.tmp", {2}, "3 (**/*.tmp)", "new"),
        ("+app/new/er/x.tmp", {2, 3}, "3 (**/*.tmp)", "app/new"),
        ("+out/new/x", set(), "1 (out)", ""),
        ("+out/in/new/x.tmp", {2}, "3 (**/*.tmp)", "out/in"),
    ],
)
def test_a_new_file_that_is_left_out_may_bring_a_folder_that_is_not(
    change: str, lines: set[int], pattern: str, folder: str, tmp_path: Path
) -> None:
    files = {"app/a.py": "", ".dockerignore": "out\n!out/in\n**/*.tmp\n", "out/x": ""}
    made = build(tmp_path, "FROM i\nCOPY . /\nCOPY --link app /app", files)
    but = f", but not the new folder {folder}" if folder else ""
    assert edit(made, change).note == f".dockerignore line {pattern} leaves {change[1:]} out{but}"
    assert again(made, change) == lines


def test_a_file_gone_leaves_its_folder(whole: Build) -> None:
    made = edit(whole, "-docs/x.md")
    assert (made.title, made.touched) == ("docs/x.md removed", {"docs/x.md": "gone"})
    assert made.after.trees[""].names("docs") == ()
    assert made.after.trees[""].entry("docs") is not None
    assert again(whole, "-docs/x.md") == {3, 4, 5}


def test_a_folder_gone_is_all_of_its_files(whole: Build) -> None:
    made = edit(whole, "-app/lib")
    assert made.touched == {"app/lib": "gone", "app/lib/c.py": "gone"}
    assert again(whole, "-app/lib") == {2, 3, 4, 5}


def test_a_files_and_a_folders_mode(whole: Build) -> None:
    made = edit(whole, "mode:app/a.py")
    assert (made.title, made.touched) == ("the mode of app/a.py", {"app/a.py": "another mode"})
    assert again(whole, "mode:app/a.py") == {2, 3, 4, 5}
    assert again(whole, "mode:app/lib/") == {2, 3, 4, 5}
    assert again(whole, "mode:docs") == {3, 4, 5}
    assert edit(whole, "mode:.").note == "the mode of its own folder is in no key"


# --- links


@pytest.fixture
def linked(tmp_path: Path) -> Build:
    write(tmp_path / "outside", ["secret"])
    context = write(tmp_path / "context", ["v2/file", "v2/sub/x", "out/.keep"])
    (context / "now").symlink_to("v2")
    (context / "file").symlink_to("v2/file")
    (context / "away").symlink_to("../outside/secret")
    (context / "gone").symlink_to("nowhere")
    (context / "loop").symlink_to("loop")
    (context / "folder-away").symlink_to("../outside")
    (context / ".dockerignore").write_text("out\n")
    (context / "left-out").symlink_to("out/.keep")
    return build(context, "FROM i\nCOPY v2 /v2\nCOPY file /file")


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        ("file", {"v2/file": ""}),
        ("now/file", {"v2/file": ""}),
        ("now", {"v2/file": "", "v2/sub/x": ""}),
        ("now/sub", {"v2/sub/x": ""}),
        ("f*", {"v2/file": ""}),
        ("+now/new", {"v2/new": "new"}),
        ("-now/file", {"v2/file": "gone"}),
        ("mode:file", {"v2/file": "another mode"}),
        ("-file", {"file": "gone"}),
    ],
)
def test_an_edit_goes_through_links_within_the_context(
    change: str, touched: dict[str, str], linked: Build
) -> None:
    assert edit(linked, change).touched == touched
    assert 3 in again(linked, change) or change in ("+now/new", "now/sub")


@pytest.mark.parametrize(
    "change", ["away", "gone", "loop", "mode:away", "g*", "folder-away", "now*"]
)
def test_a_link_that_leads_to_no_file_of_the_context_is_told(change: str, linked: Build) -> None:
    made = edit(linked, change)
    name = change.removeprefix("mode:").replace("g*", "gone").replace("*", "")
    assert made.note == f"{name} is a link, and leads to no file of the build context"
    assert again(linked, change) == set()


def test_nothing_is_found_through_a_link_that_leads_out(linked: Build) -> None:
    assert refused(linked, "folder-away/secret")[0].endswith("no such file in the build context")
    assert refused(linked, "+folder-away/new")[0].endswith("folder-away is no folder")
    assert refused(linked, "loop/x")[0].endswith("no such file in the build context")


def test_a_link_to_what_is_left_out(linked: Build) -> None:
    assert edit(linked, "left-out").note == ".dockerignore line 1 (out) leaves out/.keep out"


def test_a_pipe_and_a_socket_are_edited_like_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    made = build(tmp_path, "FROM i\nCOPY . /")
    assert again(made, "pipe") == {2}


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[str]:
    """A path of so many folders that whoever walks by recursion gives up before its end."""
    folders = ["/".join(["d"] * depth) for depth in range(1, 401)]
    for folder in folders:
        (tmp_path / folder).mkdir()
    file = tmp_path / folders[-1] / "file"
    file.touch()
    yield folders[-1]
    file.unlink()
    for folder in reversed(folders):
        (tmp_path / folder).rmdir()


def test_a_context_hundreds_of_folders_deep(deep: str, tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY d /d")
    for change in ("**/file", f"{deep}/file", f"+{deep}/new", f"-{deep}/file", f"mode:{deep}"):
        assert again(made, change) == {2}
