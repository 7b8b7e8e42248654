"""The workflow and the Dependabot configuration of the extra `github-actions`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from generator.answers import settle, with_defaults
from generator.catalog import Catalog
from generator.create import create

yaml: Any = import_module("yaml")  # it comes with cookiecutter, and without types

WORKFLOW, DEPENDABOT = ".github/workflows/ci.yaml", ".github/dependabot.yml"
CASES = [
    {"framework": "flask"},
    {"framework": "fastapi", "name": "null", "port": "4321", "installer": "uv"},
    {"framework": "django", "name": "a" * 40, "port": "80"},
    {"framework": "flask", "with": "all", "installer": "uv"},
    {"framework": "fastapi", "with": "all"},
    {"framework": "django", "with": "all"},
]

posix = pytest.mark.skipif(sys.platform == "win32", reason="the steps are for bash on Linux")

Step = dict[str, Any]


def make(texts: Mapping[str, str], catalog: Catalog, folder: Path) -> Path:
    texts = with_defaults({"name": "my-shop", "with": "github-actions", **texts}, catalog)
    return create(settle(texts, catalog), catalog, folder / texts["name"]).folder


def load(path: Path) -> dict[str, Any]:
    """Every scalar as the text that stands there: YAML 1.1 would read the key `on` as a boolean."""
    return dict(yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader))


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(case.values()))
def project(
    request: pytest.FixtureRequest, catalog: Catalog, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return make(request.param, catalog, tmp_path_factory.mktemp("made"))


@pytest.fixture
def workflow(project: Path) -> dict[str, Any]:
    return load(project / WORKFLOW)


@pytest.fixture
def check(workflow: dict[str, Any]) -> dict[str, Any]:
    """The job of every event."""
    return dict(workflow["jobs"]["check"])


@pytest.fixture
def release(workflow: dict[str, Any]) -> dict[str, Any]:
    """The job of a tag."""
    return dict(workflow["jobs"]["release"])


@pytest.fixture
def updates(project: Path) -> dict[str, dict[str, Any]]:
    """What Dependabot is to do, by ecosystem."""
    found = load(project / DEPENDABOT)
    assert found["version"] == "2"
    return {each["package-ecosystem"]: each for each in found["updates"]}


def steps(workflow: dict[str, Any]) -> Iterator[Step]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def using(job: dict[str, Any], action: str) -> list[Step]:
    return [step for step in job["steps"] if step.get("uses", "").startswith(f"{action}@")]


def named(job: dict[str, Any], name: str) -> Step:
    (found,) = [step for step in job["steps"] if step.get("name") == name]
    return dict(found)


@pytest.mark.parametrize(
    "command",
    [
        ("check-jsonschema", "-q", "--builtin-schema", "vendor.github-workflows", WORKFLOW),
        ("check-jsonschema", "-q", "--builtin-schema", "vendor.dependabot", DEPENDABOT),
        ("zizmor", "--offline", "--no-progress", "--quiet", ".github"),
    ],
    ids=lambda command: command[0] + command[-1].rpartition(".")[2],
)
def test_finds_nothing(project: Path, command: tuple[str, ...]) -> None:
    program = Path(sys.executable).with_name(command[0])
    found = subprocess.run(
        [program, *command[1:]], cwd=project, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr


# --- what may go wrong --------------------------------------------------------------------------


def test_every_action_is_a_commit_with_its_version_beside_it(
    project: Path, workflow: dict[str, Any]
) -> None:
    pinned = r"[\w-]+/[\w-]+@[0-9a-f]{40}"
    actions = [step["uses"] for step in steps(workflow) if "uses" in step]

    assert len(actions) >= 8
    assert [action for action in actions if not re.fullmatch(pinned, action)] == []
    lines = re.findall(rf"uses: ({pinned}) # v\d+\.\d+\.\d+$", read(project), re.MULTILINE)
    assert lines == actions
    # One version of each.
    assert len(set(actions)) == len({action.partition("@")[0] for action in actions})


def read(project: Path) -> str:
    return (project / WORKFLOW).read_text("utf-8")


def test_every_event_has_the_rights_that_its_jobs_need(
    workflow: dict[str, Any], check: dict[str, Any], release: dict[str, Any]
) -> None:
    """A fork's pull request, and one of Dependabot's, has a token that can only read."""
    assert set(workflow["on"]) == {"pull_request", "push"}
    assert workflow["permissions"] == {}
    assert list(workflow["jobs"]) == ["check", "release"]
    assert "if" not in check
    assert check["permissions"] == {"contents": "read"}
    assert (release["if"], release["needs"]) == ("github.ref_type == 'tag'", "check")
    assert release["permissions"] == {"contents": "read", "packages": "write"}


def test_a_pull_request_pushes_nothing_and_survives_a_cache_that_takes_nothing(
    check: dict[str, Any],
) -> None:
    assert using(check, "docker/login-action") == []
    builds = using(check, "docker/build-push-action")
    assert len(builds) == 2
    scopes = [build["with"]["cache-from"].removeprefix("type=gha,scope=") for build in builds]
    assert scopes == ["dev", "web"]
    for build, scope in zip(builds, scopes, strict=True):
        assert not {"push", "outputs"} & build["with"].keys()
        assert build["with"]["load"] == "true"
        cache_to = f"type=gha,scope={scope},mode=max,ignore-error=true"
        assert build["with"]["cache-to"] == cache_to


def test_no_credential_stays_and_no_job_hangs(workflow: dict[str, Any]) -> None:
    for job in workflow["jobs"].values():
        (checkout,) = using(job, "actions/checkout")
        assert checkout == job["steps"][0]
        assert checkout["with"] == {"persist-credentials": "false"}
        assert int(job["timeout-minutes"]) <= 60
    assert "github.ref" in workflow["concurrency"]["group"]
    # A release is not cut off by the next one.
    assert "== 'pull_request'" in workflow["concurrency"]["cancel-in-progress"]


def test_secrets_are_given_to_the_builds_alone(project: Path, workflow: dict[str, Any]) -> None:
    seen = "secrets." in str([workflow["on"], workflow.get("env"), workflow["concurrency"]])
    assert not seen
    for job in workflow["jobs"].values():
        assert "secrets." not in str({**job, "steps": []})
    for step in steps(workflow):
        builds = step.get("uses", "").startswith("docker/build-push-action@")
        assert ("secrets." in str(step)) == builds
    # An expression in a command would be read by the shell.
    assert [step["run"] for step in steps(workflow) if "${{" in step.get("run", "")] == []


# --- what is built ------------------------------------------------------------------------------


def test_builds_are_those_of_compose(project: Path, workflow: dict[str, Any]) -> None:
    compose = yaml.safe_load((project / "compose.yaml").read_text("utf-8"))
    services, secrets = compose["services"], compose["secrets"]
    variables = {name: each["environment"] for name, each in secrets.items()}
    check, release = workflow["jobs"].values()
    builds = using(check, "docker/build-push-action")
    for build, name in zip(builds, ("dev", "web"), strict=True):
        service = services[name]
        assert build["with"]["tags"] == service["image"]
        assert build["with"].get("target") == service["build"].get("target")
    for build in (*builds, *using(release, "docker/build-push-action")):
        assert build["with"]["context"] == services["web"]["build"]["context"]
        arguments = build["with"]["build-args"].split()
        assert [each for each in arguments if "=" not in each] == services["web"]["build"]["args"]
        given = dict(line.split("=") for line in build["with"]["secret-envs"].split())
        assert given == variables
        passed = {name: f"${{{{ secrets.{name} }}}}" for name in variables.values()}
        assert build["env"] == passed


def test_arguments_are_variables_of_the_repository(workflow: dict[str, Any]) -> None:
    for job in workflow["jobs"].values():
        step = named(job, "Pass on the build arguments that are set")
        lines = step["env"]["ARGUMENTS"].splitlines()
        (*_, build) = using(job, "docker/build-push-action")
        arguments = [each for each in build["with"]["build-args"].split() if "=" not in each]
        assert lines == [f"{name}=${{{{ vars.{name} }}}}" for name in arguments]


def test_release_is_signed_off_by_what_is_in_it(release: dict[str, Any]) -> None:
    (build,) = using(release, "docker/build-push-action")
    given = build["with"]
    assert given["platforms"] == "linux/amd64,linux/arm64"
    assert (given["provenance"], given["sbom"]) == ("mode=max", "true")
    # The same image as anybody makes from the same commit.
    assert "SOURCE_DATE_EPOCH=0" in given["build-args"].split()
    assert "rewrite-timestamp=true" in given["outputs"]
    assert not {"cache-from", "cache-to", "labels"} & given.keys()
    (emulator,) = using(release, "docker/setup-qemu-action")
    assert re.fullmatch(r"[\w/.:-]+:[\w.-]+@sha256:[0-9a-f]{64}", emulator["with"]["image"])


def test_what_is_tagged_is_what_is_released(workflow: dict[str, Any]) -> None:
    """The filter lets only a tag through that makes an image's tag: no `+` is in it."""
    assert workflow["on"]["push"]["tags"] == ["v[0-9]+.[0-9]+.[0-9]+"]
    assert "latest" not in str(workflow["jobs"]["release"]["steps"])


