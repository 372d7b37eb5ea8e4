"""The pairs of the crosswalks, and the pointers out of them -> their table, whole or for one end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from iscode.policy.crosswalk import Pair
from iscode.policy.pointers import Pointers
from iscode.view.table import Column, Table

COLUMNS: Final = (
    Column("from", "From"),
    Column("relation", "Relation"),
    Column("to", "To"),
    Column("confidence", "Confidence"),
    Column("verified", "Verified"),
    Column("reason", "Reason"),
    Column("applies", "Applies", "below"),
)


def crosswalk(pairs: Iterable[Pair], pointers: Iterable[Pointers], as_of: str, end: str | None = None) -> Table:
    """One row for each pair, then for each pointer, in the order written; with an `end` (a requirement, a place as
    `pointers:place`, or the id of pointers) those that have it on either side.

    `applies` is None for a pair and a list for a pointer: to what, `from` when, and whether it has begun as of the day.
    """
    listed = tuple(pointers)
    linked = [
        (pair.origin, pair.relation, pair.to, pair.confidence, pair.verified, pair.reason, None)
        for pair in pairs
        if end in (None, pair.origin, pair.to)
    ]
    pointing = [row for one in listed for row in _rows(one, as_of) if end in (None, one.id, row[0], row[2])]
    named = {row[2].partition(":")[0] for row in pointing}
    notes = (
        f"{len(linked)} pairs and {len(pointing)} pointers; they suggest, evidence and the decisions on applicability "
        "decide",
        *(f"{one.id}: {one.source}. {one.notice}" for one in listed if one.id in named),
    )
    return Table("What a requirement gives another standard, and where it leads", COLUMNS, (*linked, *pointing), notes)


def _rows(pointers: Pointers, as_of: str) -> Iterator[tuple[Any, ...]]:
    """A row for each place and requirement of it."""
    for spot in pointers.places:
        starts = [pointers.dates[name] for name in spot.applies]
        applies = [
            {"what": start.what, "from": start.day, "state": "applies" if start.day <= as_of else "not yet"}
            for start in starts
        ]
        for name in spot.requirements:
            to = f"{pointers.id}:{spot.id}"
            yield name, pointers.relation, to, spot.confidence, pointers.verified, spot.topic, applies
