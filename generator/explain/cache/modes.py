"""The modes and owners that `--chmod` and `--chown` give, whatever words they are given in."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)")
_ACTION = re.compile(r"([-+=])([ugo]|[rwxXst]*)")
_BITS = {"r": 0o444, "w": 0o222, "x": 0o111}
_WHO = {"u": 0o4700, "g": 0o2070, "o": 0o1007}
_SHIFTS = {"u": 6, "g": 3, "o": 0}
_PERMISSIONS = 0o7777


def changed(mode: int, wanted: str, *, folder: bool) -> int:
    """What `chmod` makes of a mode, as BuildKit does it for `--chmod`."""
    if wanted.isdecimal():
        return int(wanted, 8)
    for clause in wanted.split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            return mode
        who = _masks(match[1])
        for action, letters in _ACTION.findall(match[2]):
            bits = _wanted(letters, mode, folder=folder) & who
            if action == "=":
                mode = mode & ~who | bits
            else:
                mode = mode | bits if action == "+" else mode & ~bits
    return mode & _PERMISSIONS


def _masks(who: str) -> int:
    mask = 0
    for each in "ugo" if not who or "a" in who else who:
        mask |= _WHO[each]
    return mask


def _wanted(letters: str, mode: int, *, folder: bool) -> int:
    if letters in _SHIFTS:
        return (mode >> _SHIFTS[letters] & 0o7) * 0o111
    bits = 0
    for letter in letters:
        if letter == "X":
            bits |= 0o111 if folder or mode & 0o111 else 0
        elif letter == "s":
            bits |= 0o6000
        elif letter == "t":
            bits |= 0o1000
        else:
            bits |= _BITS[letter]
    return bits


def owner(wanted: str) -> str:
    """Of `--chown`, with its group; "" for root. What a name stands for is not known.

    A user without a group has the group of the same number: `readUser` in moby/buildkit,
    solver/llbsolver/file.
    """
    user, _, group = wanted.partition(":")
    numbers = [_plain(each) for each in (user, group or user)]
    if numbers == ["0", "0"]:
        return ""
    return ":".join(numbers) if group or user.isdecimal() else user


def _plain(number: str) -> str:
    """Without zeros before it; not by `int`, which takes no number of thousands of digits."""
    return number.lstrip("0") or "0" if number.isdecimal() else number
