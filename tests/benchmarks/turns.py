"""What the benchmarks of images have in common: measured in turns, told as ratios beside aims."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from tests.engine.engine import CATALOG, docker, execute

Measured = TypeVar("Measured")


@dataclass(frozen=True)
class Ratio:
    """The median of the pairs' ratios, the least and the most."""

    median: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:5.2f} ({self.least:.2f} to {self.most:.2f})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Ratio(statistics.median(ratios), min(ratios), max(ratios))


def in_turns(measures: Mapping[str, Callable[[], Measured]], first: int) -> dict[str, Measured]:
    """Take each measure once, one right after the other, beginning with the one at `first`."""
    names = list(measures)
    turn = first % len(names)
    return {name: measures[name]() for name in names[turn:] + names[:turn]}


def verdict(value: float, aim: float) -> str:
    return f"aim {aim:.2f}: {'met' if value <= aim else 'MISSED'}"


def secrets(framework: str) -> tuple[str, ...]:
    """What `docker run` has to say for the framework's image to start."""
    names = CATALOG.frameworks[framework].adds.get("secrets", ())
    return tuple(f"--env={name}=for-the-benchmark" for name in names)


def chosen(text: str, known: Sequence[str]) -> list[str]:
    """Return the names in `text`, with commas between them; all that are known if it is empty."""
    names = text.split(",") if text else list(known)
    if unknown := [name for name in names if name not in known]:
        raise SystemExit(f"{', '.join(unknown)}: not one of {', '.join(known)}")
    return names


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for projects; an engine is needed for what is done with them."""
    if shutil.which("docker") is None or execute("docker", "version", check=False).returncode:
        raise SystemExit("no Docker engine answers: `docker version` has to work")
    with TemporaryDirectory() as folder:
        yield Path(folder)


def remove_images(tags: Sequence[str]) -> None:
    for tag in tags:
        execute("docker", "image", "rm", "-f", tag, check=False)


def compiled(image: str, tag: str, folders: str) -> str:
    """Build `tag` from `image`: the same with bytecode in `folders`, whatever does not compile."""
    steps = f"FROM {image}\nUSER 0\nRUN python -m compileall -qq {folders} || true\n"
    with TemporaryDirectory() as folder:
        Path(folder, "Dockerfile").write_text(steps, "utf-8")
        docker("build", "-t", tag, folder)
    return tag
