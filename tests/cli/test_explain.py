from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from generator.explain.rules import RULES
from tests.explain.builds import write
from tests.explain.repositories import repository

Run = Callable[..., tuple[int, str, str]]

DOCKERFILE = "FROM i AS one\nCOPY req /\nRUN x\nCOPY app /app\nRUN y\n"
FILES = {
    "Dockerfile": DOCKERFILE,
    "req": "r",
    "app/a.py": "a",
    ".dockerignore": "*.md\n",
    "R.md": "",
}
FORMS = (
    "a change is a path or a glob, +path, -path, mode:path, arg:NAME, base, base:STAGE, line:N or"
    " comment"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path, FILES)


def lines(document: dict[str, Any]) -> list[list[int]]:
    """Of each edit, the lines that re-run for sure."""
    return [
        [step["line"] for step in edit["steps"] if step["reruns"] is True]
        for edit in document["edits"]
    ]


def test_the_folder_one_is_in(run: Run, project: Path) -> None:
    status, out, err = run("explain")
    assert (status, err) == (0, "")
    assert out.startswith("Dockerfile, target one\n\nStage one\n")
    assert "\nWhat an edit re-runs\n" in out
    assert "a source file: app/a.py" in out


def test_another_folder(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "c", FILES)
    assert json.loads(run("explain", "c", "--json")[1])["target"] == "one"
    assert json.loads(run("explain", str(tmp_path / "c"), "--json")[1])["target"] == "one"


def test_changes_say_of_each_step_why(run: Run, project: Path) -> None:
    status, out, err = run("explain", "--change", "app/a.py", "--change", "R.md")
    assert (status, err) == (0, "")
    assert (
        out[out.index("Editing app/a.py") :]
        == """\
Editing app/a.py re-runs 2 of 4 steps, one of them RUN.
  stays     2  [2/5]  COPY req /
                      it copies req alone, which has not changed
  stays     3  [3/5]  RUN x
                      its command, environment and all before it are the same
  re-runs   4  [4/5]  COPY app /app
                      it copies app/a.py
  re-runs   5  [5/5]  RUN y
                      [4/5] before it re-runs

Editing R.md re-runs nothing: all 4 steps stay cached.
  .dockerignore line 1 (*.md) leaves R.md out
  stays     2  [2/5]  COPY req /
                      it copies req alone, which has not changed
  stays     3  [3/5]  RUN x
                      its command, environment and all before it are the same
  stays     4  [4/5]  COPY app /app
                      it copies app alone, which has not changed
  stays     5  [5/5]  RUN y
                      its command, environment and all before it are the same
"""
    )
    assert out.startswith("Editing app/a.py")


@pytest.mark.parametrize("change", ["-req", "+app/new", "mode:req", "./req", "-"])
def test_a_change_that_looks_like_an_option(change: str, run: Run, project: Path) -> None:
    (project / "-").touch()
    status, out, err = run("explain", "--json", "--change", change)
    if change == "-":
        assert (status, json.loads(out)["error"]["code"], err) == (2, "bad-change", "")
    else:
        assert (status, err) == (0, "")
        assert json.loads(out)["edits"][0]["change"] == change


def test_json(run: Run, project: Path) -> None:
    status, out, err = run("explain", "--json", "--change", "app/a.py", "--change", "base")
    assert (status, err) == (0, "")
    document = json.loads(out)
    assert lines(document) == [[4, 5], [2, 3, 4, 5]]
    assert document["edits"][0]["steps"][0] == {
        "name": "[2/5]",
        "line": 2,
        "reruns": False,
        "reason": "it copies req alone, which has not changed",
    }
    assert run("explain", "--format", "json", "--change", "app/a.py", "--change", "base")[1] == out
    assert run("explain", "--format=json", "--change", "app/a.py", "--change", "base")[1] == out


@pytest.mark.parametrize(
    "arguments",
    [("--json",), ("--format", "json"), ("--format=json",), ("--format=text", "--json")],
)
def test_an_error_is_json_for_a_program(
    arguments: tuple[str, ...], run: Run, project: Path
) -> None:
    status, out, err = run("explain", *arguments, "--change", "rek")
    assert (status, err) == (2, "")
    assert json.loads(out) == {
        "error": {
            "code": "bad-change",
            "message": "--change rek: there is no such file in the build context",
            "hint": "did you mean req?",
        }
    }


