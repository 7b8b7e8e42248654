"""The commands of a RUN, as far as they can be told apart without a shell.

Reads words and operators of POSIX shells in one pass; what only a shell can know (variables,
substitutions) stays in the words as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import basename

_SHELLS = ("sh", "bash", "dash", "ash", "zsh")
# Words that may stand before a command without being a part of it.
_KEYWORDS = frozenset(
    (
        "!",
        "{",
        "}",
        "if",
        "then",
        "elif",
        "else",
        "fi",
        "for",
        "while",
        "until",
        "do",
        "done",
        "case",
        "esac",
        "in",
    )
)
_WRAPPERS = ("sudo", "exec", "command", "time", "nice", "env", "nohup")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_OPENS = {"(": 1, ")": -1}
_DEPTH = 3


@dataclass(frozen=True)
class Command:
    """`words` are a program and its arguments without their quotes.

    `after` is the operator before it (`&&`, `||`, `;`, `|`, `(`, ... or "" for the first);
    `settings` are the variables set for it alone; `plain`: nothing is read from or written to a
    file, and it stands in no loop, group or condition.
    """

    words: tuple[str, ...]
    after: str = ""
    settings: tuple[str, ...] = ()
    plain: bool = True

    @property
    def program(self) -> str:
        return basename(self.words[0])

    @property
    def positional(self) -> tuple[str, ...]:
        """Arguments that are no flags."""
        return tuple(each for each in self.words[1:] if not each.startswith("-"))


def commands(argv: Sequence[str]) -> tuple[Command, ...]:
    """Of what a RUN runs: a shell, `-c` and a script, or a program and its arguments."""
    return tuple(_of(tuple(argv), "", (), _DEPTH, plain=True))


def _of(
    words: tuple[str, ...], after: str, settings: tuple[str, ...], depth: int, *, plain: bool
) -> Iterator[Command]:
    words, settings, wrapped = _unwrapped(words, settings)
    if not words:
        return
    script = _script(words)
    if script is None or not depth:
        yield Command(words, after, settings, plain)
        return
    for index, each in enumerate(_split(script)):
        yield from _of(
            each.words,
            each.after if index else after,
            settings,
            depth - 1,
            plain=plain and each.plain and not wrapped,
        )


def _script(words: tuple[str, ...]) -> str | None:
    if basename(words[0]) not in _SHELLS:
        return None
    for index, word in enumerate(words[1:-1], 1):
        if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
            return words[index + 1]
    return None


def _unwrapped(
    words: tuple[str, ...], settings: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Without keywords, assignments and programs that run another one."""
    at = 0
    wrapped = False
    found = list(settings)
    while at < len(words):
        word = words[at]
        if _ASSIGNMENT.match(word):
            found.append(word)
        elif basename(word) in _WRAPPERS:
            wrapped = True
            while at + 1 < len(words) and words[at + 1].startswith("-"):
                at += 1
        elif word in _KEYWORDS:
            wrapped = True
        else:
            break
        at += 1
    return words[at:], tuple(found), wrapped


def _split(script: str) -> Iterator[Command]:
    return _Splitter(script).commands()


