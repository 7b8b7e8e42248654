"""Packages that a lock or an installation could stumble over, from an index of our own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.company import given, secret
from tests.engine.engine import INSTALLERS, docker, execute, make
from tests.locks import hashes
from tests.packages import Index, reaches_loopback, serving, wheel

pytestmark = reaches_loopback
# A builder that has run a step does not run it again, whatever the index has now.
NEW = f"# {secret()}\n"
COMMIT = "0" * 40


@dataclass(frozen=True)
class Project:
    """A project on Python 3.15 that needs nothing but what a test asks for."""

    folder: Path
    secrets: list[str]

    def asks_for(self, requirement: str) -> None:
        for path in self.folder.glob("requirements*.txt"):
            path.unlink()
        (self.folder / "requirements.in").write_text(f"{NEW}{requirement}\n", "utf-8")
        (self.folder / "requirements-dev.in").write_text("-r requirements.in\n", "utf-8")

    def lock(self) -> dict[str, set[str]]:
        """Resolve; returns the pins with their hashes."""
        docker(*self.command("lock", "--output=."), cwd=self.folder)
        text = (self.folder / "requirements.txt").read_text("utf-8")
        assert text == (self.folder / "requirements-dev.txt").read_text("utf-8")
        return hashes(text)

    def fails(self, target: str) -> str:
        """What a build that fails has to say; it leaves no lock."""
        command = self.command(target, "--progress=plain", "--output=type=cacheonly")
        built = execute("docker", *command, cwd=self.folder, check=False, merge=True)
        assert built.returncode == 1
        return built.stdout

    def install(self) -> None:
        """Install what is locked."""
        docker(*self.command("build", "--output=type=cacheonly"), cwd=self.folder)

    def command(self, target: str, *arguments: str) -> list[str]:
        return ["build", "--network=host", f"--target={target}", *self.secrets, *arguments, "."]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    wheels = tmp_path_factory.mktemp("wheels")
    wheel(wheels, "behind", "1.0", "cp314-cp314-manylinux_2_28_x86_64")
    wheel(wheels, "bounded", "1.0")
    wheel(wheels, "bounded", "2.0", python=">=3.11,<3.15")
    wheel(wheels, "direct", "1.0")
    wheel(wheels, "needing", "1.0", requires=["setuptools"])
    wheel(wheels, "setuptools", "80.0")
    with serving(wheels) as index:
        yield index


@pytest.fixture(scope="module", params=INSTALLERS)
def project(
    request: pytest.FixtureRequest, index: Index, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    folder = tmp_path_factory.mktemp("odd")
    texts = {
        "pip.conf": f"[global]\nindex-url = {index.url}\n",
        "uv.toml": f'[[index]]\nurl = "{index.url}"\ndefault = true\n',
    }
    made = make(folder, name=f"odd-{request.param}", python="3.15", installer=request.param)
    return Project(made, given(texts, folder))


# Where it makes no difference what installs.
ONE_INSTALLER = pytest.mark.parametrize("project", INSTALLERS[:1], indirect=True)


@ONE_INSTALLER
def test_one_with_wheels_for_another_python_is_named(project: Project) -> None:
    project.asks_for("behind")
    said = project.fails("lock")
    assert re.search(r"behind==1\.0 has no wheels with a matching Python ABI tag", said)
    assert re.search(
        r"You require CPython 3\.15 .* we only found wheels for .behind.*`cp314`", said
    )


def test_one_that_ends_before_this_python_does_not_bring_an_older_one(project: Project) -> None:
    project.asks_for("bounded")
    assert list(project.lock()) == ["bounded==2.0"]
    # Bounds of this kind are guesses to uv; pip takes them at their word.
    if project.folder.name == "odd-pip":
        assert "2.0 Requires-Python >=3.11,<3.15" in project.fails("build")
    else:
        project.install()


def test_a_wheel_that_came_later_breaks_no_lock_and_joins_the_next(
    project: Project, index: Index
) -> None:
    name = project.folder.name.replace("-", "_")
    wheel(index.wheels, name, "1.0")
    project.asks_for(name)
    before = project.lock()
    wheel(index.wheels, name, "1.0", "cp315-cp315-manylinux_2_28_x86_64")
    project.install()
    after = project.lock()
    assert after.keys() == before.keys() == {f"{project.folder.name}==1.0"}
    assert [len(*each.values()) for each in (before, after)] == [1, 2]


def test_a_wheel_at_a_url_is_hashed(project: Project, index: Index) -> None:
    project.asks_for(f"direct @ {index.host}/files/direct-1.0-py3-none-any.whl")
    project.lock()
    lock = project.folder / "requirements.txt"
    text = lock.read_text("utf-8")
    (digest,) = re.findall(r"(?m)^direct @ http://\S+ \\\n    --hash=sha256:([0-9a-f]{64})$", text)
    project.install()
    lock.write_text(text.replace(digest, "deadbeef" * 8), "utf-8")
    assert re.search("Hash mismatch|DO NOT MATCH THE HASHES", project.fails("build"))


@ONE_INSTALLER
def test_a_git_address_is_refused_with_the_way_out(project: Project) -> None:
    project.asks_for(f"lib @ git+https://example.invalid/lib@{COMMIT}  # ours")
    said = project.fails("lock")
    assert f"requirements.in:2:lib @ git+https://example.invalid/lib@{COMMIT}" in said
    assert "git+ has no hash: name the URL of a wheel instead" in said


@ONE_INSTALLER
def test_one_that_needs_setuptools_gets_it_and_no_pip(project: Project) -> None:
    project.asks_for("needing")
    assert list(project.lock()) == ["needing==1.0", "setuptools==80.0"]
    tag = project.folder.name
    docker(*project.command("runtime", f"--tag={tag}"), cwd=project.folder)
    names = ("needing", "setuptools", "pip")
    code = f"from importlib.util import find_spec; print(*map(bool, map(find_spec, {names})))"
    assert docker("run", "--rm", tag, "python", "-c", code) == "True True False\n"
    docker("image", "rm", tag)
