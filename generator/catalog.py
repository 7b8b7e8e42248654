"""What `templates/` offers, read from its manifests.

    templates/
      pythons.toml                 versions with their dates, and the recommended one
      tools.toml                   versions of the tools that generated files name
      shared/                      the layer that every project has
      servers/NAME/                manifest.toml and a layer
      frameworks/NAME/             manifest.toml and a layer
      locks/NAME/                  a layer: what the resolver made of that framework's requirements
      locks/packages.txt           every package that any of the locks names

A layer is a cookiecutter template: a folder that holds `{{cookiecutter.name}}/`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Python:
    """A version that projects can be made for; the dates are months, `YYYY-MM`."""

    version: str
    bugfixes: str
    security: str

    def ended(self, month: str) -> bool:
        """Whether security fixes stopped before `month` (`YYYY-MM`)."""
        return self.security < month

    def support(self, month: str) -> str:
        """In a few words: until when it gets fixes, seen from `month` (`YYYY-MM`)."""
        if self.ended(month):
            return f"reached its end of life in {self.security}"
        if self.bugfixes < month:
            return f"security fixes to {self.security}"
        return f"bug fixes to {self.bugfixes}, security to {self.security}"


@dataclass(frozen=True)
class Variable:
    """A variable of the environment that a project's container reads."""

    name: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Server:
    """A folder of `servers/`: how it is started, and the one file that holds its settings.

    `development` starts it where it is restarted at every save.
    """

    layer: Path
    label: str
    requirements: tuple[str, ...]
    config: str
    command: tuple[str, ...]
    development: tuple[str, ...]
    variables: tuple[Variable, ...]


@dataclass(frozen=True)
class Framework:
    """A folder of `frameworks/`; they are proposed by rank, the lowest first."""

    layer: Path
    name: str
    rank: int
    label: str
    hint: str
    server: Server
    entry: str
    port: int
    liveness: str
    readiness: str
    settings: str
    requirements: tuple[str, ...]
    variables: tuple[Variable, ...]


@dataclass(frozen=True)
class Catalog:
    """All that can be chosen. Reading is lazy: a path through the program pays for what it uses."""

    root: Path

    @cached_property
    def _pythons_file(self) -> Mapping[str, Any]:
        return _read(self.root / "pythons.toml")

    @cached_property
    def pythons(self) -> tuple[Python, ...]:
        """Newest first."""
        offered = self._pythons_file["offered"]
        return tuple(Python(version=version, **dates) for version, dates in offered.items())

    @cached_property
    def ended_pythons(self) -> Mapping[str, str]:
        """Versions that are not offered any more, and the month (`YYYY-MM`) they ended in."""
        ended: Mapping[str, str] = self._pythons_file["ended"]
        return ended

    @cached_property
    def recommended_python(self) -> str:
        return str(self._pythons_file["recommended"])

    @cached_property
    def oldest_python(self) -> str:
        """What the locks are resolved from."""
        return self.pythons[-1].version

    @cached_property
    def uv(self) -> str:
        """The uv that resolves the locks, here and in a project's `lock` target."""
        return str(_read(self.root / "tools.toml")["uv"])

    @cached_property
    def frameworks(self) -> Mapping[str, Framework]:
        """By name, the default first."""
        manifests = self.root.glob("frameworks/*/manifest.toml")
        found = sorted(map(self._framework, manifests), key=lambda each: each.rank)
        return {each.name: each for each in found}

    @property
    def shared(self) -> Path:
        return self.root / "shared"

    def lock(self, framework: str) -> Path:
        return self.root / "locks" / framework

    @cached_property
    def locked_packages(self) -> frozenset[str]:
        """Normalised names of all packages in all locks; the locks' test holds the file to them."""
        return frozenset((self.root / "locks" / "packages.txt").read_text("ascii").split())

    def _framework(self, manifest: Path) -> Framework:
        values = _manifest(manifest)
        values["server"] = self._server(values["server"])
        return Framework(layer=manifest.parent, name=manifest.parent.name, **values)

    def _server(self, name: str) -> Server:
        layer = self.root / "servers" / name
        return Server(layer=layer, **_manifest(layer / "manifest.toml"))


def load() -> Catalog:
    """The templates beside this module, as in an installed wheel, or else the checkout's."""
    here = Path(__file__).resolve().parent
    packaged = here / "templates"
    return Catalog(packaged if packaged.is_dir() else here.parent / "templates")


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _manifest(path: Path) -> dict[str, Any]:
    """Key -> value of a manifest, frozen: lists as tuples, `variables` as Variable."""
    values = _read(path)
    variables = tuple(Variable(**each) for each in values.pop("variables", []))
    frozen = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }
    return {**frozen, "variables": variables}
