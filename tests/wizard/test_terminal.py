from __future__ import annotations

import pytest

from generator.wizard.fancy import FancyPrompts
from generator.wizard.plain import PlainPrompts
from generator.wizard.terminal import prompts_for_this_terminal


@pytest.mark.parametrize(
    ("term", "kind"),
    [("dumb", PlainPrompts), ("xterm-256color", FancyPrompts), ("linux", FancyPrompts)],
)
def test_the_terminal_decides(term: str, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", term)
    assert type(prompts_for_this_terminal()) is kind


def test_a_terminal_without_a_name_can_move_its_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERM")
    assert type(prompts_for_this_terminal()) is FancyPrompts
