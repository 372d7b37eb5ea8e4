"""A text with clauses `%s %d %f %e %b %o %x %X` and a list of values -> the text with them filled in."""

from __future__ import annotations

import math
import re
from typing import Any

from iscode.expr.environment import Context
from iscode.expr.errors import EvaluationError
from iscode.expr.time import Duration, Timestamp
from iscode.expr.types import Type
from iscode.expr.values import UInt

CLAUSE = re.compile(r"%(?:(%)|(?:\.([0-9]{1,3}))?([sdfebxXo])|)")
FINEST = 100
"""Decimals that a clause may ask for."""


def formatted(context: Context, text: str, values: list[Any]) -> str:
    """The text with its clauses filled in from left to right; costs what it reads and writes."""
    context.charge(len(text))
    left = iter(values)

    def fill(clause: re.Match[str]) -> str:
        percent, precision, letter = clause.groups()
        if percent:
            return "%"
        if letter is None or int(precision or 0) > FINEST:
            raise EvaluationError(f'"{clause[0]}" is no clause of a format')
        try:
            value = next(left)
        except StopIteration:
            raise EvaluationError("the format has more clauses than values") from None
        filled = clause_text(context, letter, value, 6 if precision is None else int(precision))
        context.charge(len(filled))
        return filled

    return CLAUSE.sub(fill, text)


def clause_text(context: Context, letter: str, value: Any, precision: int) -> str:
    """One value as its clause wants it."""
    if letter == "s":
        return as_text(context, value)
    kind = type(value)
    if kind is float and not math.isfinite(value) and letter in "dfe":
        return special(value)
    if letter in "fe" and kind in (float, int, UInt):
        return f"{float(value):.{precision}{letter}}"
    if letter == "d" and kind in (int, UInt, float):
        return str(value) if kind is not float else as_text(context, value)
    if letter in "xX" and kind in (str, bytes):
        digits = (value.encode() if kind is str else value).hex()
        return str(digits.upper() if letter == "X" else digits)
    if letter == "b" and kind is bool:
        return str(int(value))
    if letter in "boxX" and kind in (int, UInt):
        return format(int(value), letter)
    raise EvaluationError(f"%{letter} does not take {kind.__name__}")


def special(value: float) -> str:
    """Infinities and NaN."""
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def as_text(context: Context, value: Any) -> str:
    """Any value as `%s` shows it; maps by the order of their keys."""
    if type(value) is list or type(value) is dict:
        context.walk(value)
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return (repr(value).removesuffix(".0")) if math.isfinite(value) else special(value)
        case bytes():
            return value.decode("utf-8", "replace")
        case list():
            return f"[{', '.join(as_text(context, item) for item in value)}]"
        case dict():
            rows = sorted((as_text(context, key), as_text(context, held)) for key, held in value.items())
            return f"{{{', '.join(f'{key}: {held}' for key, held in rows)}}}"
        case str() | int() | Timestamp() | Duration() | Type():
            return str(value)
    raise EvaluationError(f"%s does not take {type(value).__name__}")
