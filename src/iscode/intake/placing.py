"""A row of a register -> its cells as they are taken, and what is left of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from iscode.intake import formula
from iscode.intake.mapping import GIVEN, RegisterMapping
from iscode.intake.rows import Row, flat

_INDEX: Final = re.compile(r"\[[0-9]+\]")
_ITEM: Final = "item"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """One cell that no record took, or that made more of a question than of a value, and why.

    `row` is 0 for a column that the mapping names and no row has. `value` is the whole cell.
    """

    row: int
    column: str
    value: Any
    reason: str


@dataclass(slots=True)
class Placing:
    """One row while it is placed: the columns that found a place or a reason, and the reasons.

    The row of a list's item has the cells of the row `above`, and its own as `item` or `item.…`; `path` is where the
    item stands.
    """

    row: Row
    path: str = ""
    above: Placing | None = None
    settled: set[str] = field(default_factory=set)
    unplaced: list[Unplaced] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    """Column of a nested cell -> the text of all expressions that looked into it."""
    inner: dict[str, list[Placing]] = field(default_factory=dict)

    def report(self, column: str, value: Any, reason: str) -> None:
        """Note why a cell has no place, or no clear one."""
        owner = self._owner(column)
        owner.settled.add(column)
        told = Unplaced(self.row.number, owner.named(column), value, reason)
        if owner is self or told not in owner.unplaced:
            owner.unplaced.append(told)

    def settle(self, column: str) -> None:
        """Note that a column has its place."""
        self._owner(column).settled.add(column)

    def look(self, column: str, text: str) -> None:
        """Note that an expression looked into a nested cell: what it never mentions has no place by that."""
        owner = self._owner(column)
        owner.read[column] = f"{owner.read.get(column, '')} {text}"

    def items(self, column: str) -> list[Placing]:
        """A row for each item of the list in a column; none where it holds no list."""
        if column not in self.inner:
            cell = self.row.cell(column)
            self.inner[column] = [
                Placing(self._below(item), f"{column}[{number}]", self)
                for number, item in enumerate(cell if isinstance(cell, list) else (), 1)
            ]
        return self.inner[column]

    def named(self, column: str) -> str:
        """The name of a column as people find it in the file."""
        return self.path + column.removeprefix(_ITEM) if self._own(column) else column

    def everywhere(self) -> Iterator[Placing]:
        """This row, and those of its items."""
        yield self
        for rows in self.inner.values():
            yield from rows

    def _own(self, column: str) -> bool:
        return self.above is not None and (column == _ITEM or column.startswith(f"{_ITEM}."))

    def _owner(self, column: str) -> Placing:
        return self if self.above is None or self._own(column) else self.above

    def _below(self, item: Any) -> Row:
        cells = flat(item, f"{_ITEM}.") if isinstance(item, dict) else {_ITEM: item}
        return Row(self.row.number, {**self.row.cells, **cells}, self.row.known)


def left(taken: Placing, mapping: RegisterMapping) -> Iterator[Unplaced]:
    """Each filled cell of a row that no field took, down to the parts of those that are nested."""
    for one in taken.everywhere():
        for column, value in one.row.cells.items():
            if blank(value) or column in one.inner or (one is not taken and one.named(column) == column):
                continue
            for path, part in _parts(one, column, value):
                if not _ignored(one.named(path), mapping.ignore):
                    yield Unplaced(one.row.number, one.named(path), part, "no field of the mapping takes this cell")


def _parts(taken: Placing, column: str, value: Any) -> list[tuple[str, Any]]:
    """What of a cell has no place: all, nothing, or what the expressions that read it never mention."""
    if column in taken.settled:
        return []
    for whole, text in taken.read.items():
        if column == whole or column.startswith(f"{whole}."):
            below = column.removeprefix(whole).strip(".").split(".") if column != whole else []
            for key in reversed(below):
                value = {key: value}
            return formula.unread(value, text, whole)
    if taken.above is not None and (text := taken.above.read.get(_INDEX.sub("", taken.path), "")):
        keys = column.split(".")
        for key in reversed(keys[1:]):
            value = {key: value}
        return formula.unread(value, text, keys[0])
    return [(column, value)]


def _ignored(path: str, ignore: Mapping[str, str]) -> bool:
    keys = _INDEX.sub("", path).split(".")
    return any(".".join(keys[:length]) in ignore for length in range(1, len(keys) + 1))


def unused(placings: list[Placing]) -> Iterator[Unplaced]:
    """What was given beside the file, and no record took."""
    known: dict[str, Any] = {}
    taken: set[str] = set()
    for one in placings:
        known |= one.row.known
        taken |= one.settled
    for column, value in known.items():
        if column not in taken and not column.startswith((f"{GIVEN}file.", f"{GIVEN}id")):
            yield Unplaced(0, column, value, "no record takes what was given: the file says it, or nothing asks for it")


def blank(value: Any) -> bool:
    """Whether a cell is empty: nothing in it, or blanks alone."""
    return value is None or (isinstance(value, str) and not value.strip())
