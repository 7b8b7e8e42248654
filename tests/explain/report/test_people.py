from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from generator.explain.answer import Depends, Outcome
from generator.explain.report import Part, people
from tests.explain.report import answers

SHOP = """\
Dockerfile, target runtime

Arguments for FROM, before the first stage
   2  ARG PYTHON=3.14

Stage build
   3  [build 1/4]  FROM python:${PYTHON}-slim AS build                     layer
                   base python:3.14-slim · argument PYTHON · unknown: digest of
                   python:3.14-slim · re-runs when its base image changes
   4  [build 2/4]  WORKDIR /app                                            layer
                   re-runs when a step above it re-runs
   5               ENV UV_LINK_MODE=copy                                   empty
   6  [build 3/4]  COPY requirements.txt ./                                layer
                   1 file, 41 kB · re-runs when requirements.txt changes, or a
                   step above it re-runs
   7  [build 4/4]  RUN --mount=type=cache,target=/root/.cache/uv uv pi…    layer
                   re-runs when a step above it re-runs

Stage assets
  10  [assets 1/6]  FROM node:22-slim AS assets                            layer
                    base node:22-slim · unknown: digest of node:22-slim ·
                    re-runs when its base image changes
  11  [assets 2/6]  WORKDIR /web                                           layer
                    re-runs when a step above it re-runs
  12  [assets 3/6]  COPY package.json package-lock.json ./                 layer
                    2 files, 302 kB · re-runs when package.json or
                    package-lock.json changes, or a step above it re-runs
  13  [assets 4/6]  RUN npm ci                                             layer
                    re-runs when a step above it re-runs
  14  [assets 5/6]  COPY web ./                                            layer
                    17 files, 88 kB · re-runs when a file in web changes, or a
                    step above it re-runs
  15  [assets 6/6]  RUN npm run build                                      layer
                    re-runs when a step above it re-runs

Stage test: not built, runtime does not need it
  17              FROM build AS test                                     nothing
                  base build
  18  [test 1/2]  COPY . .                                                 layer
                  61 files, 530 kB
  19  [test 2/2]  RUN pytest                                               layer

Stage runtime
  21  [runtime 1/6]  FROM python:${PYTHON}-slim AS runtime                 layer
                     base python:3.14-slim · argument PYTHON · unknown: digest
                     of python:3.14-slim · re-runs when its base image changes
  22  [runtime 2/6]  WORKDIR /app                                          layer
                     re-runs when a step above it re-runs
  23  [runtime 3/6]  COPY --from=build /install /usr/local                 layer
                     from stage build · re-runs when /install comes out
                     different in build, or a step above it re-runs
  24  [runtime 4/6]  COPY --from=assets /web/dist ./static                 layer
                     from stage assets · re-runs when /web/dist comes out
                     different in assets, or a step above it re-runs
  25                 ARG VERSION                                           empty
  26  [runtime 5/6]  COPY app ./app                                        layer
                     12 files, 20 kB · re-runs when a file in app changes, or a
                     step above it re-runs
  27  [runtime 6/6]  RUN --mount=type=bind,from=build,source=/install,…    layer
                     argument VERSION · from stage build · re-runs when VERSION
                     has another value, /install comes out different in build,
                     or a step above it re-runs
  28                 USER 10001                                            empty
  29                 CMD ["gunicorn", "app.wsgi"]                          empty

What an edit re-runs
  steps  RUN  perhaps  cached              edit
      2    1        -    85 %  ████████░░  a source file: app/routes.py
      2    1        4    54 %  █████▒▒▒░░  the dependency list: requirements.txt
      -    -        -   100 %  ██████████  a test: tests/test_shop.py
                                           the ignore file leaves it out:
                                           `tests` on line 3
     13    4        -     0 %  ░░░░░░░░░░  another digest of every base image
  steps that re-run, of 13 (FROM is not counted); those of them that are RUN,
  the slow ones; perhaps: only if what a RUN writes comes out different; cached:
  the share that stays.
  Why, step by step: the same with --change app/routes.py

No findings.

Promises
  broken  app/**=RUN
          RUN --mount=type=bind,from=build,source=/install,target=/in… (line 27)
          re-runs: a step above it re-runs
  kept    tests/**=any step
"""

