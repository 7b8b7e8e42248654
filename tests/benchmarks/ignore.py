"""Whether `explain` sees the files of a context that BuildKit sees, behind random ignore files.

    python -m tests.benchmarks.ignore [--count 2000] [--seed 1]

Each case is a folder of a few dozen files with odd names and an ignore file of odd patterns. Many
are built at once, each as a named context that is copied whole into an image, which is looked at as
a tar archive; those that are expected to fail are built one by one. Printed is how many agree in
every file and folder, and each case that does not. Exits with 1 if there is one.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.errors import BadDockerfile
from generator.explain.context import Context

AT_ONCE = 40
# Of the patterns one in so many is broken, or may be: each costs a build of its own.
ODD = 60

NAMES = (
    *("a", "b", "c", "ab", "abc", "a.b", "a.py", "b.py", "b.pyc", "lib", "src", "x.log", ".env"),
    *("a b", "é", "[", "]", "[a]", "a]", "a|b", "{a}", "a{2}", "aa", "a$", "^a", "(a)", "a+", "!a"),
    *("#a", "*", "**", "?", "-", "\\", "a\\b", "1", "\u65e5\u672c"),
)
PARTS = (
    *(
        "*",
        "*",
        "**",
        "**",
        "?",
        "a*",
        "*b",
        "*.py",
        "*.py?",
        "*.py[cd]",
        "**b",
        "a**",
        "a**b",
        "??",
    ),
    *(
        "[a-c]",
        "[^a]",
        "[^a-c]*",
        "[!a]",
        "[ab]*",
        "[]a]",
        "[[]",
        "[[]a]",
        "[\\]]",
        "[*]",
        "[?]",
        "[.]",
    ),
    *(
        "\\a",
        "\\*",
        "\\?",
        "a\\.b",
        "\\[",
        "\\[a]",
        "\\\\",
        "a|b*",
        "{a}*",
        "a{2}*",
        "a{1,2}?",
        "^a*",
    ),
    *(
        "a$*",
        "(a)*",
        "a+*",
        "*|b",
        "\\d",
        "\\w",
        "\\w*",
        "[[:alpha:]]",
        "[\\d]",
        "\\.env",
        "*\\b",
        "é*",
    ),
    *(".", "..", "", "./a", "a/..", "\\x61", "[a\\-z]", "[+--]", "a[b]c", "[\u65e5]*"),
)
BROKEN = (
    "[",
    "[a",
    "a[]",
    "[a-]",
    "[-a]",
    "\\q",
    "\\é",
    "[z-a]",
    "a**{2}",
    "[^]",
    "[\\q]",
    "!",
    "!/",
)


@dataclass(frozen=True)
class Case:
    ignore: str
    paths: tuple[str, ...]

    def write(self, folder: Path) -> None:
        for path in self.paths:
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        (folder / ".dockerignore").write_text(self.ignore, "utf-8", newline="")


# Paths, of folders with a slash behind; None is a build that fails.
Seen = frozenset[str] | None


def made(rng: random.Random) -> Case:
    paths = _tree(rng)
    lines = [_line(rng, paths) for _ in range(rng.randint(1, 6))]
    return Case("\n".join(lines) + rng.choice(("", "\n", "\r\n")), paths)


def _tree(rng: random.Random) -> tuple[str, ...]:
    """Folders are drawn from few names, so that patterns meet in them."""
    few = rng.sample(NAMES, 6)
    folders = [""]
    for _ in range(rng.randint(2, 7)):
        folders.append(f"{rng.choice(folders)}{rng.choice(few)}/")
    files = {rng.choice(folders) + rng.choice((*few, *NAMES)) for _ in range(30)}
    return tuple(sorted(path for path in files if f"{path}/" not in folders))


def _line(rng: random.Random, paths: Sequence[str]) -> str:
    if rng.randrange(ODD) == 0:
        return rng.choice(BROKEN)
    parts = rng.choice(paths).split("/") if paths else ["a"]
    parts = parts[: rng.randint(1, len(parts))]
    for index in range(len(parts)):
        if rng.random() < 0.4:
            parts[index] = rng.choice(PARTS)
        elif "\\" in parts[index]:
            parts[index] = "c"
    if rng.random() < 0.2:
        parts.insert(rng.randrange(len(parts) + 1), "**")
    mark = "!" if rng.random() < 0.35 else ""
    return (
        mark + rng.choice(("", "", "", "/", " ")) + "/".join(parts) + rng.choice(("", "", "/", " "))
    )


def expected(folder: Path) -> Seen:
    try:
        entries = list(Context(folder).walk())
    except BadDockerfile:
        return None
    return frozenset(f"{each.path}/" if each.kind == "folder" else each.path for each in entries)


def built(folders: Sequence[Path], scratch: Path) -> list[Seen]:
    """What BuildKit lets through of each; if one fails, each is built alone."""
    names = [f"c{index}" for index in range(len(folders))]
    (scratch / "empty").mkdir(exist_ok=True)
    copies = [f"COPY --from={name} . /{name}/\n" for name in names]
    (scratch / "Dockerfile").write_text("".join(["FROM scratch\n", *copies]), "utf-8")
    contexts = [f"--build-context={name}={at}" for name, at in zip(names, folders, strict=True)]
    archive = scratch / "archive.tar"
    arguments: list[str | Path] = [
        *contexts,
        f"--output=type=tar,dest={archive}",
        "-f",
        scratch / "Dockerfile",
    ]
    done = subprocess.run(
        ["docker", "buildx", "build", "--quiet", *arguments, scratch / "empty"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode == 0:
        return _split(archive, names)
    if len(folders) > 1:
        return [seen for folder in folders for seen in built([folder], scratch)]
    if "pattern" in done.stderr:
        return [None]
    # Now and then BuildKit tells that a transfer was cancelled instead of what was wrong with it.
    if "canceled" in done.stderr:
        return built(folders, scratch)
    raise SystemExit(f"a build failed for another reason:\n{done.stderr}")


def _split(archive: Path, names: Sequence[str]) -> list[Seen]:
    found: dict[str, set[str]] = {name: set() for name in names}
    with tarfile.open(archive) as tar:
        for member in tar:
            top, _, path = member.name.removeprefix("./").strip("/").partition("/")
            if path:
                found[top].add(f"{path}/" if member.isdir() else path)
    return [frozenset(found[name]) for name in names]


def disagreements(cases: Sequence[Case]) -> Iterator[tuple[Case, Seen, Seen]]:
    """Cases, what is expected and what BuildKit does."""
    with tempfile.TemporaryDirectory() as root:
        folders = [Path(root) / f"case{index}" for index in range(len(cases))]
        for case, folder in zip(cases, folders, strict=True):
            folder.mkdir()
            case.write(folder)
        told = [expected(folder) for folder in folders]
        for group in _groups(told):
            scratch = Path(tempfile.mkdtemp(dir=root))
            for index, seen in zip(group, built([folders[i] for i in group], scratch), strict=True):
                if seen != told[index]:
                    yield cases[index], told[index], seen


def _groups(told: Sequence[Seen]) -> Iterator[list[int]]:
    """Indexes to be built together: those that shall fail alone."""
    good = [index for index, seen in enumerate(told) if seen is not None]
    for start in range(0, len(good), AT_ONCE):
        yield good[start : start + AT_ONCE]
    for index, seen in enumerate(told):
        if seen is None:
            yield [index]


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare what ignore files let through")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    cases = [made(rng) for _ in range(options.count)]
    wrong = 0
    for case, told, seen in disagreements(cases):
        wrong += 1
        print(repr(case.ignore))
        if told is None or seen is None:
            print(
                f"  explain {'fails' if told is None else 'does not fail'}, BuildKit does not agree"
            )
            continue
        print(f"  explain alone: {sorted(told - seen)}")
        print(f"  BuildKit alone: {sorted(seen - told)}")
    print(f"{options.count - wrong} of {options.count} agree")
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
