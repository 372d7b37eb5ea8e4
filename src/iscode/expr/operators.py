"""The operators of the language: symbol -> its overloads, each a plain function over two values."""

from __future__ import annotations

import math
import operator
from typing import Any

from iscode.expr.environment import Call, Context, Overload
from iscode.expr.errors import EvaluationError
from iscode.expr.shapes import join
from iscode.expr.time import earlier, gap, later, longer, shorter
from iscode.expr.types import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    INT,
    STRING,
    TIMESTAMP,
    UINT,
    ListType,
    Type,
)
from iscode.expr.values import UInt

LOWEST, HIGHEST, HIGHEST_UNSIGNED = -(2**63), 2**63 - 1, 2**64 - 1


def bounded(value: int) -> int:
    """The value, if an int of 64 bits can hold it."""
    if LOWEST <= value <= HIGHEST:
        return value
    raise EvaluationError("integer overflow")


def unsigned(value: int) -> UInt:
    """The value as an unsigned int, if 64 bits can hold it."""
    if 0 <= value <= HIGHEST_UNSIGNED:
        return UInt(value)
    raise EvaluationError("unsigned integer overflow")


def add(left: int, right: int) -> int:
    """int + int"""
    return bounded(left + right)


def subtract(left: int, right: int) -> int:
    """int - int"""
    return bounded(left - right)


def multiply(left: int, right: int) -> int:
    """int * int"""
    return bounded(left * right)


def divide(left: int, right: int) -> int:
    """int / int, rounded towards zero."""
    if right == 0:
        raise EvaluationError("division by zero")
    quotient = abs(left) // abs(right)
    return bounded(quotient if (left < 0) is (right < 0) else -quotient)


def modulo(left: int, right: int) -> int:
    """int % int: what `divide` leaves, with the sign of the left."""
    if right == 0:
        raise EvaluationError("modulus by zero")
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def negate(value: int) -> int:
    """-int"""
    return bounded(-value)


def add_unsigned(left: int, right: int) -> UInt:
    """uint + uint"""
    return unsigned(int(left) + int(right))


def subtract_unsigned(left: int, right: int) -> UInt:
    """uint - uint"""
    return unsigned(int(left) - int(right))


def multiply_unsigned(left: int, right: int) -> UInt:
    """uint * uint"""
    return unsigned(int(left) * int(right))


def divide_unsigned(left: int, right: int) -> UInt:
    """uint / uint"""
    return unsigned(divide(left, right))


def modulo_unsigned(left: int, right: int) -> UInt:
    """uint % uint"""
    return unsigned(modulo(left, right))


def divide_doubles(left: float, right: float) -> float:
    """double / double by IEEE 754: by zero gives an infinity or NaN."""
    if right:
        return left / right
    if left == 0 or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def concatenate(context: Context, left: Any, right: Any) -> Any:
    """text + text, bytes + bytes, list + list; costs the size of the result."""
    context.charge(len(left) + len(right))
    return left + right


def below(left: float, right: float) -> bool:
    """int < double and double < int, compared as doubles."""
    return float(left) < float(right)


def at_most(left: float, right: float) -> bool:
    """int <= double and double <= int, compared as doubles."""
    return float(left) <= float(right)


def above(left: float, right: float) -> bool:
    """int > double and double > int, compared as doubles."""
    return float(left) > float(right)


def at_least(left: float, right: float) -> bool:
    """int >= double and double >= int, compared as doubles."""
    return float(left) >= float(right)


def joined_lists(call: Call) -> Type:
    """The type of the concatenation of two lists."""
    return join(*call.types) or call.fail(1, f"{call.types[0]} and {call.types[1]} do not add")


ANY_LIST = ListType(ANY)


def orders(same: Any, mixed: Any) -> tuple[Overload, ...]:
    """The overloads of one order: `same` within a type, `mixed` where an int meets a double."""
    kinds = (INT, STRING, TIMESTAMP, DOUBLE, DURATION, BOOL, UINT, BYTES)
    return (
        *(Overload((kind, kind), BOOL, same) for kind in kinds),
        *(Overload(pair, BOOL, same) for pair in ((INT, UINT), (UINT, INT))),
        *(Overload(pair, BOOL, mixed) for pair in ((INT, DOUBLE), (DOUBLE, INT), (UINT, DOUBLE), (DOUBLE, UINT))),
    )


OPERATORS: dict[str, tuple[Overload, ...]] = {
    "+": (
        Overload((INT, INT), INT, add),
        Overload((STRING, STRING), STRING, concatenate, context=True),
        Overload((DOUBLE, DOUBLE), DOUBLE, operator.add),
        Overload((TIMESTAMP, DURATION), TIMESTAMP, later),
        Overload((DURATION, TIMESTAMP), TIMESTAMP, lambda by, moment: later(moment, by)),
        Overload((DURATION, DURATION), DURATION, longer),
        Overload((UINT, UINT), UINT, add_unsigned),
        Overload((BYTES, BYTES), BYTES, concatenate, context=True),
        Overload((ANY_LIST, ANY_LIST), joined_lists, concatenate, context=True),
    ),
    "-": (
        Overload((INT, INT), INT, subtract),
        Overload((TIMESTAMP, TIMESTAMP), DURATION, gap),
        Overload((TIMESTAMP, DURATION), TIMESTAMP, earlier),
        Overload((DOUBLE, DOUBLE), DOUBLE, operator.sub),
        Overload((DURATION, DURATION), DURATION, shorter),
        Overload((UINT, UINT), UINT, subtract_unsigned),
    ),
    "*": (
        Overload((INT, INT), INT, multiply),
        Overload((DOUBLE, DOUBLE), DOUBLE, operator.mul),
        Overload((UINT, UINT), UINT, multiply_unsigned),
    ),
    "/": (
        Overload((INT, INT), INT, divide),
        Overload((DOUBLE, DOUBLE), DOUBLE, divide_doubles),
        Overload((UINT, UINT), UINT, divide_unsigned),
    ),
    "%": (Overload((INT, INT), INT, modulo), Overload((UINT, UINT), UINT, modulo_unsigned)),
    "<": orders(operator.lt, below),
    "<=": orders(operator.le, at_most),
    ">": orders(operator.gt, above),
    ">=": orders(operator.ge, at_least),
    "negate": (Overload((INT,), INT, negate), Overload((DOUBLE,), DOUBLE, operator.neg)),
}
"""Symbol -> overloads. `==`, `!=`, `in`, `&&`, `||` and `?:` have rules of their own in `check`."""
