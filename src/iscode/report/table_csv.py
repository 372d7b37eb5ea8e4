"""A table of a view -> CSV (RFC 4180, UTF-8) that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from typing import Any

from iscode.report.escape import spreadsheet
from iscode.report.table_text import words
from iscode.view import Table


def report(table: Table) -> bytes:
    """The keys of the columns, then the rows; a cell with several things has one on each of its lines."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([column.id for column in table.columns])
    for row in table.rows:
        writer.writerow([_cell(cell) for cell in row])
    return file.getvalue().encode("utf-8")


def _cell(cell: Any) -> str:
    if cell in (None, [], {}):
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return str(cell)
    return "\n".join(map(spreadsheet, words(cell).split("\n")))
