"""Edits of files of the build context: their content, a new one, one gone, another mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain

from generator.errors import BadChange
from generator.explain.build import Build
from generator.explain.context import Changes, Context
from generator.explain.context.files import above
from generator.explain.edits import paths
from generator.explain.edits.edit import FORMS, Edit
from generator.explain.edits.globs import matching
from generator.explain.edits.left_out import left_out, words
from generator.explain.listed import noted

_SAME_LEFT_OUT = "what is left out is taken to be the same"


def content(build: Build, change: str, text: str) -> Edit:
    """Of a file, of all in a folder, of all that a glob matches; what exists is no glob."""
    context = build.context
    path = paths.relative(context, text)
    at = None if path is None else paths.found(context, path)
    if at is not None:
        return _existing(build, change, at)
    found = matching(build, text.lstrip("/") if path is None else path)
    if found.left_out is not None:
        return Edit(change, change, build, note=found.left_out)
    files = _files(context, found.paths)
    return _rewritten(build, change, files, None if files else _leads_out(found.paths[0]))


def added(build: Build, change: str, text: str) -> Edit:
    context = build.context
    path = paths.without_links(context, paths.inside(context, text))
    if context.exists(path) or not path:
        raise BadChange("it is there already", "without the + it is an edit of what is there")
    if text.endswith("/"):
        raise BadChange("a new folder alone is in no build", f"+{path}/NAME is a new file in it")
    for folder in above(path):
        if context.exists(folder) and not paths.is_folder(context, folder):
            raise BadChange(f"{folder} is no folder", FORMS)
    title = f"a new file: {path}"
    same = _SAME_LEFT_OUT if path in _ignore_files(build) else None
    changes = Changes(added=frozenset({path}))
    pattern = context.ignore.left_out_by(path)
    if pattern is None:
        return replace(_edit(build, change, title, changes, {path: "new"}), note=same)
    note = words(context, path, (pattern.line.text, pattern.line.number))
    folders = _new_folders(context, path)
    if folders:
        note = f"{note}, but not the new folder {min(folders)}"
    made = _edit(
        build, change, title, changes._replace(folders=folders), dict.fromkeys(folders, "new")
    )
    return replace(made, note=noted([note, same]))


def removed(build: Build, change: str, text: str) -> Edit:
    context = build.context
    path = paths.existing(context, text)
    if not path:
        raise BadChange("that is all of the build context", FORMS)
    touched = dict.fromkeys([path, *(each for each, _ in _below(context, path))], "gone")
    title, changes = f"{path} removed", Changes(removed=frozenset({path}))
    notes = [left_out(context, path)]
    if context.ignores_by(path):
        notes = [_after_ignore_file(context.without_ignore_file().ignore_file)]
    if build.dockerfile is not None and f"{build.dockerfile}/".startswith(f"{path}/"):
        notes.append("without the Dockerfile there is nothing to build")
    return replace(_edit(build, change, title, changes, touched), note=noted(notes))


def _after_ignore_file(other: str | None) -> str:
    if other is None:
        return "what it leaves out is let through then"
    return f"then {other} says what is left out"


def remoded(build: Build, change: str, text: str) -> Edit:
    context = build.context
    path = paths.existing(context, text)
    if not path:
        title = "the mode of the build context"
        return Edit(change, title, build, note="the mode of its own folder is in no key")
    title = f"the mode of {path}"
    aim = paths.aim(context, path)
    if aim is None:
        return Edit(change, title, build, note=_leads_out(path))
    changes = Changes(remoded=frozenset({aim}))
    made = _edit(build, change, title, changes, {aim: "another mode"})
    return replace(made, note=left_out(context, aim))


def with_other_content(made: Edit, path: str) -> Edit:
    """The same edit, of which the file at `path` has its part."""
    after = made.after.changed(Changes(changed=frozenset({path})))
    return replace(made, after=after, touched={**made.touched, path: ""})


def _new_folders(context: Context, path: str) -> frozenset[str]:
    """Those that a new file brings along and that are let through, even if it is not itself."""
    return frozenset(
        folder
        for folder in above(path)
        if not context.exists(folder) and context.ignore.left_out_by(folder) is None
    )


def _existing(build: Build, change: str, path: str) -> Edit:
    context = build.context
    aim = paths.aim(context, path) if path else path
    if aim is None:
        return Edit(change, change, build, note=_leads_out(path))
    note = left_out(context, aim) if aim else None
    if not paths.is_folder(context, aim):
        note = noted([note, _of_its_own(build, aim)])
        return _rewritten(build, change, frozenset({aim}), note)
    below = (each for each, kind in _below(context, aim) if kind != "folder")
    beside = (each for each in build.seen_beside() if not aim or each.startswith(f"{aim}/"))
    within = _files(context, chain(below, beside))
    if not within:
        note = note or _nothing_in(context, path, aim)
    return _rewritten(build, change, within, note)


def _rewritten(build: Build, change: str, files: frozenset[str], note: str | None) -> Edit:
    title = change if len(files) == 1 else f"{change} ({len(files):,} files)"
    changes = Changes(changed=files)
    made = _edit(build, change, title, changes, dict.fromkeys(sorted(files), ""))
    return replace(made, note=note)


def _edit(
    build: Build, change: str, title: str, changes: Changes, touched: Mapping[str, str]
) -> Edit:
    return Edit(change, title, build.changed(changes), touched)


def _below(context: Context, folder: str) -> Iterator[tuple[str, str]]:
    return ((each.path, each.kind) for each in context.walk(folder))


def _files(context: Context, found: Iterable[str]) -> frozenset[str]:
    """Links among them stand for the files that they lead to."""
    files = set()
    for path in found:
        entry = context.entry(path)
        if entry is not None and entry.kind == "link":
            aim = paths.aim(context, path)
            if aim and not paths.is_folder(context, aim) and not left_out(context, aim):
                files.add(aim)
        else:
            files.add(path)
    return frozenset(files)


def _of_its_own(build: Build, path: str) -> str | None:
    if path == build.dockerfile:
        return "its instructions are taken to be the same; line:N is an edit of one of them"
    if build.context.ignores_by(path):
        return _SAME_LEFT_OUT
    return None


def _ignore_files(build: Build) -> tuple[str, ...]:
    """Those that would be read if they were there; the Dockerfile's own wins."""
    own = f"{build.dockerfile}.dockerignore"
    return (own,) if build.context.ignore_file else (own, ".dockerignore")


def _nothing_in(context: Context, path: str, aim: str) -> str:
    for each in paths.on_disk(context, f"{aim}/"):
        note = left_out(context, each)
        if note is not None:
            return note
    return f"{path or 'the build context'} holds no file"


def _leads_out(path: str) -> str:
    return f"{path} is a link, and leads to no file of the build context"
