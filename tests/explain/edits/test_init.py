from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.errors import BadChange
from generator.explain.build import Build
from generator.explain.edits import edit, of_path
from generator.explain.edits.edit import FORMS
from generator.explain.stages import Settings
from tests.explain.builds import build, outcomes, shown, write

FILES = ("app/a.py", "app/b.py", "app/lib/c.py", "docs/x.md", "README.md", "[slug].js", "s.js")
WHOLE = "FROM i\nCOPY app /app\nCOPY docs /docs\nCOPY *.js /js/\nRUN x"


@pytest.fixture
def whole(tmp_path: Path) -> Build:
    return build(tmp_path, WHOLE, FILES)


def again(made: Build, change: str) -> set[int]:
    return {line for line, what in shown(made, change).items() if what == "again"}


def refused(made: Build, change: str) -> tuple[str, str]:
    with pytest.raises(BadChange) as caught:
        edit(made, change)
    return caught.value.message, caught.value.hint


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


@pytest.mark.parametrize(
    "change",
    ["/etc/passwd", "../x", "..", "+../x", "-/etc/passwd", "mode:..", "+/etc/new", "-../a"],
)
def test_what_lies_outside_is_an_error(change: str, whole: Build) -> None:
    message, hint = refused(whole, change)
    assert message.startswith(f"--change {change}: ")
    assert "build context" in message
    assert hint == FORMS


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ("app/q.py", "there is no such file in the build context", "did you mean app/a.py?"),
        ("c.py", "there is no such file in the build context", "did you mean app/lib/c.py?"),
        ("app\\a.py", "there is no such file in the build context", "did you mean app/a.py?"),
        ("nothing-like-it", "there is no such file in the build context", FORMS),
        ("*.rs", "there is no such file in the build context", FORMS),
        ("!app", "there is no such file in the build context", "did you mean app?"),
        ("[a", "neither a path nor a pattern that can be read", FORMS),
        ("-app/q.py", "there is no such file in the build context", "did you mean app/a.py?"),
        ("-.", "that is all of the build context", FORMS),
        ("mode:READNE.md", "there is no such file in the build context", "did you mean README.md?"),
        (
            "+README.md",
            "it is there already",
            "without the + it is an edit of what is there",
        ),
        ("+README.md/new", "README.md is no folder", FORMS),
        ("+new/", "a new folder alone is in no build", "+new/NAME is a new file in it"),
        ("+", "it names no file", FORMS),
        ("-", "it names no file", FORMS),
        ("mode:", "it names no file", FORMS),
    ],
)
def test_what_is_not_there_is_an_error_with_the_nearest_name(
    change: str, message: str, hint: str, whole: Build
) -> None:
    assert refused(whole, change) == (f"--change {change}: {message}", hint)


@pytest.mark.parametrize("begin", ["", "+", "-", "mode:", "arg:", "base:", "line:"])
@pytest.mark.parametrize("letter", ["\0", "\ud800"])
def test_letters_that_no_name_holds(begin: str, letter: str, whole: Build) -> None:
    change = f"{begin}nothing{letter}"
    message = f"--change {change!r}: no name holds such letters"
    assert refused(whole, change) == (message, FORMS)


def test_bytes_that_are_no_text_are_letters_of_a_name(whole: Build) -> None:
    assert edit(whole, "+caf\udce9").touched == {"caf\udce9": "new"}
    assert refused(whole, "caf\udce9")[0].endswith("there is no such file in the build context")


def test_no_change_at_all_is_an_error(whole: Build) -> None:
    assert refused(whole, "") == ("--change names nothing", FORMS)


def test_another_option_is_named_in_its_errors(whole: Build) -> None:
    with pytest.raises(BadChange, match=r"^--keep nothing: there is no such file"):
        edit(whole, "nothing", option="--keep")


