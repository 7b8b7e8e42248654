"""Answers for reports to tell: of real plans, with fates that are written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.explain.answer import (
    Answer,
    Depends,
    EditAnswer,
    Effect,
    Finding,
    Kept,
    Outcome,
    Reruns,
    StepAnswer,
)
from generator.explain.dockerfile import parse
from generator.explain.stages import Plan, Settings, plan

# What becomes of a step: whether it re-runs, why, and the path that decides it.
Fate = tuple[Reruns, str, str | None]


def _again(reason: str) -> Fate:
    return True, reason, None


def _perhaps(reason: str, path: str) -> Fate:
    return "if-changed", reason, path


_STAYS: Fate = (False, "nothing it is made of changes", None)
_ABOVE = _again("a step above it re-runs")

SHOP = """\
# syntax=docker/dockerfile:1
ARG PYTHON=3.14
FROM python:${PYTHON}-slim AS build
WORKDIR /app
ENV UV_LINK_MODE=copy
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/uv \\
    uv pip install --prefix=/install --requirements requirements.txt

FROM node:22-slim AS assets
WORKDIR /web
COPY package.json package-lock.json ./
RUN npm ci
COPY web ./
RUN npm run build

FROM build AS test
COPY . .
RUN pytest

FROM python:${PYTHON}-slim AS runtime
WORKDIR /app
COPY --from=build /install /usr/local
COPY --from=assets /web/dist ./static
ARG VERSION
COPY app ./app
RUN --mount=type=bind,from=build,source=/install,target=/install python -m compileall app
USER 10001
CMD ["gunicorn", "app.wsgi"]
"""

SLOPPY = """\
FROM python:3.14-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["python", "app.py"]
"""

HOSTILE = """\
FROM scratch AS a
COPY ["</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", "/\u202egnp.exe/"]
RUN echo "\x1b[31mred\x07 \u2028 & \\u003c <!-- <script> -->"
"""

BARE = "FROM scratch\n"


def shop() -> Answer:
    """Four stages, one of them not needed; three usual edits; nothing to find, a broken promise."""
    made = _plan(SHOP)
    return Answer(
        "Dockerfile",
        made,
        _steps(made, _SHOP_DEPENDS),
        (
            _edit(
                made,
                "app/routes.py",
                "a source file: app/routes.py",
                {26: _again("app/routes.py, which it copies, has changed"), 27: _ABOVE},
            ),
            _edit(
                made,
                "requirements.txt",
                "the dependency list: requirements.txt",
                {
                    6: _again("requirements.txt, which it copies, has changed"),
                    7: _ABOVE,
                    23: _perhaps("it copies /install, which line 7 writes", "/install"),
                    **dict.fromkeys((24, 26, 27), _perhaps("it hangs on line 23", "/install")),
                },
            ),
            _edit(
                made,
                "tests/test_shop.py",
                "a test: tests/test_shop.py",
                {},
                "the ignore file leaves it out: `tests` on line 3",
            ),
            _edit(
                made,
                "base",
                "another digest of every base image",
                {
                    **dict.fromkeys((4, 11, 22), _again("its base image has changed")),
                    **dict.fromkeys((6, 7, 12, 13, 14, 15, 23, 24, 26, 27), _ABOVE),
                },
            ),
        ),
        (),
        (
            Kept("app/**=RUN", (_outcome(made, 27, _ABOVE),)),
            Kept("tests/**=any step", ()),
        ),
    )


_BELOW = "a step above it re-runs"
_PYTHON = Depends(
    base="python:3.14-slim", arguments=("PYTHON",), unknown=("digest of python:3.14-slim",)
)
_NODE = Depends(base="node:22-slim", unknown=("digest of node:22-slim",))

_SHOP_DEPENDS = {
    3: (_PYTHON, "its base image changes"),
    4: (Depends(), _BELOW),
    6: (Depends(1, 41_200), f"requirements.txt changes, or {_BELOW}"),
    7: (Depends(), _BELOW),
    10: (_NODE, "its base image changes"),
    11: (Depends(), _BELOW),
    12: (Depends(2, 301_999), f"package.json or package-lock.json changes, or {_BELOW}"),
    13: (Depends(), _BELOW),
    14: (Depends(17, 88_000), f"a file in web changes, or {_BELOW}"),
    15: (Depends(), _BELOW),
    17: (Depends(base="build"), ""),
    18: (Depends(61, 530_000), ""),
    21: (_PYTHON, "its base image changes"),
    22: (Depends(), _BELOW),
    23: (Depends(stages=("build",)), f"/install comes out different in build, or {_BELOW}"),
    24: (Depends(stages=("assets",)), f"/web/dist comes out different in assets, or {_BELOW}"),
    26: (Depends(12, 20_480), f"a file in app changes, or {_BELOW}"),
    27: (
        Depends(arguments=("VERSION",), stages=("build",)),
        f"VERSION has another value, /install comes out different in build, or {_BELOW}",
    ),
}

FIX = """\
--- Dockerfile
+++ Dockerfile
@@ -1,5 +1,6 @@
 FROM python:3.14-slim
 WORKDIR /app
