"""What a build is made of, and what an edit makes another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from generator.explain.context import Changes, Context, Tree, edited
from generator.explain.stages import Origin, Plan


@dataclass(frozen=True, eq=False)
class Build:
    """A plan and the files it is built from.

    `trees` are the build context ("") and the folders given with --build-context, by their names;
    `context` is the build context as it lies on disk, and `dockerfile` the Dockerfile's path in it,
    None if it lies elsewhere.
    `digests` names outside images that have another digest than they had, by reference, and
    `marks` instructions of other content, by their first line; each value tells one such edit
    from another.
    """

    plan: Plan
    trees: Mapping[str, Tree]
    context: Context
    dockerfile: str | None = None
    digests: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[int, str] = field(default_factory=dict)

    def tree(self, origin: Origin) -> Tree:
        return self.trees[origin.name]

    def changed(self, changes: Changes) -> Build:
        """From the build context as `changes` leave it."""
        return self.from_context(edited(self.trees[""], changes))

    def from_context(self, tree: Tree) -> Build:
        """From another build context."""
        return replace(self, trees={**self.trees, "": tree})
