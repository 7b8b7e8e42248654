from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import applied, found, gains, one

RULE = "wide-context"
TEXT = "FROM python:3.14-slim\nCOPY . /app\nRUN make\n"
LEAKY = {
    "app/main.py": "",
    "app/__pycache__/main.cpython-314.pyc": "",
    ".git/HEAD": "",
    ".env": "",
    ".env.example": "",
    ".venv/pyvenv.cfg": "",
}


def test_without_an_ignore_file_all_that_leaks_is_told(tmp_path: Path) -> None:
    finding = one(tmp_path, RULE, TEXT, LEAKY)

    assert finding.line == 2
    assert finding.message == (
        ".env, .git, .venv and __pycache__ re-run this copy and 1 RUN below it: there is no ignore"
        " file; .env may hold secrets, which the image then holds too"
    )
    assert gains(finding) == [
        (".env", 2, 0, 1, 0),
        (".git/HEAD", 2, 0, 1, 0),
        (".venv/pyvenv.cfg", 2, 0, 1, 0),
        ("app/__pycache__/main.cpython-314.pyc", 2, 0, 1, 0),
    ]
    assert finding.fix == (
        "--- /dev/null\n+++ b/.dockerignore\n@@ -0,0 +1,4 @@\n"
        "+**/.env\n+**/.git\n+**/.venv\n+**/__pycache__\n"
    )


def test_the_fixed_project_is_clean(tmp_path: Path) -> None:
    applied(tmp_path, one(tmp_path, RULE, TEXT, LEAKY))

    assert found(tmp_path, RULE, TEXT) == []


def test_what_is_missing_is_added_where_it_wins(tmp_path: Path) -> None:
    files = {**LEAKY, ".dockerignore": ".git\n.venv\n**/__pycache__\n!.env"}
    finding = one(tmp_path, RULE, TEXT, files)

    assert finding.message == (
        ".env re-runs this copy and 1 RUN below it: .dockerignore lets it through; .env may hold"
        " secrets, which the image then holds too"
    )
    applied(tmp_path, finding)
    assert (tmp_path / ".dockerignore").read_text() == (
        ".git\n.venv\n**/__pycache__\n!.env\n**/.env\n"
    )


def test_a_comment_silences_it(tmp_path: Path) -> None:
    text = TEXT.replace("COPY", f"# dockerize: ignore={RULE}\nCOPY")

    assert found(tmp_path, RULE, text, LEAKY) == []


@pytest.mark.parametrize(
    "path", ["node_modules/a/index.js", "id_rsa", ".aws/credentials", ".mypy_cache/x", "a/b.pyc"]
)
def test_other_leaks_are_known(tmp_path: Path, path: str) -> None:
    finding = one(tmp_path, RULE, TEXT, {"app/main.py": "", path: ""})

    assert [each[0] for each in gains(finding)] == [path]


def test_a_key_is_left_out_by_its_name_and_no_other_file_with_it(tmp_path: Path) -> None:
    finding = one(tmp_path, RULE, TEXT, {"app/id_generator.py": "", "id_rsa": ""})

    assert [line for line in str(finding.fix).split("\n") if line.startswith("+**")] == [
        "+**/id_rsa"
    ]


@pytest.mark.parametrize(
    "copied", ["app /app", "requirements.txt /", "--from=x / /", ".env /app/", "app/*.py /app/"]
)
def test_what_no_copy_takes_by_accident_is_left_alone(tmp_path: Path, copied: str) -> None:
    text = f"FROM a AS x\nFROM python\nCOPY {copied}\n"

    files = ["app/main.py", ".git/HEAD", ".env", "requirements.txt"]

    assert found(tmp_path, RULE, text, files) == []


def test_a_clean_context_needs_no_ignore_file(tmp_path: Path) -> None:
    files = ["app/main.py", ".env.example", "env/settings.py", "requirements.txt"]

    assert found(tmp_path, RULE, TEXT, files) == []


def test_a_file_that_a_step_names_is_meant(tmp_path: Path) -> None:
    text = "FROM a\nCOPY . /app\nRUN --mount=type=bind,source=.git,target=/app/.git git describe\n"

    assert found(tmp_path, RULE, text, ["app/main.py", ".git/HEAD"]) == []


@pytest.mark.parametrize(
    "command",
    ["cat .git/HEAD > v", "git describe --always > v", ". ./.env && echo $A", "cp /app/.env /x"],
)
def test_a_file_that_a_command_names_is_meant(tmp_path: Path, command: str) -> None:
    text = f"FROM a\nWORKDIR /app\nCOPY . .\nRUN {command}\n"
    leaks = [".git/HEAD"] if "git" in command else [".env"]

    assert found(tmp_path / "it", RULE, text, ["app/main.py", *leaks]) == []
    other = text.replace(command, "git clone https://example.org/x")
    assert len(found(tmp_path / "other", RULE, other, ["app/main.py", *leaks])) == 1


def test_no_pattern_leaves_out_what_a_step_names(tmp_path: Path) -> None:
    text = "FROM a\nCOPY conf/.env /y\nCOPY logs/seed.log /x\nCOPY . /app\n"

    files = ["app/main.py", ".env", "conf/.env", "debug.log", "logs/seed.log"]
    assert found(tmp_path, RULE, text, files) == []


@pytest.mark.parametrize(
    ("path", "text", "finds"),
    [
        ("pyproject.toml", "requires = ['setuptools_scm']\n", 0),
        ("pyproject.toml", "[tool.hatch.version]\nsource = 'vcs'\nrequires = ['hatch-vcs']", 0),
        ("pyproject.toml", '[tool.pdm.version]\nsource = "scm"\n', 0),
        ("pyproject.toml", "requires = ['setuptools']\n", 1),
    ],
)
def test_a_version_that_git_tells_needs_its_repository(
    tmp_path: Path, path: str, text: str, finds: int
) -> None:
    assert len(found(tmp_path, RULE, TEXT, {"main.py": "", ".git/HEAD": "", path: text})) == finds


@pytest.mark.parametrize(
    ("base", "install", "finds"),
    [
        ("node:22-slim", "", 0),
        ("docker.io/oven/bun:1", "", 0),
        ("node:22-slim", "RUN npm ci\n", 1),
        ("node:22-slim", "RUN yarn\n", 1),
        ("python:3.14-slim", "", 1),
    ],
)
def test_packages_that_nothing_installs_are_those_of_the_context(
    tmp_path: Path, base: str, install: str, finds: int
) -> None:
    text = f'FROM {base}\nWORKDIR /app\n{install}COPY . .\nCMD ["node", "x.js"]\n'
    files = ["x.js", "package.json", "node_modules/a/index.js"]

    assert len(found(tmp_path, RULE, text, files)) == finds


@pytest.mark.parametrize(
    ("name", "finds"), [(".env.production", 0), (".env.local", 1), (".env", 1)]
)
def test_settings_that_a_build_of_pages_reads_are_meant(
    tmp_path: Path, name: str, finds: int
) -> None:
    text = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN npm run build\n"

    assert len(found(tmp_path, RULE, text, ["x.js", "package.json", name])) == finds


def test_an_ignore_file_of_nothing_is_there_all_the_same(tmp_path: Path) -> None:
    finding = one(tmp_path, RULE, TEXT, {"main.py": "", ".git/HEAD": "", ".dockerignore": ""})

    assert str(finding.fix).startswith("--- a/.dockerignore\n+++ b/.dockerignore\n")
    applied(tmp_path, finding)
    assert (tmp_path / ".dockerignore").read_text("utf-8") == "**/.git\n"
