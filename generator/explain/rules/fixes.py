"""Changes of lines, as the text after them and as a unified diff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_AROUND = 3


@dataclass(frozen=True)
class Change:
    """`lines` in place of the lines `first` to `last`, counted from 1, both inclusive.

    With `last` one less than `first` nothing goes and `lines` come before line `first`.
    """

    first: int
    last: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Fix:
    """Changes of one file. `old` is its text, "" if it is `new`; `path` is its name."""

    path: str
    old: str
    changes: tuple[Change, ...]
    new: bool = False

    @property
    def _ordered(self) -> list[Change]:
        lines = [each.rstrip("\r\n") for each in _lines(self.old)]
        changes = (_trimmed(each, lines) for each in self.changes)
        real = [each for each in changes if each.lines or each.first <= each.last]
        found = sorted(real, key=lambda each: (each.first, each.last))
        return found if not lines or self.old.endswith("\n") else _ended(found, lines)

    @property
    def text(self) -> str:
        lines = _lines(self.old)
        end = "\r\n" if lines[:1] and lines[0].endswith("\r\n") else "\n"
        out: list[str] = []
        at = 1
        for change in self._ordered:
            out += lines[at - 1 : change.first - 1]
            if change.lines and out and not out[-1].endswith("\n"):
                out[-1] += end
            out += [f"{each}{end}" for each in change.lines]
            at = max(at, change.last + 1)
        out += lines[at - 1 :]
        return "".join(out)

    @property
    def diff(self) -> str:
        """For `patch -p1` and `git apply`, in the folder that `path` begins in."""
        # A tab is where a name ends that holds blanks.
        end = "\t" if " " in self.path else ""
        before = "/dev/null" if self.new else f"a/{self.path}{end}"
        return "".join([f"--- {before}\n+++ b/{self.path}{end}\n", *self._hunks()])

    def _hunks(self) -> Iterator[str]:
        lines = _lines(self.old)
        end = "\r\n" if lines[:1] and lines[0].endswith("\r\n") else "\n"
        grown = 0
        for group in _groups(self._ordered):
            first = max(1, group[0].first - _AROUND)
            last = min(len(lines), max(each.last for each in group) + _AROUND)
            body: list[str] = []
            at = first
            for change in group:
                body += _marked(" ", lines[at - 1 : change.first - 1])
                gone = lines[change.first - 1 : change.last]
                new = [f"{each}{end}" for each in change.lines]
                body += _marked("-", gone)
                body += _marked("+", new)
                at = max(at, change.last + 1)
            body += _marked(" ", lines[at - 1 : last])
            old_count = sum(each[0] in " -" for each in body)
            new_count = sum(each[0] in " +" for each in body)
            start = first if old_count else 0
            to = first + grown if new_count else 0
            grown += new_count - old_count
            yield f"@@ -{_range(start, old_count)} +{_range(to, new_count)} @@\n"
            yield from body


def _trimmed(change: Change, lines: Sequence[str]) -> Change:
    """Without the lines at its start and its end that stay as they are."""
    first, last, new = change.first, change.last, list(change.lines)
    while new and first <= last and new[0] == lines[first - 1]:
        del new[0]
        first += 1
    while new and first <= last and new[-1] == lines[last - 1]:
        del new[-1]
        last -= 1
    return Change(first, last, tuple(new))


def _ended(changes: Sequence[Change], lines: Sequence[str]) -> list[Change]:
    """What follows a last line without an end is a change of that line: it gets one."""
    count = len(lines)
    behind = tuple(line for each in changes if each.first > count for line in each.lines)
    found = [each for each in changes if each.first <= count]
    if not behind:
        return found
    if found and found[-1].last == count:
        last = found.pop()
        return [*found, Change(last.first, count, (*last.lines, *behind))]
    return [*found, Change(count, count, (lines[-1], *behind))]


def _lines(text: str) -> list[str]:
    """With their ends; a `\\r` alone ends no line."""
    parts = text.split("\n")
    return [f"{each}\n" for each in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _groups(changes: Sequence[Change]) -> Iterator[list[Change]]:
    group: list[Change] = []
    for change in changes:
        if group and change.first - max(each.last for each in group) - 1 > 2 * _AROUND:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _marked(mark: str, lines: Sequence[str]) -> list[str]:
    return [
        f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n\\ No newline at end of file\n"
        for line in lines
    ]


def _range(start: int, count: int) -> str:
    return f"{start}" if count == 1 else f"{start},{count}"
