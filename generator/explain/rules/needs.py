"""Which files a command reads, for those of which that is known.

An installation that reads its lists of dependencies alone can stand above the source; one that may
read anything else (a script of the project, a local package) cannot be moved by a program.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from generator.explain.context import Context
from generator.explain.rules import reading
from generator.explain.rules.commands import Command
from generator.explain.rules.managers import Install, install, verb
from generator.explain.rules.places import placed
from generator.explain.stages import Step

# None: not known. Paths are absolute, as the container has them.
Needs = frozenset[str] | None
_NOTHING: frozenset[str] = frozenset()

_IDLE = frozenset(
    (
        "true",
        ":",
        "echo",
        "printf",
        "set",
        "groupadd",
        "useradd",
        "addgroup",
        "adduser",
        "which",
        "sleep",
        "date",
        "uname",
        "exit",
    )
)
_OUTSIDE = ("/var/", "/tmp/", "/root/.", "/usr/share/")  # noqa: S108 - of the container
_VENV = re.compile(r"python[0-9.]*|virtualenv")
_INCLUDED = re.compile(r"(?:-r|--requirement|-c|--constraint)(?:[ =]+|(?=[^ =-]))(.+)")
_LOCAL = re.compile(r"(?:-e|--editable)\b|\.|/|file:|[^#]*@ *file:|-f\b|--find-links\b")
_MOST = 50


@dataclass(frozen=True)
class Stand:
    """Where a command runs: `folder` in the container, below `steps` of its stage."""

    context: Context
    steps: tuple[Step, ...]
    folder: str

    def at(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.folder, path))

    def source(self, path: str) -> str | None:
        """The context's path for one in the container."""
        found = placed(self.context, self.steps, path)
        return None if found is None else found.path

    def there(self, names: Iterable[str]) -> frozenset[str]:
        """Those of `names`, beside the command, that a copy has put there."""
        return frozenset(self.at(name) for name in names if self.source(self.at(name)) is not None)

    def text(self, name: str) -> str:
        path = self.source(self.at(name))
        return (reading.text(self.context, path) or "") if path else ""

    def json(self, name: str) -> dict[str, Any]:
        path = self.source(self.at(name))
        return reading.from_json(self.context, path) if path else {}

    def toml(self, name: str) -> dict[str, Any]:
        path = self.source(self.at(name))
        return reading.from_toml(self.context, path) if path else {}


def needs(command: Command, stand: Stand) -> Needs:
    """What `command` reads of the files that copies have put there; None if that is not known."""
    if not command.plain:
        return None
    found = install(command)
    if found is not None:
        rule = _RULES.get(found.manager.name)
        return None if rule is None else rule(found, stand)
    return _NOTHING if idle(command) else None


def idle(command: Command) -> bool:
    """Whether it neither reads nor changes what a copy may have put there."""
    name = command.program
    if name in _IDLE:
        return True
    if name in ("rm", "mkdir"):
        return all(each.startswith(_OUTSIDE) for each in command.positional)
    if _VENV.fullmatch(name):
        return "venv" in command.words[1:3] or name == "virtualenv"
    called = verb(command)
    if called is None:
        return False
    manager, words, _ = called
    return words[:1] in _TIDIES.get(manager.name, ()) or words[:2] in _TIDIES.get(manager.name, ())


_TIDIES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "apt": (("update",), ("clean",), ("autoclean",), ("autoremove",), ("purge",), ("remove",)),
    "apk": (("update",), ("del",), ("cache",)),
    "dnf": (("clean",), ("makecache",)),
    "pip": (("cache",),),
    "npm": (("cache",), ("config",)),
    "yarn": (("cache",), ("config",)),
    "pnpm": (("store",), ("config",)),
    "uv": (("venv",), ("cache",)),
    "poetry": (("config",),),
}


