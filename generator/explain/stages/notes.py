"""Instructions that make no layer: what they set for later ones, and their effective content."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from generator.explain.dockerfile import Instruction
from generator.explain.dockerfile.refused import Refused
from generator.explain.stages.scope import Reading, Scope

_PORT = r"(\d{1,5})(?:-(\d{1,5}))?"
_PROTOCOLS = ("tcp", "udp", "sctp")
_LAST_PORT = 65535
_SIGNALS = (
    "ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL|PROF|PWR|QUIT|SEGV|STKFLT|"
    "STOP|SYS|TERM|TRAP|TSTP|TTIN|TTOU|URG|USR1|USR2|VTALRM|WINCH|XCPU|XFSZ|"
    r"RTMIN(?:\+(?:[1-9]|1[0-5]))?|RTMAX(?:-(?:[1-9]|1[0-4]))?"
)
_SIGNAL_NUMBER = r"\d{1,2}"


def note(given: Instruction, scope: Scope, reading: Reading) -> str:
    """Changes `scope` as the instruction does, and says what it does with all expanded."""
    return f"{given.name} {_NOTES[given.name](given, scope, reading)}".rstrip()


def _env(given: Instruction, scope: Scope, reading: Reading) -> str:
    # All are expanded with what was set before this instruction.
    pairs = []
    for name, value in given.pairs:
        one = Reading(reading.expander, scope)
        pairs.append((one.word(name), one.word(value or ""), one.hangs))
        reading.hangs |= one.hangs
    for name, value, hangs in pairs:
        scope.set(name, value, hangs)
    return " ".join(f"{name}={value}" for name, value, _ in pairs)


def _label(given: Instruction, scope: Scope, reading: Reading) -> str:
    pairs = [(reading.word(name), reading.word(value or "")) for name, value in given.pairs]
    return " ".join(f"{name}={value}" for name, value in pairs)


def _user(given: Instruction, scope: Scope, reading: Reading) -> str:
    scope.user = reading.word(given.words[0])
    return scope.user


def _shell(given: Instruction, scope: Scope, reading: Reading) -> str:
    scope.shell = given.words
    return json.dumps(given.words)


def _command(given: Instruction, scope: Scope, reading: Reading) -> str:
    """CMD, ENTRYPOINT: in shell form, SHELL is part of them."""
    words = given.words if given.is_json else (*scope.shell, *(given.words or ("",)))
    return json.dumps(words)


def _health(given: Instruction, scope: Scope, reading: Reading) -> str:
    flags = [f"--{name}={value}" for name, value in given.flags]
    return " ".join([*flags, given.words[0].upper(), json.dumps(given.words[1:])])


def _expose(given: Instruction, scope: Scope, reading: Reading) -> str:
    ports = [port for word in sorted(given.words) for port in reading.words(word)]
    for port in ports:
        _check_port(port)
    return " ".join(ports)


def _check_port(text: str) -> None:
    ports, _, protocol = text.rpartition(":")[2].partition("/")
    match = re.fullmatch(_PORT, ports)
    if not match or (protocol or "tcp").lower() not in _PROTOCOLS:
        raise Refused(f"invalid port: {text!r}")
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last <= _LAST_PORT:
        raise Refused(f"invalid containerPort: {ports}")


def _volume(given: Instruction, scope: Scope, reading: Reading) -> str:
    volumes = reading.all(word.strip() for word in given.words)
    if not all(volumes):
        raise Refused("VOLUME specified can not be an empty string")
    return json.dumps(volumes)


def _signal(given: Instruction, scope: Scope, reading: Reading) -> str:
    signal = reading.word(given.words[0])
    name = signal.upper().removeprefix("SIG")
    number = bool(re.fullmatch(_SIGNAL_NUMBER, signal)) and int(signal) > 0
    if not (number or re.fullmatch(_SIGNALS, name)):
        raise Refused(f"invalid signal: {signal}")
    return signal


def _as_written(given: Instruction, scope: Scope, reading: Reading) -> str:
    bodies = [f"\n{each.body}{each.name}" for each in given.heredocs]
    return " ".join(given.words) + "".join(bodies)


_NOTES: Mapping[str, Callable[[Instruction, Scope, Reading], str]] = {
    "CMD": _command,
    "ENTRYPOINT": _command,
    "ENV": _env,
    "EXPOSE": _expose,
    "HEALTHCHECK": _health,
    "LABEL": _label,
    "MAINTAINER": _as_written,
    "ONBUILD": _as_written,
    "SHELL": _shell,
    "STOPSIGNAL": _signal,
    "USER": _user,
    "VOLUME": _volume,
}
