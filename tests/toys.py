"""A catalog with extras that are made up: `sign` is a file, `toy` is wired, and only into Flask."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from generator.catalog import Catalog
from generator.project import ROOT

FLASK, LOCKED = "frameworks/flask/with/toy", f"locks/flask+toy/{ROOT}"
# Path in `templates/` -> text.
TOYS = {
    "extras/sign/manifest.toml": 'hint = "says whose it is"\n',
    f"extras/sign/{ROOT}/SIGN": "{{ cookiecutter.name }}\n",
    "extras/toy/manifest.toml": (
        'hint = "for play"\nwired = true\n'
        '[[variables]]\nname = "TOY_COLOUR"\ndefault = "red"\nmeaning = "what it looks like"\n'
    ),
    "extras/toy/parts/readme-data": "There is a toy in {{ cookiecutter.name }}.",
    f"{FLASK}/manifest.toml": 'libraries = ["toybox"]\n\n[adds]\nmodules = ["toy"]\n',
    f"{FLASK}/{ROOT}/app/toy.py": "from app import toybox\n\nblueprint = toybox.blueprint()\n",
    "libraries/toybox/manifest.toml": '[adds]\nrequirements = ["toylib"]\n',
    f"libraries/toybox/{ROOT}/app/toybox.py": "from toylib import blueprint\n",
    f"{LOCKED}/requirements.txt": "toylib==1.0\n",
    f"{LOCKED}/requirements-dev.txt": "toylib==1.0\n",
}


def put(templates: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (templates / path).parent.mkdir(parents=True, exist_ok=True)
        (templates / path).write_text(text, "utf-8", newline="\n")


def with_toys(catalog: Catalog, folder: Path) -> Catalog:
    """A copy of `catalog` in the new `folder`, with these extras in place of its own."""
    shutil.copytree(catalog.root, folder, ignore=shutil.ignore_patterns("extras"))
    put(folder, TOYS)
    return Catalog(folder)
