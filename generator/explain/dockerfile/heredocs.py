"""`<<NAME` in an instruction."""

from __future__ import annotations

from typing import NamedTuple

from e2b_dockerfile_utils import ShellLex, chomp_heredoc_content, parse_heredoc

from generator.explain.dockerfile.refused import Refused


class Marker(NamedTuple):
    """`tabs`: it is `<<-NAME`, whose body loses its leading tabs (`untabbed`)."""

    name: str
    expanded: bool
    tabs: bool


def markers(line: str) -> tuple[Marker, ...]:
    """All in a line, in their order. BuildKit reads them with `\\` whatever the escape is."""
    if "<<" not in line:
        return ()
    try:
        words = ShellLex("\\", raw_quotes=True, raw_escapes=True).process_words(line)
    except ValueError:
        return ()
    found = (_marker(word) for word in words)
    return tuple(each for each in found if each is not None)


def marker(word: str) -> Marker | None:
    """What `word` is as a whole, None if it is something else."""
    try:
        return _marker(word)
    except Refused:
        return None


def untabbed(body: str) -> str:
    return chomp_heredoc_content(body)


def _marker(word: str) -> Marker | None:
    if "<<" not in word:
        return None
    try:
        found = parse_heredoc(word)
    except ValueError as error:
        raise Refused(str(error)) from None
    return None if found is None else Marker(found.name, found.expand, found.chomp)
