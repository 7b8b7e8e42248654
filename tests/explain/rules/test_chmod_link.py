from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import fixed, found, gains, one

RULE = "chmod-link"
FILES = {"entrypoint.sh": "", "app/main.py": ""}
BAD = """\
# syntax=docker/dockerfile:1
ARG IMAGE=python:3.14-slim

# The service.
FROM ${IMAGE}
RUN useradd app
COPY --link --chmod=755 entrypoint.sh /usr/local/bin/
"""
GOOD = """\
# syntax=docker/dockerfile:1
ARG IMAGE=python:3.14-slim

FROM scratch AS ctx
COPY --chmod=755 entrypoint.sh /

# The service.
FROM ${IMAGE}
RUN useradd app
COPY --from=ctx --link /entrypoint.sh /usr/local/bin/
"""


def test_both_flags_are_found(tmp_path: Path) -> None:
    finding = one(tmp_path / "p", RULE, BAD, FILES)

    assert finding.line == 7
    assert finding.message == (
        "--chmod switches --link off: this copy hangs on the steps above it, and re-runs when the"
        " base image or one of them changes"
    )
    assert gains(finding) == [("base", 2, 1, 1, 1)]
    assert fixed(tmp_path, finding, BAD) == GOOD


def test_the_fixed_file_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD, FILES) == []


def test_a_comment_silences_it(tmp_path: Path) -> None:
    text = BAD.replace("COPY", f"# dockerize: ignore={RULE}\nCOPY")

    assert found(tmp_path, RULE, text, FILES) == []


def test_a_copy_from_a_stage_goes_through_a_stage_of_its_own(tmp_path: Path) -> None:
    text = "FROM a AS build\nFROM b\nRUN x\nCOPY --link --chmod=644 --from=build /out /srv/\n"

    assert fixed(tmp_path, one(tmp_path / "p", RULE, text, FILES), text) == (
        "FROM a AS build\nFROM scratch AS ctx\nCOPY --from=build --chmod=644 /out /out\n\n"
        "FROM b\nRUN x\nCOPY --from=ctx --link /out /srv/\n"
    )


def test_a_stages_name_that_is_taken_is_not_taken_twice(tmp_path: Path) -> None:
    text = "FROM a AS ctx\nRUN x\nCOPY --link --chmod=644 app /app\n"
    finding = one(tmp_path / "p", RULE, text, FILES)

    assert "FROM scratch AS context-files\nCOPY --chmod=644 app /app\n" in (
        fixed(tmp_path, finding, text)
    )


@pytest.mark.parametrize("owner", ["app", "app:app", "1000:app"])
def test_a_named_owner_is_found(tmp_path: Path, owner: str) -> None:
    finding = one(tmp_path, RULE, f"FROM a\nCOPY --link --chown={owner} app /app\n", FILES)

    assert finding.message == (
        f"--chown={owner} names an owner, and a linked copy has no /etc/passwd to look it up in:"
        " the build fails; give its number"
    )
    assert (finding.fix, finding.effect) == (None, None)
    assert finding.measured == (
        "with BuildKit, --link with a named owner fails, and with a number it builds"
    )


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nCOPY --link app /app\n",
        "FROM a\nCOPY --chmod=755 app /app\n",
        "FROM a\nCOPY --link=false --chmod=755 app /app\n",
        "FROM a\nCOPY --link --chown=1000:1000 app /app\n",
        "FROM scratch\nCOPY --link --chmod=755 app /app\n",
    ],
)
def test_one_flag_alone_is_left_alone(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, RULE, text, FILES) == []
