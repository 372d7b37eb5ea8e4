"""A cell of a table -> what a cell of a workbook holds, and the mark by which it is known when the workbook is back."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from iscode.intake.workbook import Cell
from iscode.report.escape import typed
from iscode.report.table_text import words
from iscode.schema.fields import is_day
from iscode.view import Unknown

LONGEST: Final = 32_767
"""Characters that a cell has room for, counted as UTF-16 does."""
MARK: Final = 5
"""Characters of a mark, six bits each: one edit in a thousand million would go unnoticed."""
FIRST: Final = "1900-03-01"
"""The first day on which all programs agree what its number is."""
_LOST: Final = "x005F_"
"""What openpyxl leaves out of a text: half of the escape of an escape."""
EXACT: Final = 10**15
"""Up to this a number of a workbook is what was written."""


def cell(value: Any, *, days: bool = False) -> Cell:
    """A value as JSON holds it, or Unknown, as a cell: numbers and truth as such, of a list one item a line.

    With `days` a text `YYYY-MM-DD` is a day.
    """
    match value:
        case _ if value is None or value in ([], {}, ""):
            return None
        case bool():
            return value
        case int() | float() if abs(value) >= EXACT:
            return str(value)
        case int():
            return value
        case float():  # rounded once: the writer keeps 16 digits, of which readers keep 15
            return float(f"{value:.15g}")
        case str() if days and is_day(value) and value >= FIRST:
            return date.fromisoformat(value)
        case str():
            return _fitting(typed(value))
        case list():
            return _fitting("\n".join(typed(item if isinstance(item, str) else words(item)) for item in value))
        case Unknown() | _:
            return _fitting(typed(words(value)))


@lru_cache(maxsize=8192, typed=True)
def mark(heading: str, held: Cell) -> str:
    """What a cell below a heading is known by: a digest of both, the same whichever program wrote the cell last."""
    match held:
        case bool() | None:
            said = str(held)
        case int() | float():
            said = f"number {held:.15g}"
        case date():
            said = f"day {held}"
        case str():
            said = f"text {held.replace(_LOST, '')}"
    return urlsafe_b64encode(sha256(json.dumps([heading, said]).encode()).digest())[:MARK].decode()


def _fitting(text: str) -> str:
    """A text that a cell has room for."""
    while len(text.encode("utf-16-le")) > 2 * LONGEST:
        text = f"{text[: min(len(text) - 2, LONGEST - 1)]}…"
    return text
