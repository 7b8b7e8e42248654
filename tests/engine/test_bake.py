"""The targets of the extra `bake` in a real engine, and the steps of the workflow of the other.

A release goes to a registry of our own, for the engine's processor alone: there is no emulator.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.engine.compose import composed, get
from tests.engine.engine import (
    FRAMEWORKS,
    docker,
    execute,
    free_port,
    lacking,
    make,
    named,
    steps_that_ran,
    wait_until,
)
from tests.engine.progress import now, steps_run
from tests.engine.second import second_engine

yaml: Any = import_module("yaml")  # it comes with cookiecutter, and without types

ONE_PLATFORM = "--set=*.platform=linux/amd64"
# The scanner is one more image, which an engine without a network does not have.
NO_SBOM = {"SBOM_GENERATOR": ""}


def secret() -> str:
    return os.urandom(4).hex()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A project that no engine has built before."""
    made = make(tmp_path, name=f"bake-{secret()}", extras="bake")
    for name in ("requirements.txt", "requirements-dev.txt"):
        edit(made / name)
    yield made
    docker("image", "rm", "--force", made.name, f"{made.name}:dev")


def edit(path: Path) -> None:
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"# {secret()}\n")


@pytest.fixture
def registry() -> Iterator[str]:
    if execute("docker", "image", "inspect", "registry:2", check=False).returncode != 0:
        lacking("there is no registry:2 image")
    port = free_port()
    container = docker("run", "-d", "-p", f"127.0.0.1:{port}:5000", "registry:2").strip()
    try:
        wait_until(lambda: get(port, "/v2/")[0] == 200, 20, "the registry answers")
        yield f"127.0.0.1:{port}"
    finally:
        docker("rm", "-f", "-v", container)


def setting(variables: dict[str, str], *command: str) -> list[str]:
    return ["env", *(f"{name}={value}" for name, value in variables.items()), *command]


def bake(project: Path, *arguments: str, **variables: str) -> str:
    command = setting(variables, "docker", "buildx", "bake", *arguments)
    return execute(*command, cwd=project, merge=True).stdout


def targets(project: Path, *names: str, **variables: str) -> dict[str, Any]:
    """What the targets come to."""
    command = setting(variables, "docker", "buildx", "bake", "--print", *names)
    return dict(json.loads(execute(*command, cwd=project).stdout)["target"])


def ran(project: Path, *command: str) -> set[str]:
    """The instructions that a build ran, by what it prints as JSON."""
    begun = now()
    printed = execute(*command, cwd=project, merge=True).stdout
    steps = {
        name: run
        for name, run in steps_run(printed, begun).items()
        if re.search(r"\d/\d+\] (RUN|COPY|WORKDIR) ", name)
    }
    assert steps, f"no steps in {printed}"
    return {name.partition("] ")[2] for name, run in steps.items() if run}


# --- what the targets are -----------------------------------------------------------------------


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_targets(tmp_path: Path, framework: str) -> None:
    project = make(tmp_path, framework, extras="all")
    found = targets(project, "local", "ci", "release", "verify", TAG="1.0.0")
    assert set(found) == {"web", "dev", "ci-web", "ci-dev", "release", "verify"}
    names = {name: target.get("tags") for name, target in found.items()}
    web, dev = [project.name], [f"{project.name}:dev"]
    assert (names["web"], names["ci-web"]) == (web, web)
    assert (names["dev"], names["ci-dev"]) == (dev, dev)
    assert names["release"] == [f"registry.example.com/{project.name}:1.0.0"]
    assert names["verify"] is None
    secrets = [
        {"id": name, "env": f"BUILD_{name.upper().replace('.', '_')}"}
        for name in ("ca.pem", "uv.toml")
    ]
    for target in found.values():
        assert (target["context"], target["dockerfile"]) == (".", "Dockerfile")
        assert target["secret"] == secrets
        assert not {"cache-from", "cache-to"} & target.keys()
    assert {name for name, target in found.items() if "platforms" in target} == {
        "release",
        "verify",
    }
    for name in ("release", "verify"):
        assert found[name]["platforms"] == ["linux/amd64", "linux/arm64"]
        assert found[name]["args"] == {"SOURCE_DATE_EPOCH": "0"}
        assert found[name]["output"][0]["rewrite-timestamp"] == "true"
    assert found["verify"]["no-cache"] is True
    assert found["release"]["attest"] == [
        {"type": "provenance", "mode": "max"},
        {"type": "sbom", "generator": "docker/buildkit-syft-scanner:stable-1"},
    ]


def test_default_is_the_image_of_the_service(project: Path) -> None:
    assert list(targets(project)) == ["web"]


def test_cache_is_read_everywhere_and_written_by_ci(project: Path) -> None:
    repository = "registry.example.com/cache"
    found = targets(project, "local", "ci", "release", BUILD_CACHE=repository, TAG="1.0.0")
    read = {name: [each["ref"] for each in found[name]["cache-from"]] for name in found}
    web, dev = [f"{repository}:web"], [f"{repository}:dev"]
    assert read == {"web": web, "ci-web": web, "release": web, "dev": dev, "ci-dev": dev}
    written = {name: each["cache-to"] for name, each in found.items() if "cache-to" in each}
    assert written == {
        f"ci-{name}": [{"type": "registry", "mode": "max", "ref": f"{repository}:{name}"}]
        for name in ("web", "dev")
    }


