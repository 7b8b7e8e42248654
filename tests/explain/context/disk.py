"""Folders on disk, and which of them somebody has listed."""

from __future__ import annotations

import sys
from pathlib import Path


def write(root: Path, *paths: str, text: str = "") -> Path:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text or path, "utf-8")
        file.chmod(0o644)
    return root


_events: list[tuple[str, str]] = []


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("os.scandir", "open"):
        _events.append((event, str(arguments[0])))


# It cannot be taken back, and does nothing but that.
sys.addaudithook(_note)


class Listed:
    """The names of the folders in `root` that were listed, in their order."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.forget()

    def forget(self) -> None:
        _events.clear()

    def __call__(self, kind: str = "os.scandir") -> list[str]:
        root = str(self.root)
        return [Path(path).name for event, path in _events if event == kind and root in path]
