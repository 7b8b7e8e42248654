from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import fixed, found, one

RULE = "stamped-bytecode"
BAD = """\
FROM python:3.14-slim AS build
RUN python -m venv --without-pip /opt/venv
COPY requirements.txt ./
RUN pip --python /opt/venv install -r requirements.txt
FROM python:3.14-slim
COPY --from=build /opt/venv /opt/venv
"""
HASHED = "python -m compileall --invalidation-mode=unchecked-hash"
GOOD = BAD.replace("install -r", "install --no-compile -r")


def builder(command: str, path: str, *, more: str = "") -> str:
    return f"FROM python AS build\n{more}RUN {command}\nFROM python\nCOPY --from=build {path} /x\n"


def test_pip_behind_a_copy_is_found(tmp_path: Path) -> None:
    finding = one(tmp_path / "p", RULE, BAD)

    assert finding.line == 4
    assert finding.message == (
        "`pip install` writes .pyc files that hold the time, so each time it re-runs so does the"
        " copy of them (line 6), and all below that, though the packages are the same; without"
        " bytecode each start makes it: the rule says how to add it with hashes"
    )
    assert finding.effect is None
    assert finding.measured == (
        "reinstalling the same pins changed 612 of 1338 files with pip and 201 of 493 with uv;"
        " with hash-based bytecode two installations were identical, byte for byte"
    )
    assert fixed(tmp_path, finding, BAD) == GOOD


def test_the_fixed_file_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD) == []


def test_a_comment_silences_it(tmp_path: Path) -> None:
    text = BAD.replace("RUN pip", f"# dockerize: ignore={RULE}\nRUN pip")

    assert found(tmp_path, RULE, text) == []


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("pip install flask", "/usr/local"),
        ("pip install flask", "/usr/local/lib/python3.14/site-packages"),
        ("pip install --user flask", "/root/.local"),
        ("pip install --prefix=/install flask", "/install"),
        ("python -m pip install -t /deps flask", "/deps"),
        ("python -m venv /v && /v/bin/pip install flask", "/v"),
        ("python -m compileall -q /app", "/app"),
        ("UV_COMPILE_BYTECODE=1 uv pip install --target /deps flask", "/deps"),
        ("uv pip install --compile-bytecode --target /deps flask", "/deps"),
    ],
)
def test_it_is_known_where_bytecode_goes(tmp_path: Path, command: str, path: str) -> None:
    assert one(tmp_path, RULE, builder(command, path)).line == 2


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("pip install flask", "/app/dist"),
        ("pip install --target /deps flask", "/usr/local"),
        ("pip install --no-compile flask", "/usr/local"),
        ("pip wheel -w /wheels flask", "/wheels"),
        ("SOURCE_DATE_EPOCH=0 pip install --target /deps flask", "/deps"),
        ("python -m compileall --invalidation-mode unchecked-hash /app", "/app"),
        ("uv pip install --target /deps flask", "/deps"),
        (f"pip install -t /deps flask && {HASHED} -f /deps", "/deps"),
        ("npm ci", "/usr/local"),
    ],
)
def test_what_writes_no_times_or_elsewhere_is_left_alone(
    tmp_path: Path, command: str, path: str
) -> None:
    assert found(tmp_path, RULE, builder(command, path)) == []


@pytest.mark.parametrize("name", ["PYTHONDONTWRITEBYTECODE=1", "SOURCE_DATE_EPOCH=0"])
def test_a_setting_of_the_stage_counts(tmp_path: Path, name: str) -> None:
    text = builder("pip install --target /deps flask", "/deps", more=f"ENV {name}\n")

    assert found(tmp_path, RULE, text) == []


def test_an_environment_on_the_path_is_where_pip_installs(tmp_path: Path) -> None:
    more = "RUN python -m venv /v\nENV PATH=/v/bin:$PATH\n"

    assert one(tmp_path, RULE, builder("pip install flask", "/v", more=more)).line == 4


def test_uv_is_told_by_a_variable(tmp_path: Path) -> None:
    text = builder("uv pip install --compile-bytecode --target /deps flask", "/deps")
    better = fixed(tmp_path, one(tmp_path / "p", RULE, text), text)

    assert "ENV PYC_INVALIDATION_MODE=UNCHECKED_HASH\nRUN uv pip install" in better
    assert found(tmp_path / "q", RULE, better) == []


def test_the_fix_is_of_the_command_that_installs(tmp_path: Path) -> None:
    command = "pip config set install.trusted-host a && pip install --target /deps x"
    text = builder(command, "/deps")

    assert fixed(tmp_path, one(tmp_path / "p", RULE, text), text) == text.replace(
        "pip install", "pip install --no-compile"
    )
