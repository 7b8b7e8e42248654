from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.answers import Answers, settle
from generator.answers.file import read
from generator.catalog import Catalog
from generator.errors import BadAnswersFile

# What a record had before there were installers and extras.
ASKED = b'name = "my-shop"\nframework = "flask"\npython = "3.14"\nport = 8000\n'
ALL = ASKED + b'installer = "uv"\nwith = ["some", "other"]\n'
ASKED_TEXTS = {"name": "my-shop", "framework": "flask", "python": "3.14", "port": "8000"}
TEXTS = {**ASKED_TEXTS, "installer": "uv", "with": "some,other"}


def test_all_keys() -> None:
    assert read(ALL, "a.toml") == TEXTS


def test_an_empty_file_answers_nothing() -> None:
    assert read(b"", "a.toml") == {}


def test_some_keys() -> None:
    assert read(b"port = 9000", "a.toml") == {"port": "9000"}
    assert read(ASKED, "a.toml") == ASKED_TEXTS


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"with = []", ""),
        (b"with = ['some']", "some"),
        (b"with = [\n  'some', # why\n  'other',\n]", "some,other"),
        (b"with = ['all']", "all"),
    ],
)
def test_extras_are_an_array(data: bytes, text: str) -> None:
    assert read(data, "a.toml") == {"with": text}


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf" + ALL, ALL.replace(b"\n", b"\r\n")])
def test_what_editors_on_windows_save(data: bytes) -> None:
    assert read(data, "a.toml") == TEXTS


def test_a_projects_record_is_one() -> None:
    assert read(ALL + b'[dockerize]\nversion = "0.1.0"\n', ".dockerize.toml") == TEXTS


KEYS = "the keys are: name, framework, python, port, installer, with"
ARRAY = 'write it like this: with = ["one", "other"]'
QUOTES = 'put it in quotes, python = "...": a bare 3.10 would be read as 3.1'


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"prot = 1", "a.toml: unknown key 'prot'", "did you mean port?"),
        (b"Name = 'x'", "a.toml: unknown key 'Name'", "did you mean name?"),
        (b"frameworks = 'x'", "a.toml: unknown key 'frameworks'", "did you mean framework?"),
        (b"colour = 'red'", "a.toml: unknown key 'colour'", KEYS),
        (b"[tool.dockerize]\nport = 1", "a.toml: unknown key 'tool'", KEYS),
        (b"dockerize = 1", "a.toml: unknown key 'dockerize'", KEYS),
        (b"[[dockerize]]\nversion = '1'", "a.toml: unknown key 'dockerize'", KEYS),
        (b"python = 3.14", "a.toml: python has to be a string", QUOTES),
        (b"python = 3", "a.toml: python has to be a string", QUOTES),
        (b"python = nan", "a.toml: python has to be a string", QUOTES),
        (b"python = true", "a.toml: python has to be a string", ""),
        (b"name = ['x']", "a.toml: name has to be a string", ""),
        (b"name = 2026-11-25", "a.toml: name has to be a string", ""),
        (
            b"port = '8000'",
            "a.toml: port has to be an integer",
            "leave out the quotes: port = 8000",
        ),
        (b"port = 'http'", "a.toml: port has to be an integer", ""),
        (b"port = true", "a.toml: port has to be an integer", ""),
        (b"port = 8000.0", "a.toml: port has to be an integer", ""),
        (b"port = {a = 1}", "a.toml: port has to be an integer", ""),
        (b"instaler = 'uv'", "a.toml: unknown key 'instaler'", "did you mean installer?"),
        (b"extras = ['some']", "a.toml: unknown key 'extras'", KEYS),
        (b"installer = ['uv']", "a.toml: installer has to be a string", ""),
        (b"installer = true", "a.toml: installer has to be a string", ""),
        (b"with = 'some'", "a.toml: with has to be an array of strings", ARRAY),
        (b"with = 'some,other'", "a.toml: with has to be an array of strings", ARRAY),
        (b"with = true", "a.toml: with has to be an array of strings", ARRAY),
        (b"with = [1]", "a.toml: with has to be an array of strings", ARRAY),
        (b"with = ['some', 1]", "a.toml: with has to be an array of strings", ARRAY),
        (b"with = [['some']]", "a.toml: with has to be an array of strings", ARRAY),
        (b"with = {some = true}", "a.toml: with has to be an array of strings", ARRAY),
        (b"port = 8000 # \xff", "a.toml: byte 14 is not UTF-8", "save it as UTF-8"),
        (b"\xff\xfep\0o\0r\0t\0", "a.toml: byte 0 is not UTF-8", "save it as UTF-8"),
    ],
)
def test_refused(data: bytes, message: str, hint: str) -> None:
    with pytest.raises(BadAnswersFile) as caught:
        read(data, "a.toml")
    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert caught.value.code == "bad-answers-file"
    assert caught.value.status == 2


