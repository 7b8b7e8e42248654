"""Behind a company's network: an index with a password and a certificate of the company's own, a
proxy, a mirror of the images. A project builds there unchanged, and nothing of it is left.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.company import Company, given, secret, started, traces
from tests.engine.compose import get
from tests.engine.engine import (
    ENVIRONMENT,
    INSTALLERS,
    docker,
    execute,
    free_port,
    lacking,
    make,
    named,
    steps_that_ran,
    wait_until,
)
from tests.locks import hashes

# The lock is resolved in the same way whatever installs it.
FAILING = pytest.mark.parametrize(
    ("project", "target"),
    [("pip", "build"), ("uv", "build"), ("uv", "lock")],
    indirect=["project"],
    ids=["pip", "uv", "lock"],
)
CUT_SHORT = (
    r"DO NOT MATCH THE HASHES(.|\n)*werkzeug"
    r"|not enough bytes were received(.|\n)*werkzeug"
    r"|structure of `werkzeug`.*was invalid"
)
LOCKS = ("requirements.txt", "requirements-dev.txt")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("company")
    image = named(make(folder, name="any"), "PYTHON_IMAGE")
    with started(folder, image) as company:
        yield company


@pytest.fixture
def company(network: Company) -> Company:
    return network.by_itself()


@pytest.fixture(params=INSTALLERS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A project whose steps that install and resolve have not run on any engine."""
    project = unseen(make(tmp_path, name=f"shop-{secret()}", installer=request.param))
    yield project
    docker("image", "rm", "--force", project.name, f"{project.name}:dev")


def unseen(project: Path) -> Path:
    for name in LOCKS:
        with (project / name).open("a", encoding="utf-8", newline="\n") as lock:
            lock.write(f"# {secret()}\n")
    return project


def locked(project: Path, name: str) -> set[str]:
    """The distributions that a lock has for this platform."""
    pins = hashes((project / name).read_text("utf-8"))
    return {pin.split("==")[0] for pin in pins if "win32" not in pin}


def compose_build(project: Path, variables: dict[str, str], *arguments: str) -> None:
    pairs = [f"{name}={value}" for name, value in variables.items()]
    execute("env", *pairs, "docker", "compose", "build", *arguments, cwd=project)


def failed(project: Path, *arguments: str) -> str:
    """What a build that fails has to say."""
    command = ("docker", "build", "--progress=plain", *arguments, ".")
    built = execute(*command, cwd=project, check=False, merge=True)
    assert built.returncode == 1
    return built.stdout


def remains(project: Path, company: Company, *tags: str) -> set[str]:
    images = tuple(f"{project.name}:{tag}" for tag in tags)
    return traces(images, named(project, "PYTHON_IMAGE"), company.words, project.parent)


def resolve(project: Path, company: Company, *arguments: str) -> None:
    """Run the target `lock`; the index has one file for each version."""
    resolved = project.parent / "resolved"
    docker("build", "--target=lock", f"--output={resolved}", *arguments, ".", cwd=project)
    for name in LOCKS:
        old, text = hashes((project / name).read_text("utf-8")), (resolved / name).read_text()
        new = hashes(text)
        assert new.keys() == old.keys()
        assert all(new[pin] <= old[pin] for pin in old)
        assert [word for word in company.words if word in text] == []


def test_index_authority_and_proxy_are_secrets(
    project: Path, company: Company, tmp_path: Path
) -> None:
    secrets = company.secrets(proxy=True)
    variables = {f"BUILD_{key.upper().replace('.', '_')}": text for key, text in secrets.items()}
    compose_build(project, variables, "--provenance=mode=max", "web", "dev")
    assert company.downloaded() == locked(project, "requirements-dev.txt")
    resolve(project, company, *given(secrets, tmp_path))
    # No step looks elsewhere, be it for a package or for a Python.
    assert company.hosts() == {company.host}
    assert remains(project, company, "latest", "dev") == set()


