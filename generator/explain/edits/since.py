"""The build before a change that git knows: what it says has changed since a commit."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from generator.errors import BadChange, BadDockerfile
from generator.explain.build import Build
from generator.explain.cache.keys import takers
from generator.explain.context import Changes, Context, Tree, edited, patterns
from generator.explain.context.files import above
from generator.explain.edits.git import Repository
from generator.explain.listed import noted, some

_HINT = "a revision is what `git log` takes: main, HEAD~3, v1.2, a commit's hash"
_HINT_RANGE = 'a range is no revision; where a branch began: "$(git merge-base main HEAD)"'
_HINT_NONE = f"{_HINT}; a shallow clone has only some of them"


@dataclass(frozen=True)
class Past:
    """What there was at a commit. `dockerfile` is its text, None if there was none then;
    `touched` are paths of the context and what has happened since; `note` says what else counts."""

    tree: Tree
    dockerfile: str | None
    touched: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None


def past(context: Context, dockerfile: Path | None, revision: str, now: str) -> Past:
    """`dockerfile` is where its text of `now` comes from, None if that is no file.

    Raises BadChange for a revision that there is not or a folder that is in no repository, and
    CouldNot if git does not answer.
    """
    repository = Repository(context.root)
    commit = _commit(repository, revision)
    touched = _spread(context, repository.touched(commit))
    own = [path for path in repository.own(commit) if context.entry(path) is not None]
    touched.update(dict.fromkeys(own, ""))
    notes: list[str] = []
    text = _dockerfile(repository, commit, dockerfile, now, notes)
    if text is None and dockerfile is not None:
        moved = repository.before_it_moved(commit, dockerfile)
        if moved is not None:
            dockerfile, text = moved, repository.text(commit, moved)
            shown = Path(os.path.relpath(moved, context.root.resolve())).as_posix()
            notes.append(f"the Dockerfile was {shown} then")
    if text is None:
        notes.append("there was no Dockerfile then, so that all steps are new")
    ignore = _ignore(repository, commit, context, dockerfile, revision)
    if ignore.texts() != context.ignore.texts():
        notes.append("the ignore file has changed too, so that other files may be let through")
    tree = _tree(repository, commit, context, ignore, touched)
    return Past(tree, text, touched, noted(notes))


def behind(context: Context, revision: str) -> Tree:
    """A named context's files as they were; those of now, if git does not keep them."""
    repository = Repository(context.root)
    if not repository.is_one():
        return context
    commit = repository.commit(revision)
    if commit is None:
        return context
    ignore = _ignore(repository, commit, context, None, revision)
    touched = _spread(context, repository.touched(commit))
    return _tree(repository, commit, context, ignore, touched)


def blind_spots(build: Build) -> str | None:
    """What git does not look at, of the files that a step takes."""
    repository = Repository(build.context.root)
    takes = takers(build)

    def taken(path: str) -> bool:
        below = (each.path for each in build.context.walk(path))
        return any(map(takes, chain([path], below)))

    notes: list[str] = []
    for why, paths in (
        ("git ignores", repository.ignored()),
        ("git is told to assume no change of", repository.assumed()),
    ):
        found = [path for path in paths if taken(path)]
        if found:
            notes.append(f"{why} {some(found)}, which the build sees: taken to be as before")
    if taken(".git"):
        notes.append("the build sees .git, in which git itself writes: it changes with each commit")
    return noted(notes)


def _tree(
    repository: Repository,
    commit: str,
    context: Context,
    ignore: patterns.Patterns,
    touched: Mapping[str, str],
) -> Tree:
    """The context's files as they were."""
    return edited(context.behind(ignore), _undone(context, touched, repository.links(commit)))


