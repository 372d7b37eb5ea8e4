"""A number of the day is, in every answer, the plain number; and no answer turns earlier than it says, nor later."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.expr import Duration, Timestamp
from iscode.expr.moving import NEVER, Moving, Watch, today
from iscode.expr.time import day_of, earlier, gap, later, moment_of, start_of_day, timestamp_of_day

COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)
NUMBERS = st.integers(-40, 40)
PACES = st.integers(-9, 9).filter(bool)
AHEAD = 200


@given(NUMBERS, PACES, NUMBERS, st.integers(-9, 9), st.sampled_from(COMPARISONS), st.booleans())
def test_a_comparison_turns_on_the_very_day_it_names(
    value: int, pace: int, other: int, its: int, compare: Any, turned: bool
) -> None:
    def on(day: int) -> bool:
        pair = (value + pace * day, other + its * day)
        return bool(compare(*(pair[::-1] if turned else pair)))

    watch = Watch()
    pair = (Moving(value, pace, watch), Moving(other, its, watch) if its else other)
    assert on(0) == compare(*(pair[::-1] if turned else pair))
    assert next((day for day in range(1, AHEAD) if on(day) != on(0)), NEVER) == watch.until


OPERATIONS = (
    operator.neg, operator.pos, abs, lambda x: x + 7, lambda x: 7 + x, lambda x: x - 7, lambda x: 7 - x,
    lambda x: x * -3, lambda x: 3 * x, lambda x: x // 5, lambda x: x % 5, lambda x: divmod(x, -7)[0],
    lambda x: 1000 // (x or 1), lambda x: x * x, lambda x: x // (x or 1), int, lambda x: x >> 1,
    lambda x: len(f"{x}"), lambda x: len(str(x)),
    lambda x: round(x / 3), lambda x: {2: 1}.get(x, 0), lambda x: x & 6, bool,
)  # fmt: skip


@given(NUMBERS, PACES, st.lists(st.sampled_from(OPERATIONS), max_size=5), NUMBERS, st.sampled_from(COMPARISONS))
def test_whatever_is_computed_before_no_answer_turns_unseen(
    value: int, pace: int, steps: list[Any], bound: int, compare: Any
) -> None:
    def asked(number: int) -> bool:
        for step in steps:
            number = step(number)
        return bool(compare(number, bound))

    watch = Watch()
    assert asked(value) == asked(Moving(value, pace, watch))
    assert [asked(value)] * min(watch.until, AHEAD) == [
        asked(value + pace * day) for day in range(min(watch.until, AHEAD))
    ]


DAY = timestamp_of_day("2026-11-24")


@pytest.mark.parametrize(
    ("ask", "turns"),
    [
        (lambda now: now >= timestamp_of_day("2026-12-01"), 7),
        (lambda now: timestamp_of_day("2026-12-01") > now, 7),
        (lambda now: now == timestamp_of_day("2026-12-01"), 7),
        (lambda now: now == DAY, 1),
        (lambda now: now < DAY, AHEAD),
        (lambda now: gap(now, DAY) <= Duration(86_400 * 30, 0), 31),
        (lambda now: gap(DAY, now) >= Duration(-86_400 * 30, 0), 31),
        (lambda now: later(now, Duration(86_400 * 5, 0)) > DAY, AHEAD),
        (lambda now: earlier(now, Duration(86_400 * 5, 0)) > DAY, 6),
        (lambda now: start_of_day(now) <= DAY, 1),
        (day_of, 1),
        (str, 1),
        (moment_of, 1),
        (hash, 1),
        (lambda now: sorted([now, timestamp_of_day("2026-11-27"), DAY])[-1] == timestamp_of_day("2026-11-27"), 4),
    ],
)
def test_the_day_is_watched_through_the_arithmetic_of_time(ask: Any, turns: int) -> None:
    """What is asked again too early costs a little; what turns unseen is a false green."""
    day = DAY
    asked = 0
    while gap(day, DAY).days < turns:
        watch = Watch()
        assert ask(day) == ask(today(day, watch))
        asked += 1
        day = later(day, Duration(86_400 * min(watch.until, turns), 0))
        assert ask(earlier(day, Duration(86_400, 0))) == ask(DAY)
    assert asked <= 3


def test_a_day_that_moves_is_an_instant_like_any_other() -> None:
    moving = today(DAY, Watch())
    assert (DAY, Timestamp) == (moving, type(moving))