@pytest.mark.parametrize("arguments", [(), ("--format", "text"), ("--format", "sarif")])
def test_an_error_is_a_line_and_a_hint_for_a_person(
    arguments: tuple[str, ...], run: Run, project: Path
) -> None:
    assert run("explain", *arguments, "--change", "rek") == (
        2,
        "",
        (
            "dockerize: --change rek: there is no such file in the build context\n"
            "  did you mean req?\n"
        ),
    )


def test_sarif_and_a_page(run: Run, project: Path) -> None:
    assert json.loads(run("explain", "--format", "sarif")[1])["version"] == "2.1.0"
    assert run("explain", "--format", "html")[1].startswith("<!doctype html>")


# --- the Dockerfile


def test_a_dockerfile_is_found_from_where_one_is(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"c/req": "", "c/app/a.py": "", "docker/web": DOCKERFILE})
    status, out, err = run("explain", "c", "-f", "docker/web", "--json", "--change", "comment")
    assert (status, err) == (0, "")
    assert json.loads(out)["dockerfile"] == "docker/web"
    assert lines(json.loads(out)) == [[]]
    hint = "-f goes from the folder one is in, not from CONTEXT"
    message = f"dockerize: web: there is no such file\n  {hint}\n"
    assert run("explain", "c", "-f", "web") == (2, "", message)


def test_a_dockerfile_of_another_name_is_a_file_of_the_context_too(
    run: Run, tmp_path: Path
) -> None:
    write(tmp_path, {"web": "FROM i\nCOPY . /\nCMD x\n"})
    for change in ("comment", "line:3", "web"):
        out = run("explain", ".", "--file=web", "--json", "--change", change)[1]
        assert lines(json.loads(out)) == [[2]]


def test_an_ignore_file_of_its_own(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"d/web": "FROM i\nCOPY . /\n", "d/web.dockerignore": "a\n", "a": "", "b": ""})
    write(tmp_path, {".dockerignore": "b\n"})
    out = run("explain", "-f", "d/web", "--json", "--change", "a", "--change", "b")[1]
    assert lines(json.loads(out)) == [[], [2]]
    assert json.loads(out)["edits"][0]["note"] == "d/web.dockerignore line 1 (a) leaves a out"


def test_a_dockerfile_in_small_letters(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"dockerfile": "FROM i\nCOPY . /\n"})
    assert lines(json.loads(run("explain", "--json", "--change", "comment")[1])) == [[2]]
    write(tmp_path, {"Dockerfile": "FROM i\nCOPY dockerfile /\n"})
    assert lines(json.loads(run("explain", "--json", "--change", "comment")[1])) == [[]]


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (".", ".: that is no regular file"),
        ("..", "..: that is no regular file"),
        ("/", "/: that is no regular file"),
        ("app", "app: that is no regular file"),
        ("nothing", "nothing: there is no such file"),
        ("req/x", "req/x: there is no such file"),
    ],
)
def test_a_dockerfile_that_is_none(file: str, message: str, run: Run, project: Path) -> None:
    hint = "-f goes from the folder one is in, not from CONTEXT"
    assert run("explain", "-f", file) == (2, "", f"dockerize: {message}\n  {hint}\n")


def test_a_dockerfile_that_is_in_the_context(run: Run, project: Path) -> None:
    (project / "docker").mkdir()
    (project / "docker/web").write_text("FROM scratch\n")
    hint = "-f goes from the folder one is in: did you mean docker/web?"
    message = f"dockerize: web: there is no such file\n  {hint}\n"
    assert run("explain", "docker", "-f", "web") == (2, "", message)


def test_no_dockerfile_at_all(run: Run, tmp_path: Path) -> None:
    assert run("explain") == (
        2,
        "",
        "dockerize: Dockerfile: there is no such file\n  -f FILE names another\n",
    )


