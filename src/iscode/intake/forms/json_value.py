"""The text of a JSON file -> its value, in which no key stands twice and each number is exact, or else a text."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any, Final

from iscode.errors import ConfigError, Place

LARGEST_INTEGER: Final = 2**53 - 1
"""The largest that a record keeps exact."""
_NAMED: Final = 80
_DEEPEST: Final = 256
"""Levels of lists and objects in each other: more than any tool writes, and what a walk by recursion can bear."""


class UnfitError(Exception):
    """What keeps a value from being read as what the file is said to be."""


def unfit(path: str, message: str, hint: str, line: int = 1, column: int = 1) -> ConfigError:
    """The error of a file that is not what it is said to be."""
    return ConfigError(message, place=Place(path, line, column), hint=hint)


def loaded(path: str, text: str, hint: str = "export it again") -> Any:
    """The value of the file at `path`. Raises ConfigError, with the place, where it is no JSON or could be two."""
    try:
        value = json.loads(text, object_pairs_hook=once, parse_int=_integer, parse_float=_float, parse_constant=str)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        message = (
            "the file ends in the middle"
            if error.pos >= len(text.rstrip()) and text.strip()
            else "the file is not JSON"
        )
        raise unfit(path, message, "mend it or export it again", error.lineno, error.colno) from None
    except UnicodeEncodeError:
        raise unfit(path, "the file holds half a character (a lone surrogate)", "export it again") from None
    except RecursionError:
        raise unfit(path, "the file is nested too deep", "export flat entries") from None
    except UnfitError as error:
        raise unfit(path, str(error), hint) from None
    if _is_deep(value):
        raise unfit(path, "the file is nested too deep", "export flat entries")
    return value


def _is_deep(value: Any) -> bool:
    level, below = 0, [value]
    while below and level <= _DEEPEST:
        level += 1
        below = [
            inner
            for one in below
            for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
            if isinstance(inner, dict | list)
        ]
    return level > _DEEPEST


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs. Raises UnfitError where two have one name."""
    entry = dict(pairs)
    if len(entry) < len(pairs):
        name = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise UnfitError(f"an entry has two cells named `{name[:_NAMED]}`")
    return entry


def _integer(digits: str) -> int | str:
    """A number that a record cannot keep exact stays the text it was."""
    if len(digits) > 17 or abs(int(digits)) > LARGEST_INTEGER:
        return digits
    return int(digits)


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits
