"""Which files a command reads, for those of which that is known.

An installation that reads its lists of dependencies alone can stand above the source; one that may
read anything else (a script of the project, a local package) cannot be moved by a program.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from generator.explain.context import Context
from generator.explain.rules import reading
from generator.explain.rules.commands import Command
from generator.explain.rules.examined import Examined
from generator.explain.rules.flags import PIP_FLAGS, PIP_VALUES, understood
from generator.explain.rules.managers import Install, install, verb
from generator.explain.rules.places import overlap, placed
from generator.explain.stages import Copy, Run, Step

Read = TypeVar("Read")

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
_OUTSIDE = ("/var/", "/tmp/", "/root/.", "/usr/share/", "/etc/apt/")  # noqa: S108 - of the container
_VENV = re.compile(r"python[0-9.]*|virtualenv")
_INCLUDED = re.compile(r"(?:-r|--requirement|-c|--constraint)(?:[ =]+|(?=[^ =-]))(.+)")
_LOCAL = re.compile(r"(?:-e|--editable)\b|\.|/|file:|[^#]*@ *file:|-f\b|--find-links\b")
# A path, or an archive: pip takes any name with a `/` for one, if there is such a file.
_FILE = re.compile(r"[^\s;#@:]*/|\S*\.(?:whl|zip|tar\.\w+|tgz)(?:\s|$)")
# A Python project's own files among its dependencies.
_PYTHON_FILES = re.compile(r"""\b(?:path|file|url|find-links|workspace)["']?\s*=|\bfile:""")
_A_FILE = "file:"
_MOST = 50


class Unreadable(Exception):
    """A file that decides what is read: caught by `needs`."""


@dataclass(frozen=True)
class Stand:
    """Where a command runs: `folder` in the container, below `steps` of its stage, with these
    `variables` set by the Dockerfile.

    `text`, `json` and `toml` raise Unreadable for a file that is there and cannot be read.
    """

    context: Context
    steps: tuple[Step, ...]
    folder: str
    variables: Mapping[str, str] = field(default_factory=dict)

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
        return self._read(name, reading.text, "")

    def json(self, name: str) -> dict[str, Any]:
        return self._read(name, reading.from_json, {})

    def toml(self, name: str) -> dict[str, Any]:
        return self._read(name, reading.from_toml, {})

    def _read(self, name: str, read: Callable[[Context, str], Read | None], missing: Read) -> Read:
        path = self.source(self.at(name))
        if path is None:
            return missing
        found = read(self.context, path)
        if found is None:
            raise Unreadable(path)
        return found


def standing(examined: Examined, step: Step, run: Run) -> Stand:
    return Stand(examined.context, examined.above(step), run.cwd, dict(run.environment))


def needs(command: Command, stand: Stand) -> Needs:
    """What `command` reads of the files that copies have put there; None if that is not known."""
    if not command.plain:
        return None
    found = install(command)
    if found is None:
        return _NOTHING if idle(command, stand.steps) else None
    rule = _RULES.get(found.manager.name)
    if rule is None or not understood(found, stand.variables) or _is_of_the_project(found, stand):
        return None
    try:
        return rule(found, stand)
    except Unreadable:
        return None


def _is_of_the_project(found: Install, stand: Stand) -> bool:
    """Whether the program itself is a file of the project, or is led to one by a URL."""
    program = found.command.words[0]
    said = (*found.command.words, *found.command.settings, *stand.variables.values())
    return any(_A_FILE in each for each in said) or (
        "/" in program and (program[0] != "/" or stand.source(program) is not None)
    )


def idle(command: Command, steps: Iterable[Step] = ()) -> bool:
    """Whether it neither reads nor changes what copies, those of `steps`, may have put there."""
    name = command.program
    if name in _IDLE:
        return True
    if name in ("rm", "mkdir"):
        copied = [each.operation.target for each in steps if isinstance(each.operation, Copy)]
        return all(
            each.startswith(_OUTSIDE) and not any(overlap(each, target) for target in copied)
            for each in command.positional
        )
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
    copies = [each.operation for each in stand.steps if isinstance(each.operation, Copy)]
    # Its own settings may be among what was copied: sources of packages, keys.
    configured = stand.source("/etc") or any(
        f"{each.target}/".startswith("/etc/") for each in copies
    )
    return None if configured or any("/" in each or "$" in each for each in packages) else _NOTHING