def test_a_dockerfile_from_standard_input(
    run: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = SimpleNamespace(buffer=io.BytesIO(b"FROM i\nCOPY . /\n"))
    monkeypatch.setattr("sys.stdin", stream)
    status, out, err = run("explain", "-f", "-", "--json", "--change", "comment", "--change", "req")
    assert (status, err) == (0, "")
    assert lines(json.loads(out)) == [[], [2]]


def test_no_standard_input(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert run("explain", "-f", "-") == (2, "", "dockerize: standard input is closed\n")


def test_an_error_in_the_dockerfile_is_shown_with_its_line(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM i\nRUM x\n"})
    status, out, err = run("explain")
    assert (status, out) == (2, "")
    assert err.startswith("dockerize: Dockerfile:2: ")
    assert "\n  2 | RUM x\n" in err
    assert "did you mean RUN?" in err


# --- the context


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ("nowhere", "nowhere: there is no such folder to build from"),
        ("req", "req is no folder to build from"),
        ("", "CONTEXT is empty"),
        ("-", "a build context on standard input cannot be looked into"),
        ("https://example.org/x.git", "https://example.org/x.git is no folder"),
        ("git@example.org:x", "git@example.org:x is no folder"),
        ("a\ud800", "a\\ud800: there is no such folder to build from"),
    ],
)
def test_a_context_that_is_none(context: str, message: str, run: Run, project: Path) -> None:
    status, out, err = run("explain", context)
    assert (status, out, err.splitlines()[0].encode("ascii", "backslashreplace").decode()) == (
        2,
        "",
        f"dockerize: {message}",
    )


def test_an_ignore_file_that_no_build_takes(run: Run, project: Path) -> None:
    (project / ".dockerignore").write_text("a\n[\n")
    status, out, err = run("explain")
    assert (status, out) == (2, "")
    assert err.startswith("dockerize: .dockerignore:2: ")


# --- as a build takes it


def test_a_target_arguments_and_a_platform(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM i AS one\nARG V\nRUN x\nFROM i AS two\nRUN y\n"})
    document = json.loads(
        run(
            "explain", "--json", "--target", "one", "--build-arg", "V=1", "--platform",
            "linux/arm64", "--change", "arg:V",
        )[1]
    )  # fmt: skip
    assert document["target"] == "one"
    assert lines(document) == [[3]]
    assert document["steps"][2]["depends"]["arguments"] == ["V"]


def test_an_argument_of_the_environment(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"Dockerfile": "FROM i\nARG V\nRUN x\n"})
    monkeypatch.setenv("V", "1")
    given = json.loads(run("explain", "--json", "--build-arg", "V")[1])
    assert given["steps"][2]["depends"]["arguments"] == ["V"]
    monkeypatch.delenv("V")
    assert (
        json.loads(run("explain", "--json", "--build-arg", "V")[1])["steps"][2]["depends"][
            "arguments"
        ]
        == []
    )


def test_errors_call_a_dockerfile_in_small_letters_so(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"dockerfile": "FROM i\nRUNN x\n"})
    assert run("explain")[2].startswith("dockerize: dockerfile:2: unknown")