def test_backslashes_and_odd_letters_are_letters_of_a_name(tmp_path: Path) -> None:
    names = ["a\\b.py", "new\nline", "\x1b[31m", " blank", "caf\udce9", "tab\t"]
    for name in names:
        (tmp_path / name).touch()
    made = build(tmp_path, "FROM i\nCOPY . /")
    for name in names:
        assert set(edit(made, name).touched) == {name}
        assert again(made, name) == {2}


@pytest.mark.parametrize("name", ["+a", "-a", "base", "comment", "line:3", "arg:x", "mode:a"])
def test_a_name_that_begins_as_a_form_does(name: str, tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY . /", [name])
    assert of_path(name) == f"./{name}"
    assert set(edit(made, of_path(name)).touched) == {name}
    assert edit(made, f"mode:{name}").touched == {name: "another mode"}
    assert edit(made, f"-{name}").touched == {name: "gone"}


@pytest.mark.parametrize("name", ["a", "based", "app/base", "comments", "argon", "[slug].js"])
def test_a_name_that_needs_no_mark(name: str) -> None:
    assert of_path(name) == name


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
    assert edit(made, ".dockerignore").note == "what it leaves out is taken to be the same"
    assert again(made, "Dockerfile") == again(made, ".dockerignore") == {2}


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


# --- arguments


UNUSED = "no step that the target needs uses it"


@pytest.mark.parametrize(
    ("dockerfile", "name", "lines", "note"),
    [
        ("FROM i\nARG V=1\nRUN x", "V", {3}, None),
        ("FROM i\nARG V\nRUN x", "V", {3}, None),
        ("ARG V=1\nFROM i\nRUN x", "V", set(), UNUSED),
        ("ARG V=1\nFROM i:$V\nRUN x", "V", {3}, None),
        ("FROM i\nRUN x\nARG V=1", "V", set(), UNUSED),
        ("FROM i AS o\nARG V\nRUN x\nFROM i\nRUN y", "V", set(), UNUSED),
        ("FROM i\nARG P=80\nEXPOSE $P\nRUN x", "P", {4}, None),
        ("FROM i\nARG S=KILL\nSTOPSIGNAL $S\nRUN x", "S", {4}, None),
        ("ARG P=linux/amd64\nFROM --platform=$P i\nRUN x", "P", {3}, None),
        ("FROM i\nARG D=app\nCOPY $D /d\nRUN x", "D", {3, 4}, None),
        ("FROM i\nARG D=d\nWORKDIR /$D\nCOPY app .\nRUN x", "D", {3, 4, 5}, None),
        ("FROM i\nARG U=1\nCOPY --chown=$U app /\n", "U", {3}, None),
        ("FROM i\nARG HTTP_PROXY\nRUN x", "HTTP_PROXY", {3}, None),
        ("FROM i\nARG V=1\nUSER $V\nRUN x", "V", {4}, None),
        ("ARG B=o\nFROM i AS o\nRUN x\nFROM $B\nRUN y", "B", {5}, None),
        ("FROM i\nARG SOURCE_DATE_EPOCH\nWORKDIR /w\n", "SOURCE_DATE_EPOCH", {3}, None),
        ("FROM i\nWORKDIR /w\n", "SOURCE_DATE_EPOCH", {2}, None),
        (
            "FROM i\nRUN x",
            "http_proxy",
            set(),
            "predefined, and no stage declares it: in no key",
        ),
    ],
)
def test_another_value_of_an_argument(
    dockerfile: str, name: str, lines: set[int], note: str | None, tmp_path: Path
) -> None:
    made = build(tmp_path, dockerfile, FILES)
    assert again(made, f"arg:{name}") == lines
    assert edit(made, f"arg:{name}").note == note


def test_another_value_is_another_than_the_one_that_is_given(tmp_path: Path) -> None:
    given = edit(build(tmp_path, "FROM i\nARG V\nRUN x"), "arg:V").after.plan.settings.build_args
    made = build(tmp_path, "FROM i\nARG V\nRUN x", settings=Settings(build_args=given))
    assert again(made, "arg:V") == {3}
    made = build(tmp_path, f"FROM i\nARG V={given['V']}\nRUN x")
    assert again(made, "arg:V") == {3}


def test_an_argument_of_which_no_other_value_is_known(tmp_path: Path) -> None:
    dockerfile = "FROM i\nARG T=bind\nRUN --mount=type=$T,target=/x x\nRUN y"
    made = build(tmp_path, dockerfile, FILES)
    assert edit(made, "arg:T").note == (
        "no other value of T is known that the Dockerfile takes; the steps that use it are taken to"
        " be others"
    )
    assert again(made, "arg:T") == {3, 4}


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ("arg:VERSOIN", "no ARG declares VERSOIN", "did you mean VERSION?"),
        ("arg:other", "no ARG declares other", "declared are VERSION"),
        ("arg:", "it names no argument", "declared are VERSION"),
        ("base:", "it names no stage", "the stages are 0"),
        ("arg:VERSION=3", "no ARG declares VERSION=3", "arg:VERSION takes a value of its own"),
        ("arg:Http_Proxy", "no ARG declares Http_Proxy", "declared are VERSION"),
    ],
)
def test_an_argument_that_no_step_declares(
    change: str, message: str, hint: str, tmp_path: Path
) -> None:
    made = build(tmp_path, "FROM i\nARG VERSION\nRUN x")
    assert refused(made, change) == (f"--change {change}: {message}", hint)


