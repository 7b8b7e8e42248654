"""The fields of `RUN --mount`.

From moby/buildkit, frontend/dockerfile/instructions/commands_runmount.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from generator.explain.dockerfile.refused import Refused
from generator.explain.nearest import suggestion


def check(value: str) -> None:
    """Raises Refused for what no expansion can make right."""
    for field in fields(value):
        key, _, text = field.partition("=")
        if key.lower() == "from" and "$" in text[:-1]:
            raise Refused("'from' doesn't support variable expansion, define alias stage instead")


def fields(value: str) -> tuple[str, ...]:
    """Split at commas, as a line of comma-separated values with its quotes."""
    found: list[str] = []
    at = 0
    while True:
        field, at = _quoted(value, at + 1) if value.startswith('"', at) else _bare(value, at)
        found.append(field)
        if at >= len(value):
            return tuple(found)
        at += 1


def _bare(value: str, at: int) -> tuple[str, int]:
    end = value.find(",", at)
    end = len(value) if end < 0 else end
    if '"' in value[at:end]:
        raise Refused('failed to parse csv mounts: bare " in non-quoted field')
    return value[at:end], end


def _quoted(value: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    while (end := value.find('"', at)) >= 0:
        parts.append(value[at:end])
        at = end + 1
        if not value.startswith('"', at):
            break
        parts.append('"')
        at += 1
    else:
        raise Refused('failed to parse csv mounts: missing " in quoted field')
    if at < len(value) and value[at] != ",":
        raise Refused('failed to parse csv mounts: extraneous " in quoted field')
    return "".join(parts), at


def origin(value: str) -> str:
    """What the mount is `from`, as written; "" if it does not say."""
    given = [field.partition("=") for field in fields(value)]
    return next((text for key, _, text in reversed(given) if key.lower() == "from"), "")


def read(value: str, expand: Callable[[str], str]) -> dict[str, str]:
    """The fields with their long names, their values expanded, and `type` always among them.

    `ro` is "true" or "false". Raises Refused for what BuildKit refuses.
    """
    found = {"type": "bind"}
    for field in fields(value):
        key, equals, text = field.partition("=")
        key = key.lower()
        name = _LONG.get(key, key)
        if not equals and key not in _SWITCHES:
            raise Refused(f"invalid field {field!r} must be a key=value pair")
        text = expand(text) if equals else "true"
        if name not in _ALLOWED:
            raise Refused(f"unexpected key {key!r} in {field!r}", suggestion(key, _KEYS))
        if found["type"] not in _ALLOWED[name]:
            raise Refused(f"unexpected key {key!r} for mount type {found['type']!r}")
        if name == "rw":
            name, text = "ro", "false" if _flag(key, text) == "true" else "true"
        found[name] = _RULES[name](key, text) if name in _RULES else text
    _fits(found)
    return found


def _flag(key: str, text: str) -> str:
    if text in ("1", "t", "T", "TRUE", "true", "True"):
        return "true"
    if text in ("0", "f", "F", "FALSE", "false", "False"):
        return "false"
    raise Refused(f"invalid value for {key}: {text}")


def _one_of(right: tuple[str, ...], what: str) -> Callable[[str, str], str]:
    def rule(key: str, text: str) -> str:
        if text.lower() not in right:
            raise Refused(f"unsupported {what} {text!r}", suggestion(text, right))
        return text.lower()

    return rule


def _octal(key: str, text: str) -> str:
    if not re.fullmatch(_OCTAL, text):
        raise Refused(f"invalid value {text} for {key}")
    return f"{int(text, 8):o}"


def _number(key: str, text: str) -> str:
    if not re.fullmatch(_NUMBER, text) or int(text) >= 1 << 32:
        raise Refused(f"invalid value {text} for {key}")
    return str(int(text))


def _bytes(key: str, text: str) -> str:
    match = re.fullmatch(_SIZE, text)
    if not match:
        raise Refused(f"invalid value for {key}: {text}")
    power = " kmgtp".find((match[2] or " ").lower())
    return str(int(float(match[1]) * 1024**power))


def _fits(found: dict[str, str]) -> None:
    kind = found["type"]
    for key in ("mode", "uid", "gid"):
        if key in found and kind in ("bind", "tmpfs"):
            raise Refused(f"{key} not allowed for {kind!r} type mounts")
    if kind == "secret":
        _fits_secret(found)
    if "sharing" in found and kind != "cache":
        raise Refused(f"invalid cache sharing set for {kind} mount")
    if kind == "ssh" and found.get("source"):
        raise Refused("ssh does not support source")


def _fits_secret(found: dict[str, str]) -> None:
    if found.get("from"):
        raise Refused("secret mount should not have a from")
    if not any(found.get(key) for key in ("source", "target", "id")):
        raise Refused("invalid secret mount. one of source, target required")
    if found.get("source") and found.get("id"):
        raise Refused("both source and id can't be set")


TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
_SWITCHES = ("ro", "readonly", "rw", "readwrite", "required")
_LONG = {
    "src": "source",
    "dst": "target",
    "destination": "target",
    "readonly": "ro",
    "readwrite": "rw",
}
# Each field and the types that take it. The type that counts is the one given before the field.
_ALLOWED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "type",
            "from",
            "source",
            "target",
            "ro",
            "rw",
            "id",
            "sharing",
            "mode",
            "uid",
            "gid",
            "env",
        ),
        TYPES,
    ),
    "required": ("secret", "ssh"),
    "size": ("tmpfs",),
}
_KEYS = (*_ALLOWED, *_LONG)
_OCTAL = r"[0-7]{1,11}"
_NUMBER = r"[0-9]{1,10}"
_SIZE = r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([kKmMgGtTpP])?(?:[iI]?[bB])?"
_RULES: Mapping[str, Callable[[str, str], str]] = {
    "type": _one_of(TYPES, "mount type"),
    "ro": _flag,
    "required": _flag,
    "size": _bytes,
    "sharing": _one_of(("shared", "private", "locked"), "sharing value"),
    "mode": _octal,
    "uid": _number,
    "gid": _number,
}
