from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from generator.errors import BadChange, CouldNot
from generator.explain.answer import EditAnswer
from generator.explain.ask import Question, ask
from generator.explain.context import Context
from generator.explain.edits.since import past
from tests.explain.builds import write
from tests.explain.repositories import Repository, again, repository, since

DOCKERFILE = "FROM i\nCOPY a /\nCOPY src /src\nRUN x\n"
FILES = {"Dockerfile": DOCKERFILE, "a": "a", "src/b": "b", "src/c": "c", "other": "o"}
A = {2: "it copies a", 3: "[2/4] before it re-runs", 4: "[3/4] before it re-runs"}


# As it is in the context of nearly all of these tests.
OF_GIT = "the build sees .git, in which git itself writes: it changes with each commit"
SEEN = "git has seen "


def said(answer: EditAnswer) -> str | None:
    """The note without that one, and without the files that git has seen change."""
    notes = (answer.note or "").split("; ")
    return "; ".join(each for each in notes if each != OF_GIT and not each.startswith(SEEN)) or None


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    monkeypatch.delenv("GIT_DIR", raising=False)


@pytest.fixture
def made(tmp_path: Path) -> Repository:
    return repository(tmp_path / "r", FILES)


def test_nothing_has_changed(made: Repository) -> None:
    answer = since(made.folder)
    assert (answer.change, answer.title) == ("since:HEAD", "what has changed since HEAD")
    assert (again(answer), said(answer)) == ({}, None)


def test_the_files_that_git_has_seen_are_named_whoever_takes_them(made: Repository) -> None:
    made.write(a="another", other="another")
    (made.folder / "src/b").unlink()
    notes = (since(made.folder).note or "").split("; ")
    assert notes[0] == "git has seen changes of a, other and src/b (gone)"
    made.write(new="")
    notes = (since(made.folder).note or "").split("; ")
    assert notes[0] == "git has seen changes of a, new (new), other and 1 more"


def test_a_file_that_is_committed_staged_or_neither(made: Repository) -> None:
    first = made.git("rev-parse", "HEAD")
    made.write(a="another")
    assert again(since(made.folder)) == A
    made.git("add", "a")
    assert again(since(made.folder)) == A
    made.commit()
    assert again(since(made.folder)) == {}
    assert again(since(made.folder, "HEAD~1")) == again(since(made.folder, first)) == A


def test_a_file_that_nobody_copies(made: Repository) -> None:
    made.write(other="another")
    assert again(since(made.folder)) == {}


def test_a_file_that_was_touched_and_is_the_same(made: Repository) -> None:
    os.utime(made.folder / "a", (1, 1))
    assert again(since(made.folder)) == {}


def test_new_files_whether_or_not_git_has_them_yet(made: Repository) -> None:
    write(made.folder, ["src/new"])
    assert again(since(made.folder))[3] == "it copies src/new (new)"
    made.git("add", "src/new")
    assert again(since(made.folder))[3] == "it copies src/new (new)"


def test_a_file_gone(made: Repository) -> None:
    (made.folder / "src/c").unlink()
    assert again(since(made.folder))[3] == "it copies src/c (gone)"
    made.git("rm", "--quiet", "--cached", "src/c")
    assert again(since(made.folder))[3] == "it copies src/c (gone)"


def test_a_file_that_is_gone_for_git_alone_is_there_still(made: Repository) -> None:
    made.git("rm", "--quiet", "--cached", "src/c")
    assert again(since(made.folder)) == {}
    made.write(**{"src/c": "another"})
    assert again(since(made.folder))[3] == "it copies src/c"


def test_a_renamed_file_is_one_gone_and_one_new(made: Repository) -> None:
    made.git("mv", "src/c", "src/d")
    assert again(since(made.folder))[3] == "it copies src/c (gone) and src/d (new)"


def test_a_copied_file_gone_fails_the_build(made: Repository) -> None:
    (made.folder / "a").unlink()
    assert again(since(made.folder))[2] == "it copies a, which is gone: the build fails here"


def test_modes_count_as_git_keeps_them(made: Repository) -> None:
    (made.folder / "a").chmod(0o664)
    (made.folder / "src").chmod(0o775)
    assert again(since(made.folder)) == {}
    (made.folder / "a").chmod(0o755)
    assert again(since(made.folder)) == {**A, 2: "it copies a (another mode)"}
    made.write(a="another")
    assert again(since(made.folder)) == A


