"""What the answers ask for: a project's layers, and what their templates may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from generator import __version__
from generator.answers import Answers
from generator.catalog import Catalog
from generator.catalog.manifests import Layer

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
    there a list by itself would be a choice. `templates` is the folder that all layers lie in.
    """

    templates: Path
    layers: tuple[Path, ...]
    context: Mapping[str, object]

    def sources(self) -> list[Source]:
        """Every file to be rendered, sorted by its path in the project."""
        found = [Source(layer, path) for layer in self.layers for path in _files(layer / ROOT)]
        return sorted(found, key=lambda source: source.path)

    def parts(self, slot: str) -> list[str]:
        """The files that fill `slot`, in the layers' order, as paths below `templates`."""
        files = [layer / "parts" / slot for layer in self.layers]
        return [file.relative_to(self.templates).as_posix() for file in files if file.is_file()]


def plan(answers: Answers, catalog: Catalog) -> Project:
    layers = catalog.layers(answers.framework, answers.installer, answers.extras)
    framework, server = catalog.frameworks[answers.framework], catalog.server(answers.framework)
    return Project(
        templates=catalog.root,
        layers=tuple(dict.fromkeys(layer.folder for layer in layers)),
        context={
            "name": answers.name,
            "framework": answers.framework,
            "python": answers.python,
            "port": answers.port,
            "installer": answers.installer,
            "extras": {"names": list(answers.extras)},
            "app": {
                "label": framework.label,
                "entry": framework.entry,
                "liveness": framework.liveness,
                "readiness": framework.readiness,
                "settings": framework.settings,
                "variables": [asdict(each) for layer in layers for each in layer.variables],
            },
            "lists": _lists(layers),
            "server": {
                "label": server.label,
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


def _lists(layers: Sequence[Layer]) -> dict[str, list[str]]:
    """All that the layers add to each list, in their order."""
    lists: dict[str, list[str]] = {}
    for layer in layers:
        for key, items in layer.adds.items():
            lists.setdefault(key, []).extend(items)
    return lists


def _files(folder: Path) -> Iterator[str]:
    """Relative paths below `folder`, but for the bytecode that an installer leaves there."""
    for path in folder.rglob("*"):
        relative = path.relative_to(folder)
        if "__pycache__" not in relative.parts and path.is_file():
            yield relative.as_posix()