SLOPPY = """\
Dockerfile, target stage-0

Stage stage-0
   1  [1/4]  FROM python:3.14-slim                                         layer
             base python:3.14-slim · re-runs when its base image changes
   2  [2/4]  WORKDIR /app                                                  layer
             re-runs when its base image changes
   3  [3/4]  COPY . .                                                      layer
             48 files, 1.2 MB · re-runs when a file of the context changes
   4  [4/4]  RUN pip install -r requirements.txt                           layer
             re-runs when a step above it re-runs
   5         CMD ["python", "app.py"]                                      empty

What an edit re-runs
  steps  RUN  perhaps  cached              edit
      2    1        -    33 %  ███░░░░░░░  a source file: app.py
      -    -        -   100 %  ██████████  the command
  steps that re-run, of 3 (FROM is not counted); those of them that are RUN, the
  slow ones; perhaps: only if what a RUN writes comes out different; cached: the
  share that stays.
  Why, step by step: the same with --change app.py

Findings
  source-before-dependencies  Dockerfile:3
    every source edit re-runs `pip install`, line 4
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
    With the fix, editing app.py re-runs 1 step instead of 2, and no RUN instead
    of 1.
    More: dockerize explain --rule source-before-dependencies
  cache-mount-missing  Dockerfile:4
    pip downloads every package again whenever this step re-runs
    with a cache mount a second installation took 9 s instead of 31 s
    No diff is safe here; more: dockerize explain --rule cache-mount-missing
  1 finding silenced: leaky-context
"""

DETAILED = """\
Editing app.py re-runs 2 of 3 steps, one of them RUN.
  stays     2  [2/4]  WORKDIR /app
                      nothing it is made of changes
  re-runs   3  [3/4]  COPY . .
                      app.py, which it copies, has changed
  re-runs   4  [4/4]  RUN pip install -r requirements.txt
                      a step above it re-runs

Editing line 5 re-runs nothing: all 3 steps stay cached.
  stays     2  [2/4]  WORKDIR /app
                      nothing it is made of changes
  stays     3  [3/4]  COPY . .
                      nothing it is made of changes
  stays     4  [4/4]  RUN pip install -r requirements.txt
                      nothing it is made of changes
"""


# All but each edit step by step, and those.
WHOLE: tuple[Part, ...] = ("steps", "table", "findings", "promises")
EDITS: tuple[Part, ...] = ("edits", "promises")


def _colours(parts: tuple[Part, ...]) -> str:
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard")
    with console.capture() as shown:
        people.show(answers.shop(), console, parts)
    return shown.get()


def _encoded(encoding: str) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    people.show(answers.sloppy(), Console(file=file, width=80), WHOLE)
    file.flush()
    return raw.getvalue().decode(encoding)


def test_a_build_of_many_stages_is_told_in_80_columns() -> None:
    assert people.text(answers.shop(), 80, WHOLE) == SHOP


def test_findings_come_with_their_fix_and_what_it_gains() -> None:
    assert people.text(answers.sloppy(), 80, WHOLE) == SLOPPY


def test_each_step_of_an_edit_says_why() -> None:
    assert people.text(answers.sloppy(), 80, EDITS) == DETAILED


def test_a_promise_that_is_kept_and_one_that_is_broken_are_told_apart_without_colours() -> None:
    text = people.text(answers.shop(), 80, EDITS)
    assert "\n  broken  app/**=RUN\n" in text
    assert "\n  kept    tests/**=any step\n" in text


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("parts", [WHOLE, EDITS])
def test_no_line_is_wider_than_asked_for(width: int, parts: tuple[Part, ...]) -> None:
    for answer in (answers.shop(), answers.sloppy(), answers.many(12)):
        lines = people.text(answer, width, parts).splitlines()
        assert [line for line in lines if len(line) > width] == []


def test_a_terminal_of_no_width_gets_the_narrowest() -> None:
    text = people.text(answers.shop(), 1, EDITS)
    assert text == people.text(answers.shop(), 60, EDITS)


