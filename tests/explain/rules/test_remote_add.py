from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import found, one

RULE = "remote-add"
BAD = "FROM a\nADD https://u:p@files.example.com/tool.tgz /opt/\nRUN x\nRUN y\n"
SUM = "sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d"
GOOD = BAD.replace("ADD", f"ADD --checksum={SUM}")


def test_a_url_above_runs_is_found(tmp_path: Path) -> None:
    finding = one(tmp_path, RULE, BAD)

    assert finding.line == 2
    assert finding.message == (
        "whatever files.example.com serves decides about 2 RUNs below it: another body, or the"
        " same with another Last-Modified, re-runs all of them"
    )
    assert (finding.fix, finding.effect) == (None, None)
    assert finding.measured == (
        "the key of such an ADD is the digest of what was served, its file name and its"
        " Last-Modified, so it cannot be known without the network"
    )


def test_with_a_checksum_it_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD) == []


def test_a_comment_silences_it(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, BAD.replace("ADD", f"# dockerize: ignore={RULE}\nADD")) == []


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nADD https://example.com/a /opt/\n",
        "FROM a\nADD app /opt/\nRUN x\n",
        "FROM a\nADD https://github.com/a/b.git#v1 /opt/\nRUN x\n",
    ],
)
def test_what_costs_nothing_is_left_alone(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, RULE, text) == []
