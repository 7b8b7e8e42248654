"""Answers as a command line."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence

from generator.answers import FIELDS
from generator.answers.field import Texts


def command_line(texts: Texts, output_dir: str | None = None) -> str:
    """The `dockerize new` that gives the answers in `texts`, as this system's shell takes it."""
    arguments: list[str] = ["dockerize", "new"]
    for field in FIELDS:
        if texts.get(field.key):
            flag = [field.flag] if field.flag.startswith("-") else []
            arguments += [*flag, texts[field.key]]
    if output_dir is not None:
        arguments += ["--output-dir", output_dir]
    return shell(arguments)


def shell(arguments: Sequence[str]) -> str:
    """`arguments` quoted for this system's shell."""
    return subprocess.list2cmdline(arguments) if os.name == "nt" else shlex.join(arguments)
