"""The Dockerfiles that this project makes, as cases: every framework with every installer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from tests.engine.engine import CATALOG, FRAMEWORKS, INSTALLERS, make
from tests.engine.oracle.cases import Case, Edit

GROUP = "generated"
# What differs from run to run in a context that is otherwise always the same.
SALTED = (
    "app/pages.py",
    "gunicorn.conf.py",
    "requirements.txt",
    "pyproject.toml",
    "tests/conftest.py",
)
_FILES = (
    "app/pages.py",
    "requirements.txt",
    "gunicorn.conf.py",
    "tests/test_pages.py",
    "README.md",
    "+app/new.py",
    "+new.txt",
    "mode:app/pages.py",
    "-app/proxy.py",
    "base",
)
_LINES = ("EXPOSE ", "CMD ", "HEALTHCHECK ", "ENV PORT", "RUN rm ", "COPY --link --from=build")


def cases(folder: Path) -> Iterator[Case]:
    """Make the projects in `folder`, too."""
    extras = ("", ",".join(name for name in CATALOG.extras if name in ("postgres", "redis")))
    for framework, installer, extra in product(FRAMEWORKS, INSTALLERS, extras):
        yield _case(folder, framework, installer, extra)
    yield _case(folder, FRAMEWORKS[0], INSTALLERS[0], "", "dev")


def _case(
    folder: Path, framework: str, installer: str, extras: str, target: str | None = None
) -> Case:
    name = "-".join(
        each for each in (framework, installer, extras.replace(",", "-"), target) if each
    )
    project = make(folder, framework, name, installer=installer, extras=extras)
    text = (project / "Dockerfile").read_text("utf-8")
    images = re.findall(r"(?m)^FROM (\S+) AS default-", text)
    return Case(
        name=name,
        group=GROUP,
        dockerfile=text,
        edits=tuple(_edits(text)),
        images={image: f"FROM {image}" for image in images},
        target=target,
        folder=project,
        salted=SALTED,
    )


def _edits(text: str) -> Iterator[Edit]:
    for change in _FILES:
        yield Edit(change, change=change)
    lines = text.split("\n")
    for start in _LINES:
        number = max(n for n, line in enumerate(lines, 1) if line.startswith(start))
        yield Edit(f"line:{number}", change=f"line:{number}")
    comment = "# The service."
    yield Edit("a comment", replace=(comment, "# The service that runs."))
