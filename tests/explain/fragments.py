"""Dockerfiles out of pieces that are right, nearly right and wrong."""

from __future__ import annotations

from hypothesis import strategies as st

_WORDS = (
    "a", "/b", "./c/", "..", "$A", "${A}", "${B:-c d}", "${A%.*}", "${A//a/b}", "${", "$", "'",
    '"', '"q $A"', "'r s'", "\\", "\\ ", "<<E", "<<-E", "<<'E'", "3<<E", "[", '["a", "b"]', "[1]",
    "--x", "--from=base", "--from=0", "--from=9", "--link", "--chmod=755", "--chown=$A",
    "--exclude=*.py", "--parents", "--platform=linux/arm64", "--mount=type=cache,target=/c",
    "--mount=target=d", "--mount=type=bind,from=base,target=/b", "--mount=type=secret,id=s",
    "--network=none", "AS base", "base", "scratch", "python:3.13", "https://a/b.git",
    "http://a/b", "*", "?", "=", "A=b", "B=$A", "A", "#", "# no", "NONE", "CMD x", "80/tcp",
    "SIGTERM", "\u00e9", "\x00", "\ud800", "RUN x",
)  # fmt: skip
_NAMES = (
    "FROM", "FROM scratch AS", "FROM a", "FROM base", "RUN", "COPY", "ADD", "ENV", "ARG", "LABEL",
    "WORKDIR", "USER", "SHELL", "CMD", "ENTRYPOINT", "EXPOSE", "VOLUME", "STOPSIGNAL",
    "HEALTHCHECK", "ONBUILD", "MAINTAINER", "COPYY", "# escape=`", "# syntax=x", "#", "E", "\tE",
    "", "  ",
)  # fmt: skip
_ENDS = ("\n", "\n", "\n", "\r\n", "\\\n", " \\ \n", "`\n", "\n\n", "\nE\n")


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    """Most begin with a FROM, without which nothing else would be looked at."""
    line = st.tuples(st.sampled_from(_NAMES), st.lists(st.sampled_from(_WORDS), max_size=5))
    lines = draw(st.lists(st.tuples(line, st.sampled_from(_ENDS)), max_size=12))
    text = "".join(f"{name} {' '.join(words)}{end}" for (name, words), end in lines)
    return draw(st.sampled_from(("FROM scratch AS base\n", "ARG A=1\nFROM a\n", ""))) + text
