"""What the answers ask for: a project's layers, and what their templates may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator import __version__
from generator.answers import Answers
from generator.catalog import Catalog

# The folder inside each layer that becomes the project's, as in every cookiecutter template.
ROOT = "{{cookiecutter.name}}"


@dataclass(frozen=True)
class Source:
    """A file of a layer: `layer / ROOT / path` will be the project's `path` (with `/`)."""

    layer: Path
    path: str


@dataclass(frozen=True)
class Project:
    """`context` is what templates see as `cookiecutter`."""

    layers: tuple[Path, ...]
    context: Mapping[str, object]

    def sources(self) -> list[Source]:
        """Every file to be rendered, sorted by its path in the project."""
        found = [Source(layer, path) for layer in self.layers for path in _files(layer / ROOT)]
        return sorted(found, key=lambda source: source.path)


def plan(answers: Answers, catalog: Catalog) -> Project:
    framework = catalog.frameworks[answers.framework]
    server = framework.server
    return Project(
        layers=(catalog.shared, server.layer, framework.layer, catalog.lock(framework.name)),
        context={
            **answers.as_dict(),
            "framework_label": framework.label,
            "entry": framework.entry,
            "liveness": framework.liveness,
            "readiness": framework.readiness,
            "server_label": server.label,
            "server_config": server.config,
            "server_command": list(server.command),
            "server_development": list(server.development),
            "settings": framework.settings,
            "variables": [*server.variables, *framework.variables],
            "requirements": sorted({*framework.requirements, *server.requirements}),
            "python_oldest": catalog.oldest_python,
            "python_newest": catalog.pythons[0].version,
            "uv": catalog.uv,
            "dockerize": __version__,
        },
    )


def _files(folder: Path) -> Iterator[str]:
    """Relative paths below `folder`, but for the bytecode that an installer leaves there."""
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if "__pycache__" not in relative.parts and path.is_file():
            yield relative.as_posix()
