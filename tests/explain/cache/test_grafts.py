"""What copies make of a stage's files, told by what a copy from there re-runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.explain.cache.compare import compare
from generator.explain.cache.grafts import Looks, gathered, over, without
from generator.explain.cache.places import Place, digest_of, placed
from generator.explain.context import Context
from generator.explain.context.files import Folder, found
from generator.explain.context.sieve import Part
from tests.explain.builds import build, shown
from tests.explain.context.disk import write

FILES = ("a", "b", "s/a", "s/c", "s/d/x", "s/d/y.md", "t/a", "t/d/x", "t/d/z", "x.tar")
RUN = "FROM i AS r\nRUN make\n"

# What a stage `o` is made of, what is taken from it and an edit: what becomes of the last step.
CASES: dict[str, tuple[str, str, str, str]] = {
    "a file in the place of a file": ("COPY a /f\nCOPY b /f", "/f", "a", "stays"),
    "the file in its place": ("COPY a /f\nCOPY b /f", "/f", "b", "again"),
    "a folder over a folder": ("COPY s /f\nCOPY t /f", "/f", "s/a", "stays"),
    "what the upper one does not have": ("COPY s /f\nCOPY t /f", "/f", "s/c", "again"),
    "folders in folders": ("COPY s /f\nCOPY t /f", "/f/d", "s/d/x", "stays"),
    "what lies beside it": ("COPY s /f\nCOPY t /f", "/f/d", "s/d/y.md", "again"),
    "the mode of a folder below": ("COPY s /f\nCOPY t /f", "/f", "mode:s/d", "stays"),
    "the mode of a folder above": ("COPY s /f\nCOPY t /f", "/f", "mode:t/d", "again"),
    "a file in a folder": ("COPY s /f\nCOPY t/a /f/", "/f", "s/a", "stays"),
    "a file on a folder lands in it": ("COPY s /f\nCOPY t/a /f", "/f", "s/a", "stays"),
    "the other files of that folder": ("COPY s /f\nCOPY t/a /f", "/f", "s/c", "again"),
    "a linked file in a folder": ("COPY s /f\nCOPY --link a /f/d/", "/f", "s/d/x", "again"),
    "the mode of that folder": ("COPY s /f\nCOPY --link a /f/d/", "/f", "mode:s/d", "stays"),
    "a linked file on a folder": ("COPY s /f\nCOPY --link a /f/d", "/f", "s/d/x", "stays"),
    "what lies beside that": ("COPY s /f\nCOPY --link a /f/d", "/f", "s/c", "again"),
    "a linked folder on a folder": ("COPY s /f\nCOPY --link t /f", "/f", "s/c", "again"),
    "the folder of a WORKDIR": ("WORKDIR /f\nCOPY a /f\nCOPY b /f", "/f/a", "a", "again"),
    "with other modes": ("COPY --chmod=755 s /f", "/f", "mode:s/a", "stays"),
    "with other modes below": ("COPY --chmod=755 s /f", "/f", "mode:s/d", "stays"),
    "with some modes": ("COPY --chmod=u+x s /f", "/f", "mode:s/a", "again"),
    "a mode that a later copy sets": (
        "COPY s /e\nCOPY --chmod=a=r s/a /e/a",
        "/e/a",
        "mode:s/a",
        "stays",
    ),
    "what is left out": ("COPY --exclude=**/*.md s /f", "/f", "s/d/y.md", "stays"),
    "what is not left out": ("COPY --exclude=**/*.md s /f", "/f", "s/d/x", "again"),
    "what is left out of a folder below": ("COPY --exclude=d/* s /f", "/f/d", "s/d/x", "stays"),
    "no exclude leaves out a file itself": ("COPY --exclude=a a /f", "/f", "a", "again"),
    "left out of what is let in again": (
        "COPY --exclude=d --exclude=!d/x s /f",
        "/f",
        "s/d/y.md",
        "stays",
    ),
    "let in again": ("COPY --exclude=d --exclude=!d/x s /f", "/f", "s/d/x", "again"),
    "a wildcard's folder comes in": ("COPY s/* /f/", "/f/x", "s/d/x", "again"),
    "beside a wildcard's folder": ("COPY s/* /f/", "/f/x", "s/d/y.md", "stays"),
    "the folders above": ("COPY --parents s/d/x /f/", "/f/s/d/x", "s/d/x", "again"),
    "beside the folders above": ("COPY --parents s/d/x /f/", "/f", "s/d/y.md", "stays"),
    "the modes of the folders above": ("COPY --parents s/d/x /f/", "/f", "mode:s/d", "again"),
    "an archive": ("ADD x.tar /f/", "/f/in/it", "x.tar", "again"),
    "what an archive may hide": ("COPY a /f/a\nADD x.tar /f/", "/f/a", "a", "perhaps"),
    "a heredoc in the place of a file": ("COPY a /f\nCOPY <<E /f\nx\nE", "/f", "a", "stays"),
    "a URL": ("COPY a /f/\nADD https://x/a /f/", "/f/a", "a", "stays"),
    "over what a RUN wrote": ("RUN x\nCOPY a /f", "/f", "a", "again"),
    "in what a RUN wrote, if it is a folder": ("RUN x\nCOPY a /f", "/f/a", "a", "again"),
    "beside it": ("RUN x\nCOPY a /f", "/f/b", "a", "stays"),
    "left out unless it is a file": ("RUN x\nCOPY a /f", "--exclude=a /f", "a", "again"),
    "under what a RUN wrote": ("COPY s /f\nCOPY --from=r /o /f", "/f/a", "s/a", "perhaps"),
    "all of it": ("COPY s /f\nCOPY --from=r /o /f", "/f", "s/a", "perhaps"),
    "deeper": ("COPY s /f\nCOPY --from=r /o /f", "/f/d/x", "s/d/x", "perhaps"),
    "beside it, deeper": ("COPY s /f\nCOPY --from=r /o /f", "/f/d/x", "s/a", "stays"),
    "gone, or in sight": ("COPY s /f\nCOPY --from=r /o /f", "/f/a", "-s/a", "perhaps"),
    "new, or out of sight": ("COPY s /f\nCOPY --from=r /o /f", "/f/d/n", "+s/d/n", "perhaps"),
    "a file under it": ("COPY a /f\nCOPY --from=r /o /f", "/f", "a", "stays"),
    "a file under it that goes": ("COPY s /f\nCOPY --from=r /o /f/a", "/f", "-s/a", "perhaps"),
    "over that": ("COPY s /f\nCOPY --from=r /o /f\nCOPY t /f", "/f/a", "t/a", "again"),
    "under all of that": ("COPY s /f\nCOPY --from=r /o /f\nCOPY t /f", "/f/a", "s/a", "stays"),
    "what an image may hide": ("COPY s /f\nCOPY --from=j /o /f", "/f/a", "s/a", "perhaps"),
    "what it hides if it is there": ("COPY s /f\nCOPY --from=j /o /f", "/f/a", "-s/a", "perhaps"),
    "a file in the place of an image's": ("COPY a /f\nCOPY --from=j /o /f", "/f", "a", "stays"),
    "over an image's": ("COPY --from=j /o /f\nCOPY s /f", "/f/a", "s/a", "again"),
    "behind an exclude": ("COPY s /f", "--exclude=*.md /f/d", "s/d/y.md", "stays"),
    "wildcards in the unknown": ("COPY s /f", "/f/*.md", "s/a", "stays"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_copied_from_a_stage(tmp_path: Path, case: str) -> None:
    made, taken, change, what = CASES[case]
    dockerfile = f"{RUN}FROM i AS o\n{made}\nFROM i\nCOPY --from=o {taken} /y/"
    assert list(shown(build(tmp_path, dockerfile, FILES), change).values())[-1] == what


# Two ways to write a stage, and whether what copies all of `/f` stays when one becomes the other.
WORDS: dict[str, tuple[str, str, bool]] = {
    "a mode": ("COPY --chmod=0755 s /f", "COPY --chmod=755 s /f", True),
    "a mode in letters": ("COPY --chmod=755 a /f/", "COPY --chmod=u=rwx,go=rx a /f/", True),
    "a mode that is there": ("COPY a /f/", "COPY --chmod=u+r a /f/", True),
    "another mode": ("COPY --chmod=755 s /f", "COPY --chmod=700 s /f", False),
    "an owner": ("COPY --chown=1000 s /f", "COPY --chown=1000:1000 s /f", True),
    "root": ("COPY s /f", "COPY --chown=0 s /f", True),
    "another owner": ("COPY --chown=1000 s /f", "COPY --chown=1000:0 s /f", False),
    "the owner of a WORKDIR": ("USER 1\nWORKDIR /f", "USER 2\nWORKDIR /f", False),
    "an exclude that leaves nothing out": ("COPY s /f", "COPY --exclude=*.x s /f", True),
    "one copy, or two": ("COPY a b /f/", "COPY a /f/\nCOPY b /f/", True),
    "what was replaced": ("COPY s/a /f/\nCOPY s /f", "COPY s /f", True),
    "another folder on the way": ("COPY s /e\nCOPY --from=r /o /f", "COPY --from=r /o /f", True),
    "another place of what is unknown": ("COPY --from=r /o /f", "COPY --from=r /p /f", False),
}


@pytest.mark.parametrize("case", WORDS)
def test_what_comes_to_the_same_stays(tmp_path: Path, case: str) -> None:
    *texts, stays = WORDS[case]
    last = "FROM scratch\nCOPY --from=o /f /y/"
    one, other = (
        build(tmp_path, f"{RUN}FROM scratch AS o\n{text}\n{last}", FILES) for text in texts
    )
    assert (compare(one, other)[-1].reruns is False) is stays


def test_two_folders_that_a_build_is_given_are_two(tmp_path: Path) -> None:
    top = Context(write(tmp_path, "a")).top
    one, other = (Looks(context=name).of(top) for name in ("one", "other"))
    assert isinstance(one, Folder)
    assert isinstance(other, Folder)
    assert digest_of(one) != digest_of(other) != digest_of(top)
    assert Looks().of(top) is top


def test_a_folder_is_looked_into_when_it_is_asked_for(tmp_path: Path) -> None:
    context = Context(write(tmp_path, "s/a/b", "s/c", "t/a/b/c", "t/d/e"))
    s, t = (found(context.top, name) for name in ("s", "t"))
    assert s is not None
    assert t is not None
    laid = over(Looks("755").of(s[1]), Looks(owner="1:1").of(t[1]))
    seen = context.walked
    assert isinstance(laid, Folder)
    left = without(laid, ("d",))
    assert context.walked == seen
    assert sorted(left.children) == ["a", "c"]


def test_parts_are_gathered_by_their_names(tmp_path: Path) -> None:
    top = placed(Context(write(tmp_path, "a", "d/b", "d/e/c")).top)
    parts = [Part("", "", top, whole=False)]
    for path in ("a", "d", "d/b", "d/e", "d/e/c"):
        at = found(top, path)
        assert at is not None
        parts.append(Part(path, *at, whole=False))
    assert digest_of(gathered(parts)) == digest_of(top)
    assert sorted(gathered([]).children) == []
    assert isinstance(gathered(parts), Place)


def test_copies_that_double_are_refused(tmp_path: Path) -> None:
    from generator.errors import BadDockerfile

    stages = ["FROM scratch AS s0\nCOPY . /"]
    stages += [
        f"FROM scratch AS s{n}\nCOPY --from=s{n - 1} / /x/\nCOPY --from=s{n - 1} / /y/"
        for n in range(1, 60)
    ]
    made = build(tmp_path, "\n".join(stages), FILES)
    with pytest.raises(BadDockerfile, match="in too many ways to follow"):
        shown(made, "a")