def test_arguments_are_passed_on_as_by_compose(project: Path) -> None:
    names = ("PYTHON_IMAGE", "UV_IMAGE", "BUILDKIT_SYNTAX")
    given = {name: f"a/{name.lower()}:1" for name in names}
    found = targets(project, "local", "ci", "release", **given)
    for target in found.values():
        assert given.items() <= target["args"].items()


@pytest.mark.parametrize("tag", ["", "latest"])
def test_release_needs_a_version(project: Path, tag: str) -> None:
    command = setting({"TAG": tag}, "docker", "buildx", "bake", "release")
    refused = execute(*command, cwd=project, check=False, merge=True)
    assert refused.returncode == 1
    assert "a release needs a version: TAG=1.0.0" in refused.stdout


def test_release_has_no_capitals_in_its_name(project: Path) -> None:
    found = targets(project, "release", REGISTRY="ghcr.io/Acme-Org", IMAGE="Shop", TAG="1.0.0-RC1")
    assert found["release"]["tags"] == ["ghcr.io/acme-org/shop:1.0.0-RC1"]


# --- one build ----------------------------------------------------------------------------------

COMPOSE = ("docker", "compose", "--progress=json", "build")
BAKE = ("docker", "buildx", "bake", "--progress=rawjson")


def test_every_client_finds_what_another_has_built(project: Path) -> None:
    assert ran(project, *COMPOSE, "web", "dev")
    assert steps_that_ran(project, "-t", project.name) == set()
    assert ran(project, *BAKE, "local") == set()
    edit(project / "app/pages.py")
    assert {name.split()[-1] for name in ran(project, *BAKE)} == {"/app", "./app"}
    assert ran(project, *COMPOSE, "web") == set()
    edit(project / "app/pages.py")
    assert steps_that_ran(project, "-t", project.name)
    assert ran(project, *BAKE) == set()


def test_engine_that_has_only_the_registry_runs_nothing(project: Path, tmp_path: Path) -> None:
    with second_engine(tmp_path, named(project, "PYTHON_IMAGE")) as second:
        given = {
            name: second.push(named(project, name), f"{name.lower()}:1")
            for name in ("PYTHON_IMAGE", "UV_IMAGE", "BUILDKIT_SYNTAX")
        }
        cache = {**given, "BUILD_CACHE": f"{second.registry}/{project.name}-cache"}
        try:
            assert ran(project, *setting(cache, *BAKE, "ci"))
            there = {**cache, "DOCKER_HOST": second.host}
            assert ran(project, *setting(there, *BAKE, "ci")) == set()
        finally:
            docker("image", "rm", "--force", *given.values())


# --- releases -----------------------------------------------------------------------------------


def lines(project: Path, registry: str) -> list[str]:
    """The commands of the README's section, for a registry of our own."""
    section = (project / "README.md").read_text("utf-8").split("\n### Bake\n")[1]
    found = re.findall(r"(?ms)^```sh\n(.*?)^```$", section)
    assert len(found) == 4
    return "".join(found).replace("registry.example.com", registry).splitlines()


@pytest.mark.alone
def test_release_can_be_verified(project: Path, registry: str) -> None:
    default, release, verify, compare, *_ = lines(project, registry)
    assert default == "docker buildx bake"
    name = f"{registry}/{project.name}"
    # With steps that other builds left behind: what a release has does not depend on it.
    bake(project)
    followed(project, f"{release} {ONE_PLATFORM}")
    index = manifests(f"{name}:1.0.0")
    (image,) = [each for each in index if each["platform"]["architecture"] == "amd64"]
    (attestation,) = [each for each in index if each["platform"]["architecture"] == "unknown"]
    assert attestation["annotations"]["vnd.docker.reference.digest"] == image["digest"]
    inspect = ("docker", "buildx", "imagetools", "inspect", f"{name}:1.0.0")
    provenance = execute(*inspect, "--format={{json .Provenance}}").stdout
    # What the mode max adds: every step, and the arguments.
    assert '"llbDefinition"' in provenance
    assert "SOURCE_DATE_EPOCH" in provenance

    followed(project, f"{verify} {ONE_PLATFORM}")
    same = followed(project, compare)
    assert same.splitlines() == [f"blobs/{image['digest'].replace(':', '/')}"]

    edit(project / "app/pages.py")
    followed(project, f"{release.replace('1.0.0', '1.0.1')} {ONE_PLATFORM}")
    other = execute("sh", "-c", compare.replace("1.0.0", "1.0.1"), cwd=project, check=False)
    assert (other.returncode != 0, other.stdout) == (True, "")


def followed(project: Path, line: str) -> str:
    """Do what a line of the README says, without the list of what is in an image."""
    return execute(*setting(NO_SBOM, "sh", "-c", line), cwd=project).stdout