@pytest.mark.parametrize("folder", [".", "deep"])
@pytest.mark.parametrize(("chmod", "level"), [("755", True), ("u=rwX,go=rX", False)])
def test_another_mode_is_no_other_content(
    *, chmod: str, level: bool, folder: str, tmp_path: Path
) -> None:
    text = (
        f"FROM i AS a\nCOPY --chmod={chmod} s /s\nCOPY --chmod={chmod} t /t\n"
        "FROM i\nCOPY --from=a /s /\nCOPY --from=a /t /\n"
    )
    at = tmp_path / "r" / folder
    files = {"Dockerfile": text, "s": "s", "t": "t"}
    made = repository(tmp_path / "r", {f"{folder}/{name}": each for name, each in files.items()})
    (at / "s").chmod(0o755)
    assert list(again(since(at))) == ([2, 3] if level else [2, 3, 5, 6])
    made.commit()
    (at / "s").chmod(0o644)
    assert list(again(since(at))) == ([2, 3] if level else [2, 3, 5, 6])
    made.git("rm", "--quiet", "--cached", f"{folder}/s")
    assert list(again(since(at))) == ([2, 3] if level else [2, 3, 5, 6])


def test_a_file_that_has_become_a_link_or_a_folder(made: Repository) -> None:
    (made.folder / "src/b").unlink()
    (made.folder / "src/b").symlink_to("c")
    assert again(since(made.folder))[3] == "it copies src/b"
    (made.folder / "src/b").unlink()
    write(made.folder, ["src/b/file"])
    assert again(since(made.folder))[3] == "it copies src/b (gone) and src/b/file (new)"


LINKED = "FROM i\nCOPY cur/ /x/\nCOPY l /l\nFROM i\nCOPY --from=0 /x/f /y\nCOPY --from=0 /l /z\n"


def test_a_link_that_has_been_led_elsewhere(tmp_path: Path) -> None:
    made = repository(tmp_path, {"Dockerfile": LINKED, "v1/f": "1", "v2/f": "2"})
    for name, target in (("cur", "v1"), ("l", "v1/f")):
        (tmp_path / name).symlink_to(target)
    made.commit()
    assert again(since(tmp_path)) == {}
    (tmp_path / "l").unlink()
    (tmp_path / "l").symlink_to("v2/f")
    assert list(again(since(tmp_path))) == [3, 6]
    (tmp_path / "cur").unlink()
    (tmp_path / "cur").symlink_to("v2")
    assert list(again(since(tmp_path))) == [2, 3, 5, 6]
    assert again(since(tmp_path))[2] == "what it copies has changed"


def test_a_link_that_is_gone_and_one_in_the_place_of_a_file(tmp_path: Path) -> None:
    made = repository(tmp_path, {"Dockerfile": "FROM i\nCOPY a* /x/\n", "a": "1", "b": "1"})
    (tmp_path / "a2").symlink_to("b")
    made.commit()
    (tmp_path / "a2").unlink()
    tree = past(Context(tmp_path), tmp_path / "Dockerfile", "HEAD", "").tree
    entry = tree.entry("a2")
    assert entry is not None
    assert (entry.kind, entry.link) == ("link", "b")
    (tmp_path / "a").unlink()
    (tmp_path / "a").symlink_to("b")
    tree = past(Context(tmp_path), tmp_path / "Dockerfile", "HEAD", "").tree
    entry = tree.entry("a")
    assert entry is not None
    assert entry.kind == "file"


def test_a_folder_that_has_become_a_file(made: Repository) -> None:
    write(made.folder, ["src/deep/er/file"])
    made.commit()
    shutil.rmtree(made.folder / "src/deep")
    write(made.folder, ["src/deep"])
    assert again(since(made.folder))[3] == "it copies src/deep/er/file (gone) and src/deep (new)"


def test_a_folder_that_holds_new_files_alone_was_not_there(made: Repository) -> None:
    write(made.folder, ["src/new/er/x", "src/new/y", "z/x"])
    (made.folder / "empty").mkdir()
    tree = past(Context(made.folder), made.folder / "Dockerfile", "HEAD", "").tree
    assert tree.names("src") == ("b", "c")
    assert tree.names("") == (".git", "Dockerfile", "a", "empty", "other", "src")


def test_a_folder_whose_old_files_are_gone_was_there(made: Repository) -> None:
    (made.folder / "src/b").unlink()
    (made.folder / "src/c").unlink()
    write(made.folder, ["src/new"])
    tree = past(Context(made.folder), made.folder / "Dockerfile", "HEAD", "").tree
    assert tree.names("src") == ("b", "c")