@pytest.mark.parametrize("data", [b"#" * 16_385, b"a" + b".a" * 50_000 + b"=1"])
def test_what_is_far_too_large_is_not_even_parsed(data: bytes) -> None:
    with pytest.raises(BadAnswersFile) as caught:
        read(data, "a.toml")
    assert caught.value.message == "a.toml is larger than 16384 bytes"


@pytest.mark.parametrize("number", [b"0x" + b"f" * 5000, b"0b" + b"1" * 15_000, b"2147483649"])
def test_far_too_large_a_number_is_refused(number: bytes) -> None:
    with pytest.raises(BadAnswersFile) as caught:
        read(b"port = " + number, "a.toml")
    assert caught.value.message == "a.toml: port is far too large a number"


@pytest.mark.parametrize(
    "data",
    [
        b"port 8000",
        b"port = 8000\nport = 8000",
        b"port = 08000",
        b'name = "\\ud800"',
        b"name = 'a\0b'",
        b'{"port": 8000}',
        b"port: 8000",
        b"port = " + b"9" * 5000,
        b"port = " + b"[" * 10_000,
        b"port = " + b"{a=" * 5_000,
    ],
    ids=lambda data: data[:16].decode("ascii"),
)
def test_what_is_not_toml_is_refused(data: bytes) -> None:
    with pytest.raises(BadAnswersFile) as caught:
        read(data, "a.toml")
    assert caught.value.message.startswith("a.toml is not TOML: ")
    assert caught.value.hint == "write lines like: port = 8000"


def test_a_negative_port_is_left_to_the_ports_rule() -> None:
    assert read(b"port = -1", "a.toml") == {"port": "-1"}


@given(data=st.data())
def test_what_was_written_is_what_is_read(
    data: st.DataObject, any_texts: st.SearchStrategy[dict[str, str]], catalog: Catalog
) -> None:
    texts = data.draw(any_texts)
    lines = data.draw(
        st.permutations(
            [
                f'name = "{texts["name"]}"',
                f"framework = '{texts['framework']}'",
                f'"python" = """{texts["python"]}"""',
                f"port = {int(texts['port']):#x}",
                f'installer = "{texts["installer"]}"',
                f"with = {texts['with'].split(',') if texts['with'] else []}",
            ]
        )
    )
    ending = data.draw(st.sampled_from(["\n", "\r\n"]))
    read_back = read(ending.join(lines).encode(), "a.toml")
    assert settle(read_back, catalog) == Answers(
        name=texts["name"],
        framework=texts["framework"],
        python=texts["python"],
        port=int(texts["port"]),
        installer=texts["installer"],
        extras=tuple(texts["with"].split(",")) if texts["with"] else (),
    )


@given(data=st.binary() | st.text().map(str.encode))
def test_no_bytes_but_an_answers_file_get_through(data: bytes) -> None:
    try:
        texts = read(data, "a.toml")
    except BadAnswersFile:
        return
    assert texts.keys() <= TEXTS.keys()
