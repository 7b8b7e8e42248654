r"""`$NAME` and `${NAME:-word}` in an instruction's words.

As moby/buildkit's frontend/dockerfile/shell/lex.go reads them: `${x:-w}`, `${x-w}`, `${x:+w}`,
`${x+w}`, `${x:?w}`, `${x?w}`, `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`, `${x/p/w}`, `${x//p/w}`,
quotes, and an escape character before any of it. What BuildKit has no limit for has one here:
how deep it nests, and how much text it makes in all (`Expander`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from generator.explain.dockerfile import trims
from generator.explain.dockerfile.lines import SPACES
from generator.explain.dockerfile.refused import Refused

_DEEPEST = 50
# Letters, or as much work: a build that needs more has no end in sight.
_MOST = 20_000_000
_SPECIAL = "@*#?-$!0"
_NAME = re.compile(r"\d+|\w+")
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(f"[{SPACES}]+")


class Expanded(NamedTuple):
    """`used` are the names that had a value and were asked for; `missing` those that had none."""

    text: str
    used: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()


class Expander:
    """Expands the words of one Dockerfile, and raises Refused when they get too long in all."""

    def __init__(self, escape: str = "\\") -> None:
        self._escape = escape
        self._left = _MOST

    def word(self, word: str, values: Mapping[str, str]) -> Expanded:
        """One word: quotes and escapes go, white space stays.

        Raises Refused for what BuildKit's lexer does not read, and for `${X:?}` without a value.
        """
        if not _needs(self._escape).search(word):
            return Expanded(word)
        lexer = _Lexer(word, values, self._escape, self.spend)
        pieces = lexer.pieces()
        return Expanded(
            "".join(text for text, _ in pieces), frozenset(lexer.used), frozenset(lexer.missing)
        )

    def words(self, word: str, values: Mapping[str, str]) -> tuple[tuple[str, ...], Expanded]:
        """As `word`, split at white space that stands outside of quotes (EXPOSE)."""
        lexer = _Lexer(word, values, self._escape, self.spend)
        pieces = lexer.pieces()
        used = Expanded("", frozenset(lexer.used), frozenset(lexer.missing))
        return _split(pieces), used

    def body(self, body: str, values: Mapping[str, str]) -> Expanded:
        r"""A heredoc's text: quotes stay, and the escape is `\` whatever the file's is."""
        lexer = _Lexer(body, values, "\\", self.spend, quotes=False)
        text = "".join(text for text, _ in lexer.pieces())
        return Expanded(text, frozenset(lexer.used), frozenset(lexer.missing))

    def spend(self, amount: int) -> None:
        self._left -= amount
        if self._left < 0:
            raise Refused("too much text in all once its variables are expanded")


def _split(pieces: list[tuple[str, bool]]) -> tuple[str, ...]:
    """At the white space of those pieces that may be split."""
    words = [""]
    for text, splits in pieces:
        first, *more = _SPACES.split(text) if splits else [text]
        words[-1] += first
        words += more
    return tuple(word for word in words if word)


@lru_cache(maxsize=8)
def _needs(escape: str) -> re.Pattern[str]:
    return re.compile(rf"[$'\"{re.escape(escape)}]")


@lru_cache(maxsize=64)
def _plain(stops: str) -> re.Pattern[str]:
    return re.compile(f"[^{re.escape(stops)}]+")


class _Lexer:
    def __init__(
        self,
        text: str,
        values: Mapping[str, str],
        escape: str,
        spend: trims.Spend,
        *,
        quotes: bool = True,
    ) -> None:
        self._text = text
        self._values = values
        self._escape = escape
        self._spend = spend
        self._quotes = "'\"" if quotes else ""
        self._at = 0
        self._deep = 0
        self.used: set[str] = set()
        self.missing: set[str] = set()
        spend(len(text))

    def pieces(self) -> list[tuple[str, bool]]:
        """All of it: texts, and whether each can be split at white space."""
        return self._until("", raw=False)

    def _word(self, stop: str, *, raw: bool, missing: str = "}") -> str:
        self._deep += 1
        if self._deep > _DEEPEST:
            raise Refused(f"more than {_DEEPEST} substitutions within one another")
        try:
            return "".join(text for text, _ in self._until(stop, raw=raw, missing=missing))
        finally:
            self._deep -= 1

    def _until(self, stop: str, *, raw: bool, missing: str = "") -> list[tuple[str, bool]]:
        """Up to `stop`, which is read too. `raw` keeps escapes."""
        plain = _plain(f"{stop}${self._quotes}{self._escape}")
        found: list[tuple[str, bool]] = []
        while letter := self._peek():
            if letter == stop:
                self._at += 1
                return found
            if letter == "$":
                found.append((self._dollar(), True))
            elif letter in self._quotes:
                found.append((self._single() if letter == "'" else self._double(raw=raw), False))
            elif letter == self._escape:
                found.append((self._escaped(raw=raw), False))
            else:
                found.append((self._match(plain), True))
        if stop:
            where = " in ${}" if missing == "/" else ""
            raise Refused(f"syntax error: missing '{missing}'{where}")
        return found

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _read(self) -> str:
        letter = self._peek()
        self._at += 1
        return letter

    def _match(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]

    def _escaped(self, *, raw: bool) -> str:
        self._at += 1
        return (self._escape if raw else "") + self._read()

    def _single(self) -> str:
        end = self._text.find("'", self._at + 1)
        if end < 0:
            raise Refused("unexpected end of statement while looking for matching single-quote")
        start, self._at = self._at + 1, end + 1
        return self._text[start:end]

    def _double(self, *, raw: bool) -> str:
        self._at += 1
        plain = _plain(f'"${self._escape}')
        found: list[str] = []
        while letter := self._peek():
            if letter == '"':
                self._at += 1
                return "".join(found)
            if letter == "$":
                found.append(self._dollar())
            elif letter == self._escape:
                found.append(self._escaped_in_quotes(raw=raw))
            else:
                found.append(self._match(plain))
        raise Refused("unexpected end of statement while looking for matching double-quote")

    def _escaped_in_quotes(self, *, raw: bool) -> str:
        """Only a quote, a dollar and the escape itself are escaped there."""
        self._at += 1
        after = self._peek()
        if not after:
            return self._escape if raw else ""
        if after in f'"${self._escape}':
            self._at += 1
            return self._escape + after if raw else after
        return self._escape * 2 if raw else self._escape

    def _name(self) -> str:
        letter = self._peek()
        if letter and letter in _SPECIAL and letter != "0":
            return self._read()
        return self._match(_DIGITS if letter.isdigit() else _NAME)

    def _value(self, name: str) -> str | None:
        value = self._values.get(name)
        (self.missing if value is None else self.used).add(name)
        self._spend(len(value or ""))
        return value

    def _dollar(self) -> str:
        self._at += 1
        if self._peek() != "{":
            name = self._name()
            return (self._value(name) or "") if name else "$"
        self._at += 1
        if not self._peek():
            raise Refused("syntax error: missing '}'")
        if self._peek() in "{}:":
            raise Refused("syntax error: bad substitution")
        return self._braced(self._name())

    def _braced(self, name: str) -> str:
        sign = self._read()
        if sign == "}":
            return self._value(name) or ""
        if sign == "/":
            return self._replaced(name)
        if sign in ("#", "%"):
            return self._trimmed(name, sign)
        colon = sign == ":"
        if colon:
            sign = self._read()
        if sign not in ("-", "+", "?"):
            shown = f":{sign}" if colon else sign
            raise Refused(f"unsupported modifier ({shown}) in substitution")
        word = self._word("}", raw=False)
        value = self._value(name)
        unset = value is None or (colon and not value)
        if sign == "+":
            return "" if unset else word
        if unset and sign == "?":
            state = "unset" if value is None else "empty"
            raise Refused(f"{name}: {word or f'is not allowed to be {state}'}")
        return word if unset else value or ""

    def _trimmed(self, name: str, sign: str) -> str:
        word = self._word("}", raw=True)
        longest = word.startswith(sign)
        pattern = trims.parts(word.removeprefix(sign))
        trim = trims.without_start if sign == "#" else trims.without_end
        return trim(self._value(name) or "", pattern, longest=longest, spend=self._spend)

    def _replaced(self, name: str) -> str:
        everywhere = self._peek() == "/"
        self._at += everywhere
        pattern = trims.parts(self._word("/", raw=True, missing="/"))
        by = self._word("}", raw=True)
        value = self._value(name) or ""
        return trims.replaced(value, pattern, by, everywhere=everywhere, spend=self._spend)
