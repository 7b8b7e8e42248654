r"""The patterns of `${X#pattern}`, `${X%pattern}` and `${X/pattern/with}`: `?` and `*`.

As moby/buildkit's frontend/dockerfile/shell/lex.go reads them, but in time that grows with the
pattern's length times the text's: a set of places in the text is a number, a bit for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from generator.explain.dockerfile.refused import Refused

# What a step of matching costs at least, in letters.
_LEAST = 8
_ANY = "?"
_MANY = "*"
# A letter of the pattern and whether it stands for itself.
Part = tuple[str, bool]
Spend = Callable[[int], None]


def parts(pattern: str) -> tuple[Part, ...]:
    r"""Raises Refused for an escape of what needs none. `\}` and `\/` are their letters."""
    found: list[Part] = []
    letters = iter(pattern)
    for letter in letters:
        part = (letter, letter not in (_ANY, _MANY))
        if letter == "\\":
            part = (_escaped(pattern, next(letters, "")), True)
        if part != (_MANY, False) or found[-1:] != [part]:
            found.append(part)
    return tuple(found)


def _escaped(pattern: str, letter: str) -> str:
    if letter not in ("}", "/", "*", "?", "\\"):
        raise Refused(f"invalid pattern ({pattern}) in substitution: invalid escape '\\{letter}'")
    return letter


def without_start(text: str, pattern: Sequence[Part], *, longest: bool, spend: Spend) -> str:
    """`text` without what `pattern` matches at its start, if it does."""
    ends = _Matcher(text, spend).ends(pattern, 1)
    if not ends:
        return text
    return text[(ends if longest else ends & -ends).bit_length() - 1 :]


def without_end(text: str, pattern: Sequence[Part], *, longest: bool, spend: Spend) -> str:
    """`text` without what `pattern` matches at its end, if it does."""
    return without_start(text[::-1], pattern[::-1], longest=longest, spend=spend)[::-1]


def replaced(text: str, pattern: Sequence[Part], by: str, *, everywhere: bool, spend: Spend) -> str:
    """`text` with `by` for the first match of `pattern`, the longest there, or for all."""
    matcher = _Matcher(text, spend)
    everything = (1 << (len(text) + 1)) - 1
    starts = _Matcher(text[::-1], spend).ends(pattern[::-1], everything)
    out: list[str] = []
    done, last = 0, -1
    for start, bit in enumerate(f"{starts:0{len(text) + 1}b}"):
        if bit == "0" or start < done:
            continue
        end = matcher.ends(pattern, 1 << start).bit_length() - 1
        # Nothing is no match where the last one ended.
        if start == end == last:
            continue
        spend(len(by))
        out += [text[done:start], by]
        done = last = end
        if not everywhere:
            break
    return "".join([*out, text[done:]])


class _Matcher:
    """Bit n of a set of places is the place before the text's letter n."""

    def __init__(self, text: str, spend: Spend) -> None:
        spend(len(text))
        self._cost = _LEAST + len(text) // 64
        self._spend = spend
        self._places: dict[str, int] = {}
        self._at: dict[str, list[int]] = {}
        for index, letter in enumerate(text):
            self._at.setdefault(letter, []).append(index)
        # Wildcards do not match an end of line.
        self._inline = ((1 << len(text)) - 1) & ~self._of("\n")

    def ends(self, pattern: Sequence[Part], places: int) -> int:
        """Where a match that begins at one of `places` can end."""
        for letter, literal in pattern:
            self._spend(self._cost)
            if literal:
                places = (places & self._of(letter)) << 1
            elif letter == _ANY:
                places = (places & self._inline) << 1
            else:
                # Adding carries each place up to the end of its line.
                places |= ((places & self._inline) + self._inline) ^ self._inline
            if not places:
                return 0
        return places

    def _of(self, letter: str) -> int:
        if letter not in self._places:
            bits = bytearray(1 + max(self._at.get(letter, [0])) // 8)
            for index in self._at.get(letter, ()):
                bits[index // 8] |= 1 << index % 8
            self._places[letter] = int.from_bytes(bits, "little")
        return self._places[letter]
