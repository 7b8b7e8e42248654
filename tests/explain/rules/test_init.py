from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from generator.errors import BadDockerfile, UsageError
from generator.explain.rules import RULES, findings, rule_text
from tests.explain.builds import build
from tests.explain.fragments import dockerfiles


def test_there_are_these_rules() -> None:
    assert list(RULES) == [
        "cache-mount",
        "chmod-link",
        "commit-argument",
        "copy-before-install",
        "early-argument",
        "early-metadata",
        "mixed-install",
        "remote-add",
        "stamped-bytecode",
        "umask",
        "update-alone",
        "wide-context",
    ]


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_a_module_of_its_name_with_a_test(name: str, root: Path) -> None:
    module = name.replace("-", "_")

    assert (root / f"generator/explain/rules/{module}.py").is_file()
    assert (root / f"tests/explain/rules/test_{module}.py").is_file()


def test_a_rules_text_says_why_how_and_when_not() -> None:
    assert rule_text("update-alone") == (
        "update-alone: package lists are fetched in a step of their own\n\n"
        "An edit of the list of packages re-runs the step that installs, and not the\n"
        "cached one above it that fetched the lists. They may be months old: versions\n"
        "that they name have been replaced, and the build fails or installs what has\n"
        "known holes. In one RUN both always run together.\n\n"
        "Before:\n\n    RUN apt-get update\n    RUN apt-get install -y libpq5\n\n"
        "After:\n\n    RUN apt-get update && apt-get install -y libpq5\n\n"
        "Measured: no key holds the age of package lists, so no simulation can tell;\n"
        "Docker's documentation asks for both in one RUN\n\n"
        "Ignore it when the package sources are a snapshot, whose lists never change:\n\n"
        "    # dockerize: ignore=update-alone\n\n"
        "Sources:\n- https://docs.docker.com/build/building/best-practices/#apt-get\n"
    )


@pytest.mark.parametrize("name", RULES)
def test_every_rules_text_is_whole(name: str) -> None:
    rule = RULES[name]

    assert rule.why.endswith((".", ")"))
    assert not rule.ignore_when.endswith(".")
    assert rule.sources
    assert max(map(len, f"{rule.before}\n{rule.after}".split("\n"))) <= 90


def test_a_rule_that_is_none_is_an_error_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        rule_text("umaks")

    assert (caught.value.message, caught.value.hint) == (
        "there is no rule 'umaks'",
        "did you mean umask?",
    )


def test_findings_come_by_line(tmp_path: Path) -> None:
    text = "FROM a\nRUN npm ci\nRUN apt-get update\nRUN apt-get install -y gcc\n"
    found, _ = findings(build(tmp_path, text))

    assert [(each.line, each.rule) for each in found] == [
        (2, "cache-mount"),
        (3, "update-alone"),
        (4, "cache-mount"),
    ]


def test_fixes_name_the_file_as_it_is_called(tmp_path: Path) -> None:
    made = build(tmp_path, "FROM a\nRUN npm ci\n")
    (found,), _ = findings(made, dockerfile="docker/web.Dockerfile")

    assert found.fix is not None
    assert found.fix.startswith("--- a/docker/web.Dockerfile\n+++ b/docker/web.Dockerfile\n")


@given(dockerfiles())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_dockerfile_is_too_odd(tmp_path: Path, text: str) -> None:
    try:
        made = build(tmp_path, text)
    except UsageError:
        return
    try:
        findings(made)
    except BadDockerfile as error:
        assert error.line is not None  # noqa: PT017 - a comment that names no rule, at its line


@pytest.mark.parametrize(
    "line",
    [
        "ARG A\nRUN pip install x",
        "ENV PORT=1\nRUN apt-get update\nRUN apt-get install -y x",
        "COPY . /app\nRUN pip install -r /app/requirements.txt",
        "FROM a\nRUN pip install x\nCOPY --from=0 / /",
    ],
)
def test_time_is_bounded_for_a_file_of_any_length(tmp_path: Path, line: str) -> None:
    files = {"requirements.txt": "x\n", "app.py": ""}
    longest = build(tmp_path, "FROM a\n" + f"{line}\n" * (500 // (line.count("\n") + 1)), files)
    longer = build(tmp_path, "FROM a\n" + f"{line}\n" * 2000, files)

    begun = time.process_time()
    findings(longest)
    assert time.process_time() - begun < 15
    assert findings(longer) == ((), {})


def test_the_readme_has_all_rules(root: Path) -> None:
    text = (root / "generator/explain/README.md").read_text("utf-8")
    table = text.split("| rule | finds |\n| --- | --- |\n")[1].split("\n\n")[0]
    assert table.splitlines() == [f"| `{each.id}` | {each.title} |" for each in RULES.values()]