def test_names_that_are_hard_to_write(made: Repository) -> None:
    names = {"new\nline", "\x1b[31m", "caf\udce9", ' "quoted"', ":(glob)x", "-rf"}
    for name in names:
        (made.folder / "src" / name).touch()
    assert again(since(made.folder))[3].endswith(" and 3 more")
    found = past(Context(made.folder), made.folder / "Dockerfile", "HEAD", "").touched
    assert set(found) == {f"src/{name}" for name in names}


# --- where the context and the Dockerfile lie


def test_a_context_that_is_a_folder_of_the_repository(tmp_path: Path) -> None:
    repository(tmp_path, {f"service/{name}": text for name, text in FILES.items()})
    write(tmp_path, {"a": "elsewhere", "service/a": "another"})
    assert again(since(tmp_path / "service")) == A


def test_a_dockerfile_outside_the_context(tmp_path: Path) -> None:
    files = {f"service/{name}": text for name, text in FILES.items() if name != "Dockerfile"}
    made = repository(tmp_path, {**files, "docker/web": DOCKERFILE})
    (tmp_path / "docker/web").write_text(DOCKERFILE.replace("RUN x", "RUN y"))
    answer = since(tmp_path / "service", dockerfile=tmp_path / "docker/web")
    assert again(answer) == {4: "its own text has changed"}
    assert made.git("status", "--porcelain") == "M docker/web"


def test_a_dockerfile_outside_the_repository(made: Repository, tmp_path: Path) -> None:
    write(tmp_path, {"elsewhere/Dockerfile": DOCKERFILE})
    made.write(a="another")
    answer = since(made.folder, dockerfile=tmp_path / "elsewhere/Dockerfile")
    assert again(answer) == A
    assert said(answer) == "git does not keep the Dockerfile, which is taken as it is now"


def test_a_dockerfile_that_is_no_file(made: Repository) -> None:
    made.write(a="another")
    question = Question(Context(made.folder), None, "-", DOCKERFILE, since="HEAD")
    (answer,) = ask(question).edits
    assert again(answer) == A
    assert said(answer) == "git does not keep the Dockerfile, which is taken as it is now"


def test_a_dockerfile_that_git_ignores(made: Repository) -> None:
    write(made.folder, {".gitignore": "*.local\n", "web.local": DOCKERFILE})
    made.commit()
    made.write(a="another")
    answer = since(made.folder, dockerfile=made.folder / "web.local")
    assert again(answer) == A
    assert said(answer) == "git ignores the Dockerfile, which is taken as it is now"


def test_a_dockerfile_that_is_new(made: Repository) -> None:
    write(made.folder, {"New": DOCKERFILE})
    answer = since(made.folder, dockerfile=made.folder / "New")
    assert again(answer) == dict.fromkeys((2, 3, 4), "it is new")
    assert said(answer) == "there was no Dockerfile then, so that all steps are new"


@pytest.mark.parametrize("edited", [False, True])
def test_a_dockerfile_that_has_moved_is_compared_with_what_it_was(
    *, edited: bool, made: Repository
) -> None:
    made.write(**{"Dockerfile.dockerignore": "src/c\n"})
    made.commit()
    (made.folder / "docker").mkdir()
    for name in ("Dockerfile", "Dockerfile.dockerignore"):
        made.git("mv", name, f"docker/{name}")
    if edited:
        made.write(**{"docker/Dockerfile": f"{DOCKERFILE}RUN y\n"})
    answer = since(made.folder, dockerfile=made.folder / "docker/Dockerfile")
    assert again(answer) == ({5: "it is new"} if edited else {})
    assert said(answer) == "the Dockerfile was Dockerfile then"
    made.commit()
    answer = since(made.folder, "HEAD~1", dockerfile=made.folder / "docker/Dockerfile")
    assert again(answer) == ({5: "it is new"} if edited else {})


def test_a_dockerfile_that_has_moved_out_of_the_context(made: Repository) -> None:
    made.git("mv", "Dockerfile", "other.Dockerfile")
    made.commit()
    answer = since(made.folder / "src", "HEAD~1", dockerfile=made.folder / "other.Dockerfile")
    assert said(answer) == "the Dockerfile was ../Dockerfile then"


@pytest.mark.parametrize("levelled", [False, True])
def test_heredocs_have_the_ends_of_lines_of_a_checkout(*, levelled: bool, tmp_path: Path) -> None:
    text = "FROM i\r\nCOPY <<E /e\r\nx\r\nE\r\nRUN <<E\r\ny\r\nE\r\nRUN z\r\n"
    files = {"Dockerfile": text if levelled else text.replace("\r", "")}
    if levelled:
        files[".gitattributes"] = "Dockerfile text eol=crlf\n"
    (tmp_path / "r").mkdir()
    for name, content in files.items():
        (tmp_path / "r" / name).write_bytes(content.encode())
    made = repository(tmp_path / "r", {})
    (made.folder / "Dockerfile").write_bytes(text.replace("RUN z", "RUN zz").encode())
    assert list(again(since(made.folder))) == ([8] if levelled else [2, 5, 8])


