"""A cell that somebody edited, and the schema of the field that it repeats -> the value that goes into the record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from iscode.intake.filling import Schema
from iscode.intake.workbook import Cell
from iscode.schema.fields import is_day


class MisfitError(ValueError):
    """Why a cell does not fit its field."""


_WHOLE: Final = re.compile(r"[-+]?[0-9]{1,15}").fullmatch
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?").fullmatch
_TRUTH: Final = {"true": True, "false": False}


def value_of(held: Cell, schema: Schema) -> Any:
    """The value of a cell by the type of its field; None for an empty cell. Raises MisfitError with the reason."""
    if held is None:
        return None
    if schema["type"] == "array" and schema["items"]["type"] in _READERS:
        lines: list[Cell] = [line.strip() for line in held.split("\n")] if isinstance(held, str) else [held]
        return [value_of(line, schema["items"]) for line in lines if line != ""]
    if schema["type"] not in _READERS:
        raise MisfitError("this is more than one value: edit the record")
    return _READERS[schema["type"]](held, schema)


def _text(held: Cell, schema: Schema) -> str:
    if schema.get("format") == "date":
        if not is_day(str(held)) or not isinstance(held, date | str):
            raise MisfitError("this is no day; write it as YYYY-MM-DD")
        return str(held)
    if not isinstance(held, str):
        raise MisfitError("a text belongs here; format the cell as text and type it again")
    return held


def _whole(held: Cell, _: Schema) -> int:
    if isinstance(held, bool | date):
        raise MisfitError("a whole number belongs here")
    if isinstance(held, float) and held.is_integer():
        return int(held)
    if isinstance(held, float) or not _WHOLE(str(held)):
        raise MisfitError("a whole number belongs here")
    return int(str(held))


def _number(held: Cell, _: Schema) -> int | float:
    if isinstance(held, int | float) and not isinstance(held, bool):
        return held
    if not isinstance(held, str) or not _NUMBER(held):
        raise MisfitError("a number belongs here, with digits and a point")
    return float(held) if "." in held else int(held)


def _truth(held: Cell, _: Schema) -> bool:
    found = held if isinstance(held, bool) else _TRUTH.get(str(held).casefold())
    if found is None:
        raise MisfitError("TRUE or FALSE belongs here")
    return found


_READERS: Final[Mapping[str, Callable[[Cell, Schema], Any]]] = {
    "string": _text,
    "integer": _whole,
    "number": _number,
    "boolean": _truth,
}