def _commit(repository: Repository, revision: str) -> str:
    if not revision or revision.startswith("-"):
        raise BadChange(f"--since {revision or 'nothing'}: that is no revision", _HINT)
    if not repository.is_one():
        hint = repository.refused or "--change says what is edited where there is no git"
        raise BadChange(f"--since: {repository.folder} is in no git repository", hint)
    commit = repository.commit(revision)
    if commit is None:
        hint = _HINT_RANGE if ".." in revision else _HINT_NONE
        raise BadChange(f"--since {revision}: git knows no such commit", hint)
    return commit


def _dockerfile(
    repository: Repository, commit: str, dockerfile: Path | None, now: str, notes: list[str]
) -> str | None:
    if dockerfile is None or not repository.holds(dockerfile):
        notes.append("git does not keep the Dockerfile, which is taken as it is now")
        return now
    text = repository.text(commit, dockerfile)
    if text is None and repository.ignores(dockerfile):
        notes.append("git ignores the Dockerfile, which is taken as it is now")
        return now
    if text is None:
        return None
    if repository.same(commit, dockerfile):
        return now
    # Heredocs hold the ends of lines that a checkout writes.
    other_ends = "\r\n" in now and "\r" not in text and repository.levels_line_ends(dockerfile)
    return text.replace("\n", "\r\n") if other_ends else text


def _ignore(
    repository: Repository,
    commit: str,
    context: Context,
    dockerfile: Path | None,
    revision: str,
) -> patterns.Patterns:
    """The patterns of then; those of now, if they come from a file that git does not keep."""
    places = [context.root / ".dockerignore"]
    if dockerfile is not None:
        places.insert(0, dockerfile.with_name(f"{dockerfile.name}.dockerignore"))
    for file in places:
        if not repository.holds(file) or repository.ignores(file):
            if file.is_file():
                return context.ignore
            continue
        text = repository.text(commit, file)
        if text is not None:
            return _read(text, file.name, revision)
    return patterns.listed(())


def _read(text: str, name: str, revision: str) -> patterns.Patterns:
    try:
        return patterns.read(text, path=name)
    except BadDockerfile as error:
        raise as_it_was(error, revision) from None


def as_it_was(error: BadDockerfile, revision: str) -> BadChange:
    """The same, of a file as it was at a revision."""
    return BadChange(f"--since {revision}: no build took {error.message}", error.hint)


def _spread(context: Context, touched: Mapping[str, str]) -> dict[str, str]:
    """With all files of folders that are there."""
    spread = dict(touched)
    for path, what in touched.items():
        if what == "gone":
            continue
        spread.update((each.path, what) for each in context.walk(path) if each.kind != "folder")
    return spread


def _undone(context: Context, touched: Mapping[str, str], links: Mapping[str, str]) -> Changes:
    """The edit that leads back. git keeps no folders: one with new files alone was not there.

    `links` were symbolic links then; a file that is one now was an ordinary one.
    """
    new = {path for path, what in touched.items() if what == "new"}
    gone = frozenset(path for path, what in touched.items() if what == "gone")
    others = {path for path, what in touched.items() if what == ""} - links.keys()
    retyped = frozenset(path for path in others if _is_link(context, path))
    folders = _new_folders(context, new, gone)
    return Changes(
        changed=frozenset(others - retyped),
        added=(gone - links.keys()) | retyped,
        removed=frozenset(new | folders),
        executable=frozenset(path for path, what in touched.items() if what == "another mode"),
        links=frozenset(links.items()),
    )


def _is_link(context: Context, path: str) -> bool:
    """It differs, and is a link now but was none then, as those that were are told apart."""
    entry = context.entry(path)
    return entry is not None and entry.kind == "link"


def _new_folders(context: Context, new: set[str], gone: frozenset[str]) -> set[str]:
    kept = {folder for path in gone for folder in above(path)}
    found: set[str] = set()
    todo = sorted({folder for path in new for folder in above(path)}, key=_deepest_first)
    for folder in todo:
        held = [f"{folder}/{name}" for name in context.names(folder)]
        if folder not in kept and held and all(path in new or path in found for path in held):
            found.add(folder)
    return found


def _deepest_first(path: str) -> tuple[int, str]:
    return -path.count("/"), path
