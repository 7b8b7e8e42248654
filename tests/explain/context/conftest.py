from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.context.disk import Listed


@pytest.fixture
def listed(tmp_path: Path) -> Listed:
    return Listed(tmp_path)
