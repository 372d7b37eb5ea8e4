"""The text of a register -> its rows: the cells of each by the name of their column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from iscode.intake.forms.json_value import UnfitError, loaded, once, unfit

_LONGEST_NAME: Final = 1000
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a register.

    `number` is what its reader counts: entries of a JSON array from 1, rows of a sheet from 2 (1 is the header).
    A cell is text, a number, a truth, None, or a list of a JSON file as it stands there. `known` is what the file
    does not say itself, by columns that begin with @: no file can say that.
    """

    number: int
    cells: Mapping[str, Any]
    known: Mapping[str, Any] = field(default_factory=dict)

    def cell(self, column: str) -> Any:
        """The cell of a column; None for none."""
        return (self.known if column.startswith("@") else self.cells).get(column)

    def nested(self, column: str) -> Any:
        """The cell of a column, or all that stands in columns below that name, as it was nested; None for none."""
        if (cell := self.cell(column)) is not None:
            return cell
        whole: dict[str, Any] = {}
        for name, value in self.cells.items():
            if value is not None and name.startswith(f"{column}."):
                *above, last = name.removeprefix(f"{column}.").split(".")
                inner: Any = whole
                for key in above:
                    inner = inner.setdefault(key, {}) if isinstance(inner, dict) else None
                if isinstance(inner, dict):
                    inner[last] = value
        return whole or None

    def with_known(self, more: Mapping[str, Any]) -> Row:
        """The row, with more that the file does not say."""
        return replace(self, known={**self.known, **more})


def json_rows(path: str, text: str) -> Iterator[Row]:
    """The rows of an array of objects; what is nested in objects becomes a column `outer.inner`."""
    hint = "export an array of flat objects: [{…}, {…}]"
    entries = loaded(path, text, hint)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise unfit(path, "the register is not an array of objects", hint)
    try:
        yield from (Row(number, flat(entry)) for number, entry in enumerate(entries, 1))
    except UnfitError as error:
        raise unfit(path, str(error), hint) from None
    except RecursionError:
        raise unfit(path, "the file is nested too deep", "export flat entries") from None


def flat(entry: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """The cells of an entry: what is nested in objects by the names joined with dots, after `above`."""
    return once(list(_cells(entry, above)))


def _cells(entry: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for key, value in entry.items():
        if len(above) + len(key) > _LONGEST_NAME:
            raise UnfitError(f"a column has a name of more than {_LONGEST_NAME} characters")
        if isinstance(value, dict) and value:
            yield from _cells(value, f"{above}{key}.")
        else:
            yield above + key, value or None if isinstance(value, dict | list) else value


def csv_rows(path: str, text: str) -> Iterator[Row]:
    """The rows below a header line, separated by comma, semicolon or tab."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = next(lines, [])
        columns = [name.strip() or f"(column {number})" for number, name in enumerate(header, 1)]
        if not any(name.strip() for name in header):
            raise unfit(path, "the register has no header line", "name the columns in its first line")
        if len(set(columns)) < len(columns):
            raise unfit(path, "two columns have one name", "rename one of them in the header line")
        for number, cells in enumerate(lines, 2):
            beyond = [f"(column {place})" for place in range(len(columns) + 1, len(cells) + 1)]
            if any(cells):
                yield Row(number, dict(zip(columns + beyond, cells, strict=False)))
    except csv.Error:
        message = "a row of the register cannot be read"
        raise unfit(path, message, "look at the quotes of this line", lines.line_num) from None


def _delimiter(text: str) -> str:
    """The one of the three that splits the header and the lines below it alike; else most of the header."""

    def fit(sign: str) -> tuple[bool, int]:
        try:
            lines = [*islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), 5)]
        except csv.Error:
            return False, 0
        widths = [len(cells) for cells in lines if cells] or [0]
        return widths[0] > 1 and set(widths) == {widths[0]}, widths[0]

    return max(_DELIMITERS, key=fit)
