from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.engine.progress import steps_run

BEGUN = datetime(2026, 1, 1, 12, tzinfo=UTC)
BEFORE, AFTER = "2026-01-01T11:59:59.999999999Z", "2026-01-01T12:00:01.000000001Z"
RAN, HIT = {"completed": AFTER}, {"completed": AFTER, "cached": True}


@pytest.mark.parametrize(
    ("told", "ran"),
    [
        ([RAN], True),
        ([{}, RAN], True),
        ([RAN, RAN], True),
        ([HIT], False),
        ([HIT, RAN], False),
        ([{"completed": BEFORE}], False),
        ([{"completed": BEFORE}, HIT], False),
        ([{"completed": BEFORE}, RAN], True),
    ],
)
def test_a_step_may_be_heard_of_more_than_once(told: list[dict[str, Any]], ran: object) -> None:
    lines = [json.dumps({"vertexes": [{"name": "[2/2] RUN true", **each}]}) for each in told]
    assert steps_run("\n".join(["#0 building", "{}", *lines]), BEGUN) == {"[2/2] RUN true": ran}


def test_what_never_ended_is_no_step() -> None:
    begun = {"name": "[2/2] RUN true", "started": AFTER}
    assert steps_run(json.dumps({"vertexes": [begun]}), BEGUN) == {}
