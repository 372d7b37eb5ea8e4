"""What turns red by the calendar: the same as to judge day after day, whatever a rule makes of the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.change.forecast import Forecast, forecast
from iscode.document import write
from iscode.errors import UsageError
from iscode.evaluation import Result, evaluate
from iscode.report import FORECASTS, Options
from iscode.source import MemorySnapshot

DAY = "2026-11-24"
AHEAD = 40

EXPRESSIONS = (
    "today - self.made <= days(30)",
    "self.made <= today && today - self.made <= days(params.age)",
    "today < self.made || self.made + days(10) > today",
    "self.made - today > days(-12)",
    "today != self.made + days(3)",
    'string(today) < "2026-12-01"',
    "today.getDayOfWeek() != 3",
    "today.getMonth() == 10",
    "(today - self.made).getHours() < 500",
    "int(today) % 259200 != 0",
    "[today, self.made, self.made + days(20)].sort()[1] == today",
    "day(today) - days(2) <= self.made",
    "today in [self.made, self.made + days(5), self.made + days(9)]",
    "[self.made, today].distinct().size() == 2",
    "newest <= today - days(3) || size(fresh) < 2",
    "fresh.exists(b, b.id == self.id)",
    'timestamp("2026-12-05T12:30:00Z") > today',
    "(today > self.made ? today - self.made : self.made - today) < days(15)",
    "1 / (today - self.made).getHours() >= 0",
    "[1, 2, 3][(today - self.made).getHours() / 24 % 4] > 1",
)
LETS = {
    "fresh": 'records("Box").filter(b, has(b.made) && today - b.made <= days(25) && b.made <= today)',
    "newest": 'records("Box").filter(b, has(b.made)).map(b, b.made).sort().last().orValue(today)',
}
DAYS = st.integers(-45, 45).map(lambda days: (date.fromisoformat(DAY) + timedelta(days)).isoformat())


def rule(world: Any, number: int, that: str, **keys: Any) -> Any:
    """The world with one rule more, which says what it read."""
    return world.rule(
        that, "{self.id} of {self.made}", id=f"rule-{number}", params={"age": 20}, let=LETS, needs=["made"], **keys
    )


def judged(world: Any, files: dict[str, bytes], day: str) -> Any:
    return evaluate(MemorySnapshot(files), "", world.policy(records=["c/**"]), day)


def ahead(world: Any, files: dict[str, bytes], days: int = AHEAD) -> Forecast:
    return forecast(judged(world, files, DAY), days)


def boxes(*days: str) -> dict[str, bytes]:
    return {f"c/{number}.yaml": write(box(number, day)).encode() for number, day in enumerate(days)}


def box(number: int, day: str) -> dict[str, Any]:
    return {"kind": "Box", "id": f"b{number}", "status": "active", "made": day}


def failing(results: Any) -> dict[tuple[object, ...], Result]:
    return {(*each[:3], each.twin): each for each in results if each.adverse}


def day_by_day(world: Any, files: dict[str, bytes]) -> Iterator[tuple[str, str, str, bool, str, bool]]:
    """What turns, by judging each day."""
    before = failing(judged(world, files, DAY).results)
    for number in range(1, AHEAD + 1):
        day = (date.fromisoformat(DAY) + timedelta(number)).isoformat()
        after = failing(judged(world, files, day).results)
        for name, result in after.items():
            if name not in before or (result.blocking and not before[name].blocking):
                yield day, result.rule, result.subject, result.blocking, result.message, name in before
        before = after


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(EXPRESSIONS), min_size=1, max_size=4, unique=True),
    st.lists(DAYS, min_size=1, max_size=3),
    st.none() | DAYS,
)
def test_a_forecast_is_what_judging_each_day_tells(
    world: Any, listed: list[str], days: list[str], effective: str | None
) -> None:
    for number, that in enumerate(listed):
        keys = {"effective_on": effective} if effective else {}
        world = rule(world, number, that, **keys)
    files = boxes(*days)
    told = ahead(world, files)
    turns = [
        (turn.day, turn.result.rule, turn.result.subject, turn.result.blocking, turn.result.message, turn.failed)
        for turn in told.turns
    ]
    assert list(day_by_day(world, files)) == turns


@pytest.mark.parametrize("that", EXPRESSIONS)
def test_each_way_to_ask_for_the_day_is_foreseen(world: Any, that: str) -> None:
    made, files = rule(world, 0, that), boxes("2026-11-20", "2026-12-01", "2026-11-24")
    assert [turn[:3] for turn in day_by_day(made, files)] == [
        (turn.day, turn.result.rule, turn.result.subject) for turn in ahead(made, files).turns
    ]


def test_the_number_that_blocks_is_told_for_each_day_on_which_it_changes(world: Any) -> None:
    made = rule(world, 0, "today < self.made || today > self.made + days(2)")
    told = ahead(made, boxes("2026-11-30", "2026-12-01"))
    assert {"2026-11-30": 1, "2026-12-01": 2, "2026-12-03": 1, "2026-12-04": 0} == dict(told.blocking)


def test_a_rule_that_begins_to_bind_is_told_as_a_failure_that_begins_to_block(world: Any) -> None:
    [turn] = ahead(world.rule("false", effective_on="2026-12-01"), boxes("2026-11-30")).turns
    assert ("2026-12-01", True, True) == (turn.day, turn.failed, turn.result.blocking)


def test_the_calendar_ends(world: Any) -> None:
    files = boxes("2026-11-30")
    held = evaluate(MemorySnapshot(files), "", rule(world, 0, "true").policy(records=["c/**"]), "9999-12-30")
    assert () == forecast(held, 1).turns
    with pytest.raises(UsageError, match="the calendar ends before that"):
        forecast(held, 2)


def test_the_calendar_is_one_that_other_programs_read_and_holds_every_turn(world: Any) -> None:
    hostile = "a;b,c\\d\r\nEND:VCALENDAR\u202e" + "é" * 90
    made = world.rule("today < self.made", "{self.label}; \\n", severity="blocker", needs=["made"])
    files = {"c/0.yaml": write(box(0, "2026-12-01") | {"label": hostile}).encode()}
    told = ahead(made, files)
    data = FORECASTS["ics"](told, Options())
    assert data == FORECASTS["ics"](ahead(made, files), Options())
    assert {True} == {len(line) <= 75 for line in data.split(b"\r\n")}
    assert data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r")
    [event] = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert (date(2026, 12, 1), date(2026, 12, 2)) == (event["DTSTART"].dt, event["DTEND"].dt)
    assert "blocker: test-rule Box:b0" == event["SUMMARY"]
    assert "a;b,c\\d\\x0d\\x0aEND:VCALENDAR\\u202e" + "é" * 90 + "; \\n. It blocks." in event["DESCRIPTION"]
    assert [] == event.errors


@given(st.text())
def test_any_text_comes_back_from_a_calendar_as_a_terminal_would_show_it(text: str) -> None:
    from iscode.report.escape import calendar, terminal
    from iscode.report.forecast_ics import _folded

    lines = ["BEGIN:VEVENT", f"SUMMARY:{calendar(text)}", "END:VEVENT"]
    event = icalendar.Event.from_ical(b"".join(_folded(line.encode()) for line in lines))
    assert terminal(text) == event["SUMMARY"]
