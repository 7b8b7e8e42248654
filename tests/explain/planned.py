"""Plans of small Dockerfiles, for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from generator.errors import BadDockerfile
from generator.explain.dockerfile import parse
from generator.explain.stages import Copy, Operation, Plan, Run, Settings, Step, plan


def planned(
    text: str,
    target: str | None = None,
    *,
    args: Mapping[str, str] | None = None,
    contexts: Mapping[str, str] | None = None,
    platform: str | None = "linux/amd64",
) -> Plan:
    return plan(parse(text), Settings(target, args or {}, contexts or {}, platform))


def last(text: str, **given: Any) -> Step:
    return planned(text, **given).steps[-1]


def operation(text: str, **given: Any) -> Operation:
    return last(text, **given).operation


def run(text: str, **given: Any) -> Run:
    found = operation(text, **given)
    assert isinstance(found, Run)
    return found


def copy(text: str, **given: Any) -> Copy:
    found = operation(text, **given)
    assert isinstance(found, Copy)
    return found


def refused(text: str, target: str | None = None) -> BadDockerfile:
    with pytest.raises(BadDockerfile) as caught:
        planned(text, target)
    return caught.value
