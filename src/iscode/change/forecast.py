"""An evaluation and a number of days -> what turns red on which of them by the calendar alone.

The records stay as they are: reviews come due, evidence ages, waivers end, rules begin to bind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from iscode.change.settling import Below, settled
from iscode.change.standing import Standing
from iscode.errors import UsageError
from iscode.evaluation import Evaluation, Result
from iscode.policy import BoundRule
from iscode.rule.compiled import TODAY

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


def forecast(evaluation: Evaluation, days: int) -> Forecast:
    """What turns red in the `days` after an evaluation: each gives what judging the same records as of it gives.

    Where the evaluation has a base, each is judged without: what is new is no matter of the calendar, and `blocking`
    counts from what blocks now. Raises UsageError for days beyond the calendar.
    """
    first = date.fromisoformat(evaluation.as_of)
    if date.max - first < timedelta(days):
        raise UsageError("the calendar ends before that", hint="ask for fewer days")
    ground = evaluation.ground
    standing, below = Standing(ground, tuple(_moving(evaluation))), Below(ground)
    before = settled(ground, standing, below, evaluation.agreed)
    blocking, turns, changes = evaluation.verdict.blocking, list[Turn](), dict[str, int]()
    for number in range(1, days + 1):
        day = (first + timedelta(number)).isoformat()
        ground = ground.on(day)
        anew, lapsed = standing.on(ground), below.on(ground)
        if not anew and not lapsed:
            continue
        failing = settled(ground, standing, below, evaluation.agreed)
        turns += _turned(day, before, failing)
        more = _blocking(failing) - _blocking(before)
        before = failing
        if more:
            blocking = changes[day] = blocking + more
    return Forecast(evaluation, (first + timedelta(days)).isoformat(), tuple(turns), changes)


def _moving(evaluation: Evaluation) -> Iterator[BoundRule]:
    """The rules of which a day may change a result: the others say on each day what they say now.

    Rules that compare with a base are none of them: they are about a change, which no day makes.
    """
    ground = evaluation.ground
    waived = {rule for waiver in evaluation.waivers if waiver.subjects for rule in waiver.rules}
    trusted = (
        ground.approvals is not None
        and ground.approvals.asked  # what nobody asked for today, no rule rests on that reads no day
        and ground.facts is not None
        and ground.facts.by_day
    )
    for bound in evaluation.policy.bound:
        begins = bound.file.rule.effective_on
        if (
            not bound.needs_base
            and any(evaluation.counts[bound.id].values())
            and (
                trusted
                or bound.id in waived
                or ground.idle(bound) == "not_due"
                or (begins is not None and begins > evaluation.as_of)
                or _reads_day(bound)
            )
        ):
            yield bound


def _reads_day(bound: BoundRule) -> bool:
    """Whether an expression of a rule names the day."""
    rule = bound.compiled
    formulas = (
        rule.when,
        rule.each,
        rule.where,
        *(let.formula for let in rule.lets),
        *(one.that for one in rule.checks),
    )
    return any(formula is not None and TODAY in formula.expression.reads for formula in formulas)


def _blocking(results: Iterable[Result]) -> int:
    return sum(result.blocking for result in results)


def _turned(day: str, before: Iterable[Result], failing: Iterable[Result]) -> Iterable[Turn]:
    was = {_name(result): result for result in before}
    for result in failing:
        earlier = was.get(_name(result))
        if earlier is None or (result.blocking and not earlier.blocking):
            yield Turn(day, result, earlier is not None)


def _name(result: Result) -> Name:
    return (*result[:3], result.twin)
