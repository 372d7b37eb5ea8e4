"""A view and an evaluation -> its table, and the field of a record that each cell repeats.

A cell repeats a field where its expression is a path from the row and nothing else, and the row is, or leads to, a part
of a record. Nothing declares that: it follows from the expression, and from which map of which record the row is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from iscode.document import Pointer
from iscode.evaluation import Evaluation
from iscode.expr import Expression
from iscode.inventory import Record
from iscode.rule.compiled import SELF
from iscode.view.compilation import CompiledCell, Source
from iscode.view.shelf import ViewFile
from iscode.view.table import Table
from iscode.view.tabulation import compiled, drawn, rows

IDENTITY: Final = (("kind",), ("id",))
"""What makes a record the one it is: a cell that repeats it is no place to change it, for others refer to it."""


class Origin(NamedTuple):
    """The field that a cell repeats: its record, and the keys that lead to it there; it may hold nothing yet."""

    record: Record
    pointer: Pointer


Origins = tuple[Origin | None, ...]
"""One for each cell of a row; None where the cell is worked out, or names the row."""


class Traced(NamedTuple):
    """A table, and where each cell of each row comes from."""

    table: Table
    origins: tuple[Origins, ...]


def trace(file: ViewFile, evaluation: Evaluation) -> Traced:
    """The table of a view with the origin of each cell; errors are those of `tabulate`.

    The first column names the row, so none of its cells has an origin.
    """
    view = compiled(file, evaluation)
    found = list(rows(view, evaluation))
    stands = dict(_stands(evaluation.ground.world.inventory.all))
    origins = tuple(tuple(_origins(source, row, stands)) for source, row, _ in found)
    return Traced(drawn(view, evaluation, tuple(cells for *_, cells in found)), origins)


def _origins(source: Source, row: Any, stands: Mapping[int, Origin]) -> Iterator[Origin | None]:
    for number, cell in enumerate(source.cells):
        path = _path(cell) if number else None
        yield None if path is None else _led(row, path, stands)


def _path(cell: CompiledCell) -> tuple[str, ...] | None:
    """The keys that lead from the row to the cell, where that is all its expression says."""
    path = cell.tree.path if isinstance(cell, Expression) else None
    return path[1:] if path and path[0] == SELF and len(path) > 1 else None


def _led(row: Any, path: tuple[str, ...], stands: Mapping[int, Origin]) -> Origin | None:
    """Where a path ends that begins at a row: below the last map on its way that is part of a record."""
    held: Any = row
    for key in path[:-1]:
        held = held.get(key) if isinstance(held, Mapping) else None
    there = stands.get(id(held))
    if there is None or (found := (*there.pointer, path[-1])) in IDENTITY:
        return None
    return Origin(there.record, found)


def _stands(records: tuple[Record, ...]) -> Iterator[tuple[int, Origin]]:
    """The map of each valid record, and each map inside it, by identity."""
    for record in records:
        if record.valid:
            yield from _inside(record.value, Origin(record, ()))


def _inside(value: Any, at: Origin) -> Iterator[tuple[int, Origin]]:
    if isinstance(value, dict):
        yield id(value), at
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list):
            yield from _inside(inner, Origin(at.record, (*at.pointer, key)))
