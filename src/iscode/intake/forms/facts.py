"""A value out of a foreign file -> what it is said to be, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from iscode.intake.forms.json_value import UnfitError

T = TypeVar("T")


def at(value: Any, kind: type[T], *steps: str) -> T | None:
    """What stands below these keys, if it is of this type; a truth is no number."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value if isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool) else None


def objects(value: Any, *steps: str) -> list[dict[str, Any]]:
    """The objects in the list below these keys."""
    return [item for item in at(value, list, *steps) or () if isinstance(item, dict)]


def listed(value: Any, *steps: str) -> list[dict[str, Any]]:
    """The objects in the list below these keys, of which none may be anything else: their places count.

    Empty where there is no such key. Raises UnfitError for anything else than a list of objects.
    """
    *above, last = steps
    inner = at(value, dict, *above) if above else value
    found = (inner or {}).get(last) if isinstance(inner, dict | None) else None
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise UnfitError(f"has something else than objects in its list `{'.'.join(steps)}`")
    return found


def day(text: Any) -> str | None:
    """The day of a moment as ISO 8601 writes it, `YYYY-MM-DD`; None for anything else."""
    try:
        return date.fromisoformat(text[:10]).isoformat() if isinstance(text, str) else None
    except ValueError:
        return None


def first_and_last(moments: Iterable[Any]) -> tuple[str | None, str | None]:
    """The earliest and the latest day of some moments."""
    days = [found for moment in moments if (found := day(moment))]
    return (min(days), max(days)) if days else (None, None)


def figures(counts: Iterable[tuple[str, float]]) -> list[dict[str, Any]]:
    """Numbers by their names, as cells of a row hold them."""
    return [{"name": name, "value": value} for name, value in counts]
