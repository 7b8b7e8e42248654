"""How each instruction splits what stands behind its name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NamedTuple, Never

from e2b_dockerfile_utils import parse_words

from generator.explain.dockerfile.lines import SPACES, mended
from generator.explain.dockerfile.refused import Refused

_GAP = re.compile(r"[\t\v\f\r ]+")
_STRINGS_ONLY = "when using JSON array syntax, arrays must be comprised of strings only"

Pairs = tuple[tuple[str, str | None], ...]


class Command(NamedTuple):
    """An instruction's name as written, its flags (words, dashes and all) and what follows."""

    name: str
    flags: tuple[str, ...]
    rest: str


class Arguments(NamedTuple):
    words: tuple[str, ...] = ()
    is_json: bool = False
    pairs: Pairs = ()


def command(line: str, escape: str) -> Command:
    name, _, rest = _cut(line.strip(SPACES))
    flags, rest = _flags(rest, escape)
    return Command(name, tuple(flags), rest.strip(SPACES))


def arguments(name: str, rest: str, escape: str) -> Arguments:
    """Of the instruction `name`, in capitals; nothing for one that there is not."""
    splitter = _SPLITTERS.get(name)
    return Arguments() if splitter is None else splitter(rest, escape)


def _cut(text: str) -> tuple[str, bool, str]:
    gap = _GAP.search(text)
    return (text, False, "") if gap is None else (text[: gap.start()], True, text[gap.end() :])


def _flags(rest: str, escape: str) -> tuple[list[str], str]:
    flags: list[str] = []
    at = 0
    while True:
        at = _after_spaces(rest, at)
        if not rest.startswith("--", at):
            return flags, rest[at:]
        word, at = _flag(rest, at, escape)
        if word == "--":
            return flags, rest[at:]
        flags.append(word)


def _after_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] in SPACES:
        at += 1
    return at


def _flag(text: str, at: int, escape: str) -> tuple[str, int]:
    """The word at `at` without its quotes and escapes, and where it ends."""
    word: list[str] = []
    quote = ""
    while at < len(text):
        letter = text[at]
        if not quote and letter in SPACES:
            break
        at += 1
        if letter == quote:
            quote = ""
        elif not quote and letter in "'\"":
            quote = letter
        elif letter == escape:
            word.append(text[at : at + 1])
            at += 1
        else:
            word.append(letter)
    return "".join(word), min(at, len(text))


def _one(rest: str, escape: str) -> Arguments:
    return Arguments((rest,) if rest else ())


def _spaced(rest: str, escape: str) -> Arguments:
    return Arguments(tuple(_GAP.split(rest)) if rest else ())


def _json(rest: str) -> tuple[str, ...] | None:
    """None if `rest` is no array. Raises Refused for an array of other things than texts."""
    if not rest.startswith("["):
        return None
    try:
        found = json.loads(rest, parse_constant=_no_constant)
    except RecursionError:
        raise Refused(_STRINGS_ONLY) from None
    except ValueError:
        return None
    if not all(isinstance(each, str) for each in found):
        raise Refused(_STRINGS_ONLY)
    return tuple(mended(each) for each in found)


def _no_constant(name: str) -> Never:
    raise ValueError(name)


def _json_or_text(rest: str, escape: str) -> Arguments:
    found = _json(rest)
    return _one(rest, escape) if found is None else Arguments(found, is_json=True)


def _json_or_spaced(rest: str, escape: str) -> Arguments:
    found = _json(rest)
    return _spaced(rest, escape) if found is None else Arguments(found, is_json=True)


def _health(rest: str, escape: str) -> Arguments:
    end = next((at for at, letter in enumerate(rest) if letter in SPACES), len(rest))
    if not end:
        return Arguments()
    after = _json_or_text(rest[end:].lstrip(SPACES), escape)
    return Arguments((rest[:end], *after.words), is_json=after.is_json)


def _set(rest: str, escape: str) -> Arguments:
    """ENV and LABEL: `name=value ...`, or the old `name value`."""
    words = parse_words(rest, escape)
    if not words:
        return Arguments()
    if "=" not in words[0]:
        name, cut, value = _cut(rest)
        if not cut:
            raise Refused(f"no value for {_short(name)}", "must be of the form name=value")
        return _paired(((name, value),))
    for word in words:
        if "=" not in word:
            raise Refused(f'can\'t find = in "{_short(word)}"', "must be of the form name=value")
    return _paired(tuple(_pair(word) for word in words))


def _declare(rest: str, escape: str) -> Arguments:
    return _paired(tuple(_pair(word) for word in parse_words(rest, escape)))


def _pair(word: str) -> tuple[str, str | None]:
    name, equals, value = word.partition("=")
    return name, value if equals else None


def _paired(pairs: Pairs) -> Arguments:
    words = tuple(each for pair in pairs for each in pair if each is not None)
    return Arguments(words, pairs=pairs)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}..."  # noqa: PLR2004


_SPLITTERS: dict[str, Callable[[str, str], Arguments]] = {
    "ADD": _json_or_spaced,
    "ARG": _declare,
    "CMD": _json_or_text,
    "COPY": _json_or_spaced,
    "ENTRYPOINT": _json_or_text,
    "ENV": _set,
    "EXPOSE": _spaced,
    "FROM": _spaced,
    "HEALTHCHECK": _health,
    "LABEL": _set,
    "MAINTAINER": _one,
    "ONBUILD": _one,
    "RUN": _json_or_text,
    "SHELL": _json_or_text,
    "STOPSIGNAL": _one,
    "USER": _one,
    "VOLUME": _json_or_spaced,
    "WORKDIR": _one,
}
INSTRUCTIONS = tuple(_SPLITTERS)
