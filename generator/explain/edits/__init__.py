"""What --change names, and the build after it.

Each form is a function from a build, the change as typed and what stands behind the form's prefix
to an edit; a form is a row in `_FORMS`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from generator.errors import BadChange
from generator.explain.build import Build
from generator.explain.edits import files as edited_files
from generator.explain.edits import text as edited_text
from generator.explain.edits.edit import ANOTHER, FORMS, Edit

__all__ = ["ANOTHER", "Edit", "edit", "of_path"]


def edit(build: Build, change: str, *, option: str = "--change") -> Edit:
    """Raises BadChange, with the nearest name, for what names nothing there is.

    `option` is what the message begins with.
    """
    if not change:
        raise BadChange(f"{option} names nothing", FORMS)
    if not _can_be_a_name(change):
        raise BadChange(f"{option} {change!r}: no name holds such letters", FORMS)
    form, rest = _form(change)
    try:
        return form(build, change, rest)
    except BadChange as error:
        named = rest != change and build.context.exists(change)
        hint = f"./{change} is the file of that name" if named else error.hint
        raise BadChange(f"{option} {change}: {error.message}", hint) from None


def _can_be_a_name(text: str) -> bool:
    try:
        return "\0" not in os.fsdecode(os.fsencode(text))
    except UnicodeEncodeError:
        return False


def of_path(path: str) -> str:
    """The change that edits the file at `path`, whatever that begins with."""
    return path if _form(path)[0] is edited_files.content else f"./{path}"


def _form(change: str) -> tuple[Callable[[Build, str, str], Edit], str]:
    for prefix, form in _FORMS.items():
        if change == prefix or (prefix[-1] in ":+-" and change.startswith(prefix)):
            return form, change.removeprefix(prefix)
    return edited_files.content, change


_FORMS: Mapping[str, Callable[[Build, str, str], Edit]] = {
    "base": edited_text.all_bases,
    "base:": edited_text.base_of,
    "arg:": edited_text.argument,
    "line:": edited_text.line,
    "mode:": edited_files.remoded,
    "comment": edited_text.comment,
    "+": edited_files.added,
    "-": edited_files.removed,
}
