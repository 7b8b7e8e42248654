"""What holds at one place of a stage: variables, folder, user and shell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from generator.explain.dockerfile.expansion import Expanded, Expander
from generator.explain.dockerfile.trims import Spend

Pairs = tuple[tuple[str, str], ...]

# So few arguments are quickly looked up anew.
_FEW = 8
# What a variable costs that is copied to another stage, in letters.
_COPIED = 10
SHELL = ("/bin/sh", "-c")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Registry:
    """Build arguments with their values, each as a bit: sets of them are numbers.

    A set as a number stays small and quick when a thousand steps hang on a thousand arguments.
    """

    def __init__(self, spend: Spend) -> None:
        self._bits: dict[tuple[str, str], int] = {}
        self._all: list[tuple[str, str]] = []
        self._last: tuple[int, Pairs] = (0, ())
        self._spend = spend

    def bit(self, name: str, value: str) -> int:
        at = self._bits.setdefault((name, value), len(self._all))
        if at == len(self._all):
            self._all.append((name, value))
        return 1 << at

    def pairs(self, bits: int) -> Pairs:
        """In the order in which they were first met. Raises Refused when it is too much in all."""
        if bits.bit_count() <= _FEW:
            return self._decoded(bits, (), 0)
        known, pairs = self._last
        if bits != known:
            self._spend(bits.bit_count())
            # Most often a step hangs on what the step before hung on, and on something newer.
            start = known.bit_length()
            grown = bits & ((1 << start) - 1) == known
            pairs = self._decoded(bits, pairs if grown else (), start if grown else 0)
            self._last = bits, pairs
        return pairs

    def _decoded(self, bits: int, known: Pairs, start: int) -> Pairs:
        places = f"{bits >> start:b}"[::-1]
        return known + tuple(self._all[start + at] for at, bit in enumerate(places) if bit == "1")


@dataclass
class Scope:
    """`values` is what expansion sees; `environment` what the stage itself has set of it.

    `hangs` tells for a name on which build arguments its value hangs, as a set of `Registry`.
    """

    values: dict[str, str] = field(default_factory=dict)
    hangs: dict[str, int] = field(default_factory=dict)
    workdir: str = "/"
    user: str = ""
    shell: tuple[str, ...] = SHELL
    _own: dict[str, tuple[str, str]] = field(default_factory=dict)
    _cached: Pairs | None = None
    _all: int | None = 0

    def set(self, name: str, value: str, hangs: int) -> None:
        """The last one set is the last in the environment, as in BuildKit's."""
        self.values[name] = value
        self._own.pop(name, None)
        self._own[name] = (name, value)
        self._cached = None
        if self.hangs.pop(name, 0):
            self._all = None
        elif self._all is not None:
            self._all |= hangs
        if hangs:
            self.hangs[name] = hangs

    def environment(self, spend: Spend) -> tuple[Pairs, int]:
        """Name and value in the key's order, and the build arguments that all of it hangs on.

        Raises Refused when it is too much in all.
        """
        if self._cached is None:
            spend(len(self._own))
            self._cached = tuple(self._own.values())
        if self._all is None:
            self._all = reduce(or_, self.hangs.values(), 0)
        return self._cached, self._all

    def child(self, spend: Spend) -> Scope:
        """That of a stage which starts from this one. Raises Refused when it is too much in all."""
        spend(_COPIED * len(self.values))
        return Scope(
            dict(self.values),
            dict(self.hangs),
            self.workdir,
            self.user,
            self.shell,
            dict(self._own),
            self._cached,
            self._all,
        )


def fresh() -> Scope:
    """Of a stage that starts from an image, of which nothing is known but its usual PATH."""
    return Scope({"PATH": PATH})


class Reading:
    """Expands one instruction's words, and remembers the build arguments they hang on."""

    def __init__(self, expander: Expander, scope: Scope) -> None:
        self.expander = expander
        self._scope = scope
        self.hangs = 0

    def word(self, word: str) -> str:
        return self._noted(self.expander.word(word, self._scope.values))

    def words(self, word: str) -> tuple[str, ...]:
        words, expanded = self.expander.words(word, self._scope.values)
        self._noted(expanded)
        return words

    def body(self, body: str) -> str:
        return self._noted(self.expander.body(body, self._scope.values))

    def all(self, words: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.word(word) for word in words)

    def _noted(self, expanded: Expanded) -> str:
        for name in expanded.used:
            self.hangs |= self._scope.hangs.get(name, 0)
        return expanded.text
