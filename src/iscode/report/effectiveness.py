"""How requirements stood over time -> a table: green of so many days, and the gaps with the waivers behind them."""

from __future__ import annotations

from collections.abc import Sequence

from iscode.change.effectiveness import Effectiveness, Gap
from iscode.report.listing import counted
from iscode.view import Column, Table

COLUMNS = (
    Column("requirement", "Requirement"),
    Column("label", "Label"),
    Column("standing", "Stood", "row"),
    Column("green", "Green", "data"),
    Column("asked", "Asked", "data"),
    Column("silent", "Nothing said", "data"),
    Column("gaps", "Not satisfied", "below"),
)


def table(rows: Sequence[Effectiveness], labels: Sequence[str], first: str, last: str) -> Table:
    """A row for each requirement; `labels` in their order. Days are those that committers claim."""
    cells = tuple(
        (row.requirement, label, _standing(row), row.green, row.asked, row.silent, [_gap(gap) for gap in row.gaps])
        for row, label in zip(rows, labels, strict=True)
    )
    whole = sum(row.asked > 0 and row.green == row.asked for row in rows)
    says = f"{whole} of {counted(len(rows), 'requirement')} green on every day that was asked for"
    return Table(f"Operating effectiveness from {first} to {last}", COLUMNS, cells, (says,))


def _standing(row: Effectiveness) -> str:
    said = f"green {row.green} of {counted(row.asked, 'day')}" if row.asked else "nothing was ever said"
    return said + (f"; nothing said on {row.silent}" if row.asked and row.silent else "")


def _gap(gap: Gap) -> str:
    waived = f", waived by {', '.join(gap.waivers)}" if gap.waivers else ""
    days = gap.first if gap.days == 1 else f"{gap.first} to {gap.last}, {counted(gap.days, 'day')}"
    return days + waived
