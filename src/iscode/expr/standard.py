"""The standard functions of the language: name -> overloads, each a plain function over values."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from iscode.expr.environment import Call, Overload
from iscode.expr.errors import EvaluationError
from iscode.expr.operators import HIGHEST, LOWEST, bounded, unsigned
from iscode.expr.time import (
    Duration,
    Timestamp,
    instant,
    moment_of,
    nanoseconds,
    parse_duration,
    parse_timestamp,
)
from iscode.expr.types import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    INT,
    NEVER,
    STRING,
    TIMESTAMP,
    UINT,
    ListType,
    MapType,
    OptionalType,
    Type,
)
from iscode.expr.values import NONE, Optional, UInt, is_zero

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE = re.compile(r"[+-]?[0-9]{1,20}")
REAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|[Ii]nf(?:inity)?|NaN|nan)")
LONGEST_NUMBER = 400
"""Characters in the text of a double."""
TRUE, FALSE = ("true", "True", "TRUE", "t", "1"), ("false", "False", "FALSE", "f", "0")


def same(value: Any) -> Any:
    """The value as it is."""
    return value


def refuse(text: str, wanted: str) -> EvaluationError:
    """What to say of text that does not convert."""
    return EvaluationError(f'"{text[:40]}" is not {wanted}')


def text_to_int(text: str) -> int:
    """Decimal text -> int."""
    if not WHOLE.fullmatch(text):
        raise refuse(text, "an integer")
    return bounded(int(text))


def double_to_int(value: float) -> int:
    """double -> int, without its fraction."""
    if not LOWEST < value < HIGHEST:
        raise EvaluationError("the double is out of the range of int")
    return int(value)


def text_to_uint(text: str) -> UInt:
    """Decimal text -> unsigned int."""
    if not WHOLE.fullmatch(text):
        raise refuse(text, "an unsigned integer")
    return unsigned(int(text))


def double_to_uint(value: float) -> UInt:
    """double -> unsigned int, without its fraction."""
    if not -1 < value < 2.0**64:
        raise EvaluationError("the double is out of the range of uint")
    return unsigned(int(value))


def text_to_double(text: str) -> float:
    """Decimal text -> double."""
    if len(text) > LONGEST_NUMBER or not REAL.fullmatch(text):
        raise refuse(text, "a number")
    return float(text)


def text_to_bool(text: str) -> bool:
    """`true`, `false` and their short forms -> bool."""
    if text in TRUE or text in FALSE:
        return text in TRUE
    raise refuse(text, "a bool")


def bool_to_text(value: bool) -> str:
    """bool -> `true` or `false`."""
    return "true" if value else "false"


def double_to_text(value: float) -> str:
    """double -> the shortest text that reads back as it; whole numbers without a point."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[str(value)]
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def bytes_to_text(value: bytes) -> str:
    """UTF-8 -> text."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise EvaluationError("the bytes are not UTF-8") from None


def sound(kind: Type, parse: Callable[[str], object]) -> Callable[[Call], Type]:
    """The type `kind`, once a literal proved to be text that `parse` can read."""

    def check(call: Call) -> Type:
        text = call.literals[0]
        if isinstance(text, str):
            try:
                parse(text)
            except EvaluationError as error:
                call.fail(0, error.message)
        return kind

    return check


READINGS: dict[str, Callable[[Any], int]] = {
    "getFullYear": lambda moment: moment.year,
    "getMonth": lambda moment: moment.month - 1,
    "getDate": lambda moment: moment.day,
    "getDayOfMonth": lambda moment: moment.day - 1,
    "getDayOfWeek": lambda moment: moment.isoweekday() % 7,
    "getDayOfYear": lambda moment: moment.timetuple().tm_yday - 1,
    "getHours": lambda moment: moment.hour,
    "getMinutes": lambda moment: moment.minute,
    "getSeconds": lambda moment: moment.second,
}
"""Function -> what it reads of a date with its clock."""


def read_clock(reading: str, value: Timestamp, zone: str = "UTC") -> int:
    """A reading of a timestamp's date and clock, in UTC or in the time zone that is named."""
    return READINGS[reading](moment_of(value, zone))


