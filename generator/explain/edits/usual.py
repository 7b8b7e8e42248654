"""The edits that really happen in a project: the rows of the table that needs no --change."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from generator.explain.build import Build
from generator.explain.cache.keys import takers
from generator.explain.context.files import walked
from generator.explain.edits import of_path
from generator.explain.stages import Copy, Note, Run, Step, Workdir

# fmt: off
# Endings of what people write, the more telling ones first.
_SOURCES = (
    ".py", ".go", ".rs", ".java", ".kt", ".scala", ".cs", ".fs", ".rb", ".php", ".ex", ".exs",
    ".ts", ".tsx", ".js", ".jsx", ".mjs", ".vue", ".svelte", ".swift", ".c", ".cc", ".cpp", ".h",
    ".hpp", ".clj", ".hs", ".ml", ".lua", ".pl", ".r", ".dart", ".sh", ".html", ".css",
)
# Of these there may be many beside the source.
_PAGES = (".html", ".css", ".sh")
# What says which packages are wanted, the nearest to an installer's command first.
_DEPENDENCIES = (
    "requirements.txt", "requirements/base.txt", "requirements/production.txt",
    "requirements/prod.txt", "pyproject.toml", "uv.lock", "poetry.lock", "Pipfile.lock", "Pipfile",
    "setup.py", "environment.yml", "package-lock.json", "yarn.lock",
    "pnpm-lock.yaml", "package.json", "go.sum", "go.mod", "Cargo.lock", "Cargo.toml", "pom.xml",
    "build.gradle", "build.gradle.kts", "composer.lock", "composer.json", "Gemfile.lock",
    "Gemfile", "mix.lock", "mix.exs", "packages.lock.json", "Directory.Packages.props",
    "conanfile.txt", "vcpkg.json", "CMakeLists.txt", "stack.yaml", "project.clj", "build.sbt",
    "pubspec.yaml",
)
# fmt: on
_TESTS = ("test", "tests", "spec", "specs", "__tests__", "testing", "e2e")
# One of them is in every path that is a test's.
_IN_TESTS = ("test", "spec", "e2e")
_BUILT = frozenset(
    ("dist", "build", "target", "vendor", "node_modules", "third_party", "migrations", "out")
)
# Instructions that only say how a container runs.
_RUNTIME = ("EXPOSE", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "LABEL")
_NEW = "notes.txt"

# Of one kind of file, as many as are copied by different steps: rows enough for a monorepo's parts.
_MOST = 3

Chooser = Callable[[Build, Sequence[str]], Iterable[str]]


def usual(build: Build) -> Iterator[tuple[str, str]]:
    """Each as a --change and what it is called, in the order of the table."""
    paths = files(build)
    for title, choose in _ROWS.items():
        for change in choose(build, paths):
            yield change, title


def files(build: Build) -> list[str]:
    """All that the ignore file lets through."""
    return [path for path, node in walked(build.context.top) if node.kind == "file"]


def sources(build: Build) -> Iterator[str]:
    """Edits of source, the likeliest file of each language, for the languages that most have."""
    groups: dict[str, list[str]] = {}
    for path in filter(is_source, files(build)):
        groups.setdefault(_ending(path), []).append(path)
    for ending in sorted(groups, key=lambda each: (each in _PAGES, -len(groups[each])))[:_MOST]:
        edit = source(build, groups[ending])
        if edit is not None:
            yield edit


def dependencies(build: Build) -> Iterator[str]:
    """Edits of the lists of packages."""
    return _dependencies(build, files(build))


def source(build: Build, paths: Sequence[str]) -> str | None:
    """An edit of the likeliest source file: of the ending that most have, in the fullest folder, no
    test, near the top."""
    path = _likeliest(build, paths)
    return None if path is None else of_path(path)


def _sources(build: Build, paths: Sequence[str]) -> Iterator[str]:
    """The likeliest of all, and of each folder at the top."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(path.partition("/")[0], []).append(path)
    groups = [paths, *folders.values()]
    return _taken_apart(build, (_likeliest(build, each) for each in groups))


def _taken_apart(build: Build, paths: Iterable[str | None]) -> Iterator[str]:
    """An edit of the first one, and of those after it that other steps take."""
    taken_by = takers(build)
    seen: set[tuple[int, ...]] = set()
    for path in filter(None, paths):
        steps = taken_by(path)
        if not seen or (steps and steps not in seen):
            seen.add(steps)
            yield of_path(path)
        if len(seen) == _MOST:
            return


