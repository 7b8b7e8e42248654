"""Findings in small projects, and what comes of their fixes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from generator.explain.answer import Effect, Finding
from generator.explain.rules import findings
from generator.explain.stages import Settings
from tests.explain.builds import build

Files = Iterable[str] | Mapping[str, str]
FLASK: Mapping[str, str] = {"app/main.py": "", "requirements.txt": "flask==3.1.3\n"}


def found(
    folder: Path, rule: str, text: str, files: Files = FLASK, settings: Settings | None = None
) -> list[Finding]:
    """Of one rule. The files of the project are left in `folder`, with modes 0644."""
    made = build(folder, text, files, settings)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return [each for each in findings(made)[0] if each.rule == rule]


def one(
    folder: Path, rule: str, text: str, files: Files = FLASK, settings: Settings | None = None
) -> Finding:
    (finding,) = found(folder, rule, text, files, settings)
    return finding


def only_told(
    folder: Path, rule: str, text: str, files: Files = FLASK, settings: Settings | None = None
) -> Finding:
    """The one finding of a rule, for which there is no fix."""
    finding = one(folder, rule, text, files, settings)
    assert (finding.fix, finding.effect, finding.measured) == (None, None, None)
    return finding


def fixed(tmp_path: Path, finding: Finding, text: str) -> str:
    """A Dockerfile after a finding's fix, as `git apply` reads it."""
    folder = tmp_path / "fixed"
    folder.mkdir()
    (folder / "Dockerfile").write_bytes(text.encode())
    applied(folder, finding)
    return (folder / "Dockerfile").read_bytes().decode()


def applied(folder: Path, finding: Finding) -> None:
    assert finding.fix is not None
    command = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(command, cwd=folder, input=finding.fix.encode(), check=True)


def gains(finding: Finding) -> list[tuple[str, int, int, int, int]]:
    """Each effect as (change, steps before, after, RUNs before, after)."""
    assert finding.effect is not None
    return [_row(each) for each in finding.effect]


def _row(each: Effect) -> tuple[str, int, int, int, int]:
    return (each.change, each.steps_before, each.steps_after, each.runs_before, each.runs_after)
