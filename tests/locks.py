"""Locks compared in a way that holds when the index gets another file for a pinned version."""

from __future__ import annotations

import re


def hashes(lock: str) -> dict[str, set[str]]:
    """Pinned requirement, with its marker -> its hashes."""
    blocks = re.findall(r"(?m)^([a-z]\S+==.*?) \\\n((?:    --hash=.*\n)+)", lock)
    return {pin: set(re.findall(r"sha256:[0-9a-f]{64}", block)) for pin, block in blocks}


def assert_kept(before: str, after: str) -> None:
    """The same pins, and no hash lost."""
    old, new = hashes(before), hashes(after)
    assert old
    assert old.keys() == new.keys()
    assert [pin for pin in old if not old[pin] <= new[pin]] == []
