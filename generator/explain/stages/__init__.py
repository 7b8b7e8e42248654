"""From instructions and build arguments to stages of steps, as BuildKit plans them.

A step is one instruction in one stage. Its operation says, with all variables expanded, what it
does; nothing that BuildKit leaves out of its cache keys is in an operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from generator.explain.dockerfile import Dockerfile

# Name -> value, in the order in which they were set.
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Settings:
    """What the command line of a build adds to its Dockerfile.

    `contexts` are `--build-context`s: a name and a folder, or an image (`docker-image://...`), or
    anything else BuildKit takes (a URL), which is unknown here. `target` None is the last stage.
    """

    target: str | None = None
    build_args: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, str] = field(default_factory=dict)
    platform: str | None = None


class Origin(NamedTuple):
    """Where files come from: FROM, `COPY --from` and mounts name one.

    stage: `stage` is its index. image: `name` is the reference, its content is known by digest
        only. scratch: nothing. context: the build context (`name` ""), or the named one that is a
        folder (`name` is its name). other: a named context that cannot be looked into here (a URL).
    """

    kind: Literal["stage", "image", "scratch", "context", "other"]
    name: str = ""
    stage: int = -1


CONTEXT = Origin("context")


class From(NamedTuple):
    origin: Origin
    platform: str | None = None  # as given or set by --platform, for the key


class Mount(NamedTuple):
    """A `RUN --mount`. `source` is the path in `origin`; only bind and cache mounts have one.

    `options` are those that are in the key, (name, value), sorted: ro/rw, the cache's sharing and
    id class, size, a secret's id, target, mode and so on; never a secret's value.
    """

    type: Literal["bind", "cache", "tmpfs", "secret", "ssh"]
    target: str
    origin: Origin | None = None
    source: str = "/"
    options: Pairs = ()


class Run(NamedTuple):
    """`command` is what runs, with SHELL before it in shell form and heredocs in it.

    `environment` is all that ENV and ARG (with a value) have set so far in this stage and in
    those it starts from, in the order of the key; `options` are network, security, ulimits, ...
    """

    command: tuple[str, ...]
    environment: Pairs
    cwd: str
    user: str
    mounts: tuple[Mount, ...] = ()
    options: Pairs = ()


class Copy(NamedTuple):
    """COPY and ADD. `sources` are paths or wildcards in `origin`, cleaned, relative, no `./`.

    `target` is absolute; it ends with `/` if it is to be a folder. `bodies` are heredocs, (file
    name, text after expansion). `remotes` are ADD's URLs and git addresses, which nobody can know
    without the network. `unpack`: ADD, whose local archives are unpacked.
    """

    add: bool
    origin: Origin
    sources: tuple[str, ...]
    target: str
    bodies: Pairs = ()
    remotes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    chown: str | None = None
    chmod: str | None = None
    link: bool = False
    parents: bool = False
    unpack: bool = False
    options: Pairs = ()  # checksum, keep-git-dir, ...

    @property
    def linked(self) -> bool:
        """BuildKit links no copy that has to change modes: dockerfile2llb/convert.go."""
        return self.link and not self.chmod


class Workdir(NamedTuple):
    path: str  # absolute
    user: str
    options: Pairs = ()  # epoch, if SOURCE_DATE_EPOCH is given


class Note(NamedTuple):
    """Whatever no later step's key holds by itself: ENV, ARG, CMD, LABEL, USER, SHELL, ...

    `text` is its effective content, expanded.
    """

    text: str


Operation = From | Run | Copy | Workdir | Note


@dataclass(frozen=True)
class Step:
    """`name` is the label that the build prints, None for what BuildKit does not number.

    `arguments` are the build arguments whose values are in the operation: name -> value, whether
    by expansion or, for RUN, in its environment. `inherited`: it came by ONBUILD of a stage, and
    `line` is that of the FROM which brought it.
    """

    stage: int
    line: int
    last: int
    instruction: str
    text: str
    name: str | None
    makes: Literal["layer", "empty", "nothing"]
    operation: Operation
    arguments: Pairs = ()
    inherited: bool = False


@dataclass(frozen=True)
class Stage:
    """`name` is as written or None; `label` is what the build prints: `build`, `stage-1`.

    `steps` begin with FROM. `reached`: the target needs it.
    """

    index: int
    name: str | None
    label: str
    line: int
    steps: tuple[Step, ...]
    reached: bool

    @property
    def base(self) -> Origin:
        operation = self.steps[0].operation
        assert isinstance(operation, From)  # noqa: S101
        return operation.origin


@dataclass(frozen=True)
class Plan:
    """`arguments`: every build argument that some step or FROM declares, with its lines.

    `globals_` are the ARGs before the first FROM, which belong to no stage: theirs is -1.
    """

    dockerfile: Dockerfile
    settings: Settings
    stages: tuple[Stage, ...]
    target: int
    arguments: Mapping[str, tuple[int, ...]]
    globals_: tuple[Step, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All of all stages, in the file's order."""
        return tuple(step for stage in self.stages for step in stage.steps)


def plan(dockerfile: Dockerfile, settings: Settings) -> Plan:
    """Raises BadDockerfile, with the line, for what BuildKit refuses before it builds.

    Raises BadDockerfile without a line, with the nearest name, for a target that is no stage.
    """
    from generator.explain.stages.planning import planned

    return planned(dockerfile, settings)


def folder_of(settings: Settings, name: str) -> Path | None:
    """The folder of a named context, None if it is none."""
    from generator.explain.stages.contexts import folder

    found = folder(settings.contexts[name]) if name in settings.contexts else None
    return None if found is None else Path(found)