class _Splitter:
    """Reads a script letter by letter; each letter is looked at once."""

    def __init__(self, script: str) -> None:
        self.text = script
        self.at = 0
        self.words: list[str] = []
        self.word: list[str] | None = None
        self.skip = False  # the next word is a file that is read or written
        self.plain = True
        self.depth = 0
        self.ends: list[str] = []  # of heredocs that begin after this line

    def commands(self) -> Iterator[Command]:
        after = ""
        while self.at < len(self.text):
            operator = self._step()
            if operator:
                yield from self._command(after)
                self.depth = max(0, self.depth + _OPENS.get(operator, 0))
                after = operator
        self._flush()
        yield from self._command(after)

    def _command(self, after: str) -> Iterator[Command]:
        if self.words:
            words = tuple(self.words)
            grouped = self.depth > 0 or words[0] in _KEYWORDS
            if words[0] in ("{", "if", "for", "while", "until", "case"):
                self.depth += 1
            if words[0] in ("}", "fi", "done", "esac") and self.depth:
                self.depth -= 1
            found, settings, _ = _unwrapped(words, ())
            if found:
                yield Command((*settings, *found), after, (), self.plain and not grouped)
        self.words = []
        self.plain = True

    def _step(self) -> str:
        """Reads on; gives the operator that ends a command, or nothing."""
        letter = self.text[self.at]
        self.at += 1
        if letter in " \t\r":
            self._flush()
        elif letter == "\n":
            self._flush()
            self._bodies()
            return "\n"
        elif letter in "&|;()":
            return self._operator(letter)
        elif letter in "<>":
            self._redirection(letter)
        elif letter == "#" and self.word is None:
            self._to(self.text.find("\n", self.at))
        else:
            self._letter(letter)
        return ""

    def _operator(self, letter: str) -> str:
        if letter == "&" and self.text[self.at - 2 : self.at - 1] in ("<", ">"):
            return ""  # 2>&1
        self._flush()
        if letter in "&|;" and self.text.startswith(letter, self.at):
            self.at += 1
            return letter * 2
        return letter

    def _redirection(self, letter: str) -> None:
        if self.word is not None and not "".join(self.word).isdigit():
            self._flush()
        self.word = None
        self.plain = False
        if letter == "<" and self.text.startswith("<", self.at):
            self._heredoc()
            return
        while self.at < len(self.text) and self.text[self.at] in "<>|&":
            self.at += 1
        self.skip = True

    def _heredoc(self) -> None:
        rest = self.text[self.at + 1 : self.at + 200].lstrip("-")
        name = re.match(r"[ \t]*(['\"]?)([A-Za-z0-9_]+)\1", rest)
        if name:
            self.ends.append(name[2])
        self.at += 1
        self.skip = True

    def _bodies(self) -> None:
        for end in self.ends:
            while self.at < len(self.text):
                start = self.at
                self._to(self.text.find("\n", self.at))
                self.at += 1
                if self.text[start : self.at].strip() == end:
                    break
        self.ends = []

    def _letter(self, letter: str) -> None:
        if letter == "\\" and self.text.startswith("\n", self.at):
            self.at += 1
            return
        word = self.word = self.word if self.word is not None else []
        if letter == "\\":
            word.append(self.text[self.at : self.at + 1])
            self.at += 1
        elif letter == "'":
            word.append(self._until("'"))
        elif letter == '"':
            self._quoted(word)
        elif letter == "`":
            word.append(f"`{self._until('`')}`")
        elif letter == "$" and self.text[self.at : self.at + 1] in ("(", "{"):
            word.append(f"${self._balanced()}")
        else:
            word.append(letter)

    def _quoted(self, word: list[str]) -> None:
        while self.at < len(self.text):
            letter = self.text[self.at]
            self.at += 1
            if letter == '"':
                return
            if letter == "\\" and self.text[self.at : self.at + 1] in ('"', "\\", "$", "`"):
                letter = self.text[self.at]
                self.at += 1
            word.append(letter)

    def _until(self, end: str) -> str:
        start = self.at
        self._to(self.text.find(end, self.at))
        self.at += 1
        return self.text[start : self.at - 1]

    def _balanced(self) -> str:
        start = self.at
        opening = self.text[self.at]
        closing = ")" if opening == "(" else "}"
        depth = 0
        while self.at < len(self.text):
            letter = self.text[self.at]
            self.at += 1
            if letter == "\\":
                self.at += 1
            depth += (letter == opening) - (letter == closing)
            if not depth:
                break
        return self.text[start : self.at]

    def _to(self, place: int) -> None:
        self.at = len(self.text) if place < 0 else place

    def _flush(self) -> None:
        if self.word is not None:
            if self.skip:
                self.skip = False
            else:
                self.words.append("".join(self.word))
        self.word = None