def test_proxy_is_an_argument_and_neither_it_nor_a_secret_runs_a_step_again(
    project: Path, company: Company, tmp_path: Path
) -> None:
    secrets = given(company.secrets(), tmp_path)
    proxy = f"--build-arg=HTTPS_PROXY={company.proxy}"
    ran = steps_that_ran(project, "-t", project.name, proxy, *secrets)
    assert [name for name in ran if name.startswith("[build 2/2] RUN")]
    assert company.downloaded() == locked(project, "requirements.txt")
    resolve(project, company, proxy, *secrets)
    assert company.hosts() == {company.host}
    assert remains(project, company, "latest") == set()
    others = given(dict.fromkeys(company.secrets(), "another text"), tmp_path)
    other = "--build-arg=HTTPS_PROXY=http://127.0.0.1:1"
    assert steps_that_ran(project, "--output=type=cacheonly", other, *others) == set()


def test_fullest_provenance_alone_names_arguments(company: Company, tmp_path: Path) -> None:
    """Which is why a proxy's password belongs into a secret, and that `remains` finds any."""
    project = make(tmp_path, name=f"shop-{secret()}")
    build = ("build", "-t", project.name, "--target=base")
    proxy = f"--build-arg=HTTPS_PROXY={company.proxy}"
    docker(*build, proxy, ".", cwd=project)
    assert remains(project, company, "latest") == set()
    docker(*build, proxy, "--provenance=mode=max", ".", cwd=project)
    found = {company.name, company.password, company.address}
    assert remains(project, company, "latest") == found
    docker("image", "rm", project.name)


def test_django_collects_its_static_files(company: Company, tmp_path: Path) -> None:
    project = unseen(make(tmp_path, "django", f"shop-{secret()}"))
    secrets = given(company.secrets(), tmp_path)
    docker("build", "-t", project.name, *company.by_address, *secrets, ".", cwd=project)
    assert "django" in company.downloaded()
    assert "style" in docker("run", "--rm", project.name, "ls", "static")
    docker("image", "rm", project.name)


@FAILING
def test_wrong_password_fails_at_once_and_says_so(
    project: Path, company: Company, tmp_path: Path, target: str
) -> None:
    import pexpect

    wrong = {
        key: text.replace(company.password, "wrong-password")
        for key, text in company.secrets().items()
    }
    arguments = ["build", *company.by_address, *given(wrong, tmp_path), f"--target={target}", "."]
    begin = time.monotonic()
    closed = execute(
        *("sh", "-c", 'exec "$@" <&-', "sh", "docker", *arguments),
        cwd=project,
        check=False,
        merge=True,
    )
    terminal = pexpect.spawn(
        "docker", arguments, cwd=str(project), env=ENVIRONMENT, encoding="utf-8", timeout=60
    )
    typed = str(terminal.read())
    terminal.close()
    assert time.monotonic() - begin < 60
    for status, said in ((closed.returncode, closed.stdout), (terminal.exitstatus, typed)):
        assert status == 1
        assert "401" in said
        assert "credentials" in said.lower()
        assert "User for" not in said
        assert "wrong-password" not in said