def _system(found: Install, stand: Stand) -> Needs:
    packages = [each for each in found.arguments if not each.startswith("-")]
    return None if any("/" in each or "$" in each for each in packages) else _NOTHING


def _pip(found: Install, stand: Stand) -> Needs:
    files: set[str] = set()
    words = iter(found.arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word in ("-r", "--requirement", "-c", "--constraint"):
            files.add(next(words, ""))
        elif equals and name in ("--requirement", "--constraint"):
            files.add(value)
        elif word.startswith("-r") or (word.startswith("-c") and not word.startswith("--")):
            files.add(word[2:])
        elif word in ("-e", "--editable", "-f", "--find-links", "--group") or "$" in word:
            return None
        elif word in _PIP_VALUES:
            next(words, "")
        elif not word.startswith("-") and _LOCAL.match(word):
            return None
    if found.verb == "uv pip sync":
        files |= {each for each in found.arguments if not each.startswith("-")}
    return _requirements(files, stand)


_PIP_VALUES = frozenset(
    (
        "-t",
        "--target",
        "--prefix",
        "--root",
        "--python",
        "-p",
        "-i",
        "--index-url",
        "--extra-index-url",
        "--trusted-host",
        "--timeout",
        "--retries",
        "--platform",
        "--python-version",
        "--implementation",
        "--abi",
        "--only-binary",
        "--no-binary",
        "--progress-bar",
        "--cert",
        "--cache-dir",
        "--log",
        "--src",
        "-w",
        "--wheel-dir",
        "-d",
        "--dest",
        "--link-mode",
        "--no-build-isolation-package",
        "--upgrade-strategy",
        "--root-user-action",
        "--index",
    )
)


def _requirements(given: Iterable[str], stand: Stand) -> Needs:
    """Requirement files with all that they include."""
    files: set[str] = set()
    waiting = [stand.at(each) for each in given]
    while waiting:
        path = waiting.pop()
        if path in files:
            continue
        source = stand.source(path)
        if source is None or len(files) > _MOST or "$" in path:
            return None
        files.add(path)
        if not source.endswith((".txt", ".in", ".pip", ".lock")):
            return None
        for line in (reading.text(stand.context, source) or "").splitlines():
            word = line.strip()
            included = _INCLUDED.match(word)
            if included:
                name = included[1].partition(" #")[0].strip()
                waiting.append(posixpath.normpath(f"{posixpath.dirname(path)}/{name}"))
            elif _LOCAL.match(word):
                return None
    return frozenset(files)


def _uv(found: Install, stand: Stand) -> Needs:
    if found.verb in ("uv pip install", "uv pip sync"):
        return _pip(found, stand)
    if found.verb != "uv sync":
        return _NOTHING
    project = stand.toml("pyproject.toml")
    settings = _table(project, "tool", "uv")
    builds = "build-system" in project and settings.get("package") is not False
    if settings.get("workspace") or _local_sources(settings) or settings.get("package") is True:
        return None
    if builds and "--no-install-project" not in found.arguments:
        return None
    return _beside(stand, ("pyproject.toml", "uv.lock"), ("uv.toml", ".python-version"))


def _local_sources(settings: Mapping[str, Any]) -> bool:
    sources = settings.get("sources")
    return isinstance(sources, dict) and any(
        isinstance(each, dict) and ("path" in each or "workspace" in each)
        for each in sources.values()
    )


def _poetry(found: Install, stand: Stand) -> Needs:
    poetry = _table(stand.toml("pyproject.toml"), "tool", "poetry")
    if "--no-root" not in found.arguments and poetry.get("package-mode") is not False:
        return None
    if "path = " in stand.text("pyproject.toml") or "path=" in stand.text("pyproject.toml"):
        return None
    return _beside(stand, ("pyproject.toml", "poetry.lock"), ("poetry.toml",))


def _pipenv(found: Install, stand: Stand) -> Needs:
    if "path = " in stand.text("Pipfile") or "editable" in stand.text("Pipfile"):
        return None
    return _beside(stand, ("Pipfile", "Pipfile.lock"), ())


_LIFECYCLE = ("preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare")
_PACKAGES = ("dependencies", "devDependencies", "optionalDependencies")
_HERE = ("file:", "link:", "workspace:", "portal:", ".", "/")


def _node(*locks: str) -> Callable[[Install, Stand], Needs]:
    def rule(found: Install, stand: Stand) -> Needs:
        words = [each for each in found.arguments if not each.startswith("-")]
        if any(each.startswith(_HERE) or "$" in each for each in words):
            return None
        if {"-g", "--global"} & set(found.command.words) or found.verb == "yarn global add":
            return _NOTHING
        moved = {"--prefix", "-C", "--cwd", "--dir"} & set(found.command.words)
        if words or moved or _reads_more(stand, found):
            return None
        return _beside(stand, ("package.json",), (*locks, ".npmrc", ".yarnrc", ".yarnrc.yml"))

    return rule


def _reads_more(stand: Stand, found: Install) -> bool:
    """Whether a project of Node's is installed by more than its lists."""
    package = stand.json("package.json")
    scripts = _table(package, "scripts")
    runs = any(each in scripts for each in _LIFECYCLE)
    wanted = [value for kind in _PACKAGES for value in _table(package, kind).values()]
    return (
        "workspaces" in package
        or (runs and "--ignore-scripts" not in found.arguments)
        or any(isinstance(each, str) and each.startswith(_HERE) for each in wanted)
        or bool(stand.there((".yarn", "pnpm-workspace.yaml", ".pnpmfile.cjs", "patches")))
    )


def _go(found: Install, stand: Stand) -> Needs:
    if found.verb != "go mod download" or stand.there(("go.work", "vendor")):
        return None
    if re.search(r"=>[ \t]*[./]", stand.text("go.mod")):
        return None
    return _beside(stand, ("go.mod",), ("go.sum",))


def _bundler(found: Install, stand: Stand) -> Needs:
    text = stand.text("Gemfile")
    if not text or re.search(r"\b(?:gemspec|path|eval_gemfile|require_relative|File)\b", text):
        return None
    return _beside(stand, ("Gemfile",), ("Gemfile.lock", ".ruby-version"))


def _composer(found: Install, stand: Stand) -> Needs:
    if found.verb != "composer install" or not (
        {"--no-scripts", "--no-autoloader"} <= set(found.arguments)
    ):
        return None
    if '"path"' in stand.text("composer.json"):
        return None
    return _beside(stand, ("composer.json",), ("composer.lock",))


def _maven(found: Install, stand: Stand) -> Needs:
    if not found.verb.startswith("mvn dependency:") or found.command.words[0] != "mvn":
        return None
    if "<modules>" in stand.text("pom.xml") or stand.there((".mvn",)):
        return None
    return _beside(stand, ("pom.xml",), ())


def _table(found: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    for key in keys:
        below = found.get(key)
        if not isinstance(below, dict):
            return {}
        found = below
    return found


def _beside(stand: Stand, must: tuple[str, ...], may: tuple[str, ...]) -> Needs:
    """None if one that it cannot do without does not come from the context."""
    there = stand.there(must)
    return there | stand.there(may) if len(there) == len(must) else None


_RULES: Mapping[str, Callable[[Install, Stand], Needs]] = {
    "apt": _system,
    "apk": _system,
    "dnf": _system,
    "pip": _pip,
    "uv": _uv,
    "poetry": _poetry,
    "pipenv": _pipenv,
    "npm": _node("package-lock.json", "npm-shrinkwrap.json"),
    "yarn": _node("yarn.lock"),
    "pnpm": _node("pnpm-lock.yaml"),
    "bun": _node("bun.lock", "bun.lockb", "bunfig.toml"),
    "go": _go,
    "bundler": _bundler,
    "composer": _composer,
    "maven": _maven,
}
