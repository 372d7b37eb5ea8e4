"""The bytes of a workbook (Office Open XML) -> the cells of its sheets, once `inspection` found nothing against it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from math import isfinite
from typing import Any, Final, NamedTuple

from iscode.errors import UsageError
from iscode.intake.inspection import LAST_COLUMN, LAST_ROW, TRUTH, inspect, name_of, refused

Cell = str | int | float | bool | date | None
"""What a cell of a workbook holds; None: nothing. A time of day is a text."""

HINT: Final = "install it with `python -m pip install 'iscode[reports]'`"


class Sheet(NamedTuple):
    """The rows of one sheet, from the first; a row ends where its last cell does."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


def read_workbook(path: str, data: bytes) -> tuple[Sheet, ...]:
    """The sheets of a workbook in their order; `path` names it in errors.

    Raises ConfigError, with sheet and cell where there is one, for what is no workbook, too large, or more than cells;
    UsageError where openpyxl is not installed.
    """
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise UsageError("reading a workbook needs openpyxl, which is not installed", hint=HINT) from None
    inspect(path, data)
    with warnings.catch_warnings():  # about what it does not keep, which we do not ask for
        warnings.simplefilter("ignore")
        with _reading(path):
            book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
            pages = list(book.worksheets)
        return tuple(Sheet(page.title, tuple(_rows(page, path))) for page in pages)


@contextmanager
def _reading(path: str) -> Iterator[None]:
    """Refuse the file where openpyxl fails on it. What it raises is no closed set, so no code of ours runs in here."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        raise refused(path, f"this is no workbook that can be read ({type(error).__name__})") from error


def _rows(page: Any, path: str) -> Iterator[tuple[Cell, ...]]:
    for number, row in enumerate(_foreign_rows(page, path), 1):
        if number > LAST_ROW or len(row) > LAST_COLUMN:  # what the walk did not see
            message = f"sheet {page.title!r}, row {number}: it is beyond row {LAST_ROW}, or longer than {LAST_COLUMN}"
            raise refused(path, message, "split it")
        for place, one in enumerate(row):
            if what := _unfit(one):
                where = f"sheet {page.title!r}, cell {name_of(place)}{number}"
                raise refused(path, f"{where}: it holds {what}", "write the value there")
        yield tuple(_cell(one) for one in row)


def _unfit(one: Any) -> str:
    """What a cell holds, where that is no value; empty for one that is."""
    if one.data_type == "f":
        return "" if _truth(one.value) is not None else "a formula"
    if one.data_type == "e":
        return f"an error, {one.value}"
    return "a number larger than any that is kept" if isinstance(one.value, float) and not isfinite(one.value) else ""


def _truth(formula: Any) -> bool | None:
    """The value of a formula that is one; None for any other."""
    return TRUTH.get(formula[1:]) if isinstance(formula, str) and formula[:1] == "=" else None


def _foreign_rows(page: Any, path: str) -> Iterator[tuple[Any, ...]]:
    with _reading(path):
        page.reset_dimensions()
        rows = page.iter_rows()
    while True:
        with _reading(path):
            row = next(rows, None)
        if row is None:
            return
        yield row


def _cell(one: Any) -> Cell:
    value = one.value
    match value:
        case "" | None:
            return None
        case str() if one.data_type == "f":
            return _truth(value)
        case datetime() if value.time() == datetime.min.time():
            return value.date()
        case str():
            return value.replace("\r\n", "\n").replace("\r", "\n")
        case bool() | int() | float():
            return value
        case date() if not isinstance(value, datetime):
            return value
        case _:
            return str(value)