def test_scan_is_of_the_image_that_was_started(check: dict[str, Any]) -> None:
    (scan,) = using(check, "anchore/scan-action")
    (_, build) = using(check, "docker/build-push-action")
    assert scan["with"]["image"] == build["with"]["tags"]
    assert scan == check["steps"][-1]


# --- what is run --------------------------------------------------------------------------------


def bash(step: Step, folder: Path, **environment: str) -> None:
    """Run a step as the runner does."""
    script = ["bash", "--noprofile", "--norc", "-e", "-c", step["run"]]
    path = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        script, cwd=folder, env={**path, **environment}, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@posix
@pytest.mark.parametrize(
    ("repository", "tag", "image"),
    [
        ("Acme-Org/My.Shop", "v1.2.3", "ghcr.io/acme-org/my.shop:1.2.3"),
        ("eva/shop", "v10.0.0", "ghcr.io/eva/shop:10.0.0"),
    ],
)
def test_names_of_images_have_no_capitals(
    release: dict[str, Any], tmp_path: Path, repository: str, tag: str, image: str
) -> None:
    output = tmp_path / "output"
    github = {"GITHUB_REPOSITORY": repository, "GITHUB_REF_NAME": tag}
    bash(named(release, "Name the image"), tmp_path, GITHUB_OUTPUT=str(output), **github)
    assert output.read_text("utf-8") == f"name={image}\n"
    (build,) = using(release, "docker/build-push-action")
    assert build["with"]["tags"] == "${{ steps.image.outputs.name }}"


