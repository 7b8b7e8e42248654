from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.side_by_side import BESIDE, ENGINE, scope

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no engine for Linux images")

VISIT = """
import sys, tempfile
from pathlib import Path

tempfile.tempdir = sys.argv[1]
from tests.engine.beside import admitted

with admitted(alone=sys.argv[2] == "alone"):
    print("in", flush=True)
    sys.stdin.read(1)
"""


def visit(folder: Path, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", VISIT, str(folder), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def is_in(visitor: subprocess.Popen[str]) -> bool:
    assert visitor.stdout is not None
    return visitor.stdout.readline() == "in\n"


def ends(visitor: subprocess.Popen[str]) -> None:
    visitor.communicate("x")
    assert visitor.returncode == 0


def test_who_wants_to_be_alone_waits_for_the_others_and_keeps_new_ones_out(tmp_path: Path) -> None:
    one, other = visit(tmp_path, "beside"), visit(tmp_path, "beside")
    assert is_in(one)
    assert is_in(other)
    alone = visit(tmp_path, "alone")
    for visitor in (one, other):
        assert alone.poll() is None
        ends(visitor)
    assert is_in(alone)
    late = visit(tmp_path, "beside")
    ends(alone)
    assert is_in(late)
    ends(late)


def test_the_engines_tests_keep_together_but_for_those_that_need_not() -> None:
    nodes = (f"{ENGINE}test_bake.py::a", f"{ENGINE}test_cache.py::b[c]", "tests/test_x.py::d")
    assert [scope(node) for node in nodes] == [ENGINE, ENGINE, "tests/test_x.py"]
    assert all((Path(__file__).parent / "engine" / name).is_file() for name in BESIDE)