def test_no_argument_is_declared(tmp_path: Path) -> None:
    assert refused(build(tmp_path, "FROM i"), "arg:A")[1] == "it declares none"


# --- images


STAGES = """\
FROM one AS Build
RUN x
FROM build AS test
RUN y
FROM two AS last
COPY --from=build /a /a
COPY --from=three /b /b
RUN z
RUN --mount=from=four,target=/c w
FROM scratch AS empty
COPY app /
"""


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ("base", {2: "again", 6: "again", 7: "again", 8: "again", 9: "again"}),
        ("base:last", {2: "stays", 6: "again", 7: "again", 8: "again", 9: "again"}),
        ("base:2", {2: "stays", 6: "again", 7: "again", 8: "again", 9: "again"}),
        ("base:Build", {2: "again", 6: "perhaps", 7: "perhaps", 8: "perhaps", 9: "perhaps"}),
        ("base:BUILD", {2: "again", 6: "perhaps", 7: "perhaps", 8: "perhaps", 9: "perhaps"}),
        ("base:0", {2: "again", 6: "perhaps", 7: "perhaps", 8: "perhaps", 9: "perhaps"}),
        ("base:test", {2: "again", 6: "perhaps", 7: "perhaps", 8: "perhaps", 9: "perhaps"}),
    ],
)
def test_another_base(change: str, lines: dict[int, str], tmp_path: Path) -> None:
    made = build(tmp_path, STAGES, FILES, Settings(target="last"))
    assert shown(made, change) == lines


def test_a_stage_without_a_name_is_found_by_its_label(tmp_path: Path) -> None:
    assert again(build(tmp_path, "FROM i AS o\nFROM j\nRUN x"), "base:stage-1") == {3}


def test_a_base_that_is_no_image(tmp_path: Path) -> None:
    made = build(tmp_path, STAGES, FILES)
    assert edit(made, "base:empty").note == "it starts from scratch, not from an image"
    assert edit(build(tmp_path, "FROM scratch\nCOPY app /"), "base").note == (
        "no image from outside is used"
    )
    settings = Settings(contexts={"one": str(tmp_path)})
    made = build(tmp_path, "FROM one\nRUN x", settings=settings)
    assert edit(made, "base:0").note == "it starts from the context one, not from an image"


def test_a_base_that_the_target_does_not_need(tmp_path: Path) -> None:
    made = build(tmp_path, STAGES, FILES)
    assert edit(made, "base:2").note == "empty does not need the stage last"
    assert again(made, "base:2") == set()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("biuld", "did you mean Build?"),
        ("other", "the stages are Build, test, last, empty"),
        ("4", None),
        ("-1", None),
        ("9" * 5000, None),
        ("٣", None),
    ],
)
def test_a_stage_that_there_is_not(name: str, hint: str | None, tmp_path: Path) -> None:
    message, said = refused(build(tmp_path, STAGES, FILES), f"base:{name}")
    assert message == f"--change base:{name}: there is no stage {name}"
    assert hint is None or said == hint


