"""Paths as BuildKit writes them into its operations."""

from __future__ import annotations

from posixpath import normpath


def absolute(folder: str, path: str) -> str:
    """`path`, seen from `folder`, cleaned of `.`, `..` and doubled slashes; never above `/`."""
    joined = path if path.startswith("/") else f"{folder}/{path}"
    return "/" + normpath(f"/{joined}").lstrip("/")


def destination(folder: str, path: str) -> str:
    """As `absolute`; it ends with `/` if what is written says that it is a folder."""
    clean = absolute(folder, path)
    is_folder = path in ("", ".") or path.endswith(("/", "/."))
    return f"{clean}/" if is_folder and clean != "/" else clean


def source(path: str) -> str:
    """As `absolute`, from the root of the tree that files come from, which is ""."""
    return absolute("/", path)[1:]


def workdir(folder: str, path: str) -> str:
    """Where WORKDIR goes from `folder`; an absolute path stays as it is written."""
    if not path:
        return folder
    return path if path.startswith("/") else absolute(folder, path)
