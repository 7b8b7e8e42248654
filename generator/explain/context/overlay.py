"""A tree after an edit, made of the nodes of the tree before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from generator.explain.context import Changes, Files, Tree
from generator.explain.context.files import LINK_MODE, Folder, Node, joined
from generator.explain.context.patterns import Patterns, listed

_GROUP_WRITES = 0o020
_EXECUTES, _READS = 0o111, 0o444
_NEW_FILE = 0o644
_NEW_FOLDER = 0o755

# What becomes of a node at a path; None is none.
Change = Callable[[str, Node | None], Node | None]


class Branch:
    """The paths of an edit as a tree of their own: a change here, and those below."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.removes = False
        self.below: dict[str, Branch] = {}
        self.makes = False  # a folder is made here if there is none


def after(tree: Tree, changes: Changes) -> Tree:
    ignore = tree.ignore if isinstance(tree, Files) else listed(())
    branch = _branches(changes, ignore)
    top = _changed("", tree.top, branch)
    if top is tree.top:
        return tree
    return Files(top if isinstance(top, Folder) else Folder("", tree.top.mode), ignore)


def _branches(changes: Changes, ignore: Patterns) -> Branch:
    root = Branch()
    let_through = partial(_let_through, ignore)
    for path in changes.folders:
        if _is_path(path) and not ignore.left_out_by(path):
            _at(root, path, makes=True).makes = True
    for path in changes.removed:
        if _is_path(path):
            _at(root, path).removes = True
    todo: list[tuple[Iterable[str], Change, bool]] = [
        (filter(let_through, changes.added), _added, True),
        (changes.changed, _rewritten, False),
        (changes.remoded, _remoded, False),
        (changes.executable, _executable, False),
    ]
    for paths, change, makes in todo:
        for path in paths:
            if _is_path(path):
                _at(root, path, makes=makes).changes.append(change)
    for path, target in changes.links:
        if let_through(path):
            _at(root, path, makes=True).changes.append(partial(_linked, target))
    return root


def _let_through(ignore: Patterns, path: str) -> bool:
    return _is_path(path) and not ignore.left_out_by(path)


def _is_path(path: str) -> bool:
    return not any(part in ("", ".", "..") or "\0" in part for part in path.split("/"))


def _at(root: Branch, path: str, *, makes: bool = False) -> Branch:
    branch = root
    for part in path.split("/"):
        branch.makes = branch.makes or makes
        branch = branch.below.setdefault(part, Branch())
    return branch


def _changed(path: str, node: Node | None, branch: Branch) -> Node | None:
    """Not by recursion: a path may be thousands of folders deep."""
    order: list[tuple[str, Node | None, Branch, str, int]] = []
    stack = [(path, node, branch, "", -1)]
    while stack:
        here, node, branch, name, parent = stack.pop()
        node = None if branch.removes else node
        if branch.makes and node is None:
            node = Folder(here, _NEW_FOLDER, content="added")
        index = len(order)
        order.append((here, node, branch, name, parent))
        if isinstance(node, Folder):
            for part, each in branch.below.items():
                below = joined(here, part)
                stack.append((below, node.children.get(part), each, part, index))
    replaced: list[dict[str, Node | None]] = [{} for _ in order]
    result: Node | None = None
    for index in reversed(range(len(order))):
        here, node, branch, name, parent = order[index]
        result = _with_children(node, replaced[index])
        for change in branch.changes:
            result = change(here, result)
        if parent >= 0:
            replaced[parent][name] = result
    return result


def _with_children(node: Node | None, replaced: dict[str, Node | None]) -> Node | None:
    if not isinstance(node, Folder):
        return node
    old = node.children if replaced else {}
    if all(old.get(name) is each for name, each in replaced.items()):
        return node
    children: dict[str, Node] = {**old}
    for name, each in replaced.items():
        if each is None:
            children.pop(name, None)
        else:
            children[name] = each
    return None if node.hidden and not children else node.with_children(children)


def _added(path: str, node: Node | None) -> Node | None:
    mode = _NEW_FILE if node is None or isinstance(node, Folder) else node.mode
    return Node("file", mode, content="added", source=path)


def _linked(target: str, _path: str, _node: Node | None) -> Node:
    return Node("link", LINK_MODE, link=target)


def _rewritten(_: str, node: Node | None) -> Node | None:
    if node is None or isinstance(node, Folder):
        return node
    return node.other(content="changed")


def _remoded(_: str, node: Node | None) -> Node | None:
    if node is None or node.kind == "link":
        return node
    mode = node.mode ^ _GROUP_WRITES
    if isinstance(node, Folder):
        return node.with_mode(mode)
    return node.other(mode=mode)


def _executable(_: str, node: Node | None) -> Node | None:
    if node is None or node.kind != "file":
        return node
    executes = node.mode & _EXECUTES
    # Whoever may read it may execute it, as where git makes it so.
    return node.other(mode=node.mode ^ (executes or (node.mode & _READS) >> 2))
