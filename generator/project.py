"""What the answers ask for: a project's layers, and what their templates may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
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
    """`context` is what templates see as `cookiecutter`.

    It is plain data with lists only inside dictionaries, as an ordinary `cookiecutter.json` has it:
    there a list by itself would be a choice.
    """

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
            "app": {
                "label": framework.label,
                "entry": framework.entry,
                "liveness": framework.liveness,
                "readiness": framework.readiness,
                "settings": framework.settings,
                "requirements": sorted({*framework.requirements, *server.requirements}),
                "variables": [asdict(each) for each in (*server.variables, *framework.variables)],
            },
            "server": {
                "label": server.label,
                "config": server.config,
                "command": list(server.command),
                "development": list(server.development),
            },
            "pythons": {
                "oldest": catalog.oldest_python,
                "newest": catalog.pythons[0].version,
            },
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
