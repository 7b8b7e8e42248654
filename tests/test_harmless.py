from __future__ import annotations

from generator.harmless import harmless, harmless_lines


def test_what_a_terminal_would_obey_is_shown() -> None:
    assert harmless("a\x1b[2J\r\n\t\x9b\u202e\u2028\ud800b") == (
        r"a\x1b[2J\r\n\t\x9b\u202e\u2028\ud800b"
    )
    assert harmless("größer — 漢字 \xa0") == "größer — 漢字 \xa0"


def test_lines_keep_their_blanks_and_tabs() -> None:
    assert harmless_lines("-RUN  a \\\n+\tb\x1b\n") == ["-RUN  a \\", "+\tb\\x1b"]
    assert harmless_lines("a\x0cb\n\nc") == ["a\\x0cb", "", "c"]
    assert harmless_lines("") == []
