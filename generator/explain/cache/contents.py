"""The files that a build knows of: those of its contexts, of images and of its stages."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from generator.explain.build import Build
from generator.explain.cache.digests import Digest, certain, digest, together
from generator.explain.cache.grafts import Graft, Looks, gathered, without
from generator.explain.cache.modes import owner
from generator.explain.cache.places import NOTHING, WHATEVER, Place, Unknown, opaque, taken
from generator.explain.context.files import Folder, Node, above, last
from generator.explain.context.sieve import Part
from generator.explain.context.trees import Selection, chosen
from generator.explain.dockerfile.refused import Refused
from generator.explain.stages import Copy, From, Origin, Step, Workdir, platforms

_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst")
# Things that copies may have put into a stage; there are more where copies of copies double.
_MOST = 30_000
# That of a file which is made of a text, or fetched.
_MODE = 0o644


class Top(NamedTuple):
    """A tree to select from."""

    top: Folder


class Asked(NamedTuple):
    """What a COPY or a mount takes, and where from."""

    origin: Origin
    source: str
    excludes: tuple[str, ...] = ()
    wildcards: bool = True
    parents: bool = False


class State(NamedTuple):
    """A stage after one of its steps: its key, the step and its files."""

    digest: Digest
    step: Step | None = None
    top: Place = Place()

    def run(self, step: Step, key: Digest) -> State:
        return State(key, step, _unknown(Digest(key.strict, WHATEVER, step)))


class Contents:
    """Of the build context, of other folders, of outside images and of all finished stages.

    All that asks for content raises Refused where copies lead to one another in too many ways.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._states: dict[int, State] = {}
        self._tops: dict[Origin, Folder] = {}
        self._chosen: dict[Asked, Selection] = {}

    def finish(self, stage: int, state: State) -> None:
        self._states[stage] = state

    def base(self, base: From, mark: str | None) -> State:
        """What a stage begins with."""
        origin = base.origin
        if origin.kind == "stage" and mark is None:
            return self._states[origin.stage]
        if origin.kind == "scratch" and mark is None:
            return State(certain("scratch"))
        platform = str(platforms.wanted(base.platform)[0])
        key = certain("image", origin, platform, self._build.digests.get(origin.name), mark)
        return State(key, None, _unknown(Digest(key.strict, WHATEVER)))

    def made(self, state: State, workdir: Workdir, key: Digest, step: Step) -> State:
        """A stage after a WORKDIR: the folder belongs to its user."""
        whose = owner(workdir.user or "0")
        graft = Graft(state.top, workdir.path, within=True, owner=whose)
        graft.folder(Place())
        return State(key, step, graft.root)

    def copied(self, state: State, copy: Copy, key: Digest, step: Step, mark: str | None) -> State:
        """A stage after a copy, whose key is `key`, to where its target leads."""
        whose = owner(copy.chown) if copy.chown else None
        looks = Looks(copy.chmod, whose, mark)
        parts = [(source, part) for source in copy.sources for part in self._parts(copy, source)]
        many = len(copy.sources) + len(copy.bodies) + len(copy.remotes) > 1
        graft = Graft(
            state.top,
            copy.target,
            within=many or len(parts) > 1 or copy.target.endswith("/"),
            owner=whose or "",
            linked=copy.linked,
        )
        for name, text in (*((last(url), url) for url in copy.remotes), *copy.bodies):
            graft.file(name, looks.of(Node("file", _MODE, content=text)))
        for source, part in parts:
            _lay(graft, copy, last(part.name or source), looks.of(part.node))
        if graft.root.hold.weight > _MOST:
            raise Refused("stages copy from one another in too many ways to follow")
        return State(key, step, graft.root)

    def _parts(self, copy: Copy, source: str) -> tuple[Part, ...]:
        """What lies at the target, each; of a folder, what it holds."""
        if copy.parents:
            asked = Asked(copy.origin, source, copy.excludes, parents=True)
            parts = self._select(asked).parts
            return (Part("", "", gathered(parts), whole=True),)
        found = self._select(Asked(copy.origin, source)).parts
        return tuple(
            part._replace(node=without(part.node, copy.excludes))
            if isinstance(part.node, Folder)
            else part
            for part in found
        )

    # --- what is taken --------------------------------------------------------------------------

    def taken(
        self,
        origin: Origin,
        sources: tuple[str, ...],
        excludes: tuple[str, ...],
        *,
        wildcards: bool,
        parents: bool = False,
    ) -> Digest:
        """Of all that a COPY or a mount takes from there."""
        return together(
            taken(self._select(Asked(origin, source, excludes, wildcards, parents)))
            for source in sources
        )

    def takes(
        self, origin: Origin, sources: tuple[str, ...], excludes: tuple[str, ...]
    ) -> Callable[[str], bool]:
        """Whether a path is among what is taken, which what the ignore file leaves out is not."""
        tree = self._build.tree(origin)
        parts = [
            part for each in sources for part in self._select(Asked(origin, each, excludes)).parts
        ]
        taken = {part.path for part in parts}
        whole = {part.path for part in parts if part.whole}
        return lambda path: (
            path in taken
            or (any(each in whole for each in (*above(path), "")) and tree.entry(path) is not None)
        )

    def holds(self, origin: Origin, state: State) -> bool:
        """Whether `state` is just what the stage that `origin` names has ended with."""
        ended = self._states.get(origin.stage) if origin.kind == "stage" else None
        return ended is not None and ended.step is not None and ended.digest == state.digest

    def _select(self, asked: Asked) -> Selection:
        if asked not in self._chosen:
            origin, source, excludes, wildcards, parents = asked
            self._chosen[asked] = chosen(
                Top(self._top(origin)),
                source,
                excludes=excludes,
                wildcards=wildcards,
                parents=parents,
            )
        return self._chosen[asked]

    def _top(self, origin: Origin) -> Folder:
        if origin not in self._tops:
            self._tops[origin] = self._files(origin)
        return self._tops[origin]

    def _files(self, origin: Origin) -> Folder:
        match origin.kind:
            case "context":
                top = Looks(context=origin.name).of(self._build.tree(origin).top)
                assert isinstance(top, Folder)  # noqa: S101
                return top
            case "stage":
                return self._states[origin.stage].top
            case "scratch":
                return Place()
            case _:
                token = self._build.digests.get(origin.name)
                return _unknown(Digest(digest(origin, token), WHATEVER))


def _unknown(content: Digest) -> Place:
    return Place(NOTHING, (Unknown(content),))


def _lay(graft: Graft, copy: Copy, name: str, node: Node) -> None:
    if isinstance(node, Folder):
        graft.folder(node)
    elif copy.unpack and name.endswith(_ARCHIVES):
        graft.folder(Place(NOTHING, (opaque(node),)))
    else:
        graft.file(name, node)
