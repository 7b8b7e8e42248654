#!/usr/bin/env python3
"""How often `dockerize explain` is right: its answers beside what a real engine re-runs.

    python -m tests.benchmarks.oracle [--random N] [--seed S] [--all] [--group GROUP] [NAME ...]

Without `--all` the rows of what is known about the cache and the Dockerfiles written by hand are
built, with it those that this project generates as well, which install for real; `--random` adds
programs that are made from the seeds S, S + 1, ... A NAME takes the cases whose name has it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.benchmarks.turns import scratch
from tests.engine.oracle.cases import Case, read
from tests.engine.oracle.examine import examine
from tests.engine.oracle.generated import cases as generated
from tests.engine.oracle.programs import program
from tests.engine.oracle.tally import Tally, known, ran_when_unsure, table


def chosen(options: argparse.Namespace, folder: Path) -> Iterator[Case]:
    groups: Mapping[str, Callable[[], Iterable[Case]]] = {
        "rows": lambda: read("rows"),
        "projects": lambda: read("projects"),
        "generated": lambda: generated(folder) if options.all or options.group else (),
        "random": lambda: map(program, range(options.seed, options.seed + options.random)),
    }
    for name, cases in groups.items():
        if options.group in (None, name):
            yield from (case for case in cases() if wanted(case, options.names))


def wanted(case: Case, names: Sequence[str]) -> bool:
    return not names or any(name in case.name for name in names)


def show(tally: Tally) -> None:
    print(table(tally))
    unsure = ran_when_unsure(tally)
    print(
        f'\n"if-changed" was said of {tally.perhaps} steps: {unsure["ran"]} ran, '
        f"{unsure['stayed']} stayed; {tally.avoidable} of them could have been decided"
    )
    listed = known()
    for each in tally.disagreements:
        cause = listed.get((each.case, each.edit, each.step), "not known")
        print(f"\n{each}\n    because {each.reason or '-'}\n    cause: {cause}")
    for each in tally.unexpected:
        print(f"\nnot as expected: {each}")
    for failure in tally.failures:
        print(f"\nfailed: {failure}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="the generated projects too")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="programs to be made")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the first program")
    parser.add_argument("--group", choices=("rows", "projects", "generated", "random"))
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    with scratch() as folder:
        (folder / "made").mkdir()
        tally = examine(chosen(options, folder / "made"), folder)
    show(tally)
    return 1 if tally.disagreements or tally.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
