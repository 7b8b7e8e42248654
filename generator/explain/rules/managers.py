"""Package managers: which commands of theirs install, and where they keep what they download.

The folders are those of root in the official images; sources are the tools' own documentation and
docs.docker.com/build/cache/optimize.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.explain.rules.commands import Command

_PIP = re.compile(r"pip[0-9.]*")
_PYTHON = re.compile(r"python[0-9.]*|pypy[0-9.]*")


@dataclass(frozen=True, eq=False)
class Manager:
    """`installs` are verbs that download packages, each as its words; `()` is a bare call.

    `caches` are folders; by a part of the base image's name where they differ ("" is any other).
    `sharing`: two builds at once would break the folder, so that it has to be locked.
    `uncached` are flags and settings (NAME of an environment variable) that keep it from caching.
    `system`: it installs the operating system's packages.
    `builds` are those of `installs` that build the project as well, and so have to see its source.
    `keeps_all`: what it has downloaded is used where it lies, by all later commands too.
    """

    name: str
    programs: tuple[str, ...]
    installs: tuple[tuple[str, ...], ...]
    caches: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sharing: bool = False
    uncached: tuple[str, ...] = ()
    system: bool = False
    builds: tuple[tuple[str, ...], ...] = ()
    keeps_all: bool = False

    def folders(self, image: str) -> tuple[str, ...]:
        """The caches in an image that is built on `image`."""
        name = image.rpartition("/")[2].partition(":")[0].partition("@")[0]
        return next(
            (found for part, found in self.caches.items() if part and part in name),
            self.caches.get("", ()),
        )


@dataclass(frozen=True)
class Install:
    """A command that installs; `verb` is how people call it (`pip install`), `arguments` are what
    follows the verb, without flags before it."""

    manager: Manager
    command: Command
    verb: str
    arguments: tuple[str, ...]


_GRADLE_BUILDS = ("build", "assemble", "bootJar", "jar", "shadowJar", "installDist")
_GRADLE = (*_GRADLE_BUILDS, "dependencies")
_MAVEN_BUILDS = ("package", "install", "verify", "compile")
_MAVEN = (*_MAVEN_BUILDS, "dependency:go-offline", "dependency:resolve")
_RUST = {"rust": ("/usr/local/cargo/registry",), "": ("/root/.cargo/registry",)}

MANAGERS: tuple[Manager, ...] = (
    Manager(
        "pip",
        ("pip",),
        (("install",), ("wheel",), ("download",)),
        {"": ("/root/.cache/pip",)},
        uncached=("--no-cache-dir", "PIP_NO_CACHE_DIR"),
    ),
    Manager(
        "uv",
        ("uv",),
        (("pip", "install"), ("pip", "sync"), ("sync",), ("tool", "install")),
        {"": ("/root/.cache/uv",)},
        uncached=("--no-cache", "--no-cache-dir", "UV_NO_CACHE"),
    ),
    Manager(
        "poetry",
        ("poetry",),
        (("install",), ("sync",)),
        {"": ("/root/.cache/pypoetry",)},
        uncached=("--no-cache",),
    ),
    Manager(
        "pipenv",
        ("pipenv",),
        (("install",), ("sync",)),
        {"": ("/root/.cache/pipenv", "/root/.cache/pip")},
        uncached=("PIP_NO_CACHE_DIR",),
    ),
    Manager("pdm", ("pdm",), (("install",), ("sync",)), {"": ("/root/.cache/pdm",)}),
    Manager(
        "npm",
        ("npm",),
        (("ci",), ("install",), ("i",), ("add",), ("clean-install",)),
        {"": ("/root/.npm",)},
    ),
    Manager(
        "yarn",
        ("yarn",),
        ((), ("install",), ("add",), ("global", "add")),
        {"": ("/usr/local/share/.cache/yarn",)},
    ),
    Manager(
        "pnpm",
        ("pnpm",),
        (("install",), ("i",), ("add",), ("fetch",)),
        {"": ("/root/.local/share/pnpm/store",)},
    ),
    Manager(
        "bun",
        ("bun",),
        (("install",), ("i",), ("add",)),
        {"": ("/root/.bun/install/cache",)},
        uncached=("--no-cache",),
    ),
    Manager(
        "apt",
        ("apt-get", "apt", "aptitude"),
        (("install",), ("upgrade",), ("dist-upgrade",), ("full-upgrade",), ("build-dep",)),
        {"": ("/var/cache/apt",)},
        sharing=True,
        system=True,
    ),
    Manager(
        "apk",
        ("apk",),
        (("add",), ("upgrade",)),
        {"": ("/etc/apk/cache",)},
        sharing=True,
        uncached=("--no-cache",),
        system=True,
    ),
    Manager("dnf", ("dnf", "yum", "microdnf"), (("install",),), system=True),
    Manager(
        "go",
        ("go",),
        (("mod", "download"), ("build",), ("install",), ("get",), ("test",)),
        {
            "golang": ("/go/pkg/mod", "/root/.cache/go-build"),
            "": ("/root/go/pkg/mod", "/root/.cache/go-build"),
        },
        builds=(("build",), ("install",), ("get",), ("test",)),
        keeps_all=True,
    ),
    Manager(
        "cargo",
        ("cargo",),
        (("build",), ("install",), ("fetch",), ("test",)),
        _RUST,
        builds=(("build",), ("install",), ("test",)),
        keeps_all=True,
    ),
    Manager(
        "maven",
        ("mvn", "mvnw"),
        tuple((each,) for each in _MAVEN),
        {"": ("/root/.m2",)},
        builds=tuple((each,) for each in _MAVEN_BUILDS),
        keeps_all=True,
    ),
    Manager(
        "gradle",
        ("gradle", "gradlew"),
        tuple((each,) for each in _GRADLE),
        {"gradle": ("/home/gradle/.gradle",), "": ("/root/.gradle",)},
        builds=tuple((each,) for each in _GRADLE_BUILDS),
        keeps_all=True,
    ),
    Manager(
        "composer",
        ("composer", "composer.phar"),
        (("install",), ("update",), ("require",), ("create-project",)),
        {"composer": ("/tmp/cache",), "": ("/root/.composer/cache",)},  # noqa: S108 - the image's
        uncached=("--no-cache", "COMPOSER_CACHE_DIR"),
    ),
    Manager(
        "bundler",
        ("bundle", "bundler"),
        ((), ("install",)),
        {"ruby": ("/usr/local/bundle/cache",), "": ("/root/.bundle/cache",)},
    ),
    Manager(
        "dotnet",
        ("dotnet",),
        (("restore",), ("build",), ("publish",)),
        {"": ("/root/.nuget/packages",)},
        builds=(("build",), ("publish",)),
        keeps_all=True,
    ),
)
_BY_PROGRAM = {program: each for each in MANAGERS for program in each.programs}

# Flags before a verb that take the word after them.
_WITH_VALUE = frozenset(
    (
        "--python",
        "--prefix",
        "--cwd",
        "--dir",
        "--directory",
        "--project",
        "--log",
        "--cache-dir",
        "--file",
        "--settings",
        "--index-url",
        "--color",
        "-C",
        "-o",
        "-f",
        "-p",
        "-s",
        "-c",
        "-t",
        "-d",
    )
)


def program(command: Command) -> tuple[str, tuple[str, ...]]:
    """What runs, by its usual name, and its arguments: `python3 -m pip x` is `pip`, `x`."""
    name, rest = command.program, command.words[1:]
    if _PYTHON.fullmatch(name) and "-m" in rest[:4]:
        at = rest.index("-m")
        module = rest[at + 1 : at + 2]
        return (module[0] if module else name), rest[at + 2 :]
    return ("pip" if _PIP.fullmatch(name) else name), rest


def verb(command: Command) -> tuple[Manager, tuple[str, ...], tuple[str, ...]] | None:
    """The package manager that is called, the words that are no flags from its verb on, and all

    that follows the flags before the verb. None if it is none.
    """
    name, rest = program(command)
    manager = _BY_PROGRAM.get(name)
    if manager is None:
        return None
    at = 0
    while at < len(rest) and rest[at].startswith("-"):
        at += 2 if rest[at] in _WITH_VALUE else 1
    return manager, tuple(each for each in rest[at:] if not each.startswith("-")), rest[at:]


def install(command: Command) -> Install | None:
    """None for what installs nothing."""
    called = verb(command)
    if called is None:
        return None
    manager, words, rest = called
    flags = command.words[1:]
    if {"--help", "--version", "-h"} & set(flags) or "-v" in flags[:1]:
        return None
    found = _longest(manager, words)
    if found is None:
        return None
    name = " ".join((command.program if manager.name != "pip" else "pip", *found))
    return Install(manager, command, name, _without(rest, found))


def _longest(manager: Manager, words: tuple[str, ...]) -> tuple[str, ...] | None:
    fitting = [each for each in manager.installs if each and words[: len(each)] == each]
    if manager.name in ("maven", "gradle"):
        # Any of several goals.
        fitting = [each for each in manager.installs if each[0] in _goals(words)]
    if fitting:
        return max(fitting, key=len)
    return () if () in manager.installs and not words else None


def _goals(words: tuple[str, ...]) -> set[str]:
    return {each.lstrip(":").rpartition(":")[2] for each in words} | set(words)


def _without(rest: tuple[str, ...], found: tuple[str, ...]) -> tuple[str, ...]:
    left = list(rest)
    for each in found:
        if each in left:
            left.remove(each)
    return tuple(left)
