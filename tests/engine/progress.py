"""What a build says of its steps: the JSON lines that `--progress=rawjson` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any


def now() -> datetime:
    """For `steps_run`: the moment in which a build begins, by the clock of the engine's host."""
    return datetime.now(UTC)


def vertexes(printed: str) -> Iterator[dict[str, Any]]:
    """BuildKit's vertexes, each as often as it is heard of."""
    for line in printed.splitlines():
        if line.startswith("{"):
            yield from json.loads(line).get("vertexes") or []


def steps_run(printed: str, begun: datetime) -> dict[str, bool]:
    """The name of each completed vertex -> whether the build that began then has run it.

    A vertex may be heard of more than once. A layer that is fetched once it is needed is no hit
    then, and what another build still holds, though its client has gone, is first told as it was
    in that one.
    """
    hits: dict[str, list[bool]] = {}
    for vertex in vertexes(printed):
        if "completed" in vertex:
            told = hits.setdefault(vertex["name"], [])
            if datetime.fromisoformat(vertex["completed"]) >= begun:
                told.append(vertex.get("cached", False))
    return {name: told != [] and not any(told) for name, told in hits.items()}