def test_a_named_context(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"c/Dockerfile": "FROM i\nCOPY --from=lib . /\n", "lib/x": "12345"})
    document = json.loads(run("explain", "c", "--json", "--build-context", "lib=lib")[1])
    assert document["steps"][1]["depends"]["bytes"] == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--build-arg", "=1"), "--build-arg =1: that is not NAME=VALUE"),
        (("--build-arg", ""), "--build-arg : that is not NAME=VALUE"),
        (("--build-context", "lib"), "--build-context lib: that is not NAME=FOLDER"),
        (
            ("--build-context", "lib=no"),
            "--build-context lib=no: there is no such folder to build from\n",
        ),
        (("--build-context", "lib=req"), "--build-context lib=req is no folder to build from\n"),
        (("-f", ""), "--file is empty"),
        (("--target", "tow"), "Dockerfile: target stage 'tow' could not be found"),
        (("--since", "HEAD", "--change", "req"), "--since is an edit, and so is --change"),
        (("--since", ""), "--since nothing: that is no revision"),
        (("--change", ""), "--change names nothing"),
        (("--keep", "req"), "--keep req: that is not WHAT=STEPS"),
        (("--rule", "umask", "--format", "sarif"), "--rule prints a text"),
        (("--format", "html", "--rule", "umask"), "--rule prints a text"),
        (("--rule", "nothing"), "there is no rule 'nothing'"),
        (("--format", "xml"), "Invalid value for '--format': 'xml' is not one of 'text', 'json',"),
        (("--platform", "a/b/c/d"), "Dockerfile: failed to parse platform 'a/b/c/d'"),
    ],
)
def test_what_is_wrong_is_a_message_and_status_2(
    arguments: tuple[str, ...], message: str, run: Run, project: Path
) -> None:
    status, out, err = run("explain", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(f"dockerize: {message}")


@pytest.mark.parametrize("format_", ["html", "sarif"])
def test_one_format_at_a_time(format_: str, run: Run, project: Path) -> None:
    status, out, _ = run("explain", "--format", format_, "--json")
    said = json.loads(out)["error"]["message"]
    assert (status, said) == (2, f"--json and --format {format_} are two formats")


def test_an_error_calls_the_dockerfile_as_it_was_called(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"docker/Bad": "FROM i\nRUNN x\n", "Exclude": "FROM i\nCOPY --exclude=[ . /\n"})
    assert run("explain", "-f", "docker/Bad")[2].startswith("dockerize: docker/Bad:2: unknown")
    assert run("explain", "-f", "Exclude")[2].startswith(
        "dockerize: Exclude:2: --exclude: a pattern that cannot be read: [\n"
    )


@pytest.mark.parametrize(
    "more", [("--check",), ("--keep", "a=RUN"), ("--change", "a"), ("--since", "HEAD")]
)
def test_a_rule_is_told_alone(more: tuple[str, str], run: Run) -> None:
    status, out, err = run("explain", "--rule", "umask", *more)
    assert (status, out) == (2, "")
    assert err.startswith("dockerize: --rule looks at no Dockerfile")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("c",), "a/c/Dockerfile"),
        (("./c/",), "a/c/Dockerfile"),
        (("c", "-f", "out/Own"), "a/out/Own"),
        (("c", "-f", "c/../out/Own"), "a/out/Own"),
    ],
)
def test_a_diff_is_for_the_folder_one_is_in(
    arguments: tuple[str, ...], name: str, run: Run, tmp_path: Path
) -> None:
    text = "FROM a\nCOPY . .\nRUN pip install -r requirements.txt\n"
    files = ["c/requirements.txt", "c/a.py", "c/.git/x"]
    write(tmp_path, {**dict.fromkeys(files, ""), "c/Dockerfile": text, "out/Own": text})
    found = json.loads(run("explain", *arguments, "--json")[1])["findings"]
    names = {each["fix"].split("\n")[0] for each in found if each["rule"] != "wide-context"}
    assert names == {f"--- {name}"}
    (ignore,) = (each["fix"] for each in found if each["rule"] == "wide-context")
    assert ignore.split("\n")[1] == "+++ b/c/.dockerignore"


def test_a_build_argument_that_nothing_declares_is_told(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "ARG A\nFROM a\nARG B\nRUN x\n"})
    known = ("A=1", "B=1", "http_proxy=1", "SOURCE_DATE_EPOCH=0", "BUILDKIT_INLINE_CACHE=1")
    given = [word for each in (*known, "PYTON=1") for word in ("--build-arg", each)]
    status, out, err = run("explain", "--json", *given)
    assert (status, err) == (0, "note: no ARG declares PYTON, of which --build-arg gives a value\n")
    assert json.loads(out)["schema"] == 1


def test_rules_are_left_out(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "Dockerfile": "FROM a\nCOPY . .\nRUN apt-get install -y gcc\n"})
    status, out, _ = run("explain", "--check", "--json", "--ignore", "cache-mount")
    told = json.loads(out)
    assert (status, told["ignored"]) == (1, {"cache-mount": 1})
    assert [each["rule"] for each in told["findings"]] == ["copy-before-install"]
    both = ("--ignore", "cache-mount", "--ignore", "copy-before-install")
    assert run("explain", "--check", *both) == (
        0,
        "2 findings silenced: cache-mount, copy-before-install\n",
        "",
    )
    message = "dockerize: there is no rule 'cache-mont'\n  did you mean cache-mount?\n"
    assert run("explain", "--ignore", "cache-mont") == (2, "", message)


