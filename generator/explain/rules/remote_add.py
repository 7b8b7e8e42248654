"""ADD of a URL whose content may be another one tomorrow."""

from __future__ import annotations

from collections.abc import Iterator

from generator.explain.answer import Finding
from generator.explain.rules.examined import Examined
from generator.explain.rules.rule import Rule
from generator.explain.rules.wording import several
from generator.explain.stages import Copy, Step
from generator.explain.stages.remotes import kind


def _find(examined: Examined) -> Iterator[Finding]:
    for step in examined.steps:
        copy = step.operation
        if not isinstance(copy, Copy) or "checksum" in dict(copy.options):
            continue
        url = next((each for each in copy.remotes if kind(each) != "git"), None)
        below = _below(examined, step)
        if url is not None and below:
            yield Finding(
                RULE.id,
                step.line,
                f"whatever {_host(url)} serves decides about {several(below, 'RUN')} below it:"
                " another body, or the same with another Last-Modified, re-runs all of them",
                None,
                None,
                _MEASURED,
            )


def _below(examined: Examined, step: Step) -> int:
    return sum(each.instruction == "RUN" for each in examined.below(step))


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2] or url


_MEASURED = (
    "the key of such an ADD is the digest of what was served, its file name and its Last-Modified,"
    " so it cannot be known without the network"
)

RULE = Rule(
    id="remote-add",
    title="a URL without a checksum above expensive steps",
    why=(
        "BuildKit asks the server at each build, and takes what it says for the key of the step:"
        " a file that was only uploaded again, with the same content and a new date, re-runs all"
        " that stands below. With --checksum the content is fixed, and a build needs no network to"
        " know that nothing has changed."
    ),
    before="ADD https://example.com/tool-1.2.tar.gz /opt/",
    after="ADD --checksum=sha256:24454f830c... https://example.com/tool-1.2.tar.gz /opt/",
    ignore_when="the image is meant to follow what the server serves",
    sources=("https://docs.docker.com/reference/dockerfile/#add---checksum",),
    measured=_MEASURED,
    find=_find,
)
