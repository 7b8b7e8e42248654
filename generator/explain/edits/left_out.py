"""How it is said that the ignore file leaves a file out."""

from __future__ import annotations

from generator.explain.context import Context


def left_out(context: Context, path: str) -> str | None:
    """Which pattern leaves a path out that is there; None if it is let through."""
    by = context.left_out_by(path)
    return None if by is None else words(context, path, by)


def words(context: Context, path: str, by: tuple[str, int]) -> str:
    pattern, line = by
    return f"{context.ignore_file} line {line} ({pattern}) leaves {path} out"
