from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.build import Build
from tests.explain.builds import build
from tests.explain.edits.edited import FILES, WHOLE


@pytest.fixture
def whole(tmp_path: Path) -> Build:
    return build(tmp_path, WHOLE, FILES)