@FAILING
def test_unknown_authority_fails_and_says_so(
    project: Path, company: Company, tmp_path: Path, target: str
) -> None:
    secrets = company.secrets()
    del secrets["ca.pem"]
    said = failed(project, *company.by_address, *given(secrets, tmp_path), f"--target={target}")
    assert re.search(r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate", said)


@pytest.mark.parametrize(
    ("project", "lost"),
    [("pip", False), ("pip", True), ("uv", False)],
    indirect=["project"],
    ids=["pip", "pip-lost-connection", "uv"],
)
def test_download_cut_short_fails_and_is_not_kept(
    project: Path, company: Company, tmp_path: Path, *, lost: bool
) -> None:
    arguments = [*company.by_address, *given(company.secrets(), tmp_path)]
    with company.damaging("werkzeug", lost=lost):
        said = failed(project, *arguments)
    assert re.search(CUT_SHORT, said)
    docker("build", "-t", project.name, *arguments, ".", cwd=project)


# The mount stands in its command too: by its id alone the step would be the one of an earlier run.
SPOIL = """\
# syntax=docker/dockerfile:1
FROM {base}
RUN --mount=type=cache,id={mount},target=/cache \\
    : {mount}; \\
    find /cache -path '*/werkzeug/__init__.py' -exec sh -c 'echo ruined > "$1"' sh {{}} ';'
"""


@pytest.mark.alone
@pytest.mark.parametrize("project", ["uv"], indirect=True)
def test_damage_in_the_cache_is_gone_without_cache(
    project: Path, company: Company, tmp_path: Path
) -> None:
    """As the README has it. pip checks each file again: there it is a download cut short."""
    mount, base = secret(), named(project, "PYTHON_IMAGE")
    dockerfile = project / "Dockerfile"
    text = dockerfile.read_text("utf-8").replace("type=cache,", f"type=cache,id={mount},")
    dockerfile.write_text(text, "utf-8")
    build = ("build", "-t", project.name, *company.by_address, *given(company.secrets(), tmp_path))
    imported = ("docker", "run", "--rm", project.name, "python", "-c", "import werkzeug")
    docker(*build, "--target=build", ".", cwd=project)

    spoil = tmp_path / "spoil"
    spoil.mkdir()
    (spoil / "Dockerfile").write_text(SPOIL.format(base=base, mount=mount), "utf-8")
    docker("build", "--output=type=cacheonly", ".", cwd=spoil)
    docker(*build, "--target=build", ".", cwd=unseen(project))
    assert "ruined" in execute(*imported, check=False, merge=True).stdout

    docker(*build, "--target=build", "--no-cache", ".", cwd=project)
    assert execute(*imported).returncode == 0


@dataclass(frozen=True)
class Mirror:
    """A registry that has the images under names of its own, by the arguments that name them."""

    container: str
    images: dict[str, str]

    def asked(self) -> set[str]:
        said = execute("docker", "logs", self.container, merge=True).stdout
        names = re.findall(r'"HEAD /v2/company/(\w+)/manifests/\S+ HTTP/1.1" 200 .*buildkit', said)
        return {name.upper() for name in names}


@pytest.fixture
def mirror(project: Path) -> Iterator[Mirror]:
    if execute("docker", "image", "inspect", "registry:2", check=False).returncode != 0:
        lacking("there is no registry:2 image")
    port = free_port()
    container = docker("run", "-d", "-p", f"127.0.0.1:{port}:5000", "registry:2").strip()
    try:
        wait_until(lambda: get(port, "/v2/")[0] == 200, 20, "the registry answers")
        images = {}
        for argument in ("PYTHON_IMAGE", "UV_IMAGE", "BUILDKIT_SYNTAX"):
            images[argument] = f"127.0.0.1:{port}/company/{argument.lower()}:1"
            docker("tag", named(project, argument), images[argument])
            docker("push", images[argument])
            # Or a build would find it here.
            docker("image", "rm", images[argument])
        yield Mirror(container, images)
    finally:
        docker("rm", "-f", "-v", container)


@pytest.mark.parametrize("project", ["uv"], indirect=True)
def test_images_come_from_a_mirror_by_arguments(project: Path, mirror: Mirror) -> None:
    arguments = [f"--build-arg={name}={image}" for name, image in mirror.images.items()]
    docker("build", "-t", project.name, *arguments, ".", cwd=project)
    assert mirror.asked() == set(mirror.images)


@pytest.mark.parametrize("project", ["uv"], indirect=True)
def test_images_come_from_a_mirror_by_the_environment(project: Path, mirror: Mirror) -> None:
    compose_build(project, mirror.images, "web")
    assert mirror.asked() == set(mirror.images)