def test_a_new_dockerfile_with_a_target(made: Repository) -> None:
    write(made.folder, {"New": f"FROM i AS t\nRUN x\n{DOCKERFILE}"})
    answer = since(made.folder, dockerfile=made.folder / "New", target="t")
    assert again(answer) == {2: "it is new"}
    assert said(answer) == "there was no Dockerfile then, so that all steps are new"


def test_a_dockerfile_that_is_a_link(tmp_path: Path) -> None:
    made = repository(tmp_path, {**FILES, "docker/real": DOCKERFILE})
    (tmp_path / "Dockerfile").unlink()
    (tmp_path / "Dockerfile").symlink_to("docker/real")
    made.commit()
    (tmp_path / "docker/real").write_text(DOCKERFILE.replace("RUN x", "RUN y"))
    assert again(since(tmp_path)) == {4: "its own text has changed"}
    (tmp_path / "Dockerfile").unlink()
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    assert again(since(tmp_path)) == {}


def test_a_dockerfile_that_was_a_link_out_of_the_repository(tmp_path: Path) -> None:
    write(tmp_path, {"outside": DOCKERFILE})
    made = repository(tmp_path / "r", FILES)
    (made.folder / "Dockerfile").unlink()
    (made.folder / "Dockerfile").symlink_to("../outside")
    made.commit()
    assert again(since(made.folder)) == dict.fromkeys((2, 3, 4), "it is new")


def test_a_dockerfile_of_an_odd_name(made: Repository) -> None:
    write(made.folder, {"new\nline": DOCKERFILE, "-x": DOCKERFILE})
    made.commit()
    assert again(since(made.folder, dockerfile=made.folder / "-x")) == {}
    assert since(made.folder, dockerfile=made.folder / "new\nline").reruns == 3


def test_a_named_context_of_the_same_repository(tmp_path: Path) -> None:
    dockerfile = "FROM i\nCOPY --from=lib / /lib\nCOPY --from=far / /far\n"
    made = repository(tmp_path / "r", {"web/Dockerfile": dockerfile, "lib/x": "x"})
    write(tmp_path, ["far/y"])
    contexts = {"lib": str(made.folder / "lib"), "far": str(tmp_path / "far"), "u": "https://x"}
    assert again(since(made.folder / "web", contexts=contexts)) == {}
    write(made.folder, {"lib/x": "another"})
    answer = since(made.folder / "web", contexts=contexts)
    assert again(answer) == {2: "what it copies has changed", 3: "[stage-0 2/3] before it re-runs"}


def test_a_named_context_of_another_repository(tmp_path: Path) -> None:
    made = repository(tmp_path / "r", {"Dockerfile": "FROM i\nCOPY --from=lib / /lib\n"})
    repository(tmp_path / "lib", {"x": "x"})
    revision = made.git("rev-parse", "HEAD")
    write(tmp_path / "lib", {"x": "another"})
    contexts = {"lib": str(tmp_path / "lib")}
    # That repository may know no such commit: then it is taken as it is.
    (tmp_path / "lib/y").touch()
    Repository(tmp_path / "lib").commit("another message")
    assert again(since(made.folder, revision, contexts=contexts)) == {}


def test_a_named_context_that_git_does_not_keep_is_said_to_be_taken_as_it_is(
    tmp_path: Path,
) -> None:
    made = repository(tmp_path / "r", {"Dockerfile": "FROM i\nCOPY --from=lib / /lib\n"})
    write(tmp_path, ["lib/x"])
    note = since(made.folder, contexts={"lib": str(tmp_path / "lib")}).note
    assert note is not None
    assert "git does not keep the context lib, which is taken as it is now" in note


def test_a_file_that_has_become_a_folder_is_not_gone(made: Repository) -> None:
    (made.folder / "a").unlink()
    write(made.folder, ["a/x"])
    assert again(since(made.folder))[2] == "it copies a (gone) and a/x (new)"


# --- the Dockerfile and the ignore file as they were


