"""A plain scalar -> text, number or truth by YAML 1.2's core schema, or the keyword that refuses it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

LARGEST: Final = 2**53 - 1
"""The largest whole number that a 64-bit float, and so every JSON reader, keeps exact."""

STARTS: Final = "0123456789+-.~tTfFnN"
"""What a plain scalar begins with if it may be anything but text."""

_WORDS: Mapping[str, bool] = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)").fullmatch
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+").fullmatch
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?").fullmatch
_BASES: Mapping[str, int] = {"0o": 8, "0x": 16}


class Unfit(str):
    """The keyword that says why a scalar has no value in a record."""

    __slots__ = ()


def resolve(text: str) -> str | int | float | bool | Unfit:
    """What `text`, written without quotes, means."""
    if text in _WORDS:
        return _WORDS[text]
    if text in _NULLS:
        return Unfit("null")
    if _INTEGER(text):
        return _integer(text)
    if _FLOAT(text):
        number = float(text)
        return number if math.isfinite(number) else Unfit("float")
    return Unfit("non-finite") if _NOT_FINITE(text) else text


def _integer(text: str) -> int | Unfit:
    """Judged by its length before it is converted: converting n digits takes n² steps."""
    base = _BASES.get(text[:2], 10)
    digits = text.lstrip("+-")[2 if base != 10 else 0 :].lstrip("0") or "0"
    if len(digits) > 18:
        return Unfit("integer")
    number = int(digits, base)
    if number > LARGEST:
        return Unfit("integer")
    return -number if text[0] == "-" else number