def test_letters_that_take_two_cells_are_counted_so() -> None:
    answer = answers.sloppy()
    first = answer.steps[0]
    wide = replace(first, step=replace(first.step, text=f"FROM {'你好' * 40}"))
    text = people.text(replace(answer, steps=(wide,)), 80, WHOLE)
    [line] = [each for each in text.splitlines() if "你好" in each]
    assert cell_len(line) == 80
    assert line.endswith(("…     layer", "…    layer"))


@pytest.mark.parametrize("line", [1, 1234, 1234567])
def test_a_long_dockerfile_has_its_line_numbers_apart(line: int) -> None:
    answer = answers.sloppy()
    step = replace(answer.steps[0].step, text=f"RUN {'x' * 90}", line=line)
    first = replace(answer.edits[0], outcomes=(Outcome(step, reruns=True, reason="why"),))
    steps = (replace(answer.steps[0], step=step),)
    for parts, before in ((WHOLE, ""), (EDITS, "  re-runs")):
        text = people.text(replace(answer, steps=steps, edits=(first,)), 80, parts)
        [told] = [each for each in text.splitlines() if "xxx…" in each]
        assert told.startswith(before)
        assert told.removeprefix(before).split()[0] == str(line)
        assert told.removeprefix(before).startswith(" ") or not before
        assert len(told) <= 80


def test_a_path_is_never_broken() -> None:
    path = "/".join(["very", *["long"] * 40, "path.py"])
    answer = answers.sloppy()
    [edit, _] = answer.edits
    long = replace(edit, change=path, title=f"a source file: {path}", note=f"see {path} for it")
    for parts in (WHOLE, EDITS):
        text = people.text(replace(answer, edits=(long,)), 80, parts)
        assert text.count(path) >= 2


def test_what_a_stage_that_is_not_needed_holds_is_grey() -> None:
    lines = _colours(WHOLE).splitlines()
    begin = next(at for at, line in enumerate(lines) if "Stage test: not built" in line)
    assert len(lines[begin : begin + 6]) == 6
    for line in lines[begin : begin + 6]:
        assert "\x1b[2m" in line
        assert "\x1b[36m" not in line


def test_verdicts_have_colours_on_a_terminal() -> None:
    shown = _colours(EDITS)
    assert "\x1b[1;31m  re-runs\x1b[0m" in shown
    assert "\x1b[33m  perhaps\x1b[0m" in shown
    assert "\x1b[32m  stays  \x1b[0m" in shown


def test_there_are_no_colours_in_a_pipe() -> None:
    assert "\x1b" not in people.text(answers.hostile(), 80, EDITS)


def test_nothing_that_a_terminal_would_obey_comes_out() -> None:
    for parts in (WHOLE, EDITS):
        text = people.text(answers.hostile(), 80, parts)
        assert {"\x1b", "\x07", "\u202e", "\u2028"} & set(text) == set()
        assert "\\x1b[31mred\\x07" in text


def test_markup_in_a_dockerfile_stays_text() -> None:
    answer = answers.sloppy()
    first = answer.steps[0]
    bold = replace(first, step=replace(first.step, text="FROM [bold]x[/bold] :smile:"))
    text = people.text(replace(answer, steps=(bold,)), 80, WHOLE)
    assert "FROM [bold]x[/bold] :smile:" in text


def test_an_output_that_lacks_the_signs_gets_plain_ones() -> None:
    text = _encoded("ascii")
    assert "###.......  a source file: app.py" in text
    assert "48 files, 1.2 MB | re-runs when" in text


def test_a_build_without_steps_has_nothing_to_explain() -> None:
    text = people.text(answers.bare(), 80, WHOLE)
    assert "100 %  ██████████  the base\n" in text
    assert "dockerize explain --change" not in text


def test_what_keeps_the_build_from_its_end_can_be_told_alone() -> None:
    answer = answers.sloppy()
    steps = [replace(each, depends=Depends(missing=("x", "y"))) for each in answer.steps[2:3]]
    said = "Dockerfile:3: x and y are not in the build context: the build fails here\n"
    assert people.text(replace(answer, steps=tuple(steps)), 80, ("missing",)) == said
    assert people.text(answer, 80, ("missing",)) == ""


def test_without_edits_there_is_no_table() -> None:
    text = people.text(replace(answers.shop(), edits=()), 80, WHOLE)
    assert "What an edit re-runs" not in text
