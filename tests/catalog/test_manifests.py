from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from generator.catalog.manifests import (
    Extra,
    Framework,
    Installer,
    Layer,
    Server,
    SourceEdit,
    Variable,
    Wiring,
    read,
    toml,
)

FRAMEWORK = """\
rank = 7
label = "Toy"
hint = "for play"
server = "gunicorn"
libraries = ["one", "other"]
entry = "toy:app"
port = 8123
liveness = "/alive"
readiness = "/ready"
settings = "Nothing to set."

[source_edit]
file = "toy/__init__.py"
reruns = 2
steps = 10
runs = 0

[adds]
requirements = ["toylib"]
nothing = []

[[variables]]
name = "TOY_COLOUR"
default = "red"
meaning = "what it looks like"

[[variables]]
name = "TOY_SIZE"
default = ""
meaning = "how large it is"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "toy").mkdir()
    return tmp_path / "toy"


def _write(folder: Path, text: str) -> Path:
    (folder / "manifest.toml").write_text(text, "utf-8")
    return folder


def test_all_that_a_manifest_says(folder: Path) -> None:
    assert read(Framework, _write(folder, FRAMEWORK)) == Framework(
        folder=folder,
        adds={"requirements": ("toylib",), "nothing": ()},
        variables=(
            Variable("TOY_COLOUR", "red", "what it looks like"),
            Variable("TOY_SIZE", "", "how large it is"),
        ),
        rank=7,
        label="Toy",
        hint="for play",
        server="gunicorn",
        libraries=("one", "other"),
        entry="toy:app",
        port=8123,
        liveness="/alive",
        readiness="/ready",
        settings="Nothing to set.",
        source_edit=SourceEdit("toy/__init__.py", reruns=2, steps=10, runs=0),
    )


def test_the_name_is_the_folders(folder: Path) -> None:
    assert read(Layer, _write(folder, "")).name == "toy"


def test_lists_are_frozen(folder: Path) -> None:
    text = 'label = "x"\nconfig = "x.py"\ncommand = ["python", "x.py"]\ndevelopment = []\n'
    server = read(Server, _write(folder, text))
    assert (server.command, server.development) == (("python", "x.py"), ())


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Layer, "", {}),
        (Extra, 'hint = "for play"', {"hint": "for play", "wired": False}),
        (Extra, 'hint = "for play"\nwired = true', {"hint": "for play", "wired": True}),
        (Installer, 'rank = 1\nhint = "for play"', {"rank": 1, "hint": "for play"}),
        (Wiring, "", {"libraries": ()}),
        (Wiring, 'libraries = ["one"]', {"libraries": ("one",)}),
    ],
)
def test_what_a_manifest_may_leave_out(
    kind: type[Layer], text: str, expected: dict[str, Any], folder: Path
) -> None:
    layer = read(kind, _write(folder, text))
    assert layer == kind(folder=folder, **expected)
    assert (layer.adds, layer.variables) == ({}, ())


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Layer, 'hint = "for play"'),
        (Extra, ""),
        (Extra, 'hint = "for play"\nwierd = true'),
        (Framework, FRAMEWORK.replace("entry", "enrty")),
        (Layer, '[[variables]]\nname = "X"\nmeaning = "no default"'),
    ],
)
def test_a_manifest_with_a_slip_is_not_taken(kind: type[Layer], text: str, folder: Path) -> None:
    with pytest.raises(TypeError):
        read(kind, _write(folder, text))


def test_a_manifest_that_is_no_toml_is_not_taken(folder: Path) -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        toml(_write(folder, "hint: for play") / "manifest.toml")
