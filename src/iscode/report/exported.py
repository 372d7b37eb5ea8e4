"""An evaluation -> the rows of the lists in policies/exports/: what documents for other tools say of records.

Which kind is a system and which field is its purpose is said there; a report knows lists and columns by name.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from iscode.evaluation import Evaluation
from iscode.inventory import Inventory, Record
from iscode.view import EXPORTS, Unknown, load, named, shelves_of, tabulate

Row = dict[str, Any]
"""Column -> what JSON holds; a column is left out where there is nothing, or where nobody can tell."""
MIDNIGHT: Final = "T00:00:00Z"
"""What makes a day the instant that other formats ask for: there is no clock, so a document is of the day it judges."""


@dataclass(frozen=True)
class Exported:
    """The rows of each list that was asked for, by its name, and what is missing from them, in words."""

    rows: Mapping[str, tuple[Row, ...]]
    missing: tuple[str, ...]

    def __getitem__(self, name: str) -> tuple[Row, ...]:
        """The rows of a list."""
        return self.rows[name]


def exported(evaluation: Evaluation, names: Collection[str]) -> Exported:
    """The lists of these names over the records that their schemas accept, each id once.

    Raises PolicyError where a list does not compile, or asks for more than its records can tell.
    """
    inventory = evaluation.ground.world.inventory
    valid = {record.reference: record for record in reversed(inventory.all) if record.valid}
    world = replace(evaluation.ground.world, inventory=Inventory(inventory.kinds, valid.values(), (), ()))
    over = replace(evaluation, ground=replace(evaluation.ground, world=world))
    files = load(shelves_of(evaluation.policy), EXPORTS)
    rows: dict[str, tuple[Row, ...]] = {}
    untold = 0
    for name in names:
        table = tabulate(named(files, name), over)
        untold += sum(isinstance(cell, Unknown) for row in table.rows for cell in row)
        keys = [column.id for column in table.columns]
        rows[name] = tuple(
            {
                key: cell
                for key, cell in zip(keys, row, strict=True)
                if cell is not None and not isinstance(cell, Unknown)
            }
            for row in table.rows
        )
    return Exported(rows, tuple(_missing(inventory, set(valid.values()), untold)))


def _missing(inventory: Inventory, shown: Collection[Record], untold: int) -> Iterator[str]:
    """What a reader must know that no row says."""
    left = len(inventory.all) - len(shown)
    if left:
        yield f"records that their schema refuses or whose id another has, and that are not in here: {left}"
    if inventory.unreadable:
        yield f"files that cannot be read, so that what they hold is not in here: {len(inventory.unreadable)}"
    if untold:
        yield f"facts about records that cannot be told, and are not in here: {untold}"


def more(row: Row, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """(column, text) of what a report has no place for, item by item where a column has several."""
    for column, value in row.items():
        if column not in known:
            for item in value if isinstance(value, list) else [value]:
                yield column, item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, sort_keys=True)
