from __future__ import annotations

import datetime as dt

import pytest

from generator.cli.today import month


@pytest.mark.parametrize(
    ("epoch", "seen"),
    [
        ("0", "1970-01"),
        ("1793491199", "2026-10"),  # the last second of it
        ("1793491200", "2026-11"),
        ("-1", "1969-12"),
    ],
)
def test_the_month_of_the_day_that_was_set(
    epoch: str, seen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert month() == seen


@pytest.mark.parametrize("epoch", [None, "", "soon", "1.5", "9" * 30, "9" * 5000])
def test_a_day_that_is_none_is_today(epoch: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    if epoch is not None:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    days = [f"{dt.date.today():%Y-%m}"]
    seen = month()
    days.append(f"{dt.date.today():%Y-%m}")
    assert seen in days
