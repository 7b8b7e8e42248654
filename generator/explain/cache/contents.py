"""What a stage holds at a path, as far as that can be told without running anything.

A stage's file system is a pile of layers. Files that a COPY brought are known, and what a RUN wrote
is not: from the first RUN downwards, everything at a path may be another once that RUN runs again,
and is the same if it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import takewhile
from typing import Literal, NamedTuple

from generator.errors import BadDockerfile
from generator.explain.build import Build
from generator.explain.cache.digests import Digest, certain, digest, together
from generator.explain.cache.piles import Layer, Names, Piles
from generator.explain.cache.views import View
from generator.explain.cache.views import digest as seen
from generator.explain.context.automaton import Automaton
from generator.explain.context.files import Folder, Node, above
from generator.explain.context.trees import BadWildcard, Selection, select
from generator.explain.context.trees import digest as selected
from generator.explain.context.wildcards import has_wildcards, parsed
from generator.explain.stages import Copy, From, Origin, Step, platforms

# Folders that every distribution has: a file that is copied to one of them lands in it.
_USUAL = (
    "bin boot dev etc home lib lib64 media mnt opt proc root run sbin srv sys tmp usr var"
    " etc/apt etc/apt/sources.list.d etc/ssl etc/ssl/certs etc/profile.d etc/cron.d"
    " usr/bin usr/lib usr/sbin usr/share usr/src usr/include usr/local usr/local/bin"
    " usr/local/lib usr/local/sbin usr/local/share usr/local/etc usr/local/src"
    " usr/local/include usr/local/share/ca-certificates var/lib var/log var/tmp var/cache var/run"
)
_FOLDERS = frozenset(tuple(each.split("/")) for each in _USUAL.split())
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst")
# What stands where only running could tell; the same before and after, so that it decides nothing.
_WHATEVER = digest("whatever is there")
# Stages that copy from one another further than this are not looked through.
_DEEPEST = 100
# Layers that are looked at for one build, before it is too much: a hostile file can have its copies
# lead to one another in more ways than there is time for.
_MOST = 30_000


class State(NamedTuple):
    """A stage after one of its steps: its key, the step and its files."""

    digest: Digest
    step: Step | None = None
    top: Layer | None = None

    def run(self, step: Step, key: Digest) -> State:
        written = Digest(key.strict, _WHATEVER, step)
        return State(key, step, Layer(self.top, everything=written))

    def workdir(self, step: Step, key: Digest, path: str) -> State:
        return State(key, step, Layer(self.top, place=_names(path)))

    def copy(self, step: Step, after: Digest, copy: Copy, mark: str | None) -> State:
        place = _names(copy.target)
        return State(after, step, Layer(self.top, place=place, copy=copy, mark=mark))


class Part(NamedTuple):
    """What one layer has at a path. `covers`: nothing below it can be seen there."""

    digest: Digest
    covers: bool


class Contents:
    """Of the build context, of other folders, of outside images and of all finished stages."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._states: dict[int, State] = {}
        self._known: dict[tuple[int, Names, View, bool], Digest | None] = {}
        self._chosen: dict[tuple[str, Names, tuple[str, ...], bool], Selection] = {}
        self._kinds: dict[tuple[Layer | None, Names], Literal["file", "folder"] | None] = {}
        self._depth = 0
        self._piles = Piles()
        self._left = _MOST

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
        return State(key, None, Layer(everything=Digest(key.strict, _WHATEVER)))

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
        if parents and origin.kind == "context":
            tree = self._build.tree(origin)
            return certain(
                *(
                    selected(select(tree, source, excludes=excludes, parents=True))
                    for source in sources
                )
            )
        view = View().behind(excludes, None)
        found = [
            self._at(origin, _names(source), view, wild=wildcards and has_wildcards(source))
            for source in sources
        ]
        return together(each or certain("nothing") for each in found)

    def holds(self, origin: Origin, state: State) -> bool:
        """Whether `state` is just what the stage that `origin` names has ended with."""
        ended = self._states.get(origin.stage) if origin.kind == "stage" else None
        return ended is not None and ended.step is not None and ended.digest == state.digest

    def takes(
        self, origin: Origin, sources: tuple[str, ...], excludes: tuple[str, ...]
    ) -> Callable[[str], bool]:
        """Whether a path of the build context is among what is taken."""
        chosen = [
            part
            for source in sources
            for part in self._selected(origin, _names(source), excludes, wild=True).parts
        ]
        taken = {part.path for part in chosen}
        whole = {part.path for part in chosen if part.whole}
        return lambda path: path in taken or any(each in whole for each in (*above(path), ""))

    # --- at a path ------------------------------------------------------------------------------

    def _at(self, origin: Origin, path: Names, view: View, *, wild: bool = False) -> Digest | None:
        """What there is, None if there is nothing for sure."""
        match origin.kind:
            case "context":
                chosen = self._selected(origin, path, view.plain or (), wild=wild)
                if chosen.missing:
                    return None
                plain = view.plain is not None
                return certain(selected(chosen) if plain else seen(chosen, view))
            case "stage":
                return self._in_stage(origin.stage, path, view, wild=wild)
            case "scratch":
                return None
            case _:
                token = self._build.digests.get(origin.name)
                return Digest(digest(origin, token, path), _WHATEVER)

    def _selected(
        self, origin: Origin, path: Names, excludes: tuple[str, ...], *, wild: bool
    ) -> Selection:
        asked = (origin.name, path, excludes, wild)
        if asked not in self._chosen:
            source = "/".join(path)
            self._chosen[asked] = self._build.chosen(origin, source, excludes, wildcards=wild)
        return self._chosen[asked]

    def _in_stage(self, stage: int, path: Names, view: View, *, wild: bool) -> Digest | None:
        state = self._states.get(stage)
        if state is None or self._depth > _DEEPEST:
            strict = state.digest.strict if state else b""
            return Digest(strict, _WHATEVER, state.step if state else None)
        asked = (stage, path, view, wild)
        if asked not in self._known:
            self._depth += 1
            try:
                self._known[asked] = self._in_layers(state.top, path, view, wild=wild)
            finally:
                self._depth -= 1
        return self._known[asked]

    def _in_layers(
        self, top: Layer | None, path: Names, view: View, *, wild: bool
    ) -> Digest | None:
        parts: list[Digest] = []
        unsure: Step | None = None
        for layer in self._down(top, path, wild=wild):
            covered = False
            for part in self._in_layer(layer, path, view, wild=wild):
                found = part.digest
                if unsure is not None:
                    found = Digest(found.strict, _WHATEVER, unsure)
                parts.append(found)
                if part.covers:
                    covered = True
                elif layer.copy is not None and found.writer is not None:
                    # Whether it hides what lies below, only that RUN could tell.
                    unsure = found.writer
            if covered:
                break
        return together(parts) if parts else None

    def _down(self, top: Layer | None, path: Names, *, wild: bool = False) -> Iterator[Layer]:
        """The layers that may have something there, the upper ones first."""
        plain = tuple(takewhile(_is_plain, path)) if wild else path
        for layer in self._piles.down(top, plain):
            self._left -= 1
            if self._left < 0:
                raise BadDockerfile("stages copy from one another in too many ways to follow")
            yield layer

    def _in_layer(self, layer: Layer, path: Names, view: View, *, wild: bool) -> Iterator[Part]:
        if layer.everything is not None:
            yield Part(layer.everything, covers=True)
        elif layer.copy is None:
            if _leads(path, layer.place, wild=wild):
                yield Part(certain("folder", layer.place[len(path) :]), covers=False)
        else:
            for part in self._copied(layer, layer.copy, path, view, wild=wild):
                shown = together((part.digest,), layer.copy.chmod, layer.copy.chown, layer.mark)
                yield Part(shown, part.covers)

    # --- what a COPY has put there --------------------------------------------------------------

    def _copied(
        self, layer: Layer, copy: Copy, path: Names, view: View, *, wild: bool
    ) -> Iterator[Part]:
        target = layer.place
        many = len(copy.sources) + len(copy.bodies) + len(copy.remotes) > 1
        within = many or copy.target.endswith("/")
        for name, text in copy.bodies:
            yield from self._file(layer, certain(text), name, target, path, within, view, wild=wild)
        for url in copy.remotes:
            name = url.rstrip("/").rpartition("/")[2]
            yield from self._file(layer, certain(url), name, target, path, within, view, wild=wild)
        for source in reversed(copy.sources):
            yield from self._source(layer, copy, source, target, path, within, view, wild=wild)

    def _source(  # noqa: PLR0917
        self,
        layer: Layer,
        copy: Copy,
        source: str,
        target: Names,
        path: Names,
        within: bool,  # noqa: FBT001
        view: View,
        *,
        wild: bool,
    ) -> Iterator[Part]:
        items: list[tuple[str, Literal["file", "folder"] | None]]
        if copy.origin.kind == "context":
            chosen = self._selected(copy.origin, _names(source), (), wild=has_wildcards(source))
            within = within or len(chosen.parts) > 1
            items = [(each.path, _kind(each.node)) for each in chosen.parts]
        else:
            items = [(source.strip("/"), self._kind(copy.origin, _names(source)))]
        for item, kind in items:
            names = _names(item)
            if copy.parents:
                target_of = (*target, *names)
                yield from self._folder(copy, names, target_of, path, view, wild=wild)
            elif kind == "folder":
                yield from self._folder(copy, names, target, path, view, wild=wild)
            elif kind is None:
                yield from self._either(copy, source, names, target, path, view, wild=wild)
            else:
                # --exclude leaves out no source that is itself a file.
                found = self._at(copy.origin, names, View(modes=view.modes).behind((), copy.chmod))
                if found is None:
                    continue
                if copy.unpack and item.endswith(_ARCHIVES):
                    if _leads(path, target, wild=wild) or _leads(target, path, wild=False):
                        yield Part(found, covers=False)
                    continue
                yield from self._file(
                    layer, found, names[-1], target, path, within, view, wild=wild
                )

    def _folder(
        self, copy: Copy, source: Names, target: Names, path: Names, view: View, *, wild: bool
    ) -> Iterator[Part]:
        """A folder's content lies at the target."""
        if _leads(path, target, wild=wild):
            inside = view.within("/".join(target[len(path) :]))
            found = self._at(copy.origin, source, inside.behind(copy.excludes, copy.chmod))
            if found is not None:
                yield Part(together((found,), target[len(path) :]), covers=False)
        elif _leads(path[: len(target)], target, wild=wild):
            rest = path[len(target) :]
            behind = view.behind(copy.excludes, copy.chmod, "/".join(rest))
            found = self._at(copy.origin, (*source, *rest), behind, wild=wild)
            if found is not None:
                covers = not wild and self._kind(copy.origin, (*source, *rest)) == "file"
                yield Part(found, covers)

    def _either(  # noqa: PLR0917
        self,
        copy: Copy,
        source: str,
        names: Names,
        target: Names,
        path: Names,
        view: View,
        *,
        wild: bool,
    ) -> Iterator[Part]:
        """A file or a folder, which only running could tell."""
        searched = has_wildcards(source)
        if _leads(path, target, wild=wild):
            behind = view.within("/".join(target[len(path) :])).behind(copy.excludes, copy.chmod)
            found = self._at(copy.origin, names, behind, wild=searched)
        elif _leads(path[: len(target)], target, wild=wild):
            rest = path[len(target) :]
            inside = names if searched or (len(rest) == 1 and rest == names[-1:]) else None
            behind = view.behind(copy.excludes, copy.chmod, "/".join(rest))
            found = self._at(copy.origin, inside or (*names, *rest), behind, wild=searched or wild)
        else:
            return
        if found is not None:
            yield Part(found, covers=False)

    def _file(  # noqa: PLR0917
        self,
        layer: Layer,
        found: Digest,
        name: str,
        target: Names,
        path: Names,
        within: bool,  # noqa: FBT001
        view: View,
        *,
        wild: bool,
    ) -> Iterator[Part]:
        """A file lies in the target if that is a folder, else it is the target."""
        sure = True
        if not within:
            kind = self._kind_in_layers(layer.below, target)
            within = kind == "folder"
            sure = kind is not None or self._nothing_unknown(layer.below)
        place = (*target, name) if within else target
        if _leads(path, place, wild=wild):
            below = "/".join(place[len(path) :])
            if below and view.leaves_out(below):
                return
            exact = not below and not wild
            yield Part(together((found,), place[len(path) - 1 :]), covers=exact and sure)

    # --- files and folders ----------------------------------------------------------------------

    def _kind(self, origin: Origin, path: Names) -> Literal["file", "folder"] | None:
        """None if only running could tell; what is missing is taken for a file."""
        if origin.kind == "context":
            parts = self._selected(origin, path, (), wild=False).parts
            return _kind(parts[0].node) if parts else "file"
        if origin.kind == "stage" and origin.stage in self._states and self._depth <= _DEEPEST:
            self._depth += 1
            try:
                return self._kind_in_layers(self._states[origin.stage].top, path)
            finally:
                self._depth -= 1
        return "folder" if path in _FOLDERS or not path else None

    def _kind_in_layers(self, top: Layer | None, path: Names) -> Literal["file", "folder"] | None:
        if path in _FOLDERS or not path:
            return "folder"
        if (top, path) not in self._kinds:
            self._kinds[top, path] = self._kind_of_some_layer(top, path)
        return self._kinds[top, path]

    def _kind_of_some_layer(
        self, top: Layer | None, path: Names
    ) -> Literal["file", "folder"] | None:
        for layer in self._down(top, path):
            if layer.everything is not None:
                return None
            if layer.copy is not None:
                kind = self._kind_of_copied(layer, layer.copy, path)
                if kind is not None:
                    return kind
            elif _leads(path, layer.place, wild=False):
                return "folder"
        return None

    def _nothing_unknown(self, top: Layer | None) -> bool:
        """No RUN lies below, which may have made any folder; an image has the usual ones alone."""
        floor = self._piles.floor(top)
        return floor is None or floor.writer is None

    def _kind_of_copied(
        self, layer: Layer, copy: Copy, path: Names
    ) -> Literal["file", "folder"] | None:
        target = layer.place
        if len(path) < len(target) and _leads(path, target, wild=False):
            return "folder"
        if path == target and (copy.target.endswith("/") or len(copy.sources) > 1):
            return "folder"
        if not _leads(target, path, wild=False) or copy.origin.kind not in ("context", "stage"):
            return None
        for source in reversed(copy.sources):
            if has_wildcards(source):
                continue
            names = _names(source)
            if self._kind(copy.origin, names) == "folder":
                rest = (*names, *path[len(target) :])
                behind = View().behind(copy.excludes, None, "/".join(path[len(target) :]))
                if self._at(copy.origin, rest, behind) is not None:
                    return self._kind(copy.origin, rest)
            elif path == target:
                return "file" if copy.origin.kind == "context" else None
        return None


def _leads(path: Names, place: Names, *, wild: bool) -> bool:
    """Whether `place` is at or under `path`."""
    if len(path) > len(place):
        return False
    if not wild:
        return place[: len(path)] == path
    return all(map(_matches, path, place))


def _matches(pattern: str, name: str) -> bool:
    automaton = _automaton(pattern)
    return automaton is not None and automaton.accepted(automaton.run(automaton.start, name)) != 0


@lru_cache(maxsize=256)
def _automaton(pattern: str) -> Automaton | None:
    try:
        return Automaton([parsed(pattern)])
    except BadWildcard:
        return None


def _kind(node: Node) -> Literal["file", "folder"]:
    return "folder" if isinstance(node, Folder) else "file"


def _is_plain(name: str) -> bool:
    return not has_wildcards(name) and "\\" not in name


def _names(path: str) -> Names:
    return tuple(each for each in path.split("/") if each not in ("", "."))
