"""A half-typed text and a point in it -> what is being written there: a key of which map, or which value.

A mark is put where the word stands and the text is read up to it, so what comes after may be anything. A line before
it that cannot be read is taken out, as one that somebody else is still writing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from iscode.document.model import LINE_END, Pointer
from iscode.document.spots import Point, Reached, Spot, reached

_MARK: Final = "\ue000"
"""A character of nobody's: no text that somebody types has it."""
_REPAIRS: Final = 8
"""Lines that are taken out before it is said that nothing can be read."""
_LONGEST: Final = 256 * 1024
"""Characters of a text that is looked at: it is read several times while somebody types."""
_BOUND: Final = re.compile(r"[\s,\[\]{}\"'#]")
"""What no word has in it outside of quotes."""
_ENTRY: Final = re.compile(r"\s*(?:#|-(?:\s|$)|[^\s:\[\]{}\"'#]+:(?:\s|$)|$)")
_AFTER: Final = re.compile(r"[^\s,\[\]{}\"'#]*")


class Cursor(NamedTuple):
    """What is being written at a point.

    Of a key, `pointer` leads to the map that it is to stand in, and `keys` are those that the map has; of a value, it
    leads to the entry or item. `word` stands from `start` to `end`, quotes left out. `flow`: inside of brackets;
    `alone`: nothing stands before it in its line; `quoted`: in quotes; `joined`: right behind the colon of its key.
    """

    key: bool
    pointer: Pointer
    word: str
    start: Point
    end: Point
    flow: bool = False
    alone: bool = False
    quoted: bool = False
    joined: bool = False
    keys: frozenset[str] = frozenset()


class _Word(NamedTuple):
    """The word at a point: the lines of the text, its own with the word taken out of it, and where it stood."""

    lines: list[str]
    row: int
    head: str
    tail: str
    start: int
    end: int
    text: str
    quoted: bool
    joined: bool


def cursors(source: str, point: Point) -> Iterator[Cursor]:
    """What may be being written at a point, as a key and as a value; nothing where neither can be.

    Behind a dash or an indentation both may be: the schema knows which.
    """
    word = _word(source, point)
    if word is None:
        return
    for key in (False,) if word.joined else (True, False):
        tail = word.tail if not key or word.tail.lstrip().startswith(":") else f": {word.tail}"
        mark = f" {_MARK}" if word.joined else _MARK
        before = [*word.lines[: word.row], f"{word.head}{mark}{': ' if key else ''}"]
        spot, before = _marked(before, word.row)
        if spot is None or spot.key is not key:
            continue
        whole = [*before[: word.row], f"{word.head}{mark}{tail}", *word.lines[word.row + 1 :]]
        pointer = spot.pointer[:-1] if key else spot.pointer
        yield Cursor(
            key=key,
            pointer=pointer,
            word=word.text,
            start=(word.row, word.start),
            end=(word.row, word.end),
            flow=spot.flow,
            alone=not word.head.strip(),
            quoted=word.quoted,
            joined=word.joined,
            keys=_keys(before, pointer) | _keys(whole, pointer) if key else frozenset(),
        )


def _word(source: str, point: Point) -> _Word | None:
    """The word that a point is in or behind; None where the text has no such line, or cannot be looked at."""
    lines = LINE_END.split(source)
    row, column = point
    if _MARK in source or len(source) > _LONGEST or not 0 <= row < len(lines):
        return None
    line = lines[row]
    column = min(column, len(line))
    start = column
    while start and not _BOUND.match(line, start - 1):  # back from the point: a search would try every place before it
        start -= 1
    after = _AFTER.match(line, column)
    end = column if after is None else column + len(after[0].rstrip(":"))
    joined = line[start:column].endswith(":") and not line[end:].strip()
    if joined:
        start = end = column
    quote = line[start - 1 : start]
    quoted = quote in ("'", '"') and quote != "" and line[: start - 1].count(quote) % 2 == 0
    head = line[: start - 1] if quoted else line[:start]
    tail = line[end + 1 :] if quoted and line[end : end + 1] == quote else line[end:]
    return _Word(lines, row, head, tail, start, end, line[start:column], quoted, joined)


def _marked(lines: list[str], row: int) -> tuple[Spot | None, list[str]]:
    """Where the mark is found, and the lines without those that keep it from being found."""
    lines = list(lines)
    for _ in range(_REPAIRS):
        found = _read(lines)
        spot = next((spot for spot in found.spots if spot.text == _MARK), None)
        if spot is not None or found.stopped is None:
            return spot, lines
        culprit = found.stopped if found.stopped < row and lines[found.stopped] else _no_entry(lines[:row])
        if culprit is None:
            return None, lines
        lines[culprit] = ""
    return None, lines


def _no_entry(lines: list[str]) -> int | None:
    """The last line that is no whole entry and no item: what it lacks is noticed only by those that follow."""
    return next((number for number in reversed(range(len(lines))) if not _ENTRY.match(lines[number])), None)


def _keys(lines: list[str], above: Pointer) -> frozenset[str]:
    """The keys of the map at a pointer, as far as can be read."""
    found = (spot.pointer[-1] for spot in _read(lines).spots if spot.key and spot.pointer[:-1] == above)
    return frozenset(key for key in found if isinstance(key, str) and key != _MARK)


def _read(lines: list[str]) -> Reached:
    return reached("\n".join(lines).encode("utf-8", "replace"))
