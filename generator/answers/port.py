"""The port that the service listens on."""

from __future__ import annotations

from generator.answers.field import Field, Texts
from generator.catalog import Catalog
from generator.errors import InvalidAnswer

HIGHEST = 65535
_DIGITS = len(str(HIGHEST))

_PRIVILEGED = 1024
# What macOS answers on by itself: the AirPlay receiver.
_AIRPLAY = frozenset({5000, 7000})
# The "bad ports" above 1023 of https://fetch.spec.whatwg.org/#port-blocking
_BLOCKED_BY_BROWSERS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566}
    | {*range(6665, 6670), 6679, 6697, 10080}
)


def parse(text: str, catalog: Catalog) -> int:
    digits = text.isascii() and text.isdigit()
    if not digits or text.startswith("0") or len(text) > _DIGITS or int(text) > HIGHEST:
        reason = f"a port is a whole number from 1 to {HIGHEST}"
        raise InvalidAnswer("port", text, reason, "try 8000")
    return int(text)


def default(given: Texts, catalog: Catalog) -> str:
    return str(catalog.frameworks[given["framework"]].port)


def browsers_open(port: int) -> bool:
    return port not in _BLOCKED_BY_BROWSERS


def note(text: str, catalog: Catalog, month: str) -> str | None:
    port = int(text)
    if port < _PRIVILEGED:
        return (
            f"port {port} is below 1024: a user other than root can listen on it in Docker's own"
            " network, but not on the host's nor in every cluster; 8000 is wiser"
        )
    if port in _AIRPLAY:
        return f"port {port} is where macOS's AirPlay receiver listens; 8000 is wiser"
    if not browsers_open(port):
        return f"port {port} is one that browsers refuse to open; 8000 is wiser"
    return None


FIELD = Field(
    key="port",
    flag="--port",
    kind=int,
    question="Port",
    parse=parse,
    default=default,
    note=note,
)