def _pip(found: Install, stand: Stand) -> Needs:
    files: set[str] = set()
    words = iter(found.arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if name in ("-r", "--requirement", "-c", "--constraint"):
            files.add(value if equals else next(words, ""))
        elif word.startswith(("-r", "-c")):
            files.add(word[2:])
        elif name in PIP_VALUES:
            if not equals:
                next(words, "")
        elif "$" in word or not _names_no_file(word):
            return None
    if found.verb == "uv pip sync":
        files |= {each for each in found.arguments if not each.startswith("-")}
    return _requirements(files, stand)


def _names_no_file(word: str) -> bool:
    if word.startswith("-"):
        return word in PIP_FLAGS
    return not (_LOCAL.match(word) or _FILE.match(word))


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
        text = reading.text(stand.context, source)
        if text is None:
            return None
        for line in text.splitlines():
            word = line.strip()
            included = _INCLUDED.match(word)
            if included:
                name = included[1].partition(" #")[0].strip()
                waiting.append(posixpath.normpath(f"{posixpath.dirname(path)}/{name}"))
            elif _LOCAL.match(word) or _FILE.match(word) or _A_FILE in word:
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
    local = settings.get("package") is True or "workspace" in settings
    if local or _PYTHON_FILES.search(stand.text("pyproject.toml")):
        return None
    if builds and "--no-install-project" not in found.arguments:
        return None
    if stand.there((".venv",)):
        return None
    return _beside(stand, ("pyproject.toml", "uv.lock"), ("uv.toml", ".python-version"))


def _poetry(found: Install, stand: Stand) -> Needs:
    poetry = _table(stand.toml("pyproject.toml"), "tool", "poetry")
    if "--no-root" not in found.arguments and poetry.get("package-mode") is not False:
        return None
    if _PYTHON_FILES.search(stand.text("pyproject.toml")):
        return None
    return _beside(stand, ("pyproject.toml", "poetry.lock"), ("poetry.toml",))


def _pipenv(found: Install, stand: Stand) -> Needs:
    if _PYTHON_FILES.search(stand.text("Pipfile")) or "editable" in stand.text("Pipfile"):
        return None
    return _beside(stand, ("Pipfile", "Pipfile.lock"), ())


_LIFECYCLE = (
    *("preinstall", "install", "postinstall", "prepublish"),
    *("preprepare", "prepare", "postprepare", "dependencies"),
)
# Settings of yarn and npm that name a file.
_NODE_SETTINGS = re.compile(r"(?m)^\s*(?:yarnPath|yarn-path|plugins|cafile|.*\bfile:)")
_PACKAGES = ("dependencies", "devDependencies", "optionalDependencies")
_NODE_FILES = re.compile(r":\s*\"(?:file|link|portal|patch):")
# The last one would lie on top of what was installed, were it copied after that.
_NODE_MORE = (
    ".yarn",
    "pnpm-workspace.yaml",
    ".pnpmfile.cjs",
    "patches",
    "binding.gyp",
    "node_modules",
)
_HERE = ("file:", "link:", "workspace:", "portal:", ".", "/")


def _node(*locks: str) -> Callable[[Install, Stand], Needs]:
    def rule(found: Install, stand: Stand) -> Needs:
        words = [each for each in found.arguments if not each.startswith("-")]
        if any(each.startswith(_HERE) or "$" in each for each in words):
            return None
        if {"-g", "--global"} & set(found.command.words) or found.verb == "yarn global add":
            return _NOTHING
        if words or _reads_more(stand, found):
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
        or "patchedDependencies" in stand.text("package.json")
        or _NODE_FILES.search(stand.text("package.json")) is not None
        or bool(stand.there(_NODE_MORE))
        or any(map(_NODE_SETTINGS.search, map(stand.text, (".yarnrc.yml", ".yarnrc", ".npmrc"))))
    )


def _go(found: Install, stand: Stand) -> Needs:
    if found.verb != "go mod download" or stand.there(("go.work", "vendor")):
        return None
    if re.search(r"=>[ \t]*[./]", stand.text("go.mod")):
        return None
    return _beside(stand, ("go.mod",), ("go.sum",))


def _bundler(found: Install, stand: Stand) -> Needs:
    text = stand.text("Gemfile")
    if not text or re.search(r"\b(?:gemspec|path|eval_gemfile|require_relative|File|file)\b", text):
        return None
    if stand.there((".bundle", "vendor")):
        return None
    return _beside(stand, ("Gemfile",), ("Gemfile.lock", ".ruby-version"))


def _composer(found: Install, stand: Stand) -> Needs:
    if found.verb != "composer install" or not (
        {"--no-scripts", "--no-autoloader"} <= set(found.arguments)
    ):
        return None
    if re.search(r'"(?:path|artifact)"', stand.text("composer.json")) or stand.there(("vendor",)):
        return None
    return _beside(stand, ("composer.json",), ("composer.lock", "auth.json"))


def _maven(found: Install, stand: Stand) -> Needs:
    if not found.verb.startswith("mvn dependency:") or found.command.words[0] != "mvn":
        return None
    local = r"<(?:modules|parent)>|basedir\b|\bfile:"
    if re.search(local, stand.text("pom.xml")) or stand.there((".mvn",)):
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
