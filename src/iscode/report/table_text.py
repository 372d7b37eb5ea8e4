"""A table of a view -> aligned text of 120 columns: what is too long goes on in the line below, within its column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from iscode.report.escape import cells, padded, terminal
from iscode.view import Table, Unknown

WIDTH: Final = 120
"""Columns of a line."""
GAP: Final = 2
"""Columns between two cells."""
LONGEST: Final = 1000
"""Characters of one value; JSON has it whole."""
INDENT: Final = 4
"""Columns before what stands below a row."""
_MARKED: Final = re.compile(r"[^-:/._,]*[-:/._,]+|[^-:/._,]+")
"""A part of a word up to a mark behind which it may be broken."""
NOTHING: Final = "-"
"""What stands for a value that is not there."""


def report(table: Table) -> bytes:
    """The page, UTF-8."""
    return "".join(f"{line}\n" for line in _lines(table)).encode("utf-8")


def words(cell: Any) -> str:
    """A cell as a person reads it, not yet escaped; several things with fields of their own stand on a line each."""
    match cell:
        case _ if cell is None or cell in ([], {}):
            return NOTHING
        case Unknown(why=why):
            return f"unknown: {why}"
        case bool():
            return "yes" if cell else "no"
        case dict():
            return ", ".join(words(held) for held in cell.values() if held is not None)
        case list():
            return ("\n" if isinstance(cell[0], dict) else ", ").join(words(item) for item in cell)
        case _:
            text = str(cell).replace("\n", " ")
            return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def aligned(rows: Sequence[Sequence[str]], width: int = WIDTH) -> Iterator[str]:
    """Rows of escaped cells as lines, all rows with as many cells; a cell with a line end goes on below."""
    for block in _blocks(rows, width):
        yield from block


def _blocks(rows: Sequence[Sequence[str]], width: int) -> Iterator[list[str]]:
    """The lines of each row."""
    widths = _widths(
        [[cells(part) for cell in column for part in cell.split("\n")] for column in zip(*rows, strict=True)], width
    )
    for row in rows:
        parts = [list(wrapped(cell, most)) for cell, most in zip(row, widths, strict=True)]
        block = []
        for number in range(max(map(len, parts))):
            line = (part[number] if number < len(part) else "" for part in parts)
            joined = (" " * GAP).join(map(padded, line, widths))
            block.append(terminal(joined.rstrip()))  # a break may bring a live word to the front
        yield block


def _lines(table: Table) -> Iterator[str]:
    yield terminal(table.title)
    yield ""
    beside = [number for number, column in enumerate(table.columns) if column.place == "row"]
    head = [terminal(table.columns[number].title) for number in beside]
    grid = [head, *([_escaped(words(row[number])) for number in beside] for row in table.rows)]
    first, *rows = _blocks(grid, WIDTH)
    yield from first if table.rows else ("nothing",)
    apart = False
    for row, block in zip(table.rows, rows, strict=True):
        if apart:
            yield ""
        below = list(_below(table, row))
        yield from (*block, *below)
        apart = bool(below)
    if table.summary:
        yield ""
        yield from (terminal(note) for note in table.summary)


def _below(table: Table, row: Sequence[Any]) -> Iterator[str]:
    """What stands below a row: a heading and a cell each, where there is something."""
    label = max((cells(column.title) for column in table.columns if column.place == "below"), default=0)
    for column, cell in zip(table.columns, row, strict=True):
        if column.place == "below" and words(cell) != NOTHING:
            title = terminal(column.title)
            for line in wrapped(_escaped(words(cell)), WIDTH - INDENT - label - GAP):
                yield terminal(f"{' ' * INDENT}{title}{' ' * (label - cells(title) + GAP)}{line}".rstrip())
                title = ""


def _escaped(text: str) -> str:
    """A text escaped line by line."""
    return "\n".join(map(terminal, text.split("\n")))


def _widths(columns: Sequence[Sequence[int]], width: int) -> list[int]:
    """The columns of each cell: as many as the longest takes, the widest cut until all fit."""
    wanted = [max(lengths) for lengths in columns]
    room = max(width - GAP * (len(columns) - 1), len(columns))
    most = max(wanted)
    while sum(min(one, most) for one in wanted) > room and most > 1:
        most -= 1
    return [min(one, most) for one in wanted]


def wrapped(cell: str, width: int) -> Iterator[str]:
    """The lines of an escaped text: broken between words, and within one that is longer than `width` columns."""
    for text in cell.split("\n"):
        line = ""
        for word in text.split(" "):
            joined = f"{line} {word}" if line else word
            if cells(joined) <= width:
                line = joined
                continue
            if line:
                yield line
            *whole, line = _pieces(word, width)
            yield from whole
        yield line


def _pieces(word: str, width: int) -> list[str]:
    """A word in pieces of at most `width` columns, one at least: broken where it has a mark, else anywhere."""
    pieces = [""]
    for part in _MARKED.findall(word):
        if cells(pieces[-1] + part) <= width:
            pieces[-1] += part
            continue
        for character in part if cells(part) > width else (part,):
            if not pieces[-1] or cells(pieces[-1] + character) <= width:
                pieces[-1] += character
            else:
                pieces.append(character)
    return pieces