+COPY requirements.txt ./
+RUN pip install -r requirements.txt
 COPY . .
-RUN pip install -r requirements.txt
 CMD ["python", "app.py"]
"""


def sloppy() -> Answer:
    """One unnamed stage, two findings: one with a fix that was simulated, one that was measured."""
    made = _plan(SLOPPY)
    files = Depends(48, 1_250_000)
    return Answer(
        "Dockerfile",
        made,
        _steps(
            made,
            {
                1: (Depends(base="python:3.14-slim"), "its base image changes"),
                2: (Depends(), "its base image changes"),
                3: (files, "a file of the context changes"),
                4: (Depends(), "a step above it re-runs"),
            },
        ),
        (
            _edit(
                made,
                "app.py",
                "a source file: app.py",
                {3: _again("app.py, which it copies, has changed"), 4: _ABOVE},
            ),
            _edit(made, "line:5", "the command", {}),
        ),
        (
            Finding(
                "source-before-dependencies",
                3,
                "every source edit re-runs `pip install`, line 4",
                FIX,
                (Effect("app.py", 2, 1, 1, 0),),
            ),
            Finding(
                "cache-mount-missing",
                4,
                "pip downloads every package again whenever this step re-runs",
                None,
                None,
                "with a cache mount a second installation took 9 s instead of 31 s",
            ),
        ),
        ignored={"leaky-context": 1},
    )


def hostile() -> Answer:
    """Texts that a terminal or a browser would obey, wherever a Dockerfile can put one."""
    made = _plan(HOSTILE)
    name = '</script><b onclick="x">\u202e\x1b[2J&amp;\'"'
    return Answer(
        name,
        made,
        _steps(made, {2: (Depends(2, 2, (name,), (name,), (name,), None, (name,)), name)}),
        (_edit(made, name, name, {2: _again(name), 3: _perhaps(name, name)}, name),),
        (Finding("a-rule", 2, name, f"--- {name}\n+++ {name}\n-{name}\n", None, name),),
        (Kept(name, (_outcome(made, 2, _again(name)),)),),
    )


def bare() -> Answer:
    """A single FROM: no step that could re-run."""
    made = _plan(BARE)
    return Answer("Dockerfile", made, _steps(made, {}), (_edit(made, "base", "the base", {}),), ())


def chance(paths: Sequence[str]) -> Answer:
    """As many copies as there are paths, each of which hangs on what a RUN wrote there."""
    text = "FROM scratch\n" + "".join(f"COPY --from=image {path} /\n" for path in paths)
    made = _plan(text)
    fates = {line: _perhaps("it may differ", path) for line, path in enumerate(paths, 2)}
    return Answer("Dockerfile", made, _steps(made, {}), (_edit(made, "x", "x", fates),), ())


def named(dockerfile: str) -> Answer:
    return replace(bare(), dockerfile=dockerfile)


def many(stages: int) -> Answer:
    """A chain of so many stages, each from the one before it."""
    text = "FROM scratch AS s0\nCOPY x /\n" + "".join(
        f"FROM s{i - 1} AS s{i}\nCOPY x{i} /\n" for i in range(1, stages)
    )
    made = _plan(text)
    return Answer("Dockerfile", made, _steps(made, {}), (_edit(made, "x", "a file", {}),), ())


def _plan(text: str) -> Plan:
    return plan(parse(text), Settings())


def _steps(plan: Plan, known: dict[int, tuple[Depends, str]]) -> tuple[StepAnswer, ...]:
    reached = {stage.index: stage.reached for stage in plan.stages}
    return tuple(
        StepAnswer(step, reached.get(step.stage, True), *known.get(step.line, (Depends(), "")))
        for step in (*plan.globals_, *plan.steps)
    )


def _edit(
    plan: Plan, change: str, title: str, fates: dict[int, Fate], note: str | None = None
) -> EditAnswer:
    outcomes = tuple(
        _outcome(plan, step.line, fates.get(step.line, _STAYS))
        for stage in plan.stages
        for step in stage.steps
        if stage.reached and step.name and step.instruction != "FROM"
    )
    return EditAnswer(change, title, outcomes, note)


def _outcome(plan: Plan, line: int, fate: Fate) -> Outcome:
    [step] = [each for each in plan.steps if each.line == line]
    return Outcome(step, *fate)


def forty_stages() -> Answer:
    return many(40)


EVERY = (shop, sloppy, hostile, bare, forty_stages)
