"""A package manager that downloads all packages each time its step runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from generator.explain.answer import Finding
from generator.explain.listed import listed
from generator.explain.rules import writing
from generator.explain.rules.commands import Command
from generator.explain.rules.downloads import far
from generator.explain.rules.examined import Examined
from generator.explain.rules.fixes import Change, Fix
from generator.explain.rules.managers import Install, Manager, install, program, verb
from generator.explain.rules.places import overlap
from generator.explain.rules.rule import Rule
from generator.explain.stages import Copy, Origin, Run, Step

_OFFLINE = frozenset(("--offline", "--prefer-offline", "-o", "--local", "--no-index"))
# NAME= of a variable, or a flag, that says where downloads are kept or how they are used.
_ELSEWHERE = re.compile(
    r"(?i:\w*CACHE_(?:DIR|FOLDER)|npm_config_(?:cache|store_dir)|PNPM_HOME|XDG_\w+|HOME"
    r"|GOMODCACHE|GOPATH|GOCACHE|CARGO_HOME|GRADLE_USER_HOME|NUGET_PACKAGES|COMPOSER_HOME"
    r"|BUNDLE_\w+|GEM_HOME|MAVEN_OPTS|UV_LINK_MODE)="
    r"|--(?:cache|cache-dir|cache-folder|store-dir|store|gradle-user-home|packages)(?:=|$)"
    r"|-Dmaven\.repo\.local|-g$"
)
_ROOT = ("", "root", "0", "0:0", "root:root")
_CLEANERS = (
    ("apt-get", "clean"),
    ("apt", "clean"),
    ("pip", "cache"),
    ("npm", "cache"),
    ("yarn", "cache"),
    ("pnpm", "store"),
    ("uv", "cache"),
    ("go", "clean"),
)
_HOME = re.compile(r"^(?:~|\$HOME|\$\{HOME\})(?=/|$)")
_CACHES = ("/root/.cache", "/root/.npm", "/var/cache", "/usr/local/share/.cache")
_NO_NETWORK = ("network", "none")
_KEEP_DEBS = "rm -f /etc/apt/apt.conf.d/docker-clean &&"


def _find(examined: Examined) -> Iterator[Finding]:
    known: set[tuple[int, str]] = set()
    for step, run, commands in examined.runs:
        image = examined.image(step.stage)
        missing = [
            each
            for each in _missing(run, commands, image)
            # What a step above it has downloaded, and keeps, is not downloaded again.
            if (step.stage, each.manager.name) not in known
        ]
        yield from _switched_off(step, run, commands, image)
        known |= {(step.stage, each.manager.name) for each in missing if each.manager.keeps_all}
        if missing:
            verbs = listed([f"`{each}`" for each in dict.fromkeys(one.verb for one in missing)])
            again = "all it needs" if len({one.verb for one in missing}) == 1 else "all they need"
            yield Finding(
                RULE.id,
                step.line,
                f"each run of {verbs} downloads {again} anew",
                _fix(examined, step, run, missing, image),
                None,
                _MEASURED,
            )


def _switched_off(
    step: Step, run: Run, commands: Sequence[Command], image: str
) -> Iterator[Finding]:
    """Installations that are told to keep nothing, beside a mount that would keep it."""
    targets = [each.target for each in run.mounts if each.type == "cache"]
    for found in map(install, commands):
        if found is None or not _overlapping(targets, found.manager.folders(image)):
            continue
        said = (*found.command.words, *(each.partition("=")[0] for each in found.command.settings))
        variables = {name for name, value in run.environment if value}
        off = [each for each in found.manager.uncached if each in said or each in variables]
        if off:
            message = f"`{found.verb}` keeps nothing in its cache mount, as {off[0]} says so"
            yield Finding(RULE.id, step.line, message, None, None)


def _overlapping(targets: Sequence[str], folders: Sequence[str]) -> set[str]:
    return {target for target in targets for folder in folders if overlap(target, folder)}


def _missing(run: Run, commands: Sequence[Command], image: str) -> list[Install]:
    """The installations whose downloads nothing keeps."""
    targets = [each.target for each in run.mounts if each.type == "cache"]
    installs = [each for each in map(install, commands) if each is not None and far(each)]
    missing: list[Install] = []
    for each in installs:
        folders = each.manager.folders(image)
        kept = _overlapping(targets, folders)
        if kept:
            targets = [target for target in targets if target not in kept]
        if folders and not kept:
            missing.append(each)
    names = {each.manager.name for each in installs} - {each.manager.name for each in missing}
    missing = [each for each in missing if each.manager.name not in names]
    # A mount at a folder of its own is where somebody has told a manager to keep things.
    return [] if targets else missing


def _fix(
    examined: Examined, step: Step, run: Run, missing: Sequence[Install], image: str
) -> str | None:
    if not _can_be_kept(examined, step, run, missing, image):
        return None
    managers = list(dict.fromkeys(each.manager for each in missing))
    lines = examined.source(step)
    for manager in managers:
        for name in manager.uncached:
            # pip takes any value of its variable, "0" too, for no cache.
            if dict(run.environment).get(name):
                return None
            if name.startswith("--"):
                lines = _without(lines, name, manager.name)
    head = [
        f"--mount=type=cache,target={folder}{',sharing=locked' if manager.sharing else ''}"
        for manager in managers
        for folder in manager.folders(image)
    ]
    if any(each.name == "apt" for each in managers):
        given_flags = examined.instruction(step).flags
        if given_flags or examined.instruction(step).is_json or step.operation != run:
            return None
        head.append(_KEEP_DEBS)
    if examined.instruction(step).heredocs and head[-1] == _KEEP_DEBS:
        return None
    new = writing.with_first(lines, head, examined.build.plan.dockerfile.escape)
    if new is None:
        return None
    return Fix(examined.dockerfile, examined.text, (Change(step.line, step.last, new),)).diff


def _can_be_kept(
    examined: Examined, step: Step, run: Run, missing: Sequence[Install], image: str
) -> bool:
    """Whether a mount at the usual folders serves this step and takes nothing from another."""
    managers = {each.manager for each in missing}
    folders = [folder for manager in managers for folder in manager.folders(image)]
    return not (
        run.user not in _ROOT
        or _is_berry(examined, managers)
        or _cleans(examined.commands(step), folders)
        or any(map(_elsewhere, _settings(run, missing)))
        or _hides(examined, step, folders)
        or _wanted(examined, step, folders)
        or any(_goes_on(examined, step, manager) for manager in managers)
    )


def _is_berry(examined: Examined, managers: Collection[Manager]) -> bool:
    """Yarn from 2 on, which keeps its downloads elsewhere, and where its settings say."""
    names = {each.name for each in managers}
    return "yarn" in names and examined.context.entry(".yarnrc.yml") is not None


def _settings(run: Run, missing: Sequence[Install]) -> Iterator[str]:
    """Variables and flags by which a manager may be told where to keep what it downloads."""
    yield from (f"{name}={value}" for name, value in run.environment)
    for each in missing:
        yield from each.command.settings
        yield from (word for word in each.command.words if word.startswith("-"))


def _elsewhere(setting: str) -> bool:
    return _ELSEWHERE.match(setting) is not None and setting != "UV_LINK_MODE=copy"


def _hides(examined: Examined, step: Step, folders: Sequence[str]) -> bool:
    """Whether a copy of this stage has put files where the mount would stand."""
    copies = [each.operation for each in examined.build.plan.stages[step.stage].steps]
    places = [each.target for each in copies if isinstance(each, Copy)]
    return any(overlap(place, folder) for place in places if place != "/" for folder in folders)


def _wanted(examined: Examined, step: Step, folders: Sequence[str]) -> bool:
    """Whether another step takes from this stage what the mount would keep."""
    stages = _built_on(examined, step.stage)
    taken = [
        (origin.stage, source)
        for each in examined.build.plan.steps
        for origin, source in _sources(each)
        if origin is not None and origin.kind == "stage"
    ]
    return any(
        overlap(f"/{source.strip('/')}", folder)
        for stage, source in taken
        if stage in stages
        for folder in folders
    )


def _sources(step: Step) -> Iterator[tuple[Origin | None, str]]:
    match step.operation:
        case Copy(origin=origin, sources=sources):
            yield from ((origin, each) for each in sources)
        case Run(mounts=mounts):
            yield from ((each.origin, each.source) for each in mounts)


def _built_on(examined: Examined, first: int) -> set[int]:
    """The stage, and those that start from it or from one of these."""
    stages = {first}
    for stage in examined.build.plan.stages:
        if stage.base.kind == "stage" and stage.base.stage in stages:
            stages.add(stage.index)
    return stages


def _goes_on(examined: Examined, step: Step, manager: Manager) -> bool:
    """Whether a later step goes by what this one has downloaded, and would not find it."""
    later = [
        each
        for stage in sorted(_built_on(examined, step.stage))
        for each in examined.build.plan.stages[stage].steps
        if (each.stage, examined.place(each)) > (step.stage, examined.place(step))
    ]
    if any(
        isinstance(each.operation, Run) and _NO_NETWORK in each.operation.options for each in later
    ):
        return True
    commands = [command for each in later for command in examined.commands(each)]
    return any(
        called[0] == manager.name and (manager.keeps_all or _OFFLINE & set(called[1]))
        for called in map(_called, commands)
    )


def _called(command: Command) -> tuple[str, tuple[str, ...]]:
    called = verb(command)
    return ("", ()) if called is None else (called[0].name, command.words)


def _cleans(commands: Sequence[Command], folders: Sequence[str]) -> bool:
    """Whether the step empties the folder that a mount would keep, or may do so."""
    return any(
        (program(each)[0], *program(each)[1][:1]) in _CLEANERS
        or (each.program == "rm" and any(_kept(word, folders) for word in each.positional))
        for each in commands
    )


def _kept(path: str, folders: Sequence[str]) -> bool:
    path = _HOME.sub("/root", path)
    whole = f"{path.rstrip('/')}/"
    return (
        "$" in path
        or any(f"{folder}/".startswith(whole) for folder in folders)
        or any(overlap(path, each) for each in _CACHES)
    )


def _without(lines: Sequence[str], flag: str, manager: str) -> tuple[str, ...]:
    by = "--update-cache" if manager == "apk" else None
    pattern = re.compile(rf"[ \t]{re.escape(flag)}(?:=\S+)?(?=[ \t]|$)")
    return tuple(pattern.sub("" if by is None else f" {by}", each) for each in lines)


_MEASURED = (
    "with uv, for example, Flask added to a list of Django, gunicorn, redis and requests: with the"
    " cache kept 7 of 17 packages were downloaded (0.6 of 10.5 MB), without it all of them"
)

RULE = Rule(
    id="cache-mount",
    title="a package manager without a cache mount",
    why=(
        "When an installation re-runs because one package has changed, it downloads all the others"
        " again: nothing that a RUN wrote is there when it runs anew. A cache mount is a folder"
        " that stays on the builder and goes into no layer, so only what is new is downloaded."
        " It changes no cache key: what re-runs is the same, and only faster. Builders that do not"
        " outlive a job, as on most CI services, lose it."
    ),
    before="RUN pip install --no-cache-dir -r requirements.txt",
    after=(
        "RUN --mount=type=cache,target=/root/.cache/pip \\\n    pip install -r requirements.txt"
    ),
    ignore_when="every build runs on a new builder, or the packages come from a near mirror",
    sources=(
        "https://docs.docker.com/build/cache/optimize/#use-cache-mounts",
        "https://docs.docker.com/reference/dockerfile/#run---mounttypecache",
    ),
    measured=_MEASURED,
    find=_find,
)
