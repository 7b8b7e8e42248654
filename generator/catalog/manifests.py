"""The kinds of folders in `templates/`, each with what its `manifest.toml` says.

A manifest's own keys are the fields of its class. Two more are the same for all of them: `adds`, a
table of lists that join the other layers' lists of the same name, and `variables`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar


@dataclass(frozen=True)
class Variable:
    """A variable of the environment that a project's container reads."""

    name: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Layer:
    """A folder that may hold `{{cookiecutter.name}}/`, files of the project, and `parts/`.

    A part is text for a slot of that name in another layer's file.
    """

    folder: Path
    adds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    variables: tuple[Variable, ...] = ()

    @property
    def name(self) -> str:
        return self.folder.name


@dataclass(frozen=True, kw_only=True)
class Server(Layer):
    """A folder of `servers/`: how it is started, and the one file that holds its settings.

    `development` starts it where it is restarted at every save.
    """

    label: str
    config: str
    command: tuple[str, ...]
    development: tuple[str, ...]


@dataclass(frozen=True)
class SourceEdit:
    """What `dockerize explain` says of an edit of `file`: `reruns` of `steps`, and `runs` are RUNs.

    It is the same in every project of the framework, which a test holds all of them to.
    """

    file: str
    reruns: int
    steps: int
    runs: int


@dataclass(frozen=True, kw_only=True)
class Framework(Layer):
    """A folder of `frameworks/`; they are proposed by rank, the lowest first.

    `libraries` are folders of that name: layers that several frameworks or wirings have in common.
    """

    rank: int
    label: str
    hint: str
    server: str
    libraries: tuple[str, ...] = ()
    entry: str
    port: int
    liveness: str
    readiness: str
    settings: str
    source_edit: SourceEdit


@dataclass(frozen=True, kw_only=True)
class Installer(Layer):
    """A folder of `installers/`; they are proposed by rank, the lowest first."""

    rank: int
    hint: str


@dataclass(frozen=True, kw_only=True)
class Extra(Layer):
    """A folder of `extras/`.

    One that is `wired` needs code in the application and packages for it: a framework that can
    have it has a folder `with/NAME/`.
    """

    hint: str
    wired: bool = False


@dataclass(frozen=True, kw_only=True)
class Wiring(Layer):
    """A folder `frameworks/FRAMEWORK/with/EXTRA/`: that extra in this framework's words."""

    libraries: tuple[str, ...] = ()


Kind = TypeVar("Kind", bound=Layer)


def toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def read(kind: type[Kind], folder: Path) -> Kind:
    """Return the layer in `folder`, all that its manifest holds frozen: lists as tuples."""
    values = toml(folder / "manifest.toml")
    adds = {key: tuple(each) for key, each in values.pop("adds", {}).items()}
    variables = tuple(Variable(**each) for each in values.pop("variables", []))
    if "source_edit" in values:
        values["source_edit"] = SourceEdit(**values["source_edit"])
    frozen = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }
    return kind(folder=folder, adds=adds, variables=variables, **frozen)
