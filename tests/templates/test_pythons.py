from __future__ import annotations

import re
import tomllib
from pathlib import Path

from generator.catalog import Catalog

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def _version(text: str) -> tuple[int, ...]:
    assert re.fullmatch(r"\d+\.\d+", text)
    return tuple(map(int, text.split(".")))


def test_offered_ones_are_newest_first_without_a_gap(catalog: Catalog) -> None:
    versions = [_version(python.version) for python in catalog.pythons]

    newest = versions[0]
    assert versions == [(3, newest[1] - n) for n in range(len(versions))]


def test_no_version_is_both_offered_and_ended(catalog: Catalog) -> None:
    offered = {python.version for python in catalog.pythons}

    assert offered & catalog.ended_pythons.keys() == set()
    assert max(map(_version, catalog.ended_pythons)) < min(map(_version, offered))


def test_every_minor_version_before_the_offered_ones_has_ended(catalog: Catalog) -> None:
    oldest = _version(catalog.oldest_python)

    assert {f"3.{minor}" for minor in range(oldest[1])} <= catalog.ended_pythons.keys()


def test_dates_are_months_in_order(catalog: Catalog) -> None:
    for python in catalog.pythons:
        assert MONTH.fullmatch(python.bugfixes)
        assert MONTH.fullmatch(python.security)
        assert python.bugfixes < python.security
    assert all(MONTH.fullmatch(month) for month in catalog.ended_pythons.values())
    by_age = [python.security for python in catalog.pythons]
    assert by_age == sorted(by_age, reverse=True)


def test_the_recommended_one_is_offered_and_not_the_newest(catalog: Catalog) -> None:
    offered = [python.version for python in catalog.pythons]

    assert catalog.recommended_python in offered[1:]


def test_ended_dates_lie_before_the_first_that_will_end(catalog: Catalog) -> None:
    first = min(python.security for python in catalog.pythons)

    assert max(catalog.ended_pythons.values()) < first


def test_the_program_itself_runs_on_the_oldest_and_newer(catalog: Catalog, root: Path) -> None:
    pyproject = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))

    assert pyproject["project"]["requires-python"] == f">={catalog.oldest_python}"