# --- lines


LINES = """\
# syntax=docker/dockerfile:1
ARG TAG=1
FROM image:$TAG AS one

# A comment.
ENV A=$TAG \\
    # in between
    B=b
RUN x \\
    && y
COPY <<EOF /file
text
EOF
RUN <<EOF
sh
EOF
ARG C
WORKDIR /w
SHELL ["sh", "-c"]
USER me
RUN z
ADD app /app
LABEL a=b
EXPOSE 80
CMD ["x"]
FROM one
RUN --mount=from=one,target=/o w
"""


@pytest.mark.parametrize(
    ("line", "title", "first"),
    [
        (2, "line 2: ARG", 9),
        (3, "line 3: FROM", 9),
        (6, "line 6: ENV", 9),
        (7, "line 7: ENV", 9),
        (8, "line 8: ENV", 9),
        (9, "line 9: RUN", 9),
        (10, "line 10: RUN", 9),
        (11, "line 11: COPY", 11),
        (12, "line 12: COPY", 11),
        (13, "line 13: COPY", 11),
        (15, "line 15: RUN", 14),
        (17, "line 17: ARG", 21),
        (18, "line 18: WORKDIR", 18),
        (19, "line 19: SHELL", 21),
        (20, "line 20: USER", 21),
        (21, "line 21: RUN", 21),
        (22, "line 22: ADD", 22),
        (23, "line 23: LABEL", None),
        (24, "line 24: EXPOSE", None),
        (25, "line 25: CMD", None),
        (26, "line 26: FROM", 27),
        (27, "line 27: RUN", 27),
    ],
)
def test_another_instruction_at_any_of_its_lines(
    line: int, title: str, first: int | None, tmp_path: Path
) -> None:
    made = build(tmp_path, LINES, FILES)
    found = edit(made, f"line:{line}")
    assert (found.title, dict(found.touched)) == (title, {})
    assert min(again(made, f"line:{line}"), default=None) == first


@pytest.mark.parametrize("line", [23, 24, 25])
def test_what_only_says_how_a_container_runs_is_in_no_key(line: int, tmp_path: Path) -> None:
    dockerfile = LINES[: LINES.index("FROM one\n")]
    made = edit(build(tmp_path, dockerfile, FILES), f"line:{line}")
    assert made.note == f"{made.title.split()[-1]} is in no step's key"


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ("line:1", "no instruction is at that line", "the nearest is line 2: ARG"),
        ("line:0", "no instruction is at that line", "the nearest is line 2: ARG"),
        ("line:4", "no instruction is at that line", "the nearest is line 3: FROM"),
        ("line:5", "no instruction is at that line", "the nearest is line 6: ENV"),
        ("line:28", "no instruction is at that line", "the nearest is line 27: RUN"),
        ("line:999999999", "no instruction is at that line", "the nearest is line 27: RUN"),
        ("line:", "that is no line number", "line:3 is an edit of the third line"),
        ("line:x", "that is no line number", "line:3 is an edit of the third line"),
        ("line:-1", "that is no line number", "line:3 is an edit of the third line"),
        ("line:²", "that is no line number", "line:3 is an edit of the third line"),
        (f"line:{'9' * 5000}", "that is no line number", "line:3 is an edit of the third line"),
    ],
)
def test_a_line_without_an_instruction(
    change: str, message: str, hint: str, tmp_path: Path
) -> None:
    made = build(tmp_path, LINES, FILES)
    assert refused(made, change) == (f"--change {change}: {message}", hint)