def clock(reading: str) -> tuple[Overload, ...]:
    """The two ways to read a timestamp's date and clock."""
    read = partial(read_clock, reading)
    return Overload((TIMESTAMP,), INT, read, receiver=True), Overload((TIMESTAMP, STRING), INT, read, receiver=True)


def elapsed(unit: int) -> Overload:
    """A duration as whole units of so many nanoseconds, rounded towards zero."""

    def count(value: Duration) -> int:
        total = nanoseconds(value)
        return int(total // unit if total >= 0 else -(-total // unit))

    return Overload((DURATION,), INT, count, receiver=True)


def milliseconds(value: Timestamp | Duration) -> int:
    """The milliseconds beyond the whole second."""
    return value.nanos // 1_000_000


def both(parameters: tuple[Type, ...], result: Type, implementation: Callable[..., Any]) -> tuple[Overload, ...]:
    """The overload that may be called either way: `f(x)` and `x.f()`."""
    return (
        Overload(parameters, result, implementation),
        Overload(parameters, result, implementation, receiver=True),
    )


def unary(*ways: tuple[Type, Callable[..., Any]], gives: Type) -> tuple[Overload, ...]:
    """Overloads of one argument with one result."""
    return tuple(Overload((kind,), gives, implementation) for kind, implementation in ways)


STANDARD: dict[str, tuple[Overload, ...]] = {
    "size": (
        *both((STRING,), INT, len),
        *both((ListType(ANY),), INT, len),
        *both((MapType(ANY, ANY),), INT, len),
        *both((BYTES,), INT, len),
    ),
    "int": unary(
        (INT, same),
        (STRING, text_to_int),
        (DOUBLE, double_to_int),
        (UINT, lambda value: bounded(int(value))),
        (TIMESTAMP, lambda value: int(value.seconds)),
        gives=INT,
    ),
    "uint": unary((UINT, same), (INT, unsigned), (DOUBLE, double_to_uint), (STRING, text_to_uint), gives=UINT),
    "double": unary((DOUBLE, same), (INT, float), (UINT, float), (STRING, text_to_double), gives=DOUBLE),
    "string": unary(
        (STRING, same),
        (INT, str),
        (UINT, str),
        (DOUBLE, double_to_text),
        (BOOL, bool_to_text),
        (BYTES, bytes_to_text),
        (TIMESTAMP, str),
        (DURATION, str),
        gives=STRING,
    ),
    "bytes": unary((BYTES, same), (STRING, str.encode), gives=BYTES),
    "bool": unary((BOOL, same), (STRING, text_to_bool), gives=BOOL),
    "timestamp": (
        Overload((TIMESTAMP,), TIMESTAMP, same),
        Overload((STRING,), sound(TIMESTAMP, parse_timestamp), parse_timestamp),
        Overload((INT,), TIMESTAMP, lambda seconds: instant(seconds * 1_000_000_000)),
    ),
    "duration": (
        Overload((DURATION,), DURATION, same),
        Overload((STRING,), sound(DURATION, parse_duration), parse_duration),
    ),
    "optional.of": (Overload((ANY,), lambda call: OptionalType(call.types[0]), Optional),),
    "optional.none": (Overload((), OptionalType(NEVER), lambda: NONE),),
    "optional.ofNonZeroValue": (
        Overload(
            (ANY,),
            lambda call: OptionalType(call.types[0]),
            lambda value: NONE if is_zero(value) else Optional(value),
        ),
    ),
    "startsWith": (Overload((STRING, STRING), BOOL, str.startswith, receiver=True),),
    "endsWith": (Overload((STRING, STRING), BOOL, str.endswith, receiver=True),),
    **{reading: clock(reading) for reading in READINGS},
    "getHours": (*clock("getHours"), elapsed(3_600_000_000_000)),
    "getMinutes": (*clock("getMinutes"), elapsed(60_000_000_000)),
    "getSeconds": (*clock("getSeconds"), elapsed(1_000_000_000)),
    "getMilliseconds": (
        Overload((TIMESTAMP,), INT, milliseconds, receiver=True),
        Overload((TIMESTAMP, STRING), INT, lambda value, _zone: milliseconds(value), receiver=True),
        Overload((DURATION,), INT, lambda value: nanoseconds(value) // 1_000_000 % 1000, receiver=True),
    ),
}
"""Name -> overloads of the standard functions that need no rules of their own."""