def test_line_ends_that_git_writes_are_no_change(tmp_path: Path) -> None:
    text = "FROM i\nRUN <<E\necho\nE\n"
    made = repository(tmp_path / "r", {"Dockerfile": text})
    made.git("clone", "--quiet", "--config", "core.autocrlf=true", ".", str(tmp_path / "clone"))
    file = tmp_path / "clone/Dockerfile"
    assert b"\r\n" in file.read_bytes()
    assert again(since(tmp_path / "clone")) == {}
    file.write_bytes(file.read_bytes().replace(b"echo", b"true"))
    assert again(since(tmp_path / "clone")) == {2: "its own text has changed"}


PERHAPS = "only if /x of stage two comes out different: what [two 2/2] writes decides"
STAGES = (
    "FROM i AS one\nRUN a\nFROM i AS two\nRUN b\nRUN c\nFROM one\nCOPY --from=two /x /x\nRUN d\n"
)


@pytest.mark.parametrize(
    ("now", "reasons"),
    [
        (
            DOCKERFILE.replace("RUN x", "RUN w\nRUN x"),
            {4: "it is new", 5: "[4/5] before it re-runs"},
        ),
        (DOCKERFILE.replace("RUN x\n", ""), {}),
        (DOCKERFILE.replace("FROM i", "FROM i AS name"), {}),
        (f"# comment\n\n{DOCKERFILE}CMD y\n", {}),
        (
            DOCKERFILE.replace("RUN x", "ENV A=1\nRUN x"),
            {5: "the variable A has another value"},
        ),
        (DOCKERFILE.replace("FROM i", "FROM j"), {}),
    ],
)
def test_another_dockerfile(now: str, reasons: dict[int, str], made: Repository) -> None:
    made.write(Dockerfile=now)
    found = again(since(made.folder))
    if "FROM j" in now:
        reasons = {2: "the base image j has changed", **{n: A[n] for n in (3, 4)}}
    assert found == reasons


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("FROM i AS one", "FROM i AS zero\nRUN z\nFROM i AS one", {}),
        (
            "FROM one\n",
            "FROM i AS more\nRUN z\nFROM one\nCOPY --from=more /m /m\n",
            {
                7: "it is new",
                9: "it is new",
                10: "[stage-3 1/3] before it re-runs",
                11: "[stage-3 2/3] before it re-runs",
            },
        ),
        ("RUN d", "RUN e", {8: "its own text has changed"}),
        (
            "RUN b\nRUN c",
            "RUN c",
            {
                4: "the base image i has changed",
                6: PERHAPS,
                7: "only if [stage-2 1/2] before it does",
            },
        ),
    ],
)
def test_stages_are_followed_by_their_names(
    old: str, new: str, reasons: dict[int, str], tmp_path: Path
) -> None:
    made = repository(tmp_path, {"Dockerfile": STAGES})
    made.write(Dockerfile=STAGES.replace(old, new))
    assert again(since(tmp_path)) == reasons


def test_a_target_that_there_was_not(tmp_path: Path) -> None:
    made = repository(tmp_path, {"Dockerfile": "FROM i AS one\nRUN a\n"})
    made.write(Dockerfile="FROM i AS one\nRUN a\nFROM one AS two\nRUN b\n")
    answer = since(tmp_path, target="two")
    assert again(answer) == {4: "it is new"}
    assert said(answer) == "there was no stage two then"


def test_a_dockerfile_that_no_build_took(made: Repository) -> None:
    made.write(Dockerfile="FROM i\nFROMM j\n")
    made.commit()
    made.write(Dockerfile=DOCKERFILE)
    with pytest.raises(BadChange) as caught:
        since(made.folder)
    assert caught.value.message.startswith("--since HEAD: no build took Dockerfile:2: ")
    assert "2 | FROMM j" in caught.value.hint
    made.write(Dockerfile="FROM i\nEXPOSE x\n")
    made.commit()
    made.write(Dockerfile=DOCKERFILE)
    with pytest.raises(BadChange, match=r"^--since HEAD: no build took Dockerfile:2: "):
        since(made.folder)


ALL = "FROM i\nCOPY . /\nRUN x\n"
IGNORE = ".dockerignore"
NOTE = "the ignore file has changed too, so that other files may be let through"