@pytest.mark.parametrize(
    "trigger",
    [
        "RUN x",
        'RUN ["x"]',
        "RUN <<EOF\nx\nEOF",
        "COPY app /d",
        "COPY <<EOF /f\nx\nEOF",
        "ENV A=$B",
        "WORKDIR /w",
        'SHELL ["sh"]',
        "USER me",
        "ARG X=1",
    ],
)
def test_what_another_stage_brings_along(trigger: str, tmp_path: Path) -> None:
    made = build(tmp_path, f"FROM i AS o\nONBUILD {trigger}\nFROM o\nRUN z", FILES)
    last = max(shown(made, "line:2"))
    assert last in again(made, "line:2")


def test_what_another_stage_brings_along_that_is_in_no_key(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i AS o\nONBUILD EXPOSE 80\nFROM o\nRUN z", FILES)
    assert again(made, "line:2") == set()


@pytest.mark.parametrize(
    ("dockerfile", "lines"),
    [
        ("FROM i\nENV A=$\nRUN x", {3}),
        ("FROM i\nENV P=80\nEXPOSE $P\nRUN x", {4}),
        ("FROM i\nENV A=\nRUN x", {3}),
        ("FROM i\nENV A b c\nRUN x", {3}),
        ('FROM i\nENV A="b c" D=e\nRUN x', {3}),
        ("FROM i\nENV PATH=/x:$PATH\nRUN x", {3}),
        (f"ARG I=i@sha256:{'0' * 64}\nFROM $I\nRUN x", {3}),
    ],
)
def test_other_values_are_such_that_it_still_is_a_dockerfile(
    dockerfile: str, lines: set[int], tmp_path: Path
) -> None:
    line = 1 if dockerfile.startswith("ARG") else 2
    made = build(tmp_path, dockerfile, FILES)
    assert again(made, f"line:{line}") == lines
    assert not edit(made, f"line:{line}").after.marks


def test_an_instruction_of_which_no_other_is_known_is_marked(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nARG T=bind\nRUN --mount=type=$T,target=/x x", FILES)
    assert set(edit(made, "line:2").after.marks) == {2}


def test_a_default_that_counts_for_nothing(tmp_path: Path) -> None:
    dockerfile = "FROM i\nARG V=1\nRUN x"
    made = build(tmp_path, dockerfile, settings=Settings(build_args={"V": "2"}))
    assert again(made, "line:2") == set()
    assert edit(made, "line:2").note == (
        "--build-arg V is given, so that the default counts for nothing"
    )


def test_a_line_of_a_stage_that_the_target_does_not_need(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i AS o\nRUN x\nFROM i\nRUN y")
    assert edit(made, "line:2").note == "stage-1 does not need the stage o"


# --- the Dockerfile as a file of the context


@pytest.fixture
def held(tmp_path: Path) -> Callable[..., Build]:
    def make(dockerfile: str, **others: str) -> Build:
        return build(tmp_path, dockerfile, {"Dockerfile": dockerfile, **others})

    return make


@pytest.mark.parametrize("change", ["comment", "line:3"])
def test_an_edit_of_the_dockerfile_is_one_of_a_file_that_may_be_copied(
    change: str, held: Callable[..., Build]
) -> None:
    made = held("FROM i\nCOPY . /\nLABEL a=b")
    assert edit(made, change).touched == {"Dockerfile": ""}
    assert again(made, change) == {2}


def test_a_dockerfile_that_no_step_copies(held: Callable[..., Build]) -> None:
    assert again(held("FROM i\nCOPY a /\nLABEL a=b", a=""), "comment") == set()


def test_a_dockerfile_that_the_ignore_file_leaves_out(tmp_path: Path) -> None:
    dockerfile = "FROM i\nCOPY . /\nLABEL a=b"
    files = {"Dockerfile": dockerfile, ".dockerignore": "Dockerfile\n"}
    made = build(tmp_path, dockerfile, files)
    assert again(made, "comment") == again(made, "line:3") == set()
    assert edit(made, "comment").touched == {}


def test_a_dockerfile_elsewhere(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM i\nCOPY . /", ["a"])
    found = edit(made, "comment")
    assert (found.title, found.touched) == ("a comment in the Dockerfile", {})
    assert {each.reruns for each in outcomes(made, "comment")} == {False}