@posix
@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ("PYTHON_IMAGE=\nUV_IMAGE=\nBUILDKIT_SYNTAX=\n", ""),
        ("PYTHON_IMAGE=\nUV_IMAGE=a/uv:1\nBUILDKIT_SYNTAX=\n", "UV_IMAGE=a/uv:1\n"),
        ("PYTHON_IMAGE=a=b\nUV_IMAGE=c\n", "PYTHON_IMAGE=a=b\nUV_IMAGE=c\n"),
    ],
)
def test_arguments_that_are_not_set_are_not_passed_on(
    check: dict[str, Any], tmp_path: Path, given: str, passed: str
) -> None:
    """An argument that is empty would name no image, and no build would work."""
    written = tmp_path / "env"
    step = named(check, "Pass on the build arguments that are set")
    bash(step, tmp_path, ARGUMENTS=given, GITHUB_ENV=str(written))
    assert written.read_text("utf-8") == passed


def test_checks_are_those_of_the_readme(project: Path, check: dict[str, Any]) -> None:
    readme = (project / "README.md").read_text("utf-8")
    told = re.findall(r"(?m)^docker compose run --build --rm ((?:--no-deps )?dev \w+.*)$", readme)
    runs = "\n".join(step["run"] for step in check["steps"] if "run" in step)
    assert len(told) == 4
    assert sorted(
        re.findall(r"(?m)^docker compose run --rm ((?:--no-deps )?dev .*)$", runs)
    ) == sorted(told)


