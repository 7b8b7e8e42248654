"""Fixes applied one after the other, as a reader does who explains again after each."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.answer import runs_again
from generator.explain.cache.compare import answered
from generator.explain.edits import edit
from generator.explain.rules import findings
from tests.explain.builds import build
from tests.explain.rules.findings import applied

FILES = {"app/main.py": "", "requirements.txt": "flask\n", ".env": "A=1\n"}
TOGETHER = "apt-get update && apt-get install -y gcc && pip install -r requirements.txt"
TEXTS = {
    "pip": "FROM a\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n",
    "both": f"FROM a\nWORKDIR /app\nCOPY . .\nRUN {TOGETHER}\n",
    "argument": "FROM a\nARG REV\nENV V=$REV\nCOPY . .\nRUN pip install -r requirements.txt\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_fix_hides_what_is_still_to_be_mended(tmp_path: Path, text: str) -> None:
    known: set[tuple[str, str]] = set()
    waiting = [(text, "")]
    while waiting:
        state = waiting.pop()
        if state in known:
            continue
        known.add(state)
        made = build(tmp_path / str(len(known)), state[0], {**FILES, ".dockerignore": state[1]})
        found = findings(made)[0]
        rules = {each.rule for each in found}
        again = runs_again(answered(made, edit(made, "app/main.py")).outcomes)
        commands = [step.text for step in made.plan.steps if "apt-get install" in step.text]
        together = any("pip install" in each for each in commands)
        assert ("copy-before-install" in rules) == bool(again), state[0]
        assert ("mixed-install" in rules) == together, state[0]
        fixes = [each for each in found if each.fix is not None]
        for number, each in enumerate(fixes):
            there = tmp_path / f"{len(known)}-{number}"
            there.mkdir()
            fixed, ignoring = there / "Dockerfile", there / ".dockerignore"
            fixed.write_text(state[0])
            ignoring.write_text(state[1])
            applied(there, each)
            waiting.append((fixed.read_text(), ignoring.read_text()))
    assert len(known) > len(FILES)
