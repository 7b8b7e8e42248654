"""A build before and after an edit: which steps run again, and why.

The build before fills a cache with its keys; a step of the build after that finds its own there
stays, wherever in the file it stands.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from generator.explain.answer import EditAnswer, Outcome
from generator.explain.build import Build
from generator.explain.cache.keys import Input, Key, keys
from generator.explain.cache.reasons import Differences, again, perhaps, stays
from generator.explain.edits.edit import Edit
from generator.explain.stages import Plan

# A path of the build context -> what has happened to it: "", "new", "gone", "another mode".
Touched = Mapping[str, str]


def compare(before: Build, after: Build, touched: Touched | None = None) -> tuple[Outcome, ...]:
    """The outcome of each numbered step of `after` that its target reaches, but FROM."""
    stages = _stages(before.plan, after.plan)
    compared = _Comparison(keys(before), keys(after), stages, after.plan, touched or {})
    return tuple(compared.outcomes())


def answered(build: Build, made: Edit, title: str | None = None) -> EditAnswer:
    """What an edit of `build` comes to; `title` is in place of the edit's own."""
    outcomes = compare(build, made.after, made.touched)
    return EditAnswer(made.change, title or made.title, outcomes, made.note)


@dataclass
class _Comparison:
    old: Sequence[Key]
    new: Sequence[Key]
    stages: Mapping[int, int]
    plan: Plan
    touched: Touched
    # Stage -> the last step so far that runs again: for sure (True), or perhaps (False).
    culprits: dict[int, dict[bool, Outcome]] = field(default_factory=dict)

    def outcomes(self) -> Iterator[Outcome]:
        strict = {key.digest.strict for key in self.old}
        lenient = {key.digest.lenient for key in self.old}
        for new, old in _pairs(self.old, self.new, self.stages):
            if new.step.instruction == "FROM":
                base = self.plan.stages[new.step.stage].base
                self.culprits[new.step.stage] = {**self.culprits.get(base.stage, {})}
            if new.step.instruction == "FROM" or not new.inputs:
                continue
            if new.digest.strict in strict:
                outcome = Outcome(new.step, reruns=False, reason=stays(new, self._others(new)))
            elif new.digest.lenient in lenient:
                outcome = self._perhaps(new, old)
            else:
                outcome = self._again(new, old)
            self._remember(outcome)
            if new.step.name is not None:
                yield outcome

    def _again(self, new: Key, old: Key | None) -> Outcome:
        if old is None:
            return Outcome(new.step, reruns=True, reason="it is new")
        differing = _differing(new, old, lenient=True)
        found = Differences(self.plan, self.touched, self._culprit(new, certain=True))
        return Outcome(new.step, reruns=True, reason=again(new, old, differing, found))

    def _perhaps(self, new: Key, old: Key | None) -> Outcome:
        differing = _differing(new, old, lenient=False) if old is not None else []
        culprit = self._culprit(new, certain=False)
        reason, path = perhaps(new, differing, Differences(self.plan, self.touched, culprit))
        if path is None and culprit is not None:
            path = culprit.path
        return Outcome(new.step, reruns="if-changed", reason=reason, path=path)

    def _culprit(self, new: Key, *, certain: bool) -> Outcome | None:
        """The nearest step below this one that runs again, for sure or perhaps."""
        return self.culprits[new.step.stage].get(certain)

    def _remember(self, outcome: Outcome) -> None:
        if outcome.reruns:
            self.culprits[outcome.step.stage][False] = outcome
        if outcome.reruns is True:
            self.culprits[outcome.step.stage][True] = outcome

    def _others(self, new: Key) -> bool:
        """Whether a step below this one runs again."""
        return self._culprit(new, certain=False) is not None


def _pairs(
    old: Sequence[Key], new: Sequence[Key], stages: Mapping[int, int]
) -> Iterator[tuple[Key, Key | None]]:
    """Each key with the one that it most likely was, to tell what is another."""
    if len(old) == len(new) and all(
        (one.step.stage, one.step.line) == (other.step.stage, other.step.line)
        for one, other in zip(old, new, strict=True)
    ):
        yield from zip(new, old, strict=True)
        return
    partners: dict[int, Key] = {}
    left = list(old)
    for which in (_text, _kind):
        waiting: dict[tuple[int, str], deque[Key]] = {}
        for key in left:
            waiting.setdefault((key.step.stage, which(key)), deque()).append(key)
        for index, key in enumerate(new):
            found = waiting.get((stages.get(key.step.stage, -1), which(key)))
            if found and index not in partners:
                partners[index] = found.popleft()
        left = [key for queue in waiting.values() for key in queue]
    yield from ((key, partners.get(index)) for index, key in enumerate(new))


def _text(key: Key) -> str:
    return key.step.text


def _kind(key: Key) -> str:
    return key.step.instruction


def _stages(old: Plan, new: Plan) -> dict[int, int]:
    """Stage -> the one that it was: of the same name, or else as far from the end."""
    names = {each.name.lower(): each.index for each in old.stages if each.name}
    found = {
        each.index: names[each.name.lower()]
        for each in new.stages
        if each.name and each.name.lower() in names
    }
    known = set(found.values())
    left = [each.index for each in reversed(old.stages) if each.index not in known]
    others = [each.index for each in reversed(new.stages) if each.index not in found]
    return found | dict(zip(others, left, strict=False))


def _differing(new: Key, old: Key, *, lenient: bool) -> list[Input]:
    """The inputs of `new` that `old` does not have."""
    known = {
        (each.kind, each.digest.lenient if lenient else each.digest.strict) for each in old.inputs
    }
    return [
        each
        for each in new.inputs
        if (each.kind, each.digest.lenient if lenient else each.digest.strict) not in known
    ]
