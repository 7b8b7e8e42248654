"""What `dockerize explain` says of an edit, beside what the edit really re-runs.

Here is a choice of the rows of what is known about the cache and of the other cases: all would take
longer than everything else together. `python -m tests.benchmarks.oracle --all` takes every case.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.oracle.cases import CASES, Case, read
from tests.engine.oracle.examine import examine
from tests.engine.oracle.generated import cases as generated
from tests.engine.oracle.programs import program
from tests.engine.oracle.tally import Tally, known, table, unknown

ROWS = 12
PROJECTS = 1
PROGRAMS = 1
SEED = 1


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    return examine(random.Random(SEED).sample(read("rows"), ROWS), tmp_path_factory.mktemp("rows"))


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    return examine(_chosen(tmp_path_factory.mktemp("made")), tmp_path_factory.mktemp("others"))


def _chosen(folder: Path) -> Iterator[Case]:
    choice = random.Random(SEED)
    yield from choice.sample(read("projects"), PROJECTS)
    yield from (program(SEED * 1000 + number) for number in range(PROGRAMS))
    # One is enough here, as it installs for real; its edits of what is installed are left out.
    project = next(iter(generated(folder)))
    yield project.without("requirements.txt", "base")


def test_rows_agree(rows: Tally) -> None:
    assert rows.failures == ()
    assert [str(each) for each in unknown(rows.verdicts)] == [], table(rows)


def test_rows_are_what_a_person_expects(rows: Tally) -> None:
    assert [str(each) for each in rows.unexpected] == []


def test_rows_bust_and_stay(rows: Tally) -> None:
    """Neither half of the table is empty by mistake."""
    ran = sum(each.ran for each in rows.verdicts)
    assert ran > 30
    assert len(rows.verdicts) - ran > 30


def test_other_cases_agree(others: Tally) -> None:
    assert others.failures == ()
    assert [str(each) for each in unknown(others.verdicts)] == [], table(others)


def test_if_changed_is_said_only_where_a_run_re_runs(rows: Tally, others: Tally) -> None:
    every = (*rows.verdicts, *others.verdicts)
    assert [str(each) for each in every if each.avoidable] == []


def test_corpus_is_as_large_as_is_said() -> None:
    assert len(read("projects")) >= 45
    names = [case.name for group in ("rows", "projects") for case in read(group)]
    assert len(set(names)) == len(names)
    assert {path.parent.name for path in CASES.rglob("*.toml")} == {"rows", "projects"}


def test_what_is_known_names_cases_that_there_are() -> None:
    names = {case.name for group in ("rows", "projects") for case in read(group)}
    assert {case for case, _, _ in known()} <= names
