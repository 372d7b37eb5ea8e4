"""What turns red by the calendar -> text: a line for each day, what turns on it below."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice

from iscode.change.forecast import Forecast
from iscode.report.escape import terminal
from iscode.report.listing import counted
from iscode.report.options import BOLD, GREEN, RED, YELLOW, Options


def report(found: Forecast, options: Options) -> bytes:
    """The report, UTF-8."""
    return "".join(f"{line}\n" for line in _lines(found, options)).encode("utf-8")


def _lines(found: Forecast, options: Options) -> Iterator[str]:
    config = found.evaluation.policy.config
    for day, turns in groupby(islice(found.turns, config.printed), key=lambda turn: turn.day):
        yield options.paint(BOLD, f"{day}  red in {counted(found.days(day), 'day')}")
        for turn in turns:
            result, place = turn.result, turn.result.origin.place
            blocks = "begins to block" if turn.failed else "blocks" if result.blocking else "does not block"
            colour = RED if result.blocking else YELLOW
            yield f"  {options.paint(colour, f'{result.severity:<8}')} {result.rule}  {terminal(result.subject)}"
            yield f"           {terminal(result.message, config.message)} ({blocks})"
            yield f"           {terminal(place.path)}:{place.line}:{place.column}"
        yield ""
    if len(found.turns) > config.printed:
        yield f"… and {len(found.turns) - config.printed} more: `-f json` has them all"
        yield ""
    evaluation = found.evaluation
    profile = terminal(evaluation.policy.profile.profile.id)
    yield f"foreseen: from {evaluation.as_of} to {found.last} by profile {profile}, if no record changes"
    yield _last(found, options)


def _last(found: Forecast, options: Options) -> str:
    """On which day the verdict turns."""
    blocking = found.evaluation.verdict.blocking
    if blocking:
        says = f"{counted(blocking, 'result')} {'blocks' if blocking == 1 else 'block'} already"
        return options.paint(RED, f"RED: {says}; {counted(len(found.turns), 'result')} more to come")
    day = next((day for day, count in found.blocking.items() if count), None)
    if day is None:
        more = f"; {counted(len(found.turns), 'result')} without blocking" if found.turns else ""
        return options.paint(GREEN, f"GREEN until {found.last}") + more
    return options.paint(
        RED, f"RED in {counted(found.days(day), 'day')}: {counted(found.blocking[day], 'result')} on {day}"
    )