def test_a_diff_is_from_where_one_is_however_the_context_is_named(run: Run, tmp_path: Path) -> None:
    text = "FROM a\nCOPY . .\nRUN pip install -r requirements.txt\n"
    write(tmp_path, {"c/requirements.txt": "", "c/a.py": "", "c/Dockerfile": text})
    for context in ("c", str(tmp_path / "c"), f"../{tmp_path.name}/c"):
        found = json.loads(run("explain", context, "--json")[1])["findings"]
        assert "--- a/c/Dockerfile" in {each["fix"].split("\n")[0] for each in found}


@pytest.mark.parametrize("above", ["absolute", "up"])
def test_a_diff_of_a_file_that_is_not_below_is_for_the_context(
    above: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "FROM a\nCOPY . .\nRUN pip install -r requirements.txt\n"
    write(tmp_path, {"c/requirements.txt": "", "c/a.py": "", "c/Dockerfile": text, "d/x": ""})
    monkeypatch.chdir(tmp_path / "d")
    context = str(tmp_path / "c") if above == "absolute" else "../c"
    found = json.loads(run("explain", context, "--json")[1])["findings"]
    assert {each["fix"].split("\n")[0] for each in found} == {"--- a/Dockerfile"}


# --- for CI


def test_a_missing_source_is_a_failure_if_asked_for(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM i AS unused\nCOPY a /\nFROM i\nCOPY b /\n", "b": ""})
    assert run("explain", "--check")[0] == 0
    assert run("explain", "--check", "--target", "unused")[0] == 1


def test_findings_are_a_failure_if_asked_for(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM i\nRUN apt-get update\nRUN apt-get install x\n"})
    assert run("explain")[0] == 0
    assert run("explain", "--check")[0] == 1
    write(tmp_path, {"Dockerfile": "FROM i\nRUN x\n"})
    assert run("explain", "--check")[0] == 0


def test_promises(run: Run, project: Path) -> None:
    assert run("explain", "--keep", "**/*.md=ALL", "--keep", "app=ADD")[0] == 0
    status, out, err = run("explain", "--keep", "app/**=RUN", "--json")
    assert (status, err) == (1, "")
    (kept,) = json.loads(out)["kept"]
    assert (kept["promise"], kept["kept"]) == ("app/**=RUN", False)
    assert [each["line"] for each in kept["broken"]] == [5]
    assert "broken" in run("explain", "--keep", "app/**=RUN")[1]


@pytest.mark.parametrize("rule", list(RULES))
def test_a_rule_is_told_of_without_a_dockerfile(rule: str, run: Run) -> None:
    status, out, err = run("explain", "--rule", rule)
    assert (status, err) == (0, "")
    assert rule in out


def test_the_nearest_rule(run: Run) -> None:
    name = next(iter(RULES))
    assert run("explain", "--rule", f"{name}s")[2].splitlines()[1] == f"  did you mean {name}?"


def test_since(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    repository(tmp_path, FILES)
    write(tmp_path, {"app/a.py": "another"})
    status, out, err = run("explain", "--since", "HEAD")
    assert (status, err) == (0, "")
    assert "What has changed since HEAD re-runs 2 of 4 steps, one of them RUN." in out
    document = json.loads(run("explain", "--since", "main", "--json")[1])
    assert lines(document) == [[4, 5]]
    assert document["edits"][0]["change"] == "since:main"
    assert run("explain", "--since", "mian")[::2] == (
        2,
        (
            "dockerize: --since mian: git knows no such commit\n"
            "  a revision is what `git log` takes: main, HEAD~3, v1.2, a commit's hash; a shallow"
            " clone has only some of them\n"
        ),
    )


# --- what others have made


ODD = ("new\nline", "\x1b[31mred", "caf\udce9", "\u202eright", "a" * 255)


def test_odd_names_are_shown_and_not_obeyed(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM i\nCOPY . /\n"})
    for name in ODD:
        (tmp_path / name).touch()
    for name in ODD:
        status, out, err = run("explain", "--change", name)
        assert (status, err) == (0, "")
        assert "\x1b" not in out
        assert "\u202e" not in out
        assert "re-runs 1 of 1 step" in out
        assert run("explain", "--json", "--change", name)[0] == 0


def test_odd_names_in_an_error_are_shown_and_not_obeyed(
    dockerize: list[str], project: Path
) -> None:
    process = subprocess.run(
        [*dockerize, "explain", "--change", "\x1b[31mno\nthing", "-f", "Dockerfile"],
        cwd=project,
        capture_output=True,
        check=False,
    )
    assert process.returncode == 2
    assert b"\x1b" not in process.stderr
    assert process.stderr.count(b"\n") == 2


def test_many_changes(run: Run, project: Path) -> None:
    many = [part for number in range(500) for part in ("--change", f"+app/{number}")]
    document = json.loads(run("explain", "--json", *many)[1])
    assert lines(document) == [[4, 5]] * 500


def test_links_pipes_and_folders_without_end(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM i\nCOPY . /\nCOPY loop /l\nCOPY pipe /p\n"})
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "self").symlink_to(".")
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / ".dockerignore")
    status, out, err = run("explain", "--json", "--change", "pipe", "--change", "self/pipe")
    assert (status, err) == (0, "")
    assert lines(json.loads(out)) == [[2, 3, 4], [2, 3, 4]]


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Nobody may list folders of that name; it is root who runs the tests, whom modes let in."""
    scandir = os.scandir

    def lock(name: str) -> None:
        def refusing(path: str) -> Any:
            if Path(path).name == name:
                raise PermissionError(13, "Permission denied", path)
            return scandir(path)

        monkeypatch.setattr("os.scandir", refusing)

    return lock


def test_a_folder_that_may_not_be_read(
    run: Run, locked: Callable[[str], None], tmp_path: Path
) -> None:
    write(tmp_path, {"Dockerfile": "FROM i\nCOPY . /\n", "secret/x": ""})
    locked("secret")
    assert run("explain") == (
        1,
        "",
        f"dockerize: cannot read {tmp_path}/secret: Permission denied\n",
    )


def test_a_folder_that_may_not_be_read_and_is_left_out(
    run: Run, locked: Callable[[str], None], tmp_path: Path
) -> None:
    write(
        tmp_path, {"Dockerfile": "FROM i\nCOPY . /\n", "secret/x": "", ".dockerignore": "secret\n"}
    )
    locked("secret")
    assert run("explain", "--change", "secret/*")[0] == 2
    assert run("explain", "--change", "secret/x")[0] == 0


def test_a_module_that_can_be_run(dockerize: list[str], project: Path) -> None:
    process = subprocess.run(
        [*dockerize, "explain", "--json", "--change", "app"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, "")
    assert lines(json.loads(process.stdout)) == [[4, 5]]


def test_whoever_reads_may_go(dockerize: list[str], project: Path) -> None:
    command = " ".join([*dockerize, "explain", "--json", "--change", "app", "|", "head", "-1"])
    process = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, "{\n", "")


SLOW = """\
import sys, time
import generator.cli.explain as explain
from generator.__main__ import main

explain._PATIENCE = 0.05
ask = explain.ask

def slow(question):
    answer = ask(question)
    time.sleep(0.5)
    return answer

explain.ask = slow
raise SystemExit(main(["explain", "--json"]))
"""


def test_how_far_it_is_is_told_when_it_takes_long(project: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-c", SLOW], cwd=project, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0
    json.loads(process.stdout)
    assert process.stderr.startswith("looking at the build context: ")
    assert " files, 0 s\n" in process.stderr


def test_ctrl_c(project: Path) -> None:
    program = SLOW.replace("time.sleep(0.5)", "time.sleep(60)")
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, json.loads(out)["error"]["code"]) == (130, "interrupted")
    assert "Traceback" not in err
