"""What a build is made of, and what an edit makes another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from generator.explain.context import Changes, Context, Tree, edited
from generator.explain.context.files import walked
from generator.explain.stages import Origin, Plan


class Beside(NamedTuple):
    """Where a folder lies that has files of the build context: it, one in it or one around it.

    Its paths `lack` what those of the build context begin with, or `have` more before them.
    """

    lack: str = ""
    have: str = ""

    def there(self, path: str) -> str | None:
        """The build context's `path` as that folder calls it, None if it is not in there."""
        return f"{self.have}{path.removeprefix(self.lack)}" if path.startswith(self.lack) else None

    def here(self, path: str) -> str | None:
        """The other way round."""
        return f"{self.lack}{path.removeprefix(self.have)}" if path.startswith(self.have) else None


@dataclass(frozen=True, eq=False)
class Build:
    """A plan and the files it is built from.

    `trees` are the build context ("") and the folders given with --build-context, by their names;
    `context` is the build context as it lies on disk, and `dockerfile` the Dockerfile's path in it,
    None if it lies elsewhere. `beside` has the named folders that share files with the context.
    `digests` names outside images that have another digest than they had, by reference, and
    `marks` instructions of other content, by their first line; each value tells one such edit
    from another.
    """

    plan: Plan
    trees: Mapping[str, Tree]
    context: Context
    dockerfile: str | None = None
    beside: Mapping[str, Beside] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[int, str] = field(default_factory=dict)

    def tree(self, origin: Origin) -> Tree:
        return self.trees[origin.name]

    def changed(self, changes: Changes) -> Build:
        """From the files as `changes` of the build context leave them.

        Without its ignore file, a folder has all that this left out. It is the same build if they
        change nothing that a folder has.
        """
        trees = {**self.trees, "": _after(self.trees[""], changes)}
        for name, beside in self.beside.items():
            trees[name] = _after(trees[name], _seen(changes, beside, trees[name]))
        same = all(tree is self.trees[name] for name, tree in trees.items())
        return self if same else replace(self, trees=trees)

    def seen_beside(self) -> Iterator[str]:
        """The files that named folders have of the build context, as that calls them."""
        for name, beside in self.beside.items():
            for path, node in walked(self.trees[name].top):
                here = beside.here(path)
                if here is not None and node.kind != "folder":
                    yield here


def _after(tree: Tree, changes: Changes) -> Tree:
    if isinstance(tree, Context) and any(map(tree.ignores_by, changes.removed)):
        tree = tree.without_ignore_file()
    return edited(tree, changes)


def _seen(changes: Changes, beside: Beside, tree: Tree) -> Changes:
    """The same, by the paths that a folder has; all of it may lie in one that is gone."""

    def there(paths: Iterable[str]) -> frozenset[str]:
        return frozenset(path for path in map(beside.there, paths) if path)

    gone = any(beside.lack.startswith(f"{path}/") for path in changes.removed)
    return Changes(
        changed=there(changes.changed),
        added=there(changes.added),
        folders=there(changes.folders),
        removed=frozenset(tree.names("")) if gone else there(changes.removed),
        remoded=there(changes.remoded),
    )
