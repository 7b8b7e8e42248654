"""Which tests may run beside which, where pytest-xdist runs them in several processes."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

ENGINE = "tests/engine/"
# They run what they build, and ask nothing of the engine's cache.
RUNNING = tuple(
    f"{ENGINE}test_{name}.py" for name in ("devcontainer", "django", "every_kind", "image")
)


class EngineTogether(LoadScopeScheduling):
    """A module's tests follow each other, and so do the engine's that look at its one cache."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module in RUNNING:
            return "running"
        return ENGINE if module.startswith(ENGINE) else module
