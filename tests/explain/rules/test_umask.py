from __future__ import annotations

from pathlib import Path

import pytest

from tests.explain.rules.findings import FLASK, fixed, found, gains, one

RULE = "umask"
BAD = """\
FROM python:3.14-slim
WORKDIR /app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY app ./app
"""
GOOD = """\
FROM scratch AS ctx
COPY --chmod=u=rwX,go=rX requirements.txt /

FROM python:3.14-slim
WORKDIR /app
COPY --from=ctx /requirements.txt ./
RUN pip install -r requirements.txt
COPY app ./app
"""


def test_an_installation_that_goes_by_modes_is_found(tmp_path: Path) -> None:
    finding = one(tmp_path / "p", RULE, BAD)

    assert finding.line == 3
    assert finding.message == (
        "a checkout with another umask (0664 for 0644) re-runs `pip install` (line 4)"
    )
    assert gains(finding) == [("mode:requirements.txt", 3, 1, 1, 0)]
    assert fixed(tmp_path, finding, BAD) == GOOD


def test_the_fixed_file_is_clean(tmp_path: Path) -> None:
    assert found(tmp_path, RULE, GOOD) == []


def test_a_comment_silences_it(tmp_path: Path) -> None:
    text = BAD.replace("COPY req", f"# dockerize: ignore={RULE}\nCOPY req")

    assert found(tmp_path, RULE, text) == []


def test_chmod_on_the_copy_is_no_cure(tmp_path: Path) -> None:
    text = BAD.replace("COPY req", "COPY --chmod=644 req")

    assert one(tmp_path / "p", RULE, text).line == 3


def test_a_copy_of_source_has_to_stand_elsewhere_first(tmp_path: Path) -> None:
    text = "FROM a\nCOPY . /app\nRUN pip install -r /app/requirements.txt\n"

    assert found(tmp_path, RULE, text) == []


def test_folders_and_wildcards_keep_their_places(tmp_path: Path) -> None:
    text = "FROM a\nCOPY lists/*.txt lists/more /l/\nCOPY . /app\nRUN pip install -r /l/a.txt\n"
    files = {"lists/a.txt": "", "lists/more/b.txt": "", "README.md": ""}

    assert fixed(tmp_path, one(tmp_path / "p", RULE, text, files), text) == (
        "FROM scratch AS ctx\n"
        "COPY --chmod=u=rwX,go=rX lists/*.txt /lists/\n"
        "COPY --chmod=u=rwX,go=rX lists/more /lists/more\n"
        "COPY --chmod=u=rwX,go=rX . /\n\n"
        "FROM a\nCOPY --from=ctx /lists/*.txt /lists/more /l/\nCOPY --from=ctx / /app\n"
        "RUN pip install -r /l/a.txt\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nCOPY app /app\nRUN python -m app collect\n",
        "FROM a\nRUN pip install x\nCOPY app /app\n",
        "FROM a\nCOPY app /app\n",
        "FROM a AS x\nCOPY requirements.txt /\nFROM a\nRUN pip install x\n",
    ],
)
def test_where_nothing_is_installed_by_a_file_it_is_left_alone(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, RULE, text) == []


@pytest.mark.parametrize(
    "text",
    [
        (
            "FROM a\nCOPY requirements.txt ./\nRUN pip install -r requirements.txt\n"
            "FROM b\nCOPY --from=0 /x /x\n"
        ),
        "FROM a\nARG R=requirements.txt\nCOPY ${R} ./r.txt\nRUN pip install -r r.txt\n",
    ],
)
def test_what_a_new_stage_would_change_is_left_to_a_person(tmp_path: Path, text: str) -> None:
    assert [each.fix for each in found(tmp_path, RULE, text)] in ([], [None])


def test_a_link_to_a_folder_is_left_to_a_person(tmp_path: Path) -> None:
    text = "FROM a\nCOPY *.txt ./\nCOPY cur ./c/\nRUN pip install -r requirements.txt\n"
    (tmp_path / "v1").mkdir()
    (tmp_path / "v1/z.txt").touch()
    (tmp_path / "cur").symlink_to("v1")

    assert found(tmp_path, RULE, text, ["requirements.txt"]) == []


def test_the_new_stage_takes_no_name_that_a_copy_uses(tmp_path: Path) -> None:
    text = (
        "FROM a\nCOPY --from=ctx . /shared\nCOPY requirements.txt ./\n"
        "RUN pip install -r requirements.txt\n"
    )

    assert "FROM scratch AS context-files" in str(one(tmp_path, RULE, text).fix)


EXPLICIT = """\
FROM a
COPY --chmod=600 key /root/key
COPY requirements.txt ./
RUN pip install -r requirements.txt
"""


def test_a_mode_of_its_own_stays_a_copys_own(tmp_path: Path) -> None:
    finding = one(tmp_path / "p", RULE, EXPLICIT, {**FLASK, "key": ""})

    assert fixed(tmp_path, finding, EXPLICIT).startswith(
        "FROM scratch AS ctx\nCOPY --chmod=600 key /\nCOPY --chmod=u=rwX,go=rX requirements.txt /\n"
    )


@pytest.mark.parametrize("whole", [". .", "--chmod=644 key ./"])
def test_one_file_with_two_modes_is_not_put_into_one_stage(tmp_path: Path, whole: str) -> None:
    text = EXPLICIT.replace("requirements.txt ./", whole)

    assert found(tmp_path, RULE, text, {**FLASK, "key": ""}) == []


@pytest.mark.parametrize(
    ("syntax", "finds"),
    [
        ("docker/dockerfile:1.4", 0),
        ("docker.io/docker/dockerfile:1.13-labs", 0),
        ("docker/dockerfile:1.13@sha256:0", 0),
        ("docker/dockerfile:1.14", 1),
        ("docker/dockerfile:1", 1),
        ("docker/dockerfile:2.0", 1),
        ("docker/dockerfile", 1),
        ("example.org/own", 1),
    ],
)
def test_modes_in_letters_are_for_frontends_that_know_them(
    tmp_path: Path, syntax: str, finds: int
) -> None:
    assert len(found(tmp_path, RULE, f"# syntax={syntax}\n{BAD}")) == finds
