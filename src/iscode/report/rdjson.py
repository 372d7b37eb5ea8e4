"""Evaluation -> reviewdog's diagnostics (rdjson): what fails as comments at its lines, on whatever host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from iscode.document import canonical
from iscode.errors import Place
from iscode.evaluation import Evaluation, Result
from iscode.evaluation.result import Origin
from iscode.report.escape import inert, terminal
from iscode.report.listing import Listing, Loudness, listing, loudness
from iscode.report.options import Options

SEVERITIES: Final[Mapping[Loudness, str]] = {"error": "ERROR", "warning": "WARNING", "notice": "INFO"}


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """One result of diagnostics for all roots, the worst of each root first. UTF-8."""
    diagnostics = [
        _diagnostic(result, found) for found in map(listing, evaluations) for result in found.worst_first(found.results)
    ]
    return canonical.dumps({"source": {"name": "iscode"}, "diagnostics": diagnostics})


def _diagnostic(result: Result, found: Listing) -> dict[str, Any]:
    return {
        "message": "\n".join(map(inert, found.lines(result))),
        "severity": SEVERITIES[loudness(result)],
        "code": {"value": result.rule},
        "location": _location(result.origin.place, _byte(result.origin)),
        "related_locations": [
            {"message": inert(other.message), "location": _location(other.place)}
            for other in sorted(set(result.related))
        ],
    }


def _location(place: Place, column: int | None = None) -> dict[str, Any]:
    start = {"line": place.line} if column is None else {"line": place.line, "column": column}
    return {"path": terminal(place.path), "range": {"start": start}}


def _byte(origin: Origin) -> int | None:
    """The column as reviewdog counts, in bytes of UTF-8 from 1; nothing where the line is not at hand."""
    if origin.document is None:
        return None
    place = origin.place
    before = origin.document.line(place.line)[: place.column - 1]
    return len(before.encode("utf-8", "surrogatepass")) + 1
