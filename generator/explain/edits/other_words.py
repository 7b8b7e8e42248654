"""An instruction that says something else than it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from generator.explain.dockerfile import Instruction
from generator.explain.edits.edit import ANOTHER


def others(given: Instruction) -> Iterator[Instruction]:
    """Some to try, as not all may be right in its place.

    None of FROM, RUN, COPY and ADD, whose place in a stage's keys is their own, nor of what is in
    no key.
    """
    how = _HOW.get(given.name)
    return iter(()) if how is None else how(given)


def _values(given: Instruction) -> Iterator[Instruction]:
    # Behind a dash, as the value may end with the name of a variable.
    yield _with_values(given, lambda value: f"{value}-{ANOTHER}" if value else ANOTHER)
    yield _with_values(given, lambda _: ANOTHER)
    yield _with_values(given, lambda _: "61999")


def _with_values(given: Instruction, other: Callable[[str | None], str]) -> Instruction:
    return given._replace(pairs=tuple((name, other(value)) for name, value in given.pairs))


def _words(given: Instruction) -> Iterator[Instruction]:
    *first, last = given.words
    yield given._replace(words=(*first, f"{last}-{ANOTHER}"))


def _trigger(given: Instruction) -> Iterator[Instruction]:
    if given.heredocs:
        bodies = tuple(each._replace(body=f"{each.body}{ANOTHER}\n") for each in given.heredocs)
        yield given._replace(heredocs=bodies)
        return
    (text,) = given.words
    if text.endswith("]"):
        yield given._replace(words=(f'{text[:-1]}, "{ANOTHER}"]',))
    yield given._replace(words=(f"{text}-{ANOTHER}",))


_HOW: Mapping[str, Callable[[Instruction], Iterator[Instruction]]] = {
    "ENV": _values,
    "ARG": _values,
    "USER": _words,
    "WORKDIR": _words,
    "SHELL": _words,
    "ONBUILD": _trigger,
}
