"""The bytes of a workbook that somebody else keeps -> the rows of one of its sheets, by the names in its first line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from iscode.intake.forms.json_value import LARGEST_INTEGER, unfit
from iscode.intake.rows import Row
from iscode.intake.workbook import Cell, Sheet, read_workbook


def sheet_rows(path: str, data: bytes, wanted: str | None) -> Iterator[Row]:
    """The rows of the sheet that is called `wanted`, or of the only one that holds cells. Days are ISO 8601 texts.

    Raises ConfigError for what is no workbook, see `read_workbook`, and where it is not clear which sheet is meant.
    """
    sheet = _chosen(path, read_workbook(path, data), wanted)
    header, *rows = _trimmed(sheet)
    columns = [str(cell).strip() if cell is not None else f"(column {at})" for at, cell in enumerate(header, 1)]
    if all(cell is None for cell in header):
        raise unfit(path, f"sheet {sheet.name!r} has no names in its first line", "name the columns there")
    if len(set(columns)) < len(columns):
        raise unfit(path, f"two columns of sheet {sheet.name!r} have one name", "rename one of them in its first line")
    for number, cells in enumerate(rows, 2):
        beyond = [f"(column {place})" for place in range(len(columns) + 1, len(cells) + 1)]
        if any(cell is not None for cell in cells):
            yield Row(number, dict(zip(columns + beyond, map(_plain, cells), strict=False)))


def _chosen(path: str, sheets: tuple[Sheet, ...], wanted: str | None) -> Sheet:
    held = [sheet for sheet in sheets if any(cell is not None for row in sheet.rows for cell in row)]
    found = [sheet for sheet in held if wanted in (None, sheet.name)]
    names = ", ".join(repr(sheet.name) for sheet in held)
    if not found:
        what = "has no cells" if wanted is None else f"has no sheet {wanted!r} with cells"
        raise unfit(path, f"the workbook {what}", f"it has {names}" if held else "name the register")
    if len(found) > 1:
        raise unfit(path, f"several sheets hold cells: {names}", "name one as `sheet:` in the mapping")
    return found[0]


def _trimmed(sheet: Sheet) -> list[tuple[Cell, ...]]:
    """The rows of a sheet; texts of blanks alone are nothing."""
    return [tuple(None if isinstance(cell, str) and not cell.strip() else cell for cell in row) for row in sheet.rows]


def _plain(cell: Cell) -> Any:
    """The cell as a record can hold it: what it cannot keep exact is the text of its digits, as in JSON."""
    if isinstance(cell, int) and abs(cell) > LARGEST_INTEGER:
        return str(cell)
    return cell.isoformat() if isinstance(cell, date) else cell
