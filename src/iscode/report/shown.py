"""A value of an expression -> the short text that stands for it in a proof: days, a record as `Kind:id`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import accumulate
from typing import Any, Final

from iscode.document.secrets import masked
from iscode.expr import Duration, Optional, Timestamp, day_of
from iscode.expr.values import ABSENT
from iscode.inventory import reference_to
from iscode.report.escape import cells, terminal

NOTHING: Final = "nothing"
"""What stands for a value that is not there."""
FIRST: Final = 4
"""Items of a list and keys of a map that are named; the rest is counted."""
WIDTH: Final = 60
"""Characters of a text within a value."""


def shown(value: object, depth: int = 2) -> str:
    """The value on one line, live characters escaped; `depth` levels of lists and maps are opened."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            text = masked(value)
            text = text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"
            return terminal(json.dumps(text, ensure_ascii=False))
        case Timestamp():
            return day_of(value) if str(value).endswith("T00:00:00Z") else str(value)
        case Duration():
            return _days(value)
        case Optional():
            return NOTHING if value.content is ABSENT else shown(value.content, depth)
        case float():
            return f"{value:.10g}"
        case Mapping():
            return terminal(reference_to(value)) if "kind" in value and "id" in value else _map(value, depth)
        case list() | tuple():
            parts = [shown(item, depth - 1) for item in value[:FIRST]] if depth else []
            return f"[{_joined(parts, len(value))}]"
        case _:
            return NOTHING if value is None else terminal(str(value), WIDTH)


def fitted(text: str, width: int) -> str:
    """An escaped text, cut so that it takes `width` columns at most."""
    if cells(text) <= width:
        return text
    kept = sum(1 for end in accumulate(map(cells, text)) if end < width)
    return f"{text[:kept]}…"


def _map(value: Mapping[Any, Any], depth: int) -> str:
    named = list(value.items())[:FIRST] if depth else []
    parts = [f"{terminal(str(key), WIDTH)}: {shown(held, depth - 1)}" for key, held in named]
    return f"{{{_joined(parts, len(value))}}}"


def _joined(parts: list[str], count: int) -> str:
    """The parts, and how many more there are."""
    if not parts:
        return f"… {count}" if count else ""
    more = count - len(parts)
    return ", ".join(parts) + (f", … {more} more" if more else "")


def _days(value: Duration) -> str:
    if value.nanos or value.seconds % 86_400:
        return str(value)
    return f"{value.days} day" if abs(value.days) == 1 else f"{value.days} days"
