"""What the tests of `dockerize new` share."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
InShell = Callable[[str], tuple[int, str]]

posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")

# What is asked; scripts that were written before there was more to say give no more than this.
ALL_FLAGS = ["my-shop", "--framework", "flask", "--python", "3.14", "--port", "8000"]
COMMAND = f"dockerize new {' '.join(ALL_FLAGS)} --installer uv"


def refused(run: Run, *arguments: str) -> str:
    """The message; the refusal is the same with --json, and neither writes anything."""
    before = sorted(Path.cwd().rglob("*"))
    status, out, err = run("new", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("dockerize: ")
    json_status, json_out, json_err = run("new", *arguments, "--json")
    assert (json_status, json_err) == (2, "")
    error = json.loads(json_out)["error"]
    if error["code"] != "missing-answers":  # it says why nothing can be asked: one reason of two
        indented = "".join(f"  {line}\n" for line in error["hint"].splitlines())
        assert err == f"dockerize: {error['message']}\n{indented}"
    assert sorted(Path.cwd().rglob("*")) == before
    return err
