"""What `dockerize new` makes has no findings, and needs no comment for that."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.answers import Answers
from generator.catalog import Catalog
from generator.create import create
from generator.explain.context import Context
from generator.explain.load import load
from generator.explain.rules import findings
from generator.explain.stages import Settings
from tests.offered import CATALOG, FRAMEWORKS, INSTALLERS

TARGETS = (None, "dev", "lock")


@pytest.mark.parametrize("kind", ["plain", "every extra"])
@pytest.mark.parametrize("installer", INSTALLERS)
@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_project_has_findings(
    catalog: Catalog,
    tmp_path: Path,
    framework: str,
    installer: str,
    kind: str,
) -> None:
    extras = tuple(CATALOG.can_have(framework)) if kind == "every extra" else ()
    folder = tmp_path / "shop"
    create(Answers("shop", framework, "3.14", 8000, installer, extras), catalog, folder)
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").touch()
    (folder / ".env").touch()
    text = (folder / "Dockerfile").read_text("utf-8")

    context = Context(folder)
    for target in TARGETS:
        assert findings(load(text, Settings(target=target), context, "Dockerfile")) == ((), {})


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_no_extra_alone_has_findings(catalog: Catalog, tmp_path: Path, framework: str) -> None:
    for extra in CATALOG.can_have(framework):
        folder = tmp_path / extra
        create(Answers("shop", framework, "3.14", 8000, "pip", (extra,)), catalog, folder)
        text = (folder / "Dockerfile").read_text("utf-8")

        assert findings(load(text, Settings(), Context(folder), "Dockerfile")) == ((), {})


SPOILT = {
    "cache-mount": ("--mount=type=cache,target=/root/.cache/pip \\\n    ", ""),
    "stamped-bytecode": ("install --no-compile", "install"),
    "chmod-link": ("COPY --link --from=ctx /app", "COPY --link --chmod=755 --from=ctx /app"),
    "early-argument": (
        "RUN python -m venv --without-pip /opt/venv\n",
        "ARG THEME\nRUN python -m venv --without-pip /opt/venv\n",
    ),
    "commit-argument": (
        "RUN python -m venv --without-pip /opt/venv\n",
        "ARG GIT_SHA\nRUN python -m venv --without-pip /opt/venv\n",
    ),
}


@pytest.mark.parametrize("rule", SPOILT)
def test_the_same_project_with_a_fault_has_that_finding(
    catalog: Catalog, tmp_path: Path, rule: str
) -> None:
    create(Answers("shop", "flask", "3.14", 8000, "pip", ()), catalog, tmp_path / "shop")
    text = (tmp_path / "shop" / "Dockerfile").read_text("utf-8")
    good, bad = SPOILT[rule]
    assert good in text

    found, _ = findings(load(text.replace(good, bad), Settings(), Context(tmp_path / "shop")))

    assert rule in {each.rule for each in found}
