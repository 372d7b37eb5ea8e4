"""The table of a view -> what a page draws of it: cells with a look each, and a grid where a column says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, get_args

from iscode.evaluation.findings import State
from iscode.report.table_text import NOTHING, words
from iscode.view import Column, Table, Unknown

TONES: Final = 4
"""How many tones there are, from the mildest, 0."""


class Cell(NamedTuple):
    """What is drawn: `lines` of text; `mark` is a state or a tone that colours it, `steps` the way to it or None."""

    lines: tuple[str, ...]
    mark: str = ""
    steps: tuple[str, ...] = ()
    at: int = 0
    """Which of the steps it has come to."""


class Row(NamedTuple):
    """The cells beside each other, and (heading, cell) of what stands below them."""

    beside: tuple[Cell, ...]
    below: tuple[tuple[str, Cell], ...]


class Square(NamedTuple):
    """One square of a grid: its tone, the word for it, and what is counted there; no word where there is no square."""

    mark: str
    word: str
    names: tuple[str, ...]


class Grid(NamedTuple):
    """Lines of squares: what the lines and the columns are called, the headings of columns, (heading, squares) each."""

    down: str
    across: str
    headings: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Square, ...]], ...]


class Sheet(NamedTuple):
    """A table as it is drawn; a grid has no rows."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    summary: tuple[str, ...]
    grid: Grid | None = None


def sheet(table: Table) -> Sheet:
    """The sheet of a table, every cell that people read in it."""
    beside = [number for number, column in enumerate(table.columns) if column.place == "row"]
    drawn = next((number for number in beside if table.columns[number].show == "grid"), None)
    headings = tuple(table.columns[number].title for number in beside)
    if drawn is not None and not any(isinstance(row[drawn], Unknown) for row in table.rows):
        return Sheet(table.title, headings, (), table.summary, _grid(table, beside[0], drawn))
    rows = tuple(
        Row(tuple(_cell(table.columns[number], row[number]) for number in beside), tuple(_below(table, row)))
        for row in table.rows
    )
    return Sheet(table.title, headings, rows, table.summary)


def _below(table: Table, row: Sequence[Any]) -> Iterator[tuple[str, Cell]]:
    for column, value in zip(table.columns, row, strict=True):
        if column.place == "below" and words(value) != NOTHING:
            yield column.title, _cell(column, value)


def _cell(column: Column, value: Any) -> Cell:
    text = words(value)
    if isinstance(value, Unknown):
        return Cell((text,), "unknown")
    if value in get_args(State):
        return Cell((text.replace("_", " "),), text)
    if text in column.words and column.show == "path":
        return Cell((text,), steps=column.words, at=column.words.index(text))
    return Cell(tuple(text.split("\n")), _tone(column, text))


def _tone(column: Column, word: str) -> str:
    """The place of a word among those that may stand there, as one of the tones; empty for any other text."""
    if word not in column.words:
        return ""
    return f"tone-{column.words.index(word) * (TONES - 1) // max(len(column.words) - 1, 1)}"


def _grid(table: Table, head: int, drawn: int) -> Grid:
    column = table.columns[drawn]
    lines = []
    for row in table.rows:
        squares = {}
        for part in row[drawn]:
            heading, word, *counted = part.values()
            names = tuple(str(name) for value in counted for name in (value if isinstance(value, list) else [value]))
            squares[words(heading)] = Square(_tone(column, words(word)), words(word), names)
        lines.append((words(row[head]), squares))
    headings = tuple(dict.fromkeys(heading for _, squares in lines for heading in squares))
    return Grid(
        table.columns[head].title,
        column.title,
        headings,
        tuple((name, tuple(squares.get(each, Square("", "", ())) for each in headings)) for name, squares in lines),
    )
