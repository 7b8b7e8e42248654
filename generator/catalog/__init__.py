"""What `templates/` offers, read from its manifests.

    templates/
      pythons.toml                 versions with their dates, and the recommended one
      tools.toml                   versions of the tools that generated files name
      shared/                      the layer that every project has
      installers/NAME/             how the image installs the requirements
      servers/NAME/                what serves the application
      frameworks/NAME/             the application
      frameworks/NAME/with/EXTRA/  what an extra is in this framework's words
      libraries/NAME/              what several frameworks or their extras have in common
      extras/NAME/                 what a project has on request
      locks/COMBINATION/           what the resolver made of the requirements that meet there
      locks/packages.txt           every package that any of the locks names

Each folder is a layer: `{{cookiecutter.name}}/` in it is a cookiecutter template, `parts/` holds
text for the slots of other layers' files, `manifest.toml` the rest (see `manifests`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from generator.catalog.manifests import (
    Extra,
    Framework,
    Installer,
    Layer,
    Server,
    Wiring,
    read,
    toml,
)

Ranked = TypeVar("Ranked", Framework, Installer)


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
class Catalog:
    """All that can be chosen. Reading is lazy: a path through the program pays for what it uses."""

    root: Path

    @cached_property
    def _pythons_file(self) -> Mapping[str, Any]:
        return toml(self.root / "pythons.toml")

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
        return str(toml(self.root / "tools.toml")["uv"])

    @cached_property
    def frameworks(self) -> Mapping[str, Framework]:
        """By name, the default first."""
        return self._ranked(Framework, "frameworks")

    @cached_property
    def installers(self) -> Mapping[str, Installer]:
        """By name, the default first."""
        return self._ranked(Installer, "installers")

    @cached_property
    def extras(self) -> Mapping[str, Extra]:
        """By name, sorted."""
        found = (read(Extra, path) for path in self._folders("extras"))
        return {each.name: each for each in sorted(found, key=lambda each: each.name)}

    def server(self, framework: str) -> Server:
        return read(Server, self.root / "servers" / self.frameworks[framework].server)

    def can_have(self, framework: str) -> Sequence[str]:
        """The extras that fit the framework, sorted."""
        return [
            name
            for name, extra in self.extras.items()
            if not extra.wired or self._wiring(framework, name).is_dir()
        ]

    def layers(self, framework: str, installer: str, extras: Sequence[str]) -> Sequence[Layer]:
        """What a project is made of, the general before the special; `extras` are sorted."""
        chosen, application = [self.extras[name] for name in extras], self.frameworks[framework]
        wirings = [
            read(Wiring, self._wiring(framework, extra.name)) for extra in chosen if extra.wired
        ]
        libraries = {*application.libraries, *(name for each in wirings for name in each.libraries)}
        return [
            read(Layer, self.root / "shared"),
            self.installers[installer],
            self.server(framework),
            *(read(Layer, self.root / "libraries" / name) for name in sorted(libraries)),
            application,
            *chosen,
            *wirings,
            Layer(self.lock(framework, extras)),
        ]

    def lock(self, framework: str, extras: Sequence[str]) -> Path:
        """Its layer; only the extras that bring packages make a combination of their own."""
        wired = [name for name in sorted(extras) if self.extras[name].wired]
        return self.root / "locks" / "+".join([framework, *wired])

    @cached_property
    def locked_packages(self) -> frozenset[str]:
        """Normalised names of all packages in all locks; the locks' test holds the file to them."""
        return frozenset((self.root / "locks" / "packages.txt").read_text("ascii").split())

    def _wiring(self, framework: str, extra: str) -> Path:
        return self.frameworks[framework].folder / "with" / extra

    def _ranked(self, kind: type[Ranked], folder: str) -> Mapping[str, Ranked]:
        found = (read(kind, path) for path in self._folders(folder))
        return {each.name: each for each in sorted(found, key=lambda each: each.rank)}

    def _folders(self, kind: str) -> Iterator[Path]:
        return (path.parent for path in self.root.glob(f"{kind}/*/manifest.toml"))


def load() -> Catalog:
    """The templates in the installed package, or else the checkout's."""
    here = Path(__file__).resolve().parents[1]
    packaged = here / "templates"
    return Catalog(packaged if packaged.is_dir() else here.parent / "templates")
