"""How far a roadmap was gone -> its stages, and of the first that is not reached what is missing and what helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from iscode.report.escape import terminal
from iscode.report.listing import counted
from iscode.report.shown import fitted
from iscode.report.table_text import WIDTH, aligned, wrapped
from iscode.view.roadmap import Missing, Reached, Way

FIRST: Final = 3
"""Failures and pairs that are told of a rule; the rest is counted."""


def report(ways: Sequence[Way]) -> bytes:
    """The page of each roadmap, one after the other, UTF-8."""
    return "\n".join("".join(f"{line}\n" for line in _lines(way)) for way in ways).encode("utf-8")


def _lines(way: Way) -> Iterator[str]:
    yield terminal(f"{way.roadmap.id}: {way.roadmap.title}")
    yield ""
    here = next((one for one in way.stages if not one.reached), None)
    yield from aligned(
        [
            ("✓" if one.reached else "→" if one is here else " ", str(number), terminal(one.stage.title), _counts(one))
            for number, one in enumerate(way.stages, 1)
        ]
    )
    yield ""
    yield f"{sum(one.reached for one in way.stages)} of {counted(len(way.stages), 'stage')} reached"
    if here is not None:
        yield ""
        yield from wrapped(terminal(f"next: {here.stage.title}. {' '.join(here.stage.why.split())}"), WIDTH)
        for missing in here.missing:
            yield from (fitted(line, WIDTH) for line in _missing(missing))


def _counts(one: Reached) -> str:
    told = f"{one.passing} of {counted(len(one.stage.rules), 'rule')} pass"
    return f"{told}, {one.not_applicable} not applicable" if one.not_applicable else told


def _missing(missing: Missing) -> Iterator[str]:
    bound = missing.bound
    yield f"  - {bound.id}  {terminal(bound.file.rule.title)}"
    if not missing.failing:
        yield "      nobody is there yet whom it could judge"
    for result in missing.failing[:FIRST]:
        yield f"      {terminal(f'{result.subject}: {result.message}')}"
    if len(missing.failing) > FIRST:
        yield f"      and {len(missing.failing) - FIRST} more"
    for pair in missing.reuse[:FIRST]:
        yield f"      reuse {terminal(f'{pair.origin} {pair.relation} {pair.to}: {pair.reason}')}"
    if len(missing.reuse) > FIRST:
        yield f"      reuse {len(missing.reuse) - FIRST} more: `-f json` has them all"
