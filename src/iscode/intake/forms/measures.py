"""The text of a JSON file of measures, each with its bound -> one row: how many hold, and what they came to.

```json
{"tool": {"name": "fair-report", "version": "2.1"}, "from": "2026-10-01", "to": "2026-10-31", "sample": 4120,
 "metrics": [{"name": "approval_rate_ratio", "slice": "under 25", "value": 0.85, "comparator": ">=", "threshold": 0.8}]}
```
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from iscode.intake.forms.facts import at
from iscode.intake.forms.json_value import UnfitError, loaded, unfit
from iscode.intake.rows import Row, flat

_HOLDS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}
_NEEDED: Final = 'write {"metrics": [{"name": …, "slice": …, "value": …, "comparator": ">=", "threshold": …}]}'


def report(path: str, text: str) -> Iterator[Row]:
    """The row of the file: `figures` with the value of each measure, `bounded` and `broken` as counts of those.

    Raises ConfigError where there is no measure, or one without a number.
    """
    value = loaded(path, text)
    metrics = at(value, list, "metrics")
    if not metrics:
        raise unfit(path, "the file has no metrics: nothing was measured", _NEEDED)
    names = set()
    for number, metric in enumerate(metrics, 1):
        if reason := _unusable(metric):
            raise unfit(path, f"metric {number} {reason}", _NEEDED)
        if (name := _name(metric)) in names:
            raise unfit(path, f"metric {number} is there already", "give each a name and a slice of its own")
        names.add(name)
    bounded = [metric for metric in metrics if "threshold" in metric]
    broken = [m for m in bounded if not _HOLDS[m["comparator"]](m["value"], m["threshold"])]
    try:
        cells = flat({key: inner for key, inner in value.items() if key != "metrics"})
    except UnfitError as error:
        raise unfit(path, str(error), _NEEDED) from None
    yield Row(
        1,
        cells
        | {
            "figures": [{"name": _name(metric), "value": metric["value"]} for metric in metrics],
            "metrics": [
                {key: inner for key, inner in m.items() if key not in _KNOWN} for m in metrics if set(m) - _KNOWN
            ]
            or None,
            "measures": len(metrics),
            "bounded": len(bounded),
            "broken": len(broken),
        },
    )


_KNOWN: Final = frozenset({"name", "slice", "value", "comparator", "threshold"})


def _unusable(metric: Any) -> str:
    """Why an entry measures nothing; empty where it does."""
    if not at(metric, str, "name") or ("slice" in metric and at(metric, str, "slice") is None):
        return "has no name, or a slice that is no text"
    if _number(metric, "value") is None:
        return "has no number as its value: it was not measured"
    if ("threshold" in metric) != ("comparator" in metric):
        return "has a threshold without a comparator, or a comparator without a threshold"
    if "threshold" in metric and (_number(metric, "threshold") is None or at(metric, str, "comparator") not in _HOLDS):
        return f"has a bound that is none: a number, and one of {' '.join(_HOLDS)}"
    return ""


def _number(metric: Any, key: str) -> float | None:
    return at(metric, int, key) if at(metric, int, key) is not None else at(metric, float, key)


def _name(metric: dict[str, Any]) -> str:
    """What people call the measure: its name, for whom, and its bound."""
    part = metric.get("slice", "all")
    bound = f" {metric['comparator']} {metric['threshold']}" if "threshold" in metric else ""
    return f"{metric['name']}, {part}{bound}"
