"""Bytecode that holds times, behind a `COPY --from`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence

from generator.explain.answer import Finding
from generator.explain.context.wildcards import has_wildcards
from generator.explain.rules.commands import Command
from generator.explain.rules.examined import Examined
from generator.explain.rules.fixes import Change, Fix
from generator.explain.rules.managers import Install, install, program
from generator.explain.rules.rule import Rule
from generator.explain.stages import Copy, Run, Stage, Step

_SITE = "/usr/local/lib/python"
_INTO = ("--target", "-t", "--prefix", "--root")
_HASHED = ("unchecked-hash", "checked-hash")
_INSTALL = re.compile(
    r"((?:^|[\s;&(/])pip[0-9.]*(?:[ \t]+-\S+(?:[ \t]+[^\s-]\S*)?)*?[ \t]+install)(?=[\s\\]|$)"
)


def _find(examined: Examined) -> Iterator[Finding]:
    plan = examined.build.plan
    seen: set[int] = set()
    for step in examined.steps:
        copy = step.operation
        if not isinstance(copy, Copy) or copy.origin.kind != "stage":
            continue
        for run, verb in _stamping(examined, plan.stages[copy.origin.stage], copy):
            if run.line not in seen:
                seen.add(run.line)
                yield _finding(examined, step, run, verb)


def _finding(examined: Examined, copy: Step, run: Step, verb: str) -> Finding:
    fix = _fix(examined, run)
    later = "; without bytecode each start makes it: the rule says how to add it with hashes"
    return Finding(
        RULE.id,
        run.line,
        f"`{verb}` writes .pyc files that hold the time, so each time it re-runs so does the copy"
        f" of them (line {copy.line}), and all below that, though the packages are the same"
        f"{later if fix and '--no-compile' in fix else ''}",
        fix,
        None,
        _MEASURED,
    )


def _stamping(examined: Examined, stage: Stage, copy: Copy) -> Iterator[tuple[Step, str]]:
    """The RUNs of a stage, and of those that it starts from, that stamp what a copy takes."""
    taken = [f"/{each}".rstrip("/") for each in copy.sources if not has_wildcards(each)]
    steps = _all(examined, stage)
    places: set[str] = set()
    for step in steps:
        if not isinstance(step.operation, Run):
            continue
        run, commands = step.operation, examined.commands(step)
        environment = dict(run.environment)
        places |= _environments(commands, environment)
        if step.inherited or environment.get("PYTHONDONTWRITEBYTECODE"):
            continue
        if environment.get("SOURCE_DATE_EPOCH"):
            continue
        for command in commands:
            verb = _stamps(command, environment)
            into = _into(command, places, environment)
            if verb and any(_meets(one, other) for one in taken for other in into):
                if not _rehashed(steps, examined, into):
                    yield step, verb
                break


def _all(examined: Examined, stage: Stage) -> list[Step]:
    stages = [stage]
    while stages[-1].base.kind == "stage":
        stages.append(examined.build.plan.stages[stages[-1].base.stage])
    return [step for each in reversed(stages) for step in each.steps]


def _stamps(command: Command, environment: Mapping[str, str]) -> str | None:
    """What to call a command that writes bytecode with times in it; None for any other."""
    settings = dict(each.partition("=")[::2] for each in command.settings)
    if settings.get("SOURCE_DATE_EPOCH") or settings.get("PYTHONDONTWRITEBYTECODE"):
        return None
    name, rest = program(command)
    if name == "compileall":
        return None if any(each.endswith(_HASHED) for each in rest) else "python -m compileall"
    made = install(command)
    stamps = False
    if made is not None and made.manager.name == "pip":
        stamps = made.verb == "pip install" and "--no-compile" not in made.arguments
    elif made is not None and made.manager.name == "uv":
        stamps = _uv_stamps(made, {**environment, **settings})
    elif made is not None and made.manager.name == "poetry":
        stamps = "--compile" in made.arguments
    return made.verb if made is not None and stamps else None


def _uv_stamps(made: Install, environment: Mapping[str, str]) -> bool:
    asked = {"--compile-bytecode", "--compile"} & set(made.command.words)
    if not asked and environment.get("UV_COMPILE_BYTECODE", "").lower() not in ("1", "true", "yes"):
        return False
    mode = environment.get("PYC_INVALIDATION_MODE", "").upper()
    return "HASH" not in mode


def _environments(commands: Sequence[Command], environment: Mapping[str, str]) -> set[str]:
    """Folders of virtual environments that commands make or variables name."""
    found = {environment[name] for name in _NAMES if environment.get(name)}
    for command in commands:
        name, rest = program(command)
        words = [each for each in rest if not each.startswith("-")]
        if name in ("venv", "virtualenv") or (name == "uv" and words[:1] == ["venv"]):
            words = words[1:] if name == "uv" else words
            found |= {each for each in words[-1:] if each.startswith("/")}
    return found


_NAMES = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")


def _into(command: Command, places: set[str], environment: Mapping[str, str]) -> list[str]:
    """Where a command writes, as far as that can be told."""
    words = command.words
    given = [words[at + 1] for at, each in enumerate(words[:-1]) if each in (*_INTO, "--python")]
    given += [each.partition("=")[2] for each in words if each.partition("=")[0] in _INTO]
    if given:
        return [each.rstrip("/") for each in given if each.startswith("/")]
    if "--user" in words:
        return ["/root/.local"]
    name, rest = program(command)
    if name == "compileall":
        return [each.rstrip("/") for each in rest if each.startswith("/")]
    used = _used(words[0], places, environment)
    return used or [_SITE]


def _used(first: str, places: set[str], environment: Mapping[str, str]) -> list[str]:
    """The virtual environments that a program may belong to, by its path or by PATH."""
    if first.startswith("/"):
        return [each for each in places if first.startswith(f"{each}/")]
    path = environment.get("PATH", "").split(":")
    named = {environment.get(name) for name in _NAMES}
    return [each for each in places if f"{each}/bin" in path or each in named]


def _meets(taken: str, written: str) -> bool:
    """Whether a copied path holds bytecode of what is installed in `written`."""
    if written == _SITE:
        return "/usr/local/lib".startswith(taken) or (
            taken.startswith(_SITE) and (taken.endswith("/site-packages") or taken.count("/") < 5)  # noqa: PLR2004
        )
    below = posixpath.relpath(taken, written) if taken.startswith(f"{written}/") else ""
    return written == taken or written.startswith(f"{taken}/") or below.startswith("lib")


def _rehashed(steps: Sequence[Step], examined: Examined, into: Sequence[str]) -> bool:
    """Whether a later command writes all of it anew, with hashes in the place of times."""
    for step in steps:
        for command in examined.commands(step):
            name, rest = program(command)
            hashed = name == "compileall" and any(each.endswith(_HASHED) for each in rest)
            forced = hashed and {"-f", "--force"} & set(rest)
            folders = [word.rstrip("/") for word in rest if word.startswith("/")]
            if forced and any(_meets(word, each) for word in folders for each in into):
                return True
    return False


def _fix(examined: Examined, step: Step) -> str | None:
    """pip without bytecode: how to add hash-based bytecode is in the rule's text."""
    lines = examined.source(step)
    new = tuple(_INSTALL.sub(r"\1 --no-compile", each) for each in lines)
    uv = [program(each)[0] for each in examined.commands(step)]
    if "uv" in uv and not examined.instruction(step).is_json:
        return _uv_fix(examined, step)
    if new == lines or examined.instruction(step).is_json:
        return None
    return Fix(examined.dockerfile, examined.text, (Change(step.line, step.last, new),)).diff


