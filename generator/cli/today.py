"""The day that support dates are seen from."""

from __future__ import annotations

import datetime as dt
import os


def month() -> str:
    """Today's month, `YYYY-MM`.

    Who wants the same output on every day sets SOURCE_DATE_EPOCH, in seconds:
    https://reproducible-builds.org/specs/source-date-epoch/
    """
    try:
        today = dt.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), dt.UTC).date()
    except (KeyError, ValueError, OverflowError, OSError):
        today = dt.date.today()
    return f"{today:%Y-%m}"