def test_smoke_test_asks_what_the_project_answers(project: Path, check: dict[str, Any]) -> None:
    readme = (project / "README.md").read_text("utf-8")
    told = re.findall(r"(?m)^\| `(/\w*)` \| (?:the page|200)", readme)
    (paths,) = re.findall(r"for path in (.+); do", named(check, "Ask")["run"])
    assert sorted(paths.split()) == sorted(told)
    assert len(told) == 3
    (port,) = re.findall(r"http://127\.0\.0\.1:(\d+)\$path", named(check, "Ask")["run"])
    assert f"<http://localhost:{port}>" in readme


def test_shellcheck_finds_nothing(workflow: dict[str, Any], tmp_path: Path) -> None:
    shellcheck = Path(sys.executable).with_name("shellcheck")
    scripts = [step["run"] for step in steps(workflow) if "run" in step]
    assert len(scripts) >= 8
    for number, script in enumerate(scripts):
        path = tmp_path / f"{number}.bash"
        path.write_text(f"#!/usr/bin/env bash\nset -e\n{script}\n", "utf-8", newline="\n")
    found = subprocess.run(
        [shellcheck, "--norc", *sorted(tmp_path.glob("*.bash"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (0, "")


# --- Dependabot ---------------------------------------------------------------------------------


def test_everything_that_is_pinned_is_looked_after(updates: dict[str, dict[str, Any]]) -> None:
    assert set(updates) == {"uv", "docker", "docker-compose", "github-actions"}
    for update in updates.values():
        assert (update["directory"], update["schedule"]) == ("/", {"interval": "weekly"})
        # Not what was published an hour ago.
        assert update["cooldown"] == {"default-days": "7"}


def test_jumps_are_decisions(updates: dict[str, dict[str, Any]]) -> None:
    major, minor = "version-update:semver-major", "version-update:semver-minor"
    (python,) = updates["docker"]["ignore"]
    assert (python["dependency-name"], python["update-types"]) == ("python", [major, minor])
    # Any service, whichever extra or person adds it.
    (service,) = updates["docker-compose"]["ignore"]
    assert (service["dependency-name"], service["update-types"]) == ("*", [major])


# --- the project --------------------------------------------------------------------------------


def test_texts_are_clean(project: Path) -> None:
    for path in (WORKFLOW, DEPENDABOT):
        text = (project / path).read_text("utf-8")
        assert "cookiecutter" not in text
        # The one long line names an image by its digest.
        long = [line for line in text.splitlines() if len(line) > 100]
        assert [line for line in long if "@sha256:" not in line] == []


def test_readme_says_what_to_set(project: Path, release: dict[str, Any]) -> None:
    readme = (project / "README.md").read_text("utf-8")
    section = readme.split("\n### GitHub\n")[1]
    (build,) = using(release, "docker/build-push-action")
    for argument in build["with"]["build-args"].split():
        assert "=" in argument or f"`{argument}`" in section
    assert f"`{WORKFLOW}`" in section
    assert f"`{DEPENDABOT}`" in section


def test_nothing_of_it_is_in_a_project_without_it(catalog: Catalog, tmp_path: Path) -> None:
    project = make({"with": "", "framework": "flask"}, catalog, tmp_path)
    assert not (project / ".github").exists()
    for path in project.rglob("*"):
        assert path.is_dir() or b"github.com" not in path.read_bytes(), path
