"""What each step's cache key is made of.

The model of BuildKit: a key is a digest of what the step does and of the keys or contents that it
takes. The root file system goes in by its key (what ran, not what came of it); files that are
copied or mounted go in by content. README.md, beside this file, has the rules and their sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

from generator.explain.build import Build
from generator.explain.cache.contents import Contents, State
from generator.explain.cache.digests import Digest, Growing, certain, together
from generator.explain.context.files import last
from generator.explain.dockerfile.refused import Refused
from generator.explain.stages import CONTEXT, Copy, From, Mount, Origin, Run, Stage, Step, Workdir

# What an input is to its step: how `compare` words a difference of it.
Kind = Literal["text", "before", "base", "files", "stage", "image", "remote"]


class Input(NamedTuple):
    """One thing that a key holds. `name` says which, where there may be several: paths, a URL.

    `takes` tells whether a path of the build context is among the files; `origin` is where files
    come from.
    """

    kind: Kind
    name: str
    digest: Digest
    takes: Callable[[str], bool] | None = None
    origin: Origin | None = None


class Key(NamedTuple):
    """The key of a step. Those that run nothing (ENV, CMD, ...) have one without inputs."""

    step: Step
    inputs: tuple[Input, ...]
    digest: Digest


_known: WeakKeyDictionary[Build, tuple[Key, ...]] = WeakKeyDictionary()


def keys(build: Build) -> tuple[Key, ...]:
    """Of all steps of the stages that the target reaches, in the file's order."""
    if build not in _known:
        _known[build] = tuple(_Stages(build).all())
    return _known[build]


def takers(build: Build) -> Callable[[str], tuple[int, ...]]:
    """Tells of a path of the build context the lines of the steps that take it."""
    found = [
        (key.step.line, each.takes)
        for key in keys(build)
        for each in key.inputs
        if each.takes is not None
    ]
    return lambda path: tuple(line for line, takes in found if takes(path))


class _Stages:
    """Walks the stages in their order, as each one builds on those before it alone."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._contents = Contents(build)
        self._variables = Growing()

    def all(self) -> Iterator[Key]:
        for stage in self._build.plan.stages:
            if stage.reached:
                yield from self._stage(stage)

    def _stage(self, stage: Stage) -> Iterator[Key]:
        first, *others = stage.steps
        key, state = self._from(first)
        yield key
        for step in others:
            try:
                key, state = self._step(step, state)
            except Refused as refused:
                raise refused.at(self._build.plan.dockerfile.text, step.line) from None
            yield key
        self._contents.finish(stage.index, state)

    def _from(self, step: Step) -> tuple[Key, State]:
        assert isinstance(step.operation, From)  # noqa: S101
        base = self._contents.base(step.operation, self._mark(step))
        return Key(step, (Input("base", "", base.digest),), base.digest), base

    def _step(self, step: Step, state: State) -> tuple[Key, State]:
        match step.operation:
            case Run():
                return self._run(step, step.operation, state)
            case Copy():
                return self._copy(step, step.operation, state)
            case Workdir(path) if path != "/":
                key = _key(step, (self._text(step), _before(state)))
                return key, self._contents.made(state, step.operation, key.digest, step)
            case _:
                return Key(step, (), certain()), state

    def _run(self, step: Step, run: Run, state: State) -> tuple[Key, State]:
        mounts = [
            self._mounted(mount)
            for mount in run.mounts
            if mount.origin is not None and mount.origin.kind != "scratch"
        ]
        key = _key(step, (self._text(step), self._below(run, state), *mounts))
        return key, state.run(step, key.digest)

    def _below(self, run: Run, state: State) -> Input:
        """By content where it is mounted as well, as an exception."""
        for mount in run.mounts:
            origin = mount.origin
            if origin is not None and mount.type == "bind" and self._contents.holds(origin, state):
                return self._taken(origin, ("/",), (), wildcards=False)
        return _before(state)

    def _mounted(self, mount: Mount) -> Input:
        assert mount.origin is not None  # noqa: S101
        return self._taken(mount.origin, (mount.source,), (), wildcards=False)

    def _copy(self, step: Step, copy: Copy, state: State) -> tuple[Key, State]:
        inputs = [self._text(step)]
        if not copy.linked:
            inputs.append(_before(state))
        if copy.sources:
            inputs.append(
                self._taken(
                    copy.origin, copy.sources, copy.excludes, wildcards=True, parents=copy.parents
                )
            )
        inputs += [Input("remote", url, certain(url)) for url in copy.remotes]
        key = _key(step, tuple(inputs))
        after = together((state.digest, key.digest)) if copy.linked else key.digest
        return key, self._contents.copied(state, copy, after, step, self._mark(step))

    def _taken(
        self,
        origin: Origin,
        sources: tuple[str, ...],
        excludes: tuple[str, ...],
        *,
        wildcards: bool,
        parents: bool = False,
    ) -> Input:
        content = self._contents.taken(
            origin, sources, excludes, wildcards=wildcards, parents=parents
        )
        name = ", ".join(each.strip("/") or "." for each in sources)
        if origin.kind == "context":
            takes = self._contents.takes(origin, sources, excludes) if not origin.name else None
            return Input("files", name, content, takes, origin)
        kind: Kind = "stage" if origin.kind == "stage" else "image"
        return Input(kind, name, content, origin=origin)

    def _text(self, step: Step) -> Input:
        return Input("text", "", certain(self._keyed(step), self._mark(step)))

    def _keyed(self, step: Step) -> object:
        """What of its own text is in a key: of what has a content, neither place nor path."""
        operation = step.operation
        if isinstance(operation, Copy):
            sources = tuple(map(last, operation.sources))
            return operation._replace(origin=CONTEXT, sources=sources, add=False)
        if isinstance(operation, Run):
            mounts = tuple(
                each._replace(origin=each.origin and CONTEXT, source="")
                for each in operation.mounts
            )
            variables = self._variables.digest(operation.environment)
            return operation._replace(mounts=mounts, environment=()), variables
        return operation

    def _mark(self, step: Step) -> str | None:
        return self._build.marks.get(step.line)


def _before(state: State) -> Input:
    return Input("before", "", state.digest)


def _key(step: Step, inputs: tuple[Input, ...]) -> Key:
    return Key(step, inputs, together(each.digest for each in inputs))
