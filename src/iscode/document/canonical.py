"""A JSON value -> its canonical bytes, those of RFC 8785: one value has one form, so a digest can name it."""

from __future__ import annotations

from json import JSONEncoder
from typing import Any, Final

_MOST: Final = 2**53 - 1
"""Beyond it two integers may be one number to a reader of JSON."""
_AS_PYTHON_WRITES: Final = frozenset({str, bool, type(None)})
_encode: Final = JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def dumps(value: Any) -> bytes:
    """The canonical form. Raises ValueError for what has none: a great integer, a number that is not finite."""
    try:
        if _plain(value):
            return _encode(value).encode()
    except (TypeError, UnicodeEncodeError):
        pass  # a key that is no text, half a character: refused below, in its words
    from rfc8785 import dumps as reference

    return reference(value)


def _plain(value: Any) -> bool:
    """Whether the encoder that Python brings, several times as fast, writes the same.

    It has fractions in its own form, and the order of keys by code points, not by the units of UTF-16.
    """
    parts = [value]
    for part in parts:  # which grows on the way
        kind = type(part)
        if kind is dict:
            if not "".join(part).isascii():
                return False
            parts += part.values()
        elif kind is list or kind is tuple:
            parts += part
        elif not (kind in _AS_PYTHON_WRITES or (kind is int and -_MOST <= part <= _MOST)):
            return False
    return True