@pytest.mark.parametrize(
    ("then", "now", "reruns"),
    [
        ("other\n", "other\n", False),
        ("other\n", "other\n\n#x\n", True),  # it is a file of the context itself
        (f"{IGNORE}\nother\n", f"{IGNORE}\n", True),
        (f"{IGNORE}\n", f"{IGNORE}\nother\n", True),
        (f"{IGNORE}\n", f"{IGNORE}\nnothing\n", False),
        (None, f"{IGNORE}\n", False),
        (f"{IGNORE}\n", None, False),
        (None, f"{IGNORE}\nother\n", True),
    ],
)
def test_another_ignore_file(
    then: str | None,
    now: str | None,
    reruns: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    held = {} if then is None else {IGNORE: then}
    repository(tmp_path, {"Dockerfile": ALL, "other": "o", **held})
    if now is not None:
        (tmp_path / IGNORE).write_text(now)
    elif then is not None:
        (tmp_path / IGNORE).unlink()
    answer = since(tmp_path)
    assert bool(again(answer)) == reruns
    assert (said(answer) == NOTE) == (
        (then or "").replace("#x", "").split() != (now or "").replace("#x", "").split()
    )


def test_a_dockerfiles_own_ignore_file(tmp_path: Path) -> None:
    own = "Dockerfile.dockerignore"
    repository(tmp_path, {"Dockerfile": ALL, "other": "o", own: f"other\n{own}\n", IGNORE: "a\n"})
    (tmp_path / "other").write_text("another")
    assert again(since(tmp_path)) == {}
    (tmp_path / own).write_text(f"{own}\n")
    assert set(again(since(tmp_path))) == {2, 3}


def test_an_ignore_file_that_git_ignores_is_as_old_as_any(tmp_path: Path) -> None:
    made = repository(tmp_path, {"Dockerfile": ALL, ".gitignore": ".dockerignore\n", "other": "o"})
    (tmp_path / IGNORE).write_text("other\n.dockerignore\n")
    made.write(other="another")
    answer = since(tmp_path)
    assert (again(answer), said(answer)) == ({}, None)


def test_an_ignore_file_beside_a_dockerfile_outside_the_repository(
    made: Repository, tmp_path: Path
) -> None:
    write(tmp_path, {"out/web": ALL, "out/web.dockerignore": "other\n"})
    made.write(other="another")
    answer = since(made.folder, dockerfile=tmp_path / "out/web")
    assert again(answer) == {}


def test_an_ignore_file_that_is_a_link(tmp_path: Path) -> None:
    made = repository(tmp_path, {"Dockerfile": ALL, "ignored": "other\n", "other": "o"})
    (tmp_path / IGNORE).symlink_to("ignored")
    made.commit()
    made.write(other="another")
    answer = since(tmp_path)
    assert (again(answer), said(answer)) == ({}, None)


def test_an_ignore_file_that_no_build_took(tmp_path: Path) -> None:
    repository(tmp_path, {"Dockerfile": ALL, IGNORE: "[a\n"})
    (tmp_path / IGNORE).write_text("")
    with pytest.raises(BadChange) as caught:
        since(tmp_path)
    assert caught.value.message.startswith("--since HEAD: no build took .dockerignore:1: ")


# --- what git cannot tell


def test_what_git_itself_keeps_is_told_if_a_step_takes_it(made: Repository) -> None:
    none = "git has seen no change of a file in the build context"
    assert since(made.folder).note == none
    made.write(Dockerfile=ALL)
    made.commit()
    assert since(made.folder).note == f"{none}; {OF_GIT}"
    write(made.folder, {".dockerignore": ".git\n"})
    made.commit()
    assert since(made.folder).note == none


def test_another_commit_has_changed_what_git_itself_keeps(tmp_path: Path) -> None:
    made = repository(tmp_path, {"Dockerfile": "FROM i\nCOPY .git/HEAD /\nCOPY . /app\n", "a": ""})
    write(tmp_path, {IGNORE: "notes.md\n"})
    made.commit()
    made.write(**{"notes.md": "another"})
    made.commit()
    assert again(since(tmp_path)) == {}
    answer = since(tmp_path, "HEAD~1")
    assert again(answer) == {3: "it copies .git/index, .git/logs/HEAD and .git/refs/heads/main"}
    assert (answer.note or "").split("; ")[0] == "git has seen changes of notes.md (new)"
    made.git("checkout", "--quiet", "--detach")
    assert 2 in again(since(tmp_path, "HEAD~1"))


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_files_that_git_is_told_to_assume_the_same(made: Repository, flag: str) -> None:
    made.git("update-index", flag, "a", "other")
    made.write(a="another", other="another")
    answer = since(made.folder)
    assert again(answer) == {}
    assert said(answer) == (
        "git is told to assume no change of a, which the build sees: taken to be as before"
    )
    (made.folder / "a").unlink()
    made.git("update-index", flag.replace("--", "--no-"), "other")
    assert said(since(made.folder)) is None


def test_files_that_git_ignores_are_taken_to_be_as_before(tmp_path: Path) -> None:
    made = repository(
        tmp_path, {"Dockerfile": ALL, ".gitignore": "*.log\nvenv\n", IGNORE: "venv\n"}
    )
    write(tmp_path, ["a.log", "venv/x"])
    answer = since(tmp_path)
    assert again(answer) == {}
    assert said(answer) == "git ignores a.log, which the build sees: taken to be as before"
    write(tmp_path, {"Dockerfile": "FROM i\nCOPY venv/y /\nCOPY a.lo /\n"})
    assert said(since(tmp_path)) is None
    write(tmp_path, {"Dockerfile": ALL})
    write(tmp_path, ["b.log", "c.log", "d.log", "e/f.log"])
    assert said(since(tmp_path)) == (
        "git ignores a.log, b.log, c.log and 2 more, which the build sees: taken to be as before"
    )
    assert made.git("status", "--porcelain") == ""


@pytest.fixture
def with_module(tmp_path: Path) -> Repository:
    repository(tmp_path / "module", {"x": "x", "y": "y"})
    made = repository(tmp_path / "r", {"Dockerfile": "FROM i\nCOPY lib /lib\nRUN x\n"})
    made.git("submodule", "--quiet", "add", str(tmp_path / "module"), "lib")
    made.commit()
    return made


def test_a_submodule(with_module: Repository) -> None:
    assert again(since(with_module.folder)) == {}
    module = Repository(with_module.folder / "lib")
    write(module.folder, {"x": "another"})
    assert again(since(with_module.folder))[2] == "it copies lib/x"
    module.commit()
    assert again(since(with_module.folder))[2] == "it copies lib/x"
    with_module.commit()
    assert again(since(with_module.folder)) == {}
    assert again(since(with_module.folder, "HEAD~1"))[2] == "it copies lib/x"
    assert again(since(with_module.folder, "HEAD~2"))[2].startswith("it copies lib (new), lib/")


def test_a_submodule_whose_commit_is_not_there(with_module: Repository) -> None:
    module = Repository(with_module.folder / "lib")
    shutil.rmtree(module.folder)
    write(module.folder, {"x": "another", ".git": "gitdir: /nowhere\n"})
    assert "lib/x" in again(since(with_module.folder))[2]


def test_a_submodule_that_is_not_checked_out(with_module: Repository) -> None:
    with_module.git("submodule", "--quiet", "deinit", "--force", "lib")
    assert again(since(with_module.folder)) == {}


def test_a_repository_in_the_repository_that_git_has_not_yet(made: Repository) -> None:
    repository(made.folder / "src/inner", {"x": "x"})
    assert again(since(made.folder))[3].startswith("it copies src/inner (new)")
    tree = past(Context(made.folder), made.folder / "Dockerfile", "HEAD", "").tree
    assert tree.names("src") == ("b", "c")


# --- errors


def test_a_range_is_no_revision(made: Repository) -> None:
    with pytest.raises(BadChange) as caught:
        since(made.folder, "main...HEAD")
    assert "git merge-base" in caught.value.hint


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("", "--since nothing: that is no revision"),
        ("-x", "--since -x: that is no revision"),
        ("--output=x", "--since --output=x: that is no revision"),
        ("nothing", "--since nothing: git knows no such commit"),
        ("HEAD:a", "--since HEAD:a: git knows no such commit"),
        ("HEAD~9", "--since HEAD~9: git knows no such commit"),
        ("a b", "--since a b: git knows no such commit"),
        ("a\0b", "--since a\0b: git knows no such commit"),
        ("\ud800", "--since \ud800: git knows no such commit"),
    ],
)
def test_a_revision_that_there_is_not(revision: str, message: str, made: Repository) -> None:
    with pytest.raises(BadChange) as caught:
        since(made.folder, revision)
    assert caught.value.message == message
    assert caught.value.hint.startswith("a revision is what `git log` takes: main, HEAD~3, v1.2,")
    assert {path.name for path in made.folder.iterdir()} == {
        ".git",
        "Dockerfile",
        "a",
        "other",
        "src",
    }


