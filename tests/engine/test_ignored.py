from __future__ import annotations

import random

import pytest

from tests.benchmarks.ignore import disagreements, made
from tests.engine.engine import ENVIRONMENT


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def test_explain_sees_the_files_that_buildkit_sees() -> None:
    rng = random.Random(20)
    assert list(disagreements([made(rng) for _ in range(40)])) == []
