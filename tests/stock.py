"""A project's layers as one template for the stock `cookiecutter`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from generator.project import ROOT, Project

EXTENSION = """\
from jinja2.ext import Extension

PARTS = {parts}


class Parts(Extension):
    def __init__(self, environment):
        super().__init__(environment)
        environment.globals["parts"] = lambda slot: PARTS.get(slot, [])
"""


def stock_template(project: Project, template: Path) -> None:
    """All layers as one template for `cookiecutter --no-input`, with `parts` as its extension."""
    for source in project.sources():
        target = template / ROOT / source.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((source.layer / ROOT / source.path).read_bytes())
    shutil.copytree(project.templates, template / "templates")
    slots = {path.name for layer in project.layers for path in (layer / "parts").glob("*")}
    parts = {slot: project.parts(slot) for slot in slots}
    (template / "local_extensions.py").write_text(EXTENSION.format(parts=parts), "utf-8")
    context = {**project.context, "_extensions": ["local_extensions.Parts"]}
    (template / "cookiecutter.json").write_text(json.dumps(context), "utf-8")
