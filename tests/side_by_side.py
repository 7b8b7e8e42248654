"""Which tests may run beside which, where pytest-xdist runs them in several processes."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

ENGINE = "tests/engine/"


class EngineTogether(LoadScopeScheduling):
    """A module's tests follow each other, and so do all of the engine's: they share its cache.

    A build with `--no-cache` takes the installer's cache from under another one's hands.
    """

    def _split_scope(self, nodeid: str) -> str:
        return ENGINE if nodeid.startswith(ENGINE) else nodeid.partition("::")[0]
