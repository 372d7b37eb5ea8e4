"""A forecast -> what the report of a check says of it: the days on which something begins to block."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from iscode.change.forecast import Forecast
from iscode.evaluation import Result
from iscode.report.listing import counted


class Red(NamedTuple):
    """A day, how many days it is away, and the results that begin to block on it, in report order."""

    day: str
    days: int
    results: tuple[Result, ...]


def reds(found: Forecast) -> list[Red]:
    """The days on which results begin to block, the next one first."""
    turns = (turn for turn in found.turns if turn.result.blocking)
    by_day = groupby(turns, key=lambda turn: turn.day)
    return [Red(day, found.days(day), tuple(turn.result for turn in listed)) for day, listed in by_day]


def outlook(found: Forecast) -> str:
    """When the verdict next turns red, in a line."""
    listed = reds(found)
    if not listed:
        return f"nothing begins to block by the calendar alone until {found.last}"
    number = sum(len(red.results) for red in listed)
    begin = "begins" if number == 1 else "begin"
    return f"red in {counted(listed[0].days, 'day')}, {counted(number, 'result')} {begin} to block until {found.last}"
