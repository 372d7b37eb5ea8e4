"""A value of an expression -> the same as JSON holds it: days, references, lists, nothing for what is absent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from iscode.document.secrets import masked
from iscode.expr import Duration, Optional, Timestamp, day_of
from iscode.expr.values import ABSENT
from iscode.inventory import reference_to

WIDEST: Final = 2**53 - 1
"""The greatest whole number that every reader of JSON keeps; a greater one is given as text."""


def plain(value: object) -> Any:
    """Text (secrets masked), whole and other numbers, truth, lists, maps; None where there is nothing.

    A day is `YYYY-MM-DD`, a span of whole days their number, a record its reference.
    """
    match value:
        case bool() | None:
            return value
        case str():
            return masked(value)
        case int():
            return value if abs(value) <= WIDEST else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case Timestamp():
            return day_of(value) if str(value).endswith("T00:00:00Z") else str(value)
        case Duration():
            return str(value) if value.nanos or value.seconds % 86_400 else value.days
        case Optional():
            return None if value.content is ABSENT else plain(value.content)
        case Mapping():
            if "kind" in value and "id" in value and "status" in value:
                return masked(reference_to(value))
            return {str(key): plain(held) for key, held in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return str(value)
