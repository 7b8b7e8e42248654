"""Ways from stage to stage, without recursion: a file may have thousands of them."""

from __future__ import annotations

from collections.abc import Sequence


def reachable(start: int, ways: Sequence[Sequence[int]]) -> frozenset[int]:
    """All that can be come to from `start`, itself included; ways below 0 lead nowhere."""
    found = {start}
    waiting = [start]
    while waiting:
        for each in ways[waiting.pop()]:
            if each >= 0 and each not in found:
                found.add(each)
                waiting.append(each)
    return frozenset(found)


def cycle(ways: Sequence[Sequence[int]]) -> int | None:
    """One that can be come to from itself, if there is any."""
    entering = [0] * len(ways)
    for leads in ways:
        for each in leads:
            entering[each] += 1
    free = [each for each, count in enumerate(entering) if not count]
    for at in free:
        for each in ways[at]:
            entering[each] -= 1
            if not entering[each]:
                free.append(each)
    return next((each for each, count in enumerate(entering) if count), None)