def _uv_fix(examined: Examined, step: Step) -> str | None:
    change = Change(step.line, step.line - 1, ("ENV PYC_INVALIDATION_MODE=UNCHECKED_HASH",))
    return Fix(examined.dockerfile, examined.text, (change,)).diff


_MEASURED = (
    "reinstalling the same pins changed 612 of 1338 files with pip and 201 of 493 with uv; with"
    " hash-based bytecode two installations were identical, byte for byte"
)

RULE = Rule(
    id="stamped-bytecode",
    title="bytecode that holds times behind COPY --from",
    why=(
        "A copy from a stage goes by content: if the builder re-runs and writes the same files, the"
        " copy stays. But a .pyc file holds the time of its source, which an installation sets"
        " anew. So the copy of the environment re-runs whenever the builder does. Install without"
        " bytecode, and compile it with hashes: python -m compileall --invalidation-mode"
        " unchecked-hash (and with PYC_INVALIDATION_MODE=UNCHECKED_HASH for uv). It is then the"
        " same bytes each time, and the service starts as fast."
    ),
    before="RUN pip install -r requirements.txt\n\nCOPY --from=build /opt/venv /opt/venv",
    after=(
        "RUN pip install --no-compile -r requirements.txt \\\n"
        "    && python -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib\n\n"
        "COPY --from=build /opt/venv /opt/venv"
    ),
    ignore_when="the copy is the last expensive step, and its layer need not stay in a registry",
    sources=(
        "https://docs.python.org/3/library/compileall.html",
        "https://peps.python.org/pep-0552/",
        "https://docs.astral.sh/uv/reference/environment/",
    ),
    measured=_MEASURED,
    find=_find,
)
