"""The text of a coverage report, JSON of coverage.py or Cobertura's XML -> one row: what ran of what could.

A report that measured nothing is refused: no line is not every line.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from iscode.intake.forms.facts import at, day, figures
from iscode.intake.forms.json_value import loaded, unfit
from iscode.intake.forms.xml_events import walk
from iscode.intake.rows import Row

_AGAIN: Final = "measure again, and export the whole report"
_MILLISECONDS: Final = 10**11
"""A moment larger than this counts milliseconds, not seconds."""


def report(path: str, text: str) -> Iterator[Row]:
    """The row of the report. Raises ConfigError for what is none, or measured nothing."""
    row = _cobertura(path, text) if text.lstrip().startswith("<") else _json(path, text)
    lines, covered = row["lines"], row["covered"]
    if lines is None or covered is None:
        raise unfit(path, "the report does not say how many lines there are and how many ran", _AGAIN)
    if lines < 1 or not 0 <= covered <= lines:
        raise unfit(path, f"the report says that {covered} of {lines} lines ran: it measured nothing", _AGAIN)
    percent = covered * 100 // lines if covered * 100 % lines == 0 else covered * 100 / lines
    counts = [("lines", lines), ("covered lines", covered), *row.pop("more")]
    yield Row(1, row | {"percent": percent, "figures": figures(counts)})


def _json(path: str, text: str) -> dict[str, Any]:
    value = loaded(path, text)
    if at(value, dict, "meta") is None or at(value, dict, "totals") is None:
        raise unfit(path, "the file is no coverage report", "write it with `coverage json`, or as Cobertura XML")
    branches, taken = at(value, int, "totals", "num_branches"), at(value, int, "totals", "covered_branches")
    return {
        "tool.name": "coverage.py",
        "tool.version": at(value, str, "meta", "version"),
        "ended": day(at(value, str, "meta", "timestamp")),
        "files": len(at(value, dict, "files") or {}),
        "lines": at(value, int, "totals", "num_statements"),
        "covered": at(value, int, "totals", "covered_lines"),
        "more": [("branches", branches), ("covered branches", taken)] if branches and taken is not None else [],
    }


def _cobertura(path: str, text: str) -> dict[str, Any]:
    root: dict[str, str] = {}
    files: set[str] = set()

    def begin(above: tuple[str, ...], attributes: dict[str, str], line: int) -> None:
        if above[0] != "coverage":
            raise unfit(path, "the file is no coverage report", "write Cobertura XML, or JSON of coverage.py", line)
        if len(above) == 1:
            root.update(attributes)
        elif above[-1] == "class":
            files.add(attributes.get("filename", ""))

    walk(path, text, begin)
    branches, taken = _count(root, "branches-valid"), _count(root, "branches-covered")
    return {
        "tool.name": None,
        "tool.version": root.get("version"),
        "ended": _moment(root.get("timestamp", "")),
        "files": len(files),
        "lines": _count(root, "lines-valid"),
        "covered": _count(root, "lines-covered"),
        "more": [("branches", branches), ("covered branches", taken)] if branches and taken is not None else [],
    }


def _count(attributes: dict[str, str], name: str) -> int | None:
    digits = attributes.get(name, "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None


def _moment(digits: str) -> str | None:
    """The day of a moment counted from 1970, in seconds or milliseconds; None for none."""
    if not (digits.isascii() and digits.isdigit() and 9 <= len(digits) <= 13):
        return None
    seconds = int(digits) // 1000 if int(digits) > _MILLISECONDS else int(digits)
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
