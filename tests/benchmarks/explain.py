"""How long `dockerize explain` takes, and how that grows with files and with steps.

    python -m tests.benchmarks.explain [--files 100000] [--steps 10000] [--best-of 3] [--shape NAME]

Whole processes, the best of three each, as the machine may be busy: seconds, those that the
processor was busy with it, peak MiB, and how much more of the processor each took per file, or per
step, than the size before: 1.0 is linear, and less where a process's start still counts. The folder
that the ignore file leaves out holds as many files again, which are never walked.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.big_context import make

_FILE = "src/part0/m0/module_0.py"
_DOCKERFILE = """\
FROM debian:bookworm-slim AS build
WORKDIR /src
COPY src/part0 part0/
RUN compile part0
COPY . .
RUN compile .
FROM debian:bookworm-slim
ARG REVISION=1
COPY --from=build /src /srv
RUN install /srv
CMD ["/srv/run"]
"""
_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "people": (),
    "--json": ("--json",),
    "--change": ("--json", "--change", _FILE),
    "--since": ("--json", "--since", "HEAD"),
}


@dataclass(frozen=True)
class Cost:
    seconds: float
    processor: float
    megabytes: float


def _one_long_stage(steps: int) -> Iterator[str]:
    yield "FROM debian"
    yield from (f"RUN step {number}" for number in range(steps))


def _many_stages(steps: int) -> Iterator[str]:
    """Each FROM the one before it."""
    yield "FROM debian AS s0"
    for number in range(1, 1 + steps // 2):
        yield f"FROM s{number - 1} AS s{number}"
        yield f"RUN step {number}"


def _copies_between_stages(steps: int) -> Iterator[str]:
    yield "FROM debian AS s0\nCOPY src/ /out/"
    for number in range(1, 1 + steps // 2):
        yield f"FROM debian AS s{number}"
        yield f"COPY --from=s{number - 1} /out /out"


def _copies_to_one_stage(steps: int) -> Iterator[str]:
    yield "FROM debian AS build\nCOPY src/ /out/\nRUN make"
    yield "FROM debian"
    yield from (f"COPY --from=build /out/{number} /to/{number}" for number in range(steps))


def _copies_from_many_copies(steps: int) -> Iterator[str]:
    yield "FROM debian AS build"
    yield from (f"COPY src/part{number} /out/{number}" for number in range(steps // 2))
    yield "FROM debian"
    yield from (f"COPY --from=build /out/{number} /to/{number}" for number in range(steps // 2))


def _variables(steps: int) -> Iterator[str]:
    """Each RUN has all that stand above it in its environment; few are arguments, which the answer
    lists at each step that hangs on them."""
    yield "FROM debian"
    for number in range(steps // 2):
        yield f"{f'ARG V{number}=1' if number % 100 == 0 else f'ENV V{number}=1'}\nRUN {number}"


def _bind_mounts(steps: int) -> Iterator[str]:
    yield "FROM debian AS build\nCOPY src/ /out/\nRUN make\nFROM debian"
    for number in range(steps):
        yield f"RUN --mount=from=build,source=/out/{number},target=/in use {number}"


def _linked_copies(steps: int) -> Iterator[str]:
    yield "FROM debian"
    yield from (f"COPY --link src/part{number} /to/{number}" for number in range(steps))


def _one_long_line(steps: int) -> Iterator[str]:
    yield "FROM debian"
    yield "RUN true " + " ".join(f"&& \\\n  step {number}" for number in range(steps))


_SHAPES: Mapping[str, Callable[[int], Iterable[str]]] = {
    "one long stage": _one_long_stage,
    "stages FROM each other": _many_stages,
    "stages that copy from each other": _copies_between_stages,
    "copies from one stage": _copies_to_one_stage,
    "copies of copies": _copies_from_many_copies,
    "variables": _variables,
    "bind mounts": _bind_mounts,
    "linked copies": _linked_copies,
    "one step of many lines": _one_long_line,
}


def explain(folder: Path, *arguments: str) -> Cost:
    """Of one process; raises SystemExit if it fails."""
    command = [sys.executable, "-m", "generator", "explain", str(folder), *arguments]
    begin = time.perf_counter()
    nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[nowhere])
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - begin
    if status:
        raise SystemExit(f"{command} failed")
    busy = usage.ru_utime + usage.ru_stime
    return Cost(seconds, busy, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


def best(count: int, folder: Path, *arguments: str) -> Cost:
    costs = [explain(folder, *arguments) for _ in range(count)]
    return Cost(
        min(each.seconds for each in costs),
        min(each.processor for each in costs),
        max(each.megabytes for each in costs),
    )


def row(size: int, name: str, cost: Cost, before: tuple[int, Cost] | None) -> None:
    growth = ""
    if before is not None:
        growth = f"{cost.processor / before[1].processor / (size / before[0]):8.2f}"
    each = 1e6 * cost.processor / size
    costs = f"{cost.seconds:7.2f} {cost.processor:7.2f} {cost.megabytes:7.0f} {each:9.0f}"
    print(f"{size:8}  {name:34} {costs} {growth}".rstrip(), flush=True)


def of_files(most: int, count: int) -> None:
    print(
        f"{'files':>8}  {'':34} {'s':>7} {'busy s':>7} {'MiB':>7} {'us/file':>9} {'growth':>8}",
        flush=True,
    )
    before: dict[str, tuple[int, Cost]] = {}
    for size in (1_000, 10_000, 100_000):
        if size > most:
            return
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make(folder, size)
            (folder / "Dockerfile").write_text(_DOCKERFILE, "utf-8")
            _commit(folder)
            # What --since has to tell.
            (folder / _FILE).write_text("changed\n", "utf-8")
            for title, arguments in _QUESTIONS.items():
                cost = best(count, folder, *arguments)
                row(size, title, cost, before.get(title))
                before[title] = size, cost


def of_steps(most: int, count: int, shapes: Iterable[str]) -> None:
    print(
        f"\n{'steps':>8}  {'':34} {'s':>7} {'busy s':>7} {'MiB':>7} {'us/step':>9} {'growth':>8}",
        flush=True,
    )
    for shape in shapes:
        before: tuple[int, Cost] | None = None
        for size in (10, 100, 1_000, 10_000):
            if size > most:
                break
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                make(folder, 100)
                text = "\n".join(_SHAPES[shape](size))
                (folder / "Dockerfile").write_text(f"{text}\n", "utf-8")
                cost = best(count, folder, "--json")
            row(size, shape, cost, before)
            before = size, cost


def _commit(folder: Path) -> None:
    (folder / ".gitignore").write_text("node_modules\n", "utf-8")
    author = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.com")
    for arguments in (("init", "-q"), ("add", "."), (*author, "commit", "-q", "-m", "all")):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="How `explain` grows with files and with steps")
    parser.add_argument("--files", type=int, default=100_000, help="the most of them; 0: none")
    parser.add_argument("--steps", type=int, default=10_000, help="the most of them; 0: none")
    parser.add_argument("--best-of", type=int, default=3)
    parser.add_argument("--shape", choices=_SHAPES, action="append")
    options = parser.parse_args()
    if options.files and not options.shape:
        of_files(options.files, options.best_of)
    if options.steps:
        of_steps(options.steps, options.best_of, options.shape or _SHAPES)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
