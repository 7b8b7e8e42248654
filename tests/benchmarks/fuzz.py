"""Hostile inputs by the hundred thousand, and what `dockerize explain` makes of them.

    python -m tests.benchmarks.fuzz [--count 100000] [--seed 1] [--jobs 2] [--first 0]

Each input (a Dockerfile, an ignore file, edits, arguments) is asked about, and the answer printed
in all formats. What must not be is told with the number that draws it again (`--first N --count
1`): an error that is no usage error, one that is located but does not show the line, more than two
seconds, a look outside of the build context, another answer to the same question.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random

from tests.explain.hostile import (
    ORDINARY,
    Guard,
    come,
    drawn,
    make_context,
    real_dockerfiles,
)

# Inputs of one task, and every how many one is asked twice.
_TOGETHER = 500
_TWICE = 10
_TOLD = 40


@dataclass
class Tally:
    kinds: Counter[str] = field(default_factory=Counter)
    # Messages of errors that are located nowhere.
    unlocated: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)


def tally(seed: int, numbers: range, *, show: bool = False) -> Tally:
    """Of the inputs with these numbers."""
    found = Tally()
    real = real_dockerfiles()
    with tempfile.TemporaryDirectory() as folder:
        context = make_context(Path(folder))
        # So that nothing is imported any more.
        come(ORDINARY, context)
        guard = Guard(context)
        for number in numbers:
            hostile = drawn(Random(f"{seed} {number}"), real)
            begin = time.process_time()
            with guard.listening():
                came = come(hostile, context)
            found.slowest = max(found.slowest, (time.process_time() - begin, number))
            found.kinds[came.kind] += 1
            if came.kind == "BadDockerfile, without a line":
                found.unlocated[came.text.partition("\n")[0]] += 1
            if came.kind.startswith("!"):
                found.wrong.append(f"{number}: {came.kind} {came.text}")
            if guard.strayed:
                found.kinds["!strayed"] += 1
                found.wrong.append(f"{number}: {guard.strayed}")
                guard.strayed.clear()
            if number % _TWICE == 0 and come(hostile, context) != came:
                found.kinds["!another answer"] += 1
                found.wrong.append(f"{number}: another answer the second time")
            if show:
                print(hostile, came.kind, came.text, sep="\n")
    return found


def tallies(seed: int, numbers: range, jobs: int) -> Iterator[Tally]:
    parts = [numbers[at : at + _TOGETHER] for at in range(0, len(numbers), _TOGETHER)]
    if jobs == 1 or len(parts) == 1:
        yield from (tally(seed, part, show=len(numbers) == 1) for part in parts)
        return
    # A hook hears until its process ends, so that each part has its own.
    with get_context("spawn").Pool(jobs, maxtasksperchild=1) as pool:
        yield from pool.imap(partial(tally, seed), parts)


def main() -> int:
    parser = argparse.ArgumentParser(description="Hostile inputs, and what explain makes of them")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    os.nice(10)
    begin = time.monotonic()
    total: Counter[str] = Counter()
    slowest = (0.0, -1)
    told = 0
    unlocated: Counter[str] = Counter()
    numbers = range(options.first, options.first + options.count)
    for each in tallies(options.seed, numbers, options.jobs):
        total += each.kinds
        unlocated += each.unlocated
        slowest = max(slowest, each.slowest)
        for line in each.wrong[: max(0, _TOLD - told)]:
            print(line, flush=True)
        told += len(each.wrong)
    for kind, count in sorted(total.items(), key=lambda item: -item[1]):
        print(f"{count:8}  {kind}")
    for message, count in unlocated.most_common(_TOLD):
        print(f"{count:8}  without a line: {message}")
    seconds = time.monotonic() - begin
    print(
        f"{options.count:8}  in all, {options.count / seconds:,.0f} a second;"
        f" the slowest, number {slowest[1]}, took {slowest[0]:.2f} s"
    )
    return int(any(kind.startswith("!") for kind in total))


if __name__ == "__main__":
    raise SystemExit(main())
