"""Which tests may run beside which, where pytest-xdist runs them in several processes."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

ENGINE = "tests/engine/"


# Those of the engine's that need not wait for one another: two thirds of their time.
BESIDE = (
    "test_behind_a_proxy.py",
    "test_compose.py",
    "test_data.py",
    "test_devcontainer.py",
    "test_django.py",
    "test_every_kind.py",
    "test_ignored.py",
    "test_image.py",
    "test_lock.py",
    "test_odd_packages.py",
    "test_oracle.py",
)


def scope(nodeid: str) -> str:
    """What one process runs in one go: a module, or most of what needs the engine."""
    module = nodeid.partition("::")[0]
    if module.startswith(ENGINE) and module.removeprefix(ENGINE) not in BESIDE:
        return ENGINE
    return module


class EngineTogether(LoadScopeScheduling):
    """A module's tests follow each other, and so do most of the engine's: they share its cache."""

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)
