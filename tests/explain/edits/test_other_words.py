from __future__ import annotations

import pytest

from generator.explain.dockerfile import instructions
from generator.explain.edits.edit import ANOTHER
from generator.explain.edits.other_words import others


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("USER me", [(f"me-{ANOTHER}",)]),
        ("WORKDIR $W", [(f"$W-{ANOTHER}",)]),
        ('SHELL ["a", "b"]', [("a", f"b-{ANOTHER}")]),
        ("ONBUILD RUN x", [(f"RUN x-{ANOTHER}",)]),
        ('ONBUILD RUN ["x"]', [(f'RUN ["x", "{ANOTHER}"]',), (f'RUN ["x"]-{ANOTHER}',)]),
        ("RUN x", []),
        ("COPY a /", []),
        ("LABEL a=b", []),
    ],
)
def test_other_words(text: str, words: list[tuple[str, ...]]) -> None:
    (given,) = instructions(text).instructions
    assert [each.words for each in others(given)] == words


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ENV A=$B", (("A", f"$B-{ANOTHER}"),)),
        ("ENV A=1 B=", (("A", f"1-{ANOTHER}"), ("B", ANOTHER))),
        ("ARG A", (("A", ANOTHER),)),
    ],
)
def test_other_values(text: str, first: tuple[tuple[str, str], ...]) -> None:
    (given,) = instructions(text).instructions
    found = [each.pairs for each in others(given)]
    assert found[0] == first
    assert [{value for _, value in pairs} for pairs in found[1:]] == [{ANOTHER}, {"61999"}]


def test_another_heredoc() -> None:
    (given,) = instructions("ONBUILD RUN <<E\nx\nE").instructions
    assert [each.heredocs[0].body for each in others(given)] == [f"x\n{ANOTHER}\n"]