def manifests(image: str) -> list[dict[str, Any]]:
    raw = docker("buildx", "imagetools", "inspect", "--raw", image)
    return list(json.loads(raw)["manifests"])


@pytest.mark.alone
def test_release_is_what_the_readmes_own_command_makes(project: Path, registry: str) -> None:
    bake(project, "release", ONE_PLATFORM, REGISTRY=registry, TAG="1.0.0", **NO_SBOM)
    readme = (project / "README.md").read_text("utf-8")
    (line,) = re.findall(r"(?m)^docker buildx build --no-cache .*rewrite-timestamp.*$", readme)
    built = execute("sh", "-c", line, cwd=project, merge=True).stdout
    image, _ = manifests(f"{registry}/{project.name}:1.0.0")
    assert f"exporting manifest {image['digest']}" in built


def test_the_same_targets_go_to_another_builder(project: Path, tmp_path: Path) -> None:
    *_, create, use = lines(project, "registry.example.com")
    # Builders of our own: the engine's owner keeps theirs.
    own = {"BUILDX_CONFIG": str(tmp_path / "buildx")}
    execute(*setting(own, "sh", "-c", create), cwd=project)
    listed = execute(*setting(own, "docker", "buildx", "ls"), cwd=project, check=False).stdout
    assert re.search(r"team\s+remote", listed)
    found = use.replace("bake", "bake --print")
    printed = execute(*setting(own, "sh", "-c", found), cwd=project).stdout
    assert set(json.loads(printed)["target"]) == {"web", "dev"}


# --- the workflow -------------------------------------------------------------------------------


def steps(project: Path) -> list[dict[str, Any]]:
    """Those of the job of every event."""
    text = (project / ".github/workflows/ci.yaml").read_text("utf-8")
    return list(yaml.load(text, Loader=yaml.BaseLoader)["jobs"]["check"]["steps"])


def as_by_the_runner(step: dict[str, Any], project: Path) -> int:
    """Run a step where nobody has set a variable or a secret; return its exit status."""
    passed = project.with_name("github-env")
    passed.touch()
    expression = re.compile(r"\$\{\{ (vars|secrets)\.\w+ \}\}")
    given = {name: expression.sub("", value) for name, value in step.get("env", {}).items()}
    variables = {**given, "GITHUB_ENV": str(passed)}
    assert passed.read_text("utf-8") == ""
    if "run" in step:
        command = ["bash", "--noprofile", "--norc", "-e", "-c", step["run"]]
    else:
        command = build_command(step["with"])
    return execute(*setting(variables, *command), cwd=project, check=False).returncode


def build_command(given: dict[str, str]) -> list[str]:
    """What docker/build-push-action makes of its inputs, without the cache of GitHub."""
    secrets = [line.split("=") for line in given["secret-envs"].split()]
    return [
        *("docker", "buildx", "build", "--load", "--tag", given["tags"]),
        *(["--target", given["target"]] if "target" in given else []),
        *(f"--build-arg={name}" for name in given["build-args"].split()),
        *(f"--secret=id={ident},env={name}" for ident, name in secrets),
        given["context"],
    ]


def can_run(step: dict[str, Any]) -> bool:
    return "run" in step or step["uses"].startswith("docker/build-push-action@")


def test_steps_of_the_workflow_pass(tmp_path: Path) -> None:
    name = f"ci-{secret()}"
    extras = "github-actions,postgres,redis"
    with composed(tmp_path, "fastapi", name, extras=extras) as (project, _):
        known = [step for step in steps(project) if can_run(step)]
        done = {step["name"]: as_by_the_runner(step, project) for step in known}
        assert set(done.values()) == {0}
        assert {"Lint", "Test", "Start", "Ask", "Stop", "Clean up"} < done.keys()
        assert docker("compose", "ps", "--all", "--quiet", cwd=project) == ""


def test_smoke_test_sees_a_page_that_fails(tmp_path: Path) -> None:
    name = f"ci-broken-{secret()}"
    with composed(tmp_path, "flask", name, extras="github-actions") as (project, _):
        (project / "app/templates/home.html").unlink()
        smoke = ("Build the image of the service", "Start", "Ask")
        known = [step for step in steps(project) if step.get("name") in smoke]
        assert [as_by_the_runner(step, project) for step in known] == [0, 0, 22]


def test_smoke_test_sees_a_service_that_does_not_end_cleanly(tmp_path: Path) -> None:
    name = f"ci-killed-{secret()}"
    with composed(tmp_path, "fastapi", name, extras="github-actions") as (project, _):
        server = project / "serve.py"
        text = server.read_text("utf-8")
        assert "os._exit(0)" in text
        server.write_text(text.replace("os._exit(0)", "os._exit(3)"), "utf-8", newline="\n")
        smoke = ("Build the image of the service", "Start", "Stop")
        known = [step for step in steps(project) if step.get("name") in smoke]
        assert [as_by_the_runner(step, project) for step in known] == [0, 0, 1]