@pytest.mark.parametrize("revision", ["main", "HEAD", "HEAD^0", "@", "tag", "main@{0}", ":/x"])
def test_a_revision_by_any_of_its_names(revision: str, made: Repository) -> None:
    made.git("tag", "--annotate", "tag", "--message", "x")
    assert again(since(made.folder, revision)) == {}


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    write(tmp_path, FILES)
    with pytest.raises(BadChange) as caught:
        since(tmp_path)
    assert caught.value.message == f"--since: {tmp_path} is in no git repository"
    assert caught.value.hint.startswith("not a git repository")


def test_a_folder_of_git_itself_is_no_work_tree(made: Repository) -> None:
    write(made.folder / ".git", {"Dockerfile": DOCKERFILE})
    with pytest.raises(BadChange, match="is in no git repository"):
        since(made.folder / ".git")


def test_no_git(made: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(CouldNot) as caught:
        since(made.folder)
    assert caught.value.message == "--since needs git: No such file or directory"
    assert caught.value.hint == "install git"


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_git_that_does_not_answer(
    made: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script(tmp_path / "bin/git", "exec sleep 30")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr("generator.explain.edits.git._SECONDS", 0.1)
    with pytest.raises(CouldNot, match="git did not answer within"):
        since(made.folder)


def test_a_repository_that_is_broken(made: Repository) -> None:
    (made.folder / ".git/index").write_bytes(b"nonsense")
    with pytest.raises(CouldNot) as caught:
        since(made.folder)
    assert caught.value.message == f"git cannot tell what has changed in {made.folder}"
    assert caught.value.hint


# --- a repository that somebody else has made


def test_nothing_that_a_repository_names_is_run(made: Repository, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    program = script(tmp_path / "program", f"echo $0 $@ >> {ran}; cat")
    settings = {
        "core.fsmonitor": program,
        "core.hooksPath": tmp_path / "hooks",
        "core.pager": program,
        "core.sshCommand": program,
        "core.editor": program,
        "diff.external": program,
        "diff.x.textconv": program,
        "diff.x.command": program,
        "filter.x.clean": program,
        "filter.x.smudge": program,
        "filter.x.process": program,
        "filter.x.required": "true",
        "pager.diff": program,
        "remote.origin.url": f"ext::{program}",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": program,
        "extensions.partialClone": "origin",
        "protocol.ext.allow": "always",
        "core.repositoryFormatVersion": "1",
    }
    made.write(**{".gitattributes": "* filter=x diff=x\n"})
    made.commit()
    for name in ("post-index-change", "pre-commit", "post-checkout", "fsmonitor-watchman"):
        script(tmp_path / "hooks" / name, f"echo {name} >> {ran}")
        script(made.folder / ".git/hooks" / name, f"echo {name} >> {ran}")
    for name, value in settings.items():
        made.git("config", name, str(value))
    made.write(a="another")
    os.utime(made.folder / "other", (1, 1))
    blob = made.folder / ".git/objects" / _loose(made, "HEAD:src/b")
    answer = since(made.folder)
    assert again(answer) == A
    blob.unlink()
    (made.folder / "src/b").write_text("b2")
    assert "src/b" in (since(made.folder).note or "")
    assert not ran.exists()


def test_files_with_another_time_alone_are_the_same_and_nothing_is_written(
    made: Repository,
) -> None:
    odd = ["odd\nname", '"quoted"', "end\r", "a b"]
    write(made.folder, odd)
    (made.folder / "link").symlink_to("./a")
    made.commit()
    index = made.folder / ".git/index"
    before = index.read_bytes()
    for path in ("a", "src/b", *odd):
        os.utime(made.folder / path, (1, 1))
    for target, said in (
        ("./a", "no change of a file in the build context"),
        ("a", "changes of link"),
    ):
        (made.folder / "link").unlink()
        (made.folder / "link").symlink_to(target)
        os.utime(made.folder / "link", (1, 1), follow_symlinks=False)
        assert since(made.folder).note == f"git has seen {said}"
    assert index.read_bytes() == before


def _loose(made: Repository, name: str) -> str:
    found = made.git("rev-parse", name)
    return f"{found[:2]}/{found[2:]}"


def test_a_filter_of_ones_own_is_run(
    made: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As git-lfs needs to be, whose files are not what git keeps."""
    (tmp_path / "config").write_text('[filter "x"]\n\tclean = sed s/big/small/\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    made.write(**{".gitattributes": "* filter=x\n"}, a="big\n")
    made.commit()
    os.utime(made.folder / "a", (1, 1))
    assert made.git("cat-file", "blob", "HEAD:a") == "small"
    assert again(since(made.folder)) == {}


def test_a_hook_of_git_in_another_repository_is_no_hindrance(
    made: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path / "other", {"x": "x"})
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index.lock")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    made_again = Repository(made.folder)
    (made_again.folder / "a").write_text("another")
    assert again(since(made.folder)) == A


def test_a_work_tree_that_is_said_to_be_elsewhere(made: Repository, tmp_path: Path) -> None:
    made.git("config", "core.worktree", str(tmp_path))
    with pytest.raises((BadChange, CouldNot)):
        since(made.folder, "nothing")
