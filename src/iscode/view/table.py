"""What every view that is a list comes to: columns, and rows of plain cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Unknown:
    """A cell whose value cannot be told, as where a record is refused; never taken for an empty one."""

    why: str


Place = Literal["row", "below", "data"]
"""Where text shows a cell: in the row, below it, or not at all: then it is for sheets and programs."""


Show = Literal["text", "tone", "path", "grid", "name"]
"""How a page draws a cell: as text; in the tone of its word, the last one the most serious; as a path from the first
word to this one; as squares of a grid in which the row is a line; or in the head, for it names whom the page is of."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in JSON, its heading for people, and where and how these read it.

    `words` are all that may stand in its cells, in their order, where they are drawn by it; for a grid those of the
    second field of each part.
    """

    id: str
    title: str
    place: Place = "row"
    show: Show = "text"
    words: tuple[str, ...] = ()
    days: bool = False
    """Whether each of its cells is an instant, which nearly always is a day, or nothing."""


@dataclass(frozen=True)
class Table:
    """Columns, one at least in the row, and rows that have a cell for each.

    A cell is what JSON holds (None: nothing is there), or Unknown.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    summary: tuple[str, ...] = ()
    """What is said below, for people."""

    def documents(self) -> Iterator[dict[str, Any]]:
        """Each row by the keys of the columns, as JSON holds it; a cell that cannot be told is `{"unknown": why}`."""
        keys = [column.id for column in self.columns]
        for row in self.rows:
            yield {
                key: {"unknown": cell.why} if isinstance(cell, Unknown) else cell
                for key, cell in zip(keys, row, strict=True)
            }
