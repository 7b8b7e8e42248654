"""Declarations (ARG, ENV, LABEL) that could stand lower, below steps that do not use them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from generator.explain.rules.commands import Command
from generator.explain.rules.examined import Examined
from generator.explain.rules.fixes import Change, Fix
from generator.explain.rules.managers import install
from generator.explain.rules.needs import idle
from generator.explain.stages import Run, Step

_DECLARE = ("ARG", "ENV", "LABEL")
# Programs that go by no variable of a project's own.
_DEAF = frozenset(
    [
        "rm",
        "mkdir",
        "chmod",
        "chown",
        "cp",
        "mv",
        "ln",
        "tar",
        "unzip",
        "curl",
        "wget",
        "gpg",
        "tee",
        "cat",
        "sed",
        "touch",
        "install",
        "ls",
        "cd",
        "test",
        "[",
        "update-ca-certificates",
        "ldconfig",
        "locale-gen",
        "export",
    ]
)
# Managers that run the project's own code when they install.
_CURIOUS = ("maven", "gradle", "go", "cargo", "dotnet")
_TOOLS_READ = re.compile(
    r"(?:PIP|UV|POETRY|PDM|PIPENV|PYTHON|VIRTUAL|SETUPTOOLS|NPM|NODE|YARN|PNPM|BUN|COREPACK|CARGO"
    r"|RUST|RUSTUP|GO|CGO|MAVEN|MVN|GRADLE|JAVA|JDK|DOTNET|NUGET|BUNDLE|BUNDLER|GEM|RUBY|COMPOSER"
    r"|PHP|DEBIAN|APT|DEBCONF|LC|CFLAGS|CXXFLAGS|CPPFLAGS|LDFLAGS|MAKEFLAGS|CMAKE|PKG|LD|SSL"
    r"|CURL|GIT|CONDA|MAMBA|TARGET|BUILD(?=PLATFORM|OS|ARCH|VARIANT)|BUILDKIT)_?[A-Z0-9_]*"
    r"|CI|CC|CXX|AR|LANG|LANGUAGE|TZ|PATH|HOME|USER|TERM|SHELL|TMPDIR|HOSTNAME|SOURCE_DATE_EPOCH"
    r"|.*_PROXY",
    re.IGNORECASE,
)
# The same, but for what names a commit.
_COMMIT = re.compile(r"(?:GIT|BUILD|CI|GITHUB)_.*", re.IGNORECASE)


@dataclass(frozen=True)
class Move:
    """`steps` could stand right below the step `below`; `spared` are RUNs that they stand above."""

    steps: tuple[Step, ...]
    below: Step
    spared: tuple[Step, ...]

    def line(self, examined: Examined) -> int:
        """Where the first of `steps` stands then."""
        return self.below.last + 1 - sum(len(examined.source(each)) for each in self.steps)

    def fix(self, examined: Examined) -> Fix:
        moved = tuple(line for step in self.steps for line in examined.source(step))
        changes = [Change(step.line, step.last, ()) for step in self.steps]
        changes.append(Change(self.below.last + 1, self.below.last, moved))
        return Fix(examined.dockerfile, examined.text, tuple(changes))


def move(examined: Examined, step: Step) -> Move | None:
    """How far down a declaration can go, with those that hang on it; None if not below a RUN."""
    names = _names(examined, step)
    if not names or any(_heard(each) for each in names):
        return None
    group = [step]
    spared: list[Step] = []
    passed: list[Step] = []
    below = step
    for other in examined.below(step):
        if other.inherited:
            return None
        used = bool(names & examined.names(other))
        if used and other.instruction in _DECLARE:
            group.append(other)
            names |= _names(examined, other) if other.instruction != "LABEL" else set()
            if any(_heard(each) for each in names):
                break
            continue
        if used or not _is_deaf(examined, other) or _is_listed(examined, other, names):
            break
        passed.append(other)
        if isinstance(other.operation, Run):
            spared.append(other)
            below = other
    else:
        below = passed[-1] if passed else step
    group = [each for each in group if each.line < below.line]
    return Move(tuple(group), below, tuple(spared)) if spared else None


def spared_apart(examined: Examined, step: Step, names: Collection[str]) -> tuple[Step, ...]:
    """The RUNs that variables of an ENV could stand below, were they in one of their own.

    Empty where nothing in that ENV keeps them above: then `move` tells more.
    """
    if not any(map(_heard, _names(examined, step) - {*names})):
        return ()
    spared: list[Step] = []
    for other in examined.below(step):
        used = not examined.names(other).isdisjoint(names)
        if other.inherited or (used and other.instruction not in _DECLARE):
            break
        if not _is_deaf(examined, other) or _is_listed(examined, other, {*names}):
            break
        if isinstance(other.operation, Run):
            spared.append(other)
    return tuple(spared)


def _names(examined: Examined, step: Step) -> set[str]:
    return {name for name, _ in examined.instruction(step).pairs}


def _heard(name: str) -> bool:
    """Whether tools go by a variable of this name without its being mentioned."""
    return _TOOLS_READ.fullmatch(name) is not None and _COMMIT.fullmatch(name) is None


def _is_deaf(examined: Examined, step: Step) -> bool:
    """Whether a step goes by no variable that its text does not mention."""
    if not isinstance(step.operation, Run):
        return True
    commands = examined.commands(step)
    return bool(commands) and all(_deaf(each) for each in commands)


def _is_listed(examined: Examined, step: Step, names: set[str]) -> bool:
    """Whether a step installs by lists or settings that mention one of these variables."""
    installs = any(map(install, examined.commands(step)))
    return installs and not names.isdisjoint(examined.listed_names)


def _deaf(command: Command) -> bool:
    found = install(command)
    if found is None:
        return idle(command) or command.program in _DEAF
    if found.manager.name == "go":
        return found.verb == "go mod download"
    words = [each for each in found.arguments if not each.startswith("-")]
    local = any(each.startswith((".", "/")) and not each.endswith(".txt") for each in words)
    return found.manager.name not in _CURIOUS and not (local or "-e" in found.arguments)
