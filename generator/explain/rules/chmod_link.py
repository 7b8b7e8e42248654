"""`COPY --link` beside flags that it does not go with."""

from __future__ import annotations

from collections.abc import Iterator

from generator.explain.answer import Finding
from generator.explain.rules.examined import Examined
from generator.explain.rules.normal import with_stage
from generator.explain.rules.rule import Rule
from generator.explain.rules.simulate import effects
from generator.explain.stages import Copy, Step


def _find(examined: Examined) -> Iterator[Finding]:
    for step in examined.steps:
        copy = step.operation
        if not isinstance(copy, Copy) or not _linked(examined, step):
            continue
        if copy.chmod is not None:
            yield from _moded(examined, step, copy)
        elif _named(copy.chown):
            yield Finding(
                RULE.id,
                step.line,
                f"--chown={copy.chown} names an owner, and a linked copy has no /etc/passwd to"
                " look it up in: the build fails; give its number",
                None,
                None,
                _OWNER,
            )


def _moded(examined: Examined, step: Step, copy: Copy) -> Iterator[Finding]:
    """A stage of its own can set the modes, and the linked copy take the files from there."""
    if not any(each.makes == "layer" for each in examined.above(step)):
        base = examined.build.plan.stages[step.stage].base
        if base.kind == "scratch":
            return
    fix = with_stage(examined, [step])
    gained = () if fix is None else effects(examined, fix, ["base"])
    if fix is None or gained:
        yield Finding(
            RULE.id,
            step.line,
            "--chmod switches --link off: this copy hangs on the steps above it, and re-runs"
            " when the base image or one of them changes",
            None if fix is None else fix.diff,
            gained or None,
            None if gained else _MEASURED,
        )


def _linked(examined: Examined, step: Step) -> bool:
    given = dict(examined.instruction(step).flags)
    return "link" in given and given["link"] != "false"


def _named(owner: str | None) -> bool:
    return any(each and not each.isdigit() for each in (owner or "").split(":"))


_MEASURED = (
    "with BuildKit, a copy with both flags re-runs with the step above it, as one without --link"
    " does; the same copy from a stage that has set the modes keeps its layer"
)
_OWNER = "with BuildKit, --link with a named owner fails, and with a number it builds"

RULE = Rule(
    id="chmod-link",
    title="--link beside a flag that it does not go with",
    why=(
        "A linked copy is a layer of its own: it stays when the base image or a step above it"
        " changes. --chmod switches that off without a word. A stage of its own can set the modes,"
        " and a linked copy can take the files from there. An owner has to be a number: a name"
        " would be looked up in the files below, which a linked copy does not have. (A linked copy"
        " also makes the folders above its target its own: they get the owner of --chown.)"
    ),
    before="COPY --link --chmod=755 entrypoint.sh /usr/local/bin/",
    after=(
        "FROM scratch AS ctx\nCOPY --chmod=755 entrypoint.sh /\n\nFROM base\n"
        "COPY --from=ctx --link /entrypoint.sh /usr/local/bin/"
    ),
    ignore_when="the copy is cheap and nothing expensive stands below it; then drop --link",
    sources=(
        "https://docs.docker.com/reference/dockerfile/#copy---link",
        "moby/buildkit, frontend/dockerfile/dockerfile2llb: no merge for a copy with --chmod",
    ),
    measured=_MEASURED,
    find=_find,
)
