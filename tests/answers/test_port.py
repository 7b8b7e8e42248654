from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.answers import port
from generator.catalog import Catalog
from generator.errors import InvalidAnswer

MONTH = "2026-11"


@given(number=st.integers(1, 65535))
def test_every_port_is_taken_as_it_is_written(number: int, catalog: Catalog) -> None:
    assert port.parse(str(number), catalog) == number


WRONG = [
    "",
    "0",
    "00",
    "08000",
    "+1",
    "-1",
    " 80",
    "80 ",
    "80\n",
    "1_000",
    "8,000",
    "80.0",
    "1e3",
    "0x50",
    "65536",
    "99999",
    "100000",
    "9" * 5000,
    "\uff18\uff10\uff10\uff10",  # full-width digits
    "\u0668\u0660",  # Arabic ones
    "\u00b2",  # superscript: isdigit() says yes
    "http",
    "{{ 8000 }}",
]


@pytest.mark.parametrize("text", WRONG)
def test_refused(text: str, catalog: Catalog) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        port.parse(text, catalog)
    assert caught.value.reason == "a port is a whole number from 1 to 65535"
    assert caught.value.hint == "try 8000"
    assert caught.value.code == "invalid-port"


@given(text=st.text())
def test_whatever_is_no_plain_number_is_refused(text: str, catalog: Catalog) -> None:
    plain = {str(number) for number in range(1, 65536)} if len(text) < 6 else set()
    if text in plain:
        assert port.parse(text, catalog) == int(text)
    else:
        with pytest.raises(InvalidAnswer):
            port.parse(text, catalog)


@given(number=st.integers().filter(lambda number: not 1 <= number <= 65535))
def test_numbers_that_are_no_ports_are_refused(number: int, catalog: Catalog) -> None:
    with pytest.raises(InvalidAnswer):
        port.parse(str(number), catalog)


def test_the_default_is_the_frameworks(catalog: Catalog) -> None:
    for framework in catalog.frameworks.values():
        assert port.default({"framework": framework.name}, catalog) == str(framework.port)


AIRPLAY = "port {} is where macOS's AirPlay receiver listens; 8000 is wiser"
BLOCKED = "port {} is one that browsers refuse to open; 8000 is wiser"
PRIVILEGED = (
    "port {} is below 1024: a user other than root can listen on it in Docker's own network,"
    " but not on the host's nor in every cluster; 8000 is wiser"
)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("1", PRIVILEGED),
        ("80", PRIVILEGED),
        ("443", PRIVILEGED),
        ("1023", PRIVILEGED),
        ("5000", AIRPLAY),
        ("7000", AIRPLAY),
        ("2049", BLOCKED),
        ("5060", BLOCKED),
        ("6000", BLOCKED),
        ("6665", BLOCKED),
        ("6667", BLOCKED),
        ("6669", BLOCKED),
        ("10080", BLOCKED),
    ],
)
def test_noted(text: str, note: str, catalog: Catalog) -> None:
    assert port.note(text, catalog, MONTH) == note.format(text)


@pytest.mark.parametrize("text", ["1024", "3000", "5001", "6664", "6670", "8000", "8080", "65535"])
def test_not_noted(text: str, catalog: Catalog) -> None:
    assert port.note(text, catalog, MONTH) is None
