from __future__ import annotations

import pytest

from generator.explain.stages.references import familiar

_DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("a", "a"),
        ("a:latest", "a"),
        ("docker.io/library/a:1", "a:1"),
        ("index.docker.io/b/a", "b/a"),
        ("localhost/a", "localhost/a"),
        ("localhost:5000/a:1", "localhost:5000/a:1"),
        ("ghcr.io/B/a", None),
        ("Host/a", "Host/a"),
        (f"a@{_DIGEST}", f"a@{_DIGEST}"),
        (f"a:1@{_DIGEST}", f"a:1@{_DIGEST}"),
        ("a@sha256:0", None),
        ("A", None),
        ("a:", None),
        ("a b", None),
        ("", None),
        ("a--b__c.d", "a--b__c.d"),
        ("a" * 2000, None),
    ],
)
def test_references_are_as_people_write_them(reference: str, name: str | None) -> None:
    assert familiar(reference) == name
