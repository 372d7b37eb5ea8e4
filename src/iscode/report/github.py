"""Evaluation -> annotations of a GitHub job: a workflow command a line, of each type the worst, as many as are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from iscode.evaluation import Evaluation, Result
from iscode.report.escape import command_data, command_property
from iscode.report.listing import Listing, Loudness, counted, listing, loudness, rank
from iscode.report.options import Options

MOST: Final = 10
"""Annotations of one type that GitHub keeps of a step; it drops the others without a word."""


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """What blocks as errors, what is kept from blocking as notices, other failures as warnings; UTF-8.

    The last of a type says how many more there are.
    """
    noted: dict[Loudness, list[tuple[Result, Listing]]] = {"error": [], "warning": [], "notice": []}
    for found in map(listing, evaluations):
        for result in found.worst_first(found.results):
            noted[loudness(result)].append((result, found))
    lines = (line for kind, listed in noted.items() for line in _annotations(kind, listed))
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _annotations(kind: Loudness, noted: Sequence[tuple[Result, Listing]]) -> Iterator[str]:
    """The worst of all roots; among equals those of the first root."""
    more = len(noted) - MOST
    worst = sorted(noted, key=lambda one: rank(one[0]))[:MOST]
    for number, (result, found) in enumerate(worst, start=1):
        lines = list(found.lines(result))
        if number == MOST and more > 0:
            lines.append(f"and {counted(more, f'more {kind}')}: the whole report has them")
        place = result.origin.place
        named = {
            "file": place.path,
            "line": str(place.line),
            "col": str(place.column),
            "title": f"{result.rule} ({result.severity})",
        }
        properties = ",".join(f"{key}={command_property(value)}" for key, value in named.items())
        yield f"::{kind} {properties}::{'%0A'.join(map(command_data, lines))}"
