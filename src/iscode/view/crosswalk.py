"""The pairs of the crosswalks -> their table, whole or for one requirement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from iscode.policy.crosswalk import Pair
from iscode.view.table import Column, Table

COLUMNS: Final = (
    Column("from", "From"),
    Column("relation", "Relation"),
    Column("to", "To"),
    Column("confidence", "Confidence"),
    Column("verified", "Verified"),
    Column("reason", "Reason"),
)


def crosswalk(pairs: Iterable[Pair], requirement: str | None = None) -> Table:
    """One row for each pair, in the order written; with a requirement those that have it on either side."""
    rows = tuple(
        (pair.origin, pair.relation, pair.to, pair.confidence, pair.verified, pair.reason)
        for pair in pairs
        if requirement in (None, pair.origin, pair.to)
    )
    note = f"{len(rows)} pairs; a pair suggests, evidence and the decisions on applicability decide"
    return Table("What a requirement of one standard gives one of another", COLUMNS, rows, (note,))
