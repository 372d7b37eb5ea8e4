"""The bytes of a register -> its rows: the cells of each by the name of their column."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from iscode.errors import ConfigError, Place, UsageError

_LARGEST_FILE: Final = 64 * 1024 * 1024
_LONGEST_NAME: Final = 1000
_LARGEST_INTEGER: Final = 2**53 - 1
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a register.

    `number` is what its reader counts: entries of a JSON array from 1, rows of a sheet from 2 (1 is the header).
    A cell is text, a number, a truth, None, or a list of a JSON file as it stands there.
    """

    number: int
    cells: Mapping[str, Any]


def read_rows(format: str, path: str, data: bytes) -> Sequence[Row]:  # noqa: A002 (the word of the command line)
    """The rows of `data`; `path` names the file in errors, `format` is a key of `FORMATS`.

    `json` is an array of objects; what is nested in objects becomes a column `outer.inner`. `csv` has a header
    line and is separated by comma, semicolon or tab. Both are UTF-8. Raises UsageError for another format,
    ConfigError for a file that is not what it is said to be.
    """
    if format not in FORMATS:
        raise UsageError(f"there is no import format {format!r}", hint=f"one of: {', '.join(FORMATS)}")
    if len(data) > _LARGEST_FILE:
        raise _broken(path, f"the register is larger than {_LARGEST_FILE} bytes", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _broken(path, "the register is not UTF-8", "save it as UTF-8 (in Excel: CSV UTF-8)", line) from None
    return tuple(FORMATS[format](path, text))


def _broken(path: str, message: str, hint: str, line: int = 1) -> ConfigError:
    return ConfigError(message, place=Place(path, line), hint=hint)


def _json(path: str, text: str) -> Iterator[Row]:
    try:
        entries = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=str
        )
        json.dumps(entries, ensure_ascii=False).encode("utf-8")
        yield from _entries(entries)
    except json.JSONDecodeError as error:
        place = Place(path, error.lineno, error.colno)
        raise ConfigError("the register is not JSON", place=place, hint="mend it or export it again") from None
    except UnicodeEncodeError:
        raise _broken(path, "the register holds half a character (a lone surrogate)", "export it again") from None
    except RecursionError:
        raise _broken(path, "the register is nested too deep", "export flat entries") from None
    except _UnfitError as error:
        raise _broken(path, str(error), "export an array of flat objects: [{…}, {…}]") from None


class _UnfitError(Exception):
    pass


def _entries(entries: Any) -> Iterator[Row]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _UnfitError("the register is not an array of objects")
    for number, entry in enumerate(entries, 1):
        yield Row(number, _object(list(_cells(entry, ""))))


def _cells(entry: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for key, value in entry.items():
        if len(above) + len(key) > _LONGEST_NAME:
            raise _UnfitError(f"a column has a name of more than {_LONGEST_NAME} characters")
        if isinstance(value, dict) and value:
            yield from _cells(value, f"{above}{key}.")
        else:
            yield above + key, value or None if isinstance(value, dict | list) else value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entry = dict(pairs)
    if len(entry) < len(pairs):
        raise _UnfitError(f"an entry has two cells named `{Counter(key for key, _ in pairs).most_common(1)[0][0]}`")
    return entry


def _integer(digits: str) -> int | str:
    """A number that a record cannot keep exact stays the text it was."""
    if len(digits) > 17 or abs(int(digits)) > _LARGEST_INTEGER:
        return digits
    return int(digits)


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _csv(path: str, text: str) -> Iterator[Row]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = next(lines, [])
        columns = [name.strip() or f"(column {number})" for number, name in enumerate(header, 1)]
        if not any(name.strip() for name in header):
            raise _broken(path, "the register has no header line", "name the columns in its first line")
        if len(set(columns)) < len(columns):
            raise _broken(path, "two columns have one name", "rename one of them in the header line")
        for number, cells in enumerate(lines, 2):
            beyond = [f"(column {place})" for place in range(len(columns) + 1, len(cells) + 1)]
            if any(cells):
                yield Row(number, dict(zip(columns + beyond, cells, strict=False)))
    except csv.Error:
        message = "a row of the register cannot be read"
        raise _broken(path, message, "look at the quotes of this line", lines.line_num) from None


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


FORMATS: Final[Mapping[str, Callable[[str, str], Iterator[Row]]]] = {"json": _json, "csv": _csv}
"""What `read_rows` reads, by the word of the command line."""