def _likeliest(build: Build, paths: Sequence[str]) -> str | None:
    candidates = [
        path for path in paths if is_source(path) and not is_test(path) and path != build.dockerfile
    ]
    if not candidates:
        return None
    counts = Counter(map(_ending, candidates))
    tops = Counter(path.partition("/")[0] for path in candidates if "/" in path)

    def rank(path: str) -> tuple[bool, int, int, bool, int, int, str]:
        *folders, name = path.split("/")
        ending = _ending(path)
        return (
            not _BUILT.isdisjoint(folders),
            -counts[ending] if ending not in _PAGES else 0,
            _SOURCES.index(ending),
            not folders,
            -tops[folders[0]] if folders else 0,
            name.startswith(("_", ".")) + len(folders),
            path,
        )

    return min(candidates, key=rank)


def is_source(path: str) -> bool:
    return path.endswith(_SOURCES) and posixpath.basename(path) not in _DEPENDENCIES


def _ending(path: str) -> str:
    """What follows the last dot; of `.py` all of it."""
    return f".{path.rpartition('.')[2]}"


def is_test(path: str) -> bool:
    path = path.lower()
    if not any(map(path.__contains__, _IN_TESTS)):
        return False
    *folders, name = path.split("/")
    return any(each in _TESTS for each in folders) or _is_named_so(name)


def _is_named_so(name: str) -> bool:
    stem = posixpath.splitext(name)[0]
    return stem.startswith("test_") or stem.endswith(("_test", ".test", ".spec", "_spec"))


def _dependencies(build: Build, paths: Sequence[str]) -> Iterator[str]:
    likely = [path for path in paths if path.endswith(_DEPENDENCIES)]
    found = [
        path
        for name in _DEPENDENCIES
        for path in sorted(likely, key=_depth)
        if path == name or path.endswith(f"/{name}")
    ]
    return _taken_apart(build, found)


def _test(build: Build, paths: Sequence[str]) -> Iterator[str]:
    def rank(path: str) -> tuple[bool, int, str]:
        # A folder of tests holds helpers too.
        return not _is_named_so(posixpath.basename(path).lower()), *_depth(path)

    found = min((path for path in paths if is_test(path) and is_source(path)), key=rank, default="")
    if found:
        yield of_path(found)


def _readme(build: Build, paths: Sequence[str]) -> Iterator[str]:
    at_top = [path for path in paths if path.lower().partition(".")[0] == "readme"]
    # Left out of the context it still is edited, and the note says what leaves it out.
    names = ("README.md", "README.rst", "README", "README.txt", "readme.md")
    left_out = [name for name in names if build.context.exists(name)]
    if at_top:
        yield of_path(min(at_top))
    else:
        yield from left_out[:1]


def _new_file(build: Build, paths: Sequence[str]) -> Iterator[str]:
    name, number = _NEW, 1
    while build.context.exists(name):
        number += 1
        name = f"notes-{number}.txt"
    yield f"+{name}"


def _runtime(build: Build, paths: Sequence[str]) -> Iterator[str]:
    plan = build.plan
    steps = plan.stages[plan.target].steps
    for instruction in _RUNTIME:
        for step in steps:
            if step.instruction == instruction and isinstance(step.operation, Note):
                yield f"line:{step.line}"
                return


def _comment(build: Build, paths: Sequence[str]) -> Iterator[str]:
    yield "comment"


def _base(build: Build, paths: Sequence[str]) -> Iterator[str]:
    if any(each.base.kind == "image" for each in build.plan.stages):
        yield "base"


def _argument(build: Build, paths: Sequence[str]) -> Iterator[str]:
    """The one that most steps go by, rather than one that only FROM does or none."""
    steps = [each for stage in build.plan.stages if stage.reached for each in stage.steps]
    later = Counter(name for each in steps if _has_a_key(each) for name, _ in each.arguments)
    bases = {name for each in steps for name, _ in each.arguments}

    def rank(name: str) -> tuple[int, bool]:
        return -later[name], name not in bases

    chosen = min(build.plan.arguments, key=rank, default=None)
    if chosen is not None:
        yield f"arg:{chosen}"


def _has_a_key(step: Step) -> bool:
    return isinstance(step.operation, Run | Copy | Workdir)


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


_ROWS: Mapping[str, Chooser] = {
    "a source file": _sources,
    "the dependency list": _dependencies,
    "a test": _test,
    "the README": _readme,
    "a new file at the top": _new_file,
    "how it is started": _runtime,
    "a comment in the Dockerfile": _comment,
    "the base image": _base,
    "a build argument": _argument,
}
