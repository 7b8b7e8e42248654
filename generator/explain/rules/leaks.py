"""Files that are in a build context by accident, as their names tell."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from generator.explain.context import Context
from generator.explain.context.files import Folder, Node, joined

# Entries that are looked at; a context of more is looked at down to where they end.
_MOST = 50_000


@dataclass(frozen=True)
class Leak:
    """`path` is what leaks, `sample` a file in it (or itself), `pattern` what leaves all of its

    kind out. `secret`: it is worse than a waste.
    """

    path: str
    sample: str
    pattern: str
    what: str
    secret: bool = False


@dataclass(frozen=True)
class _Kind:
    names: re.Pattern[str]
    pattern: str  # of the ignore file; "{name}" stands for the name that was found
    what: str
    secret: bool = False
    folder: bool | None = None
    holds: str | None = None  # a name in the folder that tells it apart from others


def _kind(
    names: str,
    pattern: str,
    what: str,
    *,
    secret: bool = False,
    folder: bool | None = None,
    holds: str | None = None,
) -> _Kind:
    return _Kind(re.compile(names), pattern, what, secret, folder, holds)


# What is made from these is data: the first that fits a name counts.
_KINDS = (
    _kind(r"\.git", "**/.git", ".git"),
    _kind(r"\.(?:hg|svn)", "**/{name}", "{name}", folder=True),
    _kind(r"\.env\.(?:example|sample|template|dist|defaults?)", "", ""),
    _kind(r"\.env|\.env\.[\w.-]+", "**/{name}", "{name}", secret=True, folder=False),
    _kind(
        r"\.venv|venv|env|\.?virtualenv|\.env",
        "**/{name}",
        "{name}",
        folder=True,
        holds="pyvenv.cfg",
    ),
    _kind(r"node_modules", "**/node_modules", "node_modules", folder=True),
    _kind(r"__pycache__", "**/__pycache__", "__pycache__", folder=True),
    _kind(r".+\.py[co]", "**/*.py[co]", "*.pyc", folder=False),
    _kind(
        r"\.(?:pytest_cache|mypy_cache|ruff_cache|tox|nox|hypothesis|gradle|terraform|next|nuxt)",
        "**/{name}",
        "{name}",
        folder=True,
    ),
    _kind(r"\.(?:idea|vscode|vs)", "**/{name}", "{name}", folder=True),
    _kind(r"\.DS_Store|Thumbs\.db", "**/{name}", "{name}", folder=False),
    _kind(r"\.(?:aws|ssh|gnupg|kube)", "**/{name}", "{name}", secret=True, folder=True),
    _kind(r"id_(?:rsa|dsa|ecdsa|ed25519)", "**/{name}", "{name}", secret=True, folder=False),
    _kind(r"\.(?:netrc|pgpass|git-credentials|pypirc)", "**/{name}", "{name}", secret=True),
    _kind(r"\.coverage|coverage\.xml|htmlcov", "**/{name}", "{name}"),
    _kind(r".+\.log", "**/*.log", "{name}", folder=False),
)


_ANY = re.compile("|".join(f"(?:{each.names.pattern})" for each in _KINDS))


def leaks(context: Context) -> Iterator[Leak]:
    """What the ignore file lets through, the nearest to the root first; of each kind once."""
    seen: set[str] = set()
    waiting: deque[tuple[str, Folder]] = deque([("", context.top)])
    looked = 0
    while waiting:
        above, folder = waiting.popleft()
        for name, node in folder.children.items():
            looked += 1
            path = joined(above, name)
            kind = _of(name, node)
            if kind is not None and kind.pattern:
                leak = _leak(path, name, node, kind)
                if leak is not None and leak.pattern not in seen:
                    seen.add(leak.pattern)
                    yield leak
            elif isinstance(node, Folder):
                waiting.append((path, node))
        if looked > _MOST:
            return


def _of(name: str, node: Node) -> _Kind | None:
    if not _ANY.fullmatch(name):
        return None
    is_folder = isinstance(node, Folder)
    for kind in _KINDS:
        if kind.folder not in (None, is_folder) or not kind.names.fullmatch(name):
            continue
        if kind.holds is None or (isinstance(node, Folder) and kind.holds in node.children):
            return kind
    return None


def _leak(path: str, name: str, node: Node, kind: _Kind) -> Leak | None:
    sample = _sample(path, node)
    if sample is None:
        return None
    fill = {"name": name}
    return Leak(path, sample, kind.pattern.format(**fill), kind.what.format(**fill), kind.secret)


def _sample(path: str, node: Node) -> str | None:
    """The first file at or below `path`; None if there is none near."""
    for _ in range(_DEEP):
        if not isinstance(node, Folder):
            return path
        files = [name for name, each in node.children.items() if not isinstance(each, Folder)]
        name = next(iter(files), next(iter(node.children), None))
        if name is None:
            return None
        path, node = f"{path}/{name}", node.children[name]
    return None


_DEEP = 50
