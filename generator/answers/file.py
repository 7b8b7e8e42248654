"""An answers file: TOML, with a key for each answer; a project's own record is one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from generator.answers import FIELDS
from generator.answers.field import Field
from generator.errors import BadAnswersFile

# The table in which a project's record says what made it. It holds no answer.
RECORD = "dockerize"
# In bytes: a hundred times what a record has.
LARGEST = 16 * 1024
_LARGEST_NUMBER = 2**31
_KINDS = {str: "a string", int: "an integer", list: "an array of strings"}


def read(data: bytes, source: str) -> dict[str, str]:
    """Return key -> text of what the file `source` holds; raises BadAnswersFile."""
    if len(data) > LARGEST:
        raise BadAnswersFile(f"{source} is larger than {LARGEST} bytes", "it takes six lines")
    try:
        values = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadAnswersFile(
            f"{source}: byte {error.start} is not UTF-8", "save it as UTF-8"
        ) from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadAnswersFile(
            f"{source} is not TOML: {error}", "write lines like: port = 8000"
        ) from None
    _refuse_unknown(values, source)
    return {
        field.key: _text(field, values[field.key], source)
        for field in FIELDS
        if field.key in values
    }


def _refuse_unknown(values: Mapping[str, Any], source: str) -> None:
    known = [field.key for field in FIELDS]
    for key in values:
        if key in known or (key == RECORD and isinstance(values[key], dict)):
            continue
        close = get_close_matches(key.lower(), known, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else f"the keys are: {', '.join(known)}"
        raise BadAnswersFile(f"{source}: unknown key {key!r}", hint)


def _text(field: Field, value: object, source: str) -> str:
    if type(value) is int and abs(value) > _LARGEST_NUMBER:
        raise BadAnswersFile(f"{source}: {field.key} is far too large a number")
    if isinstance(value, list) and field.kind is list and all(isinstance(n, str) for n in value):
        return ",".join(value)
    if type(value) is field.kind and field.kind is not list:
        return str(value)
    if field.kind is str and type(value) in (int, float):
        hint = f'put it in quotes, {field.key} = "...": a bare 3.10 would be read as 3.1'
    elif field.kind is int and isinstance(value, str) and value.isascii() and value.isdigit():
        hint = f"leave out the quotes: {field.key} = {value}"
    elif field.kind is list:
        hint = f'write it like this: {field.key} = ["one", "other"]'
    else:
        hint = ""
    raise BadAnswersFile(f"{source}: {field.key} has to be {_KINDS[field.kind]}", hint)
