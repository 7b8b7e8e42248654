"""Layers into a folder, by cookiecutter."""

from __future__ import annotations

import os
import shutil
from itertools import pairwise
from pathlib import Path

from generator.errors import RenderFailed
from generator.project import ROOT, Project, Source

_JINJA = (b"{{", b"{%", b"{#")


def render(project: Project, folder: Path) -> list[str]:
    """Fill the empty `folder` (absolute) and return the paths written, sorted, with `/`.

    Raises RenderFailed for a broken template and OSError for a disk that says no.
    """
    from cookiecutter.generate import generate_file
    from cookiecutter.utils import work_in
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

    # cookiecutter's own environment would load extensions that no template here uses.
    environment = Environment(  # noqa: S701 - what is rendered is files, not HTML
        # The file itself is looked for where it lies, and what it includes below `templates`.
        loader=FileSystemLoader([".", project.templates]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.globals["parts"] = project.parts
    # LF on every system, however the templates were checked out.
    context = {"cookiecutter": {**project.context, "_new_lines": "\n"}}
    # Files get the modes of a new file here, not those that an installer gave to the templates.
    mode = folder.stat().st_mode & 0o666
    sources = project.sources()
    _refuse_overlap(sources)
    for source in sources:
        root, target = source.layer / ROOT, folder / source.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not any(mark in (root / source.path).read_bytes() for mark in _JINJA):
            shutil.copyfile(root / source.path, target)
            continue
        try:
            with work_in(root):
                generate_file(str(folder), source.path.replace("/", os.sep), context, environment)
        except (TemplateError, UnicodeDecodeError) as error:
            raise RenderFailed(
                f"the template of {source.path} is broken: {getattr(error, 'message', error)}",
                f"it lies in {root}",
            ) from error
        target.chmod(mode)
    return [source.path for source in sources]


def _refuse_overlap(sources: list[Source]) -> None:
    """Two layers with one path would silently hide one's file: `sources` is sorted by path."""
    for one, other in pairwise(sources):
        if one.path == other.path:
            raise RenderFailed(f"{one.layer.name} and {other.layer.name} both bring {one.path}")
