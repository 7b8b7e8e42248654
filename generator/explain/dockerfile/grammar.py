"""What each instruction takes: its flags and its arguments.

From moby/buildkit, frontend/dockerfile/instructions/parse.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from generator.explain.dockerfile import heredocs, mounts
from generator.explain.dockerfile.refused import Refused
from generator.explain.dockerfile.words import INSTRUCTIONS, Arguments
from generator.explain.nearest import suggestion

Kind = Literal["switch", "text", "texts"]
Flags = tuple[tuple[str, str | None], ...]

_COPY: dict[str, Kind] = {
    "chmod": "text",
    "chown": "text",
    "exclude": "texts",
    "link": "switch",
}
_HEALTH = ("interval", "timeout", "start-period", "start-interval", "retries")
_FLAGS: Mapping[str, Mapping[str, Kind]] = {
    "ADD": _COPY | {"checksum": "text", "keep-git-dir": "switch", "unpack": "switch"},
    "COPY": _COPY | {"from": "text", "parents": "switch"},
    "FROM": {"platform": "text"},
    "HEALTHCHECK": dict.fromkeys(_HEALTH, "text"),
    "RUN": {"device": "texts", "mount": "texts", "network": "text", "security": "text"},
}
# BuildKit does not look at the flags of these.
_UNLOOKED = ("ARG", "STOPSIGNAL")
_VALUES = {"network": ("default", "none", "host"), "security": ("insecure", "sandbox")}
_STAGE = r"[a-z][a-z0-9_.-]*"
_DURATION = r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+|[+-]?0"
_NUMBER = r"[+-]?\d{1,10}"


def known(name: str) -> None:
    """Raises Refused, with the nearest name, for what is no instruction."""
    if name.upper() not in INSTRUCTIONS:
        raise Refused(f"unknown instruction: {name}", suggestion(name, INSTRUCTIONS))


def flags(name: str, words: tuple[str, ...]) -> Flags:
    """Without their dashes. Raises Refused for those that the instruction does not take."""
    if name in _UNLOOKED:
        return ()
    kinds = _FLAGS.get(name, {})
    found: list[tuple[str, str | None]] = []
    for word in words:
        flag, equals, value = word[2:].partition("=")
        if flag not in kinds:
            raise Refused(f"unknown flag: --{flag}", suggestion(flag, kinds))
        if kinds[flag] != "texts" and flag in dict(found):
            raise Refused(f"duplicate flag specified: --{flag}")
        found.append((flag, _value(flag, kinds[flag], value if equals else None)))
    return tuple(found)


def _value(flag: str, kind: Kind, value: str | None) -> str | None:
    if value == ("" if kind == "switch" else None):
        raise Refused(f"missing a value on flag: --{flag}")
    if kind == "switch" and value is not None:
        if value.lower() not in ("true", "false"):
            raise Refused(f"expecting boolean value for flag --{flag}, not: {value}")
        return value.lower()
    if flag in _VALUES and value not in _VALUES[flag]:
        raise Refused(f"invalid {flag} mode {value!r}", f"one of {', '.join(_VALUES[flag])}")
    if flag == "mount" and value is not None:
        mounts.check(value)
    return value


def check(name: str, given: Arguments, flags_: Flags) -> None:
    """Raises Refused for arguments that the instruction `name` does not take."""
    least, most = _COUNTS.get(name, (0, None))
    count = len(given.words)
    if most == 1 and count != 1:
        raise Refused(f"{name} requires exactly one argument")
    if count < least:
        raise Refused(_too_few(name, least))
    if name in _CHECKS:
        _CHECKS[name](given, flags_)


def _too_few(name: str, least: int) -> str:
    if least == 1:
        return f"{name} requires at least one argument"
    return (
        f"{name} requires at least two arguments, but only one was provided. "
        "Destination could not be determined"
    )


_COUNTS: Mapping[str, tuple[int, int | None]] = {
    "ADD": (2, None),
    "ARG": (1, None),
    "COPY": (2, None),
    "ENV": (1, None),
    "EXPOSE": (1, None),
    "HEALTHCHECK": (1, None),
    "LABEL": (1, None),
    "MAINTAINER": (1, 1),
    "ONBUILD": (1, None),
    "SHELL": (1, None),
    "STOPSIGNAL": (1, 1),
    "USER": (1, 1),
    "VOLUME": (1, None),
    "WORKDIR": (1, 1),
}


def _from(given: Arguments, _: Flags) -> None:
    match given.words:
        case (_,):
            return
        case (_, word, name) if word.lower() == "as":
            if not re.fullmatch(_STAGE, name.lower()):
                raise Refused(
                    f"invalid name for build stage: {name!r}",
                    "a name can't start with a number or contain symbols",
                )
        case _:
            raise Refused("FROM requires either one or three arguments")


def _names(what: str) -> Callable[[Arguments, Flags], None]:
    def check_names(given: Arguments, _: Flags) -> None:
        if not all(name for name, _ in given.pairs):
            raise Refused(f"{what} names can not be blank")

    return check_names


def _destination(what: str) -> Callable[[Arguments, Flags], None]:
    def check_destination(given: Arguments, _: Flags) -> None:
        if heredocs.marker(given.words[-1]) is not None:
            raise Refused(f"{what} cannot accept a heredoc as a destination")

    return check_destination


def _onbuild(given: Arguments, _: Flags) -> None:
    trigger = given.words[0].split(maxsplit=1)[0].upper()
    if trigger == "ONBUILD":
        raise Refused("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")
    if trigger in ("MAINTAINER", "FROM"):
        raise Refused(f"{trigger} isn't allowed as an ONBUILD trigger")


def _volume(given: Arguments, _: Flags) -> None:
    if not all(each.strip() for each in given.words):
        raise Refused("VOLUME specified can not be an empty string")


def _shell(given: Arguments, _: Flags) -> None:
    if not given.is_json:
        raise Refused("SHELL requires the arguments to be in JSON form")


def _run(given: Arguments, _: Flags) -> None:
    if given.is_json and not given.words:
        raise Refused("RUN requires at least one argument")


def _healthcheck(given: Arguments, given_flags: Flags) -> None:
    kind, *command = given.words
    if kind.upper() == "NONE":
        if command:
            raise Refused("HEALTHCHECK NONE takes no arguments")
        return
    if kind.upper() != "CMD":
        raise Refused(f"Unknown type {kind!r} in HEALTHCHECK (try CMD)")
    if not command:
        raise Refused("Missing command after HEALTHCHECK CMD")
    for flag, value in given_flags:
        _health_value(flag, value or "")


def _health_value(flag: str, value: str) -> None:
    right = _NUMBER if flag == "retries" else _DURATION
    if value and (not re.fullmatch(right, value) or value.startswith("-")):
        raise Refused(f"invalid value for --{flag}: {value!r}")


_CHECKS: Mapping[str, Callable[[Arguments, Flags], None]] = {
    "ADD": _destination("ADD"),
    "ARG": _names("ARG"),
    "COPY": _destination("COPY"),
    "ENV": _names("ENV"),
    "FROM": _from,
    "HEALTHCHECK": _healthcheck,
    "LABEL": _names("LABEL"),
    "ONBUILD": _onbuild,
    "RUN": _run,
    "SHELL": _shell,
    "VOLUME": _volume,
}
