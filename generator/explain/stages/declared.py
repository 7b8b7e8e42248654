"""ARG: where a build argument's value comes from.

From moby/buildkit, frontend/dockerfile/dockerfile2llb/convert.go (buildMetaArgs, dispatchArg).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from generator.explain.dockerfile import Instruction
from generator.explain.stages.scope import Reading, Registry, Scope

# The frontend knows them without any ARG.
PROXIES = frozenset(
    name
    for each in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for name in (each, each.lower())
)
EPOCH = "SOURCE_DATE_EPOCH"
_OF_BUILDKIT = "BUILDKIT_"
# BuildKit reads these itself and puts them into no environment.
_NOT_SET = ("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE")


def unused(given: Iterable[str], declared: Container[str]) -> list[str]:
    """Names of `--build-arg` that no ARG declares, and that BuildKit does not know by itself."""
    return [
        name
        for name in given
        if name not in declared
        and name not in PROXIES
        and name != EPOCH
        and not name.startswith(_OF_BUILDKIT)
    ]


class Declared:
    """`given` are the values of `--build-arg`; `before` is the scope before the first FROM."""

    def __init__(
        self, given: Mapping[str, str], predefined: Mapping[str, str], registry: Registry
    ) -> None:
        self._given = given
        self._registry = registry
        self.before = Scope()
        for name, value in predefined.items():
            self.before.set(name, given.get(name, value), 0)

    def globally(self, arg: Instruction, reading: Reading) -> str:
        """An ARG before the first FROM. Each of its values is seen by the next."""
        said: list[str] = []
        for name, default in arg.pairs:
            hangs = 0
            value = self._given.get(name)
            if value is None and default is not None:
                one = Reading(reading.expander, self.before)
                value, hangs = one.word(default), one.hangs
            said.append(self._set(self.before, name, value, hangs))
            reading.hangs |= self.before.hangs.get(name, 0)
        return self._text(said)

    def locally(self, arg: Instruction, scope: Scope, reading: Reading) -> str:
        """An ARG in a stage; without a value of its own it has the one from before."""
        said: list[str] = []
        for name, default in arg.pairs:
            hangs = 0
            value = self._given.get(name)
            if value is None and default is not None:
                one = Reading(reading.expander, scope)
                value, hangs = one.word(default), one.hangs
            elif value is None:
                value = self.before.values.get(name)
                hangs = self.before.hangs.get(name, 0)
            said.append(self._set(scope, name, value, hangs))
            reading.hangs |= 0 if value is None else scope.hangs.get(name, 0)
        return self._text(said)

    def _set(self, scope: Scope, name: str, value: str | None, hangs: int) -> str:
        if value is None:
            return name
        if name not in _NOT_SET:
            scope.set(name, value, hangs | self._registry.bit(name, value))
        return f"{name}={value}"

    def _text(self, said: list[str]) -> str:
        return " ".join(["ARG", *said])
