"""What `dockerize explain` says before an edit is made, per numbered step."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generator.explain.answer import Outcome, Reruns
from generator.explain.build import Build
from generator.explain.cache.compare import compare
from generator.explain.context import Changes, Context, edited
from generator.explain.load import load
from generator.explain.stages import Settings
from tests.conftest import ROOT
from tests.engine.oracle.builds import Request

Said = Mapping[str, "Prediction"]


class Refused(Exception):
    """`explain` ended with an error where the engine built."""


@dataclass(frozen=True)
class Prediction:
    name: str
    line: int
    instruction: str
    text: str
    reruns: Reruns
    reason: str


def by_command_line(request: Request, changes: Sequence[str]) -> tuple[Said, ...]:
    """For each of `changes`: step's name -> what is said of it."""
    if not changes:
        return ()
    command = [sys.executable, "-m", "generator", "explain", str(request.context)]
    command += [f"--file={request.dockerfile}", "--json", *_settings(request)]
    command += [f"--change={change}" for change in changes]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        raise Refused(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    told = json.loads(done.stdout)
    steps = {step["name"]: step for step in told["steps"] if step["name"]}
    return tuple(
        {
            step["name"]: Prediction(
                step["name"],
                step["line"],
                steps[step["name"]]["instruction"],
                steps[step["name"]]["text"],
                step["reruns"],
                step["reason"],
            )
            for step in edit["steps"]
        }
        for edit in told["edits"]
    )


def _settings(request: Request) -> Iterator[str]:
    if request.target:
        yield f"--target={request.target}"
    yield from (f"--build-arg={name}={value}" for name, value in request.args.items())
    yield from (f"--build-context={name}={path}" for name, path in request.contexts.items())


def by_comparing(before: Request, after: Request) -> Said:
    """For an edit that no `--change` can say: the same mechanism, with both sides given."""
    old, new = _loaded(before), _loaded(after)
    changes = Changes(changed=frozenset(_rewritten(before.context, after.context)))
    trees = {**new.trees, "": edited(new.trees[""], changes)}
    outcomes = compare(old, replace(new, trees=trees))
    return {each.step.name: _prediction(each) for each in outcomes if each.step.name}


def _loaded(request: Request) -> Build:
    contexts = {name: str(path) for name, path in request.contexts.items()}
    settings = Settings(request.target, request.args, contexts)
    context = Context(request.context, request.dockerfile)
    dockerfile = request.dockerfile.relative_to(request.context).as_posix()
    return load(request.dockerfile.read_text("utf-8"), settings, context, dockerfile)


def _rewritten(before: Path, after: Path) -> Iterator[str]:
    """Files with other bytes under the same path."""
    for path in after.rglob("*"):
        name = path.relative_to(after)
        both = path.is_file() and not path.is_symlink() and (before / name).is_file()
        if both and path.read_bytes() != (before / name).read_bytes():
            yield name.as_posix()


def _prediction(outcome: Outcome) -> Prediction:
    step = outcome.step
    assert step.name
    return Prediction(
        step.name, step.line, step.instruction, step.text, outcome.reruns, outcome.reason
    )
