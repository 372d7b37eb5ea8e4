"""An evaluation and a number of days -> what turns red on which of them by the calendar alone.

The records stay as they are: reviews come due, evidence ages, waivers end, rules begin to bind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from iscode.change.settling import Below, settled
from iscode.change.standing import Standing
from iscode.errors import UsageError
from iscode.evaluation import Evaluation, Result
from iscode.policy import baseline
from iscode.source import Snapshot

Name = tuple[object, ...]


class Turn(NamedTuple):
    """A result that turns red on a day, or that failed before and begins to block on it (`failed`)."""

    day: str
    result: Result
    failed: bool


@dataclass(frozen=True)
class Forecast:
    """What turns red after the day of an evaluation, up to `last`, in the order of days and of reports."""

    evaluation: Evaluation
    last: str
    turns: tuple[Turn, ...]
    blocking: Mapping[str, int]
    """Each day on which another number of results blocks than on the day before, and how many then do."""

    def days(self, day: str) -> int:
        """How many days from the evaluation to a day."""
        return (date.fromisoformat(day) - date.fromisoformat(self.evaluation.as_of)).days


def forecast(evaluation: Evaluation, snapshot: Snapshot, days: int) -> Forecast:
    """What turns red in the `days` after an evaluation of a snapshot without a base: what is known to it is no news.

    Each day gives what judging the snapshot as of that day gives. Raises UsageError for days beyond the calendar.
    """
    first = date.fromisoformat(evaluation.as_of)
    if date.max - first < timedelta(days):
        raise UsageError("the calendar ends before that", hint="ask for fewer days")
    ground = evaluation.ground
    agreed, standing, below = baseline.read(snapshot, ground.root), Standing(ground), Below(ground)
    before = {_name(result): result for result in evaluation.results if result.adverse}
    blocking, turns, changes = evaluation.verdict.blocking, list[Turn](), dict[str, int]()
    for number in range(1, days + 1):
        day = (first + timedelta(number)).isoformat()
        ground = ground.on(day)
        anew, lapsed = standing.on(ground), below.on(ground)
        if not anew and not lapsed:
            continue
        failing = settled(ground, standing, below, agreed)
        turns += _turned(day, before, failing)
        before = {_name(result): result for result in failing}
        if (count := sum(result.blocking for result in failing)) != blocking:
            blocking = changes[day] = count
    return Forecast(evaluation, (first + timedelta(days)).isoformat(), tuple(turns), changes)


def _turned(day: str, before: Mapping[Name, Result], failing: Iterable[Result]) -> Iterable[Turn]:
    for result in failing:
        earlier = before.get(_name(result))
        if earlier is None or (result.blocking and not earlier.blocking):
            yield Turn(day, result, earlier is not None)


def _name(result: Result) -> Name:
    return (*result[:3], result.twin)
