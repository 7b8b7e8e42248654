"""Secrets come as variables or, where a platform mounts them, as files."""

import os
from pathlib import Path


def secret(name: str) -> str:
    """Return the variable `name`, or what is in the file that `name`_FILE names, or nothing."""
    file = os.environ.get(f"{name}_FILE")
    try:
        return os.environ.get(name) or (Path(file).read_text("utf-8").strip() if file else "")
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(f"{name}_FILE={file!r} cannot be read: {error}") from None
