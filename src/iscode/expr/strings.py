"""Text: name -> overloads. Positions and lengths count code points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscode.expr.environment import Context, Overload
from iscode.expr.errors import EvaluationError
from iscode.expr.formats import formatted
from iscode.expr.patterns import SCAN
from iscode.expr.types import ANY, BOOL, INT, STRING, ListType

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscode.expr.types import Type

UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
TO_LOWER, TO_UPPER = str.maketrans(UPPER, LOWER), str.maketrans(LOWER, UPPER)
SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
WHITE = SPACE + "\u2028\u2029\u202f\u205f\u3000"
"""What Unicode calls white space."""
QUOTED = str.maketrans(
    {
        "\a": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
        "\\": "\\\\",
        '"': '\\"',
    }
)


def within(text: str, position: int) -> int:
    """The position, which must lie in the text or at its end."""
    if 0 <= position <= len(text):
        return position
    raise EvaluationError(f"index out of range: {position} of {len(text)}")


def scanned(context: Context, text: str) -> str:
    """The text, charged for being read once."""
    context.charge(len(text) // SCAN)
    return text


def char_at(text: str, position: int) -> str:
    """The character at the position; nothing at the end."""
    return text[within(text, position) : position + 1]


def contains(context: Context, text: str, part: str) -> bool:
    """Whether `part` occurs in the text."""
    return part in scanned(context, text)


def index_of(context: Context, text: str, part: str, start: int = 0) -> int:
    """Where `part` first occurs at or behind `start`; -1 for nowhere."""
    return scanned(context, text).find(part, within(text, start))


def last_index_of(context: Context, text: str, part: str, start: int | None = None) -> int:
    """Where `part` last occurs, at or before `start` if that is given; -1 for nowhere."""
    if start is None:
        return scanned(context, text).rfind(part)
    return scanned(context, text).rfind(part, 0, within(text, start) + len(part))


def lower(context: Context, text: str) -> str:
    """The text with the letters A to Z small."""
    return scanned(context, text).translate(TO_LOWER)


def upper(context: Context, text: str) -> str:
    """The text with the letters a to z large."""
    return scanned(context, text).translate(TO_UPPER)


def trim(context: Context, text: str) -> str:
    """The text without white space at its ends."""
    return scanned(context, text).strip(WHITE)


def reverse(context: Context, text: str) -> str:
    """The text from its last character to its first."""
    return scanned(context, text)[::-1]


def replace(context: Context, text: str, old: str, new: str, count: int = -1) -> str:
    """The text with `old` replaced by `new`, `count` times or, when negative, each time."""
    times = text.count(old) if count < 0 else min(text.count(old), count)
    context.charge(len(text) + times * len(new))
    return text.replace(old, new, count)


def split(context: Context, text: str, by: str, count: int = -1) -> list[str]:
    """The parts between `by`, at most `count` of them unless negative; by nothing: the characters."""
    context.charge(len(text))
    if count == 0:
        return []
    if by:
        return text.split(by, max(count - 1, -1))
    if count < 0 or count >= len(text):
        return list(text)
    return [*text[: count - 1], text[count - 1 :]]


def substring(text: str, start: int, end: int | None = None) -> str:
    """The text from `start` up to, not including, `end`."""
    stop = len(text) if end is None else within(text, end)
    if within(text, start) > stop:
        raise EvaluationError(f"no substring from {start} to {stop}")
    return text[start:stop]


def join(context: Context, parts: list[str], by: str = "") -> str:
    """The parts as one text, with `by` between them."""
    context.charge(sum(map(len, parts)) + len(by) * len(parts))
    return by.join(parts)


def quote(context: Context, text: str) -> str:
    """The text as a literal of the language."""
    return f'"{scanned(context, text).translate(QUOTED)}"'


def method(
    parameters: tuple[Type, ...], result: Type, implementation: Callable[..., object], *, context: bool = False
) -> Overload:
    """An overload that is called on a value."""
    return Overload(parameters, result, implementation, receiver=True, context=context)


LIST_OF_TEXT = ListType(STRING)
STRINGS: dict[str, tuple[Overload, ...]] = {
    "charAt": (method((STRING, INT), STRING, char_at),),
    "contains": (method((STRING, STRING), BOOL, contains, context=True),),
    "indexOf": (
        method((STRING, STRING), INT, index_of, context=True),
        method((STRING, STRING, INT), INT, index_of, context=True),
    ),
    "lastIndexOf": (
        method((STRING, STRING), INT, last_index_of, context=True),
        method((STRING, STRING, INT), INT, last_index_of, context=True),
    ),
    "lowerAscii": (method((STRING,), STRING, lower, context=True),),
    "upperAscii": (method((STRING,), STRING, upper, context=True),),
    "replace": (
        method((STRING, STRING, STRING), STRING, replace, context=True),
        method((STRING, STRING, STRING, INT), STRING, replace, context=True),
    ),
    "split": (
        method((STRING, STRING), LIST_OF_TEXT, split, context=True),
        method((STRING, STRING, INT), LIST_OF_TEXT, split, context=True),
    ),
    "substring": (
        method((STRING, INT), STRING, substring),
        method((STRING, INT, INT), STRING, substring),
    ),
    "trim": (method((STRING,), STRING, trim, context=True),),
    "join": (
        method((LIST_OF_TEXT,), STRING, join, context=True),
        method((LIST_OF_TEXT, STRING), STRING, join, context=True),
    ),
    "reverse": (method((STRING,), STRING, reverse, context=True),),
    "format": (method((STRING, ListType(ANY)), STRING, formatted, context=True),),
    "strings.quote": (Overload((STRING,), STRING, quote, context=True),),
}
"""Name -> overloads of what takes text."""
