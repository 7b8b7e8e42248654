"""What a stage holds at a path, as far as that can be told without running anything.

A stage's file system is a pile of layers. Files that a COPY brought are known, and what a RUN wrote
is not: from the first RUN downwards, everything at a path may be another once that RUN runs again,
and is the same if it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple

from generator.explain.build import Build
from generator.explain.cache.asked import Asked
from generator.explain.cache.digests import Digest, certain, digest, together
from generator.explain.cache.links import Links
from generator.explain.cache.piles import Copied, Layer, Made, Names, Piles, Unknown, split
from generator.explain.cache.views import View
from generator.explain.cache.views import digest as seen
from generator.explain.context.files import Folder, Node, above
from generator.explain.context.trees import Selection, select
from generator.explain.context.trees import digest as selected
from generator.explain.context.wildcards import has_wildcards
from generator.explain.dockerfile.refused import Refused
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
        return State(key, step, Unknown(self.top, Digest(key.strict, _WHATEVER, step)))

    def workdir(self, step: Step, key: Digest, path: str) -> State:
        return State(key, step, Made(self.top, split(path)))


class Part(NamedTuple):
    """What one layer has at a path. `covers`: nothing below it can be seen there."""

    digest: Digest
    covers: bool


# None if only running could tell.
Kind = Literal["file", "folder"] | None


class Contents:
    """Of the build context, of other folders, of outside images and of all finished stages.

    All that asks for content raises Refused where copies lead to one another in too many ways.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._states: dict[int, State] = {}
        self._known: dict[tuple[int, Asked], Digest | None] = {}
        self._chosen: dict[tuple[str, Names, tuple[str, ...], bool], Selection] = {}
        self._kinds: dict[tuple[Layer | None, Names], Kind] = {}
        self._depth = 0
        self._piles = Piles()
        self._links = Links(build, self._piles, self._top_of)
        self._left = _MOST

    def finish(self, stage: int, state: State) -> None:
        self._states[stage] = state

    def _top_of(self, stage: int) -> Layer | None:
        return self._states[stage].top if stage in self._states else None

    def copied(self, state: State, copy: Copy, key: Digest, step: Step, mark: str | None) -> State:
        """A stage after a copy, whose key is `key`, to where its target leads."""
        place = self._links.resolved(state.top, split(copy.target))
        return State(key, step, Copied(state.top, place, copy, mark))

    def base(self, base: From, mark: str | None) -> State:
        """What a stage begins with."""
        origin = base.origin
        if origin.kind == "stage" and mark is None:
            return self._states[origin.stage]
        if origin.kind == "scratch" and mark is None:
            return State(certain("scratch"))
        platform = str(platforms.wanted(base.platform)[0])
        key = certain("image", origin, platform, self._build.digests.get(origin.name), mark)
        return State(key, None, Unknown(None, Digest(key.strict, _WHATEVER)))

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
            self._at(origin, Asked(split(source), view, wildcards and has_wildcards(source)))
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
            for part in self._selected(origin, split(source), excludes, wild=True).parts
        ]
        taken = {part.path for part in chosen}
        whole = {part.path for part in chosen if part.whole}
        return lambda path: path in taken or any(each in whole for each in (*above(path), ""))

    # --- at a path ------------------------------------------------------------------------------

    def _at(self, origin: Origin, asked: Asked) -> Digest | None:
        """What there is, None if there is nothing for sure."""
        match origin.kind:
            case "context":
                excludes = asked.view.plain
                chosen = self._selected(origin, asked.path, excludes or (), wild=asked.wild)
                if chosen.missing:
                    return None
                if excludes is None:
                    return certain(seen(chosen, asked.view))
                return certain(selected(chosen, inside=asked.view.inside))
            case "stage":
                return self._in_stage(origin.stage, asked)
            case "scratch":
                return None
            case _:
                token = self._build.digests.get(origin.name)
                return Digest(digest(origin, token, asked.path), _WHATEVER)

    def _selected(
        self, origin: Origin, path: Names, excludes: tuple[str, ...], *, wild: bool
    ) -> Selection:
        asked = (origin.name, path, excludes, wild)
        if asked not in self._chosen:
            source = "/".join(path)
            self._chosen[asked] = self._build.chosen(origin, source, excludes, wildcards=wild)
        return self._chosen[asked]

    def _in_stage(self, stage: int, asked: Asked) -> Digest | None:
        state = self._states.get(stage)
        if state is None or self._depth > _DEEPEST:
            strict = state.digest.strict if state else b""
            return Digest(strict, _WHATEVER, state.step if state else None)
        plain = asked.plain
        asked = asked._replace(
            path=(*self._links.resolved(state.top, plain), *asked.path[len(plain) :])
        )
        if (stage, asked) not in self._known:
            with self._deeper():
                self._known[stage, asked] = self._in_layers(state.top, asked)
        return self._known[stage, asked]

    def _in_layers(self, top: Layer | None, asked: Asked) -> Digest | None:
        parts: list[Digest] = []
        unsure: Step | None = None
        for layer in self._down(top, asked.plain):
            covered = False
            for part in self._in_layer(layer, asked):
                found = part.digest
                if unsure is not None:
                    found = Digest(found.strict, _WHATEVER, unsure)
                parts.append(found)
                if part.covers:
                    covered = True
                elif isinstance(layer, Copied) and found.writer is not None:
                    # Whether it hides what lies below, only that RUN could tell.
                    unsure = found.writer
            if covered:
                break
        return together(parts) if parts else None

    def _in_layer(self, layer: Layer, asked: Asked) -> Iterator[Part]:
        match layer:
            case Unknown(content=content):
                yield Part(content, covers=True)
            case Made(place=place) if asked.takes(place):
                yield Part(certain("folder", place[len(asked.path) :]), covers=False)
            case Copied(copy=copy):
                for part in self._copied(layer, asked):
                    shown = together((part.digest,), copy.chmod, copy.chown, layer.mark)
                    yield Part(shown, part.covers)

    def _down(self, top: Layer | None, path: Names) -> Iterator[Layer]:
        """The layers that may have something there, the upper ones first."""
        for layer in self._piles.down(top, path):
            self._left -= 1
            if self._left < 0:
                raise Refused("stages copy from one another in too many ways to follow")
            yield layer

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    # --- what a COPY has put there --------------------------------------------------------------

    def _copied(self, layer: Copied, asked: Asked) -> Iterator[Part]:
        copy = layer.copy
        many = len(copy.sources) + len(copy.bodies) + len(copy.remotes) > 1
        within = many or copy.target.endswith("/")
        for name, text in copy.bodies:
            yield from self._file(layer, name, certain(text), asked, within=within)
        for url in copy.remotes:
            name = url.rstrip("/").rpartition("/")[2]
            yield from self._file(layer, name, certain(url), asked, within=within)
        for source in reversed(copy.sources):
            yield from self._source(layer, source, asked, within=within)

    def _source(self, layer: Copied, source: str, asked: Asked, *, within: bool) -> Iterator[Part]:
        copy = layer.copy
        items: list[tuple[Names, Kind]]
        if copy.origin.kind == "context":
            chosen = self._selected(copy.origin, split(source), (), wild=has_wildcards(source))
            within = within or len(chosen.parts) > 1
            items = [(split(each.path), _kind(each.node)) for each in chosen.parts]
        else:
            items = [(split(source), self._kind(copy.origin, split(source)))]
        for item, kind in items:
            if copy.parents:
                yield from self._folder(copy, item, (*layer.place, *item), asked)
            elif kind == "folder":
                yield from self._folder(copy, item, layer.place, asked)
            elif kind is None:
                yield from self._either(layer, source, asked)
            else:
                yield from self._single(layer, item, asked, within=within)

    def _single(
        self, layer: Copied, source: Names, asked: Asked, *, within: bool
    ) -> Iterator[Part]:
        """A source that is a file; --exclude leaves out none of these."""
        copy = layer.copy
        view = View(modes=asked.view.modes).behind((), copy.chmod)
        found = self._at(copy.origin, Asked(source, view))
        if found is None:
            return
        if not copy.unpack or not source[-1].endswith(_ARCHIVES):
            yield from self._file(layer, source[-1], found, asked, within=within)
        elif asked.lies_in(layer.place):
            yield Part(found, covers=False)

    def _folder(self, copy: Copy, source: Names, target: Names, asked: Asked) -> Iterator[Part]:
        """A folder's content lies at the target."""
        if asked.takes(target):
            rest = target[len(asked.path) :]
            view = asked.view.within("/".join(rest)).behind(copy.excludes, copy.chmod)
            found = self._at(copy.origin, Asked(source, view))
            if found is not None:
                yield Part(together((found,), rest), covers=False)
        elif asked.lies_in(target):
            rest = asked.path[len(target) :]
            seen_by = asked.view if rest else asked.view.within("")
            view = seen_by.behind(copy.excludes, copy.chmod, "/".join(rest))
            found = self._at(copy.origin, Asked((*source, *rest), view, asked.wild))
            if found is not None:
                covers = not asked.wild and self._kind(copy.origin, (*source, *rest)) == "file"
                yield Part(found, covers)

    def _either(self, layer: Copied, source: str, asked: Asked) -> Iterator[Part]:
        """A file or a folder, which only running could tell."""
        copy, target, names = layer.copy, layer.place, split(source)
        wild = has_wildcards(source)
        if asked.takes(target):
            view = asked.view.within("/".join(target[len(asked.path) :]))
            view = view.behind(copy.excludes, copy.chmod)
        elif asked.lies_in(target):
            rest = asked.path[len(target) :]
            view = asked.view.behind(copy.excludes, copy.chmod, "/".join(rest))
            if not wild and rest != names[-1:]:
                names = (*names, *rest)
            wild = wild or asked.wild
        else:
            return
        found = self._at(copy.origin, Asked(names, view, wild))
        if found is not None:
            yield Part(found, covers=False)

    def _file(
        self, layer: Copied, name: str, found: Digest, asked: Asked, *, within: bool
    ) -> Iterator[Part]:
        """A file lies in the target if that is a folder, else it is the target."""
        sure = True
        if not within:
            kind = self._kind_in_layers(layer.below, layer.place)
            within = kind == "folder"
            sure = kind is not None or self._nothing_unknown(layer.below)
        place = (*layer.place, name) if within else layer.place
        if asked.takes(place):
            below = "/".join(place[len(asked.path) :])
            if below and asked.view.leaves_out(below):
                return
            exact = not below and not asked.wild
            yield Part(together((found,), place[len(asked.path) - 1 :]), covers=exact and sure)

    # --- files and folders ----------------------------------------------------------------------

    def _kind(self, origin: Origin, path: Names) -> Kind:
        """What is missing is taken for a file."""
        if origin.kind == "context":
            parts = self._selected(origin, path, (), wild=False).parts
            return _kind(parts[0].node) if parts else "file"
        if origin.kind == "stage" and origin.stage in self._states and self._depth <= _DEEPEST:
            with self._deeper():
                top = self._states[origin.stage].top
                return self._kind_in_layers(top, self._links.resolved(top, path))
        return "folder" if path in _FOLDERS or not path else None

    def _kind_in_layers(self, top: Layer | None, path: Names) -> Kind:
        if not path or (path in _FOLDERS and self._piles.floor(top) is not None):
            return "folder"
        if (top, path) not in self._kinds:
            self._kinds[top, path] = self._kind_of_some_layer(top, path)
        return self._kinds[top, path]

    def _kind_of_some_layer(self, top: Layer | None, path: Names) -> Kind:
        for layer in self._down(top, path):
            match layer:
                case Unknown():
                    return None
                case Made(place=place) if _under(place, path):
                    return "folder"
                case Copied():
                    kind = self._kind_of_copied(layer, path)
                    if kind is not None:
                        return kind
        return None

    def _nothing_unknown(self, top: Layer | None) -> bool:
        """No RUN lies below, which may have made any folder; an image has the usual ones alone."""
        floor = self._piles.floor(top)
        return floor is None or floor.writer is None

    def _kind_of_copied(self, layer: Copied, path: Names) -> Kind:
        copy, target = layer.copy, layer.place
        if path != target and _under(target, path):
            return "folder"
        if path == target and (copy.target.endswith("/") or len(copy.sources) > 1):
            return "folder"
        if not _under(path, target) or copy.origin.kind not in ("context", "stage"):
            return None
        for source in reversed(copy.sources):
            if has_wildcards(source):
                continue
            names = split(source)
            if self._kind(copy.origin, names) == "folder":
                rest = path[len(target) :]
                view = View().behind(copy.excludes, None, "/".join(rest))
                if self._at(copy.origin, Asked((*names, *rest), view)) is not None:
                    return self._kind(copy.origin, (*names, *rest))
            elif path == target:
                return "file" if copy.origin.kind == "context" else None
        return None


def _under(path: Names, folder: Names) -> bool:
    return path[: len(folder)] == folder


def _kind(node: Node) -> Kind:
    return "folder" if isinstance(node, Folder) else "file"
