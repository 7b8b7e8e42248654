"""From a Dockerfile's text to lines as BuildKit's parser joins them, before they are understood."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from generator.explain.dockerfile.refused import Refused

# What Go's `unicode.IsSpace` takes for white space; Python's own notion is wider.
SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# BuildKit reads lines into a buffer of this many bytes.
_LONGEST = 64 * 1024
_MOST_BYTES_PER_LETTER = 4
_BLANKS = "\t\n\f\r "
_DIRECTIVE = re.compile(r"[a-zA-Z][a-zA-Z0-9]*")
_HALVES = re.compile("[\ud800-\udfff]")
DIRECTIVES = ("syntax", "escape", "check")


class Line(NamedTuple):
    """`text` is all of an instruction but its heredocs, at the lines `first` to `last`."""

    text: str
    first: int
    last: int


@dataclass
class Reader:
    """Reads a Dockerfile's lines one after another.

    `next` joins continued lines and leaves out comments and blank lines; `body` reads a heredoc's.
    Both raise Refused; `number` is then the line, from 1, where that was.
    """

    lines: list[str]
    number: int = 0
    escape: str = "\\"
    directives: dict[str, str] = field(default_factory=dict)
    _may_direct: bool = True

    def next(self) -> Line | None:
        """None at the end of the file."""
        while (raw := self._read()) is not None:
            line = raw.rstrip("\r\n").lstrip(SPACES)
            self._direct(line)
            joined, ended = self._continued("" if line.startswith("#") else line)
            if joined or not ended:
                return self._whole(joined, ended=ended)
        return None

    def _whole(self, joined: str, *, ended: bool) -> Line:
        first = self.number
        parts = [joined]
        while not ended and (raw := self._read()) is not None:
            line = raw.rstrip("\r\n")
            if line.lstrip(SPACES)[:1] in ("", "#"):
                continue
            part, ended = self._continued(line)
            parts.append(part)
        return Line("".join(parts), first, self.number)

    def body(self, name: str, *, tabs: bool) -> str:
        """The lines up to `name`; with `tabs`, leading ones do not count in the search for it."""
        first = self.number
        parts: list[str] = []
        while (raw := self._read()) is not None:
            line = raw.rstrip("\r\n")
            if (line.lstrip("\t") if tabs else line) == name:
                return "".join(parts)
            parts.append(raw)
        self.number = first
        raise Refused("unterminated heredoc", f"no line says {name} alone")

    def _read(self) -> str | None:
        if self.number >= len(self.lines):
            return None
        line = self.lines[self.number]
        self.number += 1
        if len(line) * _MOST_BYTES_PER_LETTER >= _LONGEST:
            _measure(line)
        return line

    def _continued(self, line: str) -> tuple[str, bool]:
        """The line without its sign of continuation, and whether the instruction ends with it."""
        cut = line.rstrip(" \t")
        # An escaped escape is no continuation.
        if not cut.endswith(self.escape) or cut[-2:-1] == self.escape:
            return line, True
        return cut[:-1], False

    def _direct(self, line: str) -> None:
        """Parser directives stand above all else, comments included."""
        if not self._may_direct:
            return
        name, equals, value = line.removeprefix("#").lstrip(SPACES).partition("=")
        name, value = name.rstrip(_BLANKS), value.strip(_BLANKS)
        key = name.lower()
        known = line.startswith("#") and bool(_DIRECTIVE.fullmatch(name)) and key in DIRECTIVES
        if not (known and equals and value):
            self._may_direct = False
            return
        if key in self.directives:
            raise Refused(f"only one {key} parser directive can be used")
        self.directives[key] = value
        if key == "escape":
            if value not in ("\\", "`"):
                raise Refused(f"invalid escape token {value!r}", "it is \\ or `")
            self.escape = value


def mended(text: str) -> str:
    """Halves of surrogate pairs are no letters: Go puts U+FFFD in their place, and so does this."""
    return _HALVES.sub("\ufffd", text)


def reader(text: str) -> Reader:
    """Of a file's whole text, with or without a byte order mark."""
    lines = text.removeprefix("\ufeff").split("\n")
    ended = [f"{line}\n" for line in lines[:-1]]
    return Reader([*ended, lines[-1]] if lines[-1] else ended)


def _measure(line: str) -> None:
    limit = _LONGEST if line.endswith("\n") else _LONGEST - 1
    if len(line.encode(errors="surrogatepass")) > limit:
        raise Refused(f"dockerfile line greater than max allowed size of {_LONGEST - 1}")
