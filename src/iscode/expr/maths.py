"""Arithmetic beyond the operators: name -> overloads."""

from __future__ import annotations

import math
from typing import Any

from iscode.expr.environment import Call, Context, Overload
from iscode.expr.errors import EvaluationError
from iscode.expr.operators import bounded, unsigned
from iscode.expr.types import ANY, BOOL, DOUBLE, INT, NEVER, NUMBERS, UINT, ListType, Type
from iscode.expr.values import NUMERIC, UInt

MOST_ARGUMENTS = 8
"""How many numbers `math.greatest` and `math.least` take beside one list."""


def one_number_type(call: Call) -> Type:
    """The type that all arguments have, or the items of the one list."""
    kinds = [kind.element if isinstance(kind, ListType) else kind for kind in call.types]
    for position, kind in enumerate(kinds):
        if kind not in NUMBERS and kind != NEVER:
            call.fail(position, f"a number should be here, not {kind}")
        if kind != kinds[0]:
            call.fail(position, f"{kinds[0]} and {kind} do not go together", "convert one: double(x)")
    return kinds[0]


def numbers(values: tuple[Any, ...]) -> Any:
    """The numbers of a call: its arguments, or the items of its one list."""
    found = values[0] if len(values) == 1 and type(values[0]) is list else values
    if not found or any(type(value) not in NUMERIC for value in found):
        raise EvaluationError("numbers should be here, one at least")
    return found


def greatest(context: Context, *values: Any) -> Any:
    """The greatest number; the first of equal ones."""
    return max(context.walk(numbers(values)))


def least(context: Context, *values: Any) -> Any:
    """The least number; the first of equal ones."""
    return min(context.walk(numbers(values)))


def away_from_zero(value: float) -> float:
    """The nearest whole number; halves away from zero."""
    if not math.isfinite(value):
        return value
    whole = math.trunc(value)
    return math.copysign(float(whole + (abs(value - whole) >= 0.5) * (1 if value > 0 else -1)), value)


def whole(round_to: Any) -> Any:
    """A rounding of doubles that leaves infinities and NaN as they are."""
    return lambda value: math.copysign(float(round_to(value)), value) if math.isfinite(value) else value


def magnitude(value: int) -> int:
    """The absolute value of an int; an error for the one that has none in 64 bits."""
    return bounded(abs(value))


def sign(value: float) -> float:
    """-1.0, 0.0 or 1.0; NaN of NaN."""
    return value if value == 0 or math.isnan(value) else math.copysign(1.0, value)


def root(value: float) -> float:
    """The square root; NaN of what is below zero."""
    return math.sqrt(value) if value >= 0 else math.nan


def wrapped(value: int) -> int:
    """The value's last 64 bits, as an int."""
    value &= 2**64 - 1
    return value - 2**64 if value >= 2**63 else value


def shifted_left(value: int, by: int) -> int:
    """Bits moved up; from 64 on none is left."""
    return wrapped(value << distance(by)) if by < 64 else 0


def shifted_right(value: int, by: int) -> int:
    """Bits moved down, zeros filling in; from 64 on none is left."""
    return wrapped((value & (2**64 - 1)) >> distance(by)) if by < 64 else 0


def distance(by: int) -> int:
    """How far bits move: never backwards."""
    if by < 0:
        raise EvaluationError("bits do not move by a negative distance")
    return by


def pairwise(implementation: Any) -> tuple[Overload, ...]:
    """A function of two ints, or of two unsigned ints."""
    return (
        Overload((INT, INT), INT, implementation),
        Overload((UINT, UINT), UINT, lambda left, right: UInt(implementation(left, right))),
    )


def many(implementation: Any) -> tuple[Overload, ...]:
    """A function of one list of numbers, or of one number to `MOST_ARGUMENTS`."""
    return (
        Overload((ListType(ANY),), one_number_type, implementation, context=True),
        *(
            Overload((ANY,) * count, one_number_type, implementation, context=True)
            for count in range(1, MOST_ARGUMENTS + 1)
        ),
    )


def of_double(implementation: Any, gives: Type = DOUBLE) -> tuple[Overload, ...]:
    """A function of one double."""
    return (Overload((DOUBLE,), gives, implementation),)


MATHS: dict[str, tuple[Overload, ...]] = {
    "math.greatest": many(greatest),
    "math.least": many(least),
    "math.ceil": of_double(whole(math.ceil)),
    "math.floor": of_double(whole(math.floor)),
    "math.trunc": of_double(whole(math.trunc)),
    "math.round": of_double(away_from_zero),
    "math.isNaN": of_double(math.isnan, BOOL),
    "math.isInf": of_double(math.isinf, BOOL),
    "math.isFinite": of_double(math.isfinite, BOOL),
    "math.sqrt": (
        *of_double(root),
        Overload((INT,), DOUBLE, root),
        Overload((UINT,), DOUBLE, root),
    ),
    "math.abs": (
        Overload((INT,), INT, magnitude),
        Overload((DOUBLE,), DOUBLE, abs),
        Overload((UINT,), UINT, lambda value: value),
    ),
    "math.sign": (
        Overload((INT,), INT, lambda value: (value > 0) - (value < 0)),
        Overload((DOUBLE,), DOUBLE, sign),
        Overload((UINT,), UINT, lambda value: UInt(value > 0)),
    ),
    "math.bitAnd": pairwise(lambda left, right: left & right),
    "math.bitOr": pairwise(lambda left, right: left | right),
    "math.bitXor": pairwise(lambda left, right: left ^ right),
    "math.bitNot": (
        Overload((INT,), INT, lambda value: ~value),
        Overload((UINT,), UINT, lambda value: unsigned(value ^ (2**64 - 1))),
    ),
    "math.bitShiftLeft": (
        Overload((INT, INT), INT, shifted_left),
        Overload((UINT, INT), UINT, lambda value, by: UInt(shifted_left(value, by) & (2**64 - 1))),
    ),
    "math.bitShiftRight": (
        Overload((INT, INT), INT, shifted_right),
        Overload((UINT, INT), UINT, lambda value, by: UInt(shifted_right(value, by) & (2**64 - 1))),
    ),
}
"""Name -> overloads of the arithmetic that has no operator."""
