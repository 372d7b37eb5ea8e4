"""Timestamps and durations: text, arithmetic, ranges, time zones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.expr import Context, Duration, Environment, EvaluationError, Timestamp, compile, day_of, timestamp_of_day  # noqa: A004
from iscode.expr.time import duration_of_days, parse_duration, parse_timestamp, start_of_day


def value(text: str) -> object:
    return compile(text, Environment())(Context())


def test_a_day_is_its_first_instant_and_back() -> None:
    assert Timestamp(1_795_478_400, 0) == timestamp_of_day("2026-11-24")
    assert "2026-11-24" == day_of(Timestamp(1_795_478_400 + 86_399, 999_999_999))
    assert timestamp_of_day("2026-11-24") == start_of_day(parse_timestamp("2026-11-24T23:59:59.5Z"))


@given(st.dates())
def test_every_day_comes_back(day: object) -> None:
    assert str(day) == day_of(timestamp_of_day(str(day)))


@pytest.mark.parametrize(
    "text", ["2026-02-30", "20261124", "2026-W48-2", "2026-1-1", "", "2026-11-24\n", "\uff12026-11-24"]
)
def test_what_is_no_day_is_an_error(text: str) -> None:
    with pytest.raises(EvaluationError):
        timestamp_of_day(text)


@given(st.integers(-62_135_596_800, 253_402_300_799), st.integers(0, 999_999_999))
def test_a_timestamp_comes_back_from_its_text(seconds: int, nanos: int) -> None:
    assert Timestamp(seconds, nanos) == parse_timestamp(str(Timestamp(seconds, nanos)))


@given(st.integers(-300_000_000_000, 300_000_000_000), st.integers(0, 999_999_999))
def test_a_duration_comes_back_from_its_text(seconds: int, nanos: int) -> None:
    assert Duration(seconds, nanos) == parse_duration(str(Duration(seconds, nanos)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1h30m", Duration(5400, 0)),
        ("-1.5s", Duration(-2, 500_000_000)),
        ("250ms", Duration(0, 250_000_000)),
        ("0", Duration(0, 0)),
        ("1µs2ns", Duration(0, 1002)),
    ],
)
def test_a_duration_is_read_from_text(text: str, expected: Duration) -> None:
    assert expected == parse_duration(text)


@pytest.mark.parametrize("text", ["30d", "1", "", "h", "1h ", "1" * 101 + "s", "--1s", "1.s.", "10000000000h"])
def test_what_is_no_duration_is_an_error(text: str) -> None:
    with pytest.raises(EvaluationError):
        parse_duration(text)


def test_days_are_whole_and_rounded_towards_zero() -> None:
    assert [
        duration.days
        for duration in (duration_of_days(2), Duration(2 * 86_400 - 1, 0), Duration(-1, 0), Duration(-2 * 86_400, 1))
    ] == [2, 1, 0, -1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("timestamp('2026-03-29T00:30:00Z').getHours('Europe/Amsterdam')", 1),
        ("timestamp('2026-03-29T01:30:00Z').getHours('Europe/Amsterdam')", 3),
        ("timestamp('2026-11-24T23:30:00Z').getDate('+01:00')", 25),
        ("timestamp('2026-11-24T23:30:00-01:00') == timestamp('2026-11-25T00:30:00Z')", True),
        ("timestamp('2026-11-24T00:00:00Z') - timestamp('2026-11-23T00:00:00Z') == duration('24h')", True),
        ("string(timestamp('2026-11-24T00:00:00.120Z'))", "2026-11-24T00:00:00.12Z"),
        ("duration('-90s').getMinutes()", -1),
        ("[duration('2s'), duration('-1s')].sort()[0] == duration('-1s')", True),
    ],
)
def test_time_is_reckoned(text: str, expected: object) -> None:
    assert expected == value(text)


@pytest.mark.parametrize(
    "text",
    [
        "timestamp('0001-01-01T00:00:00Z') - duration('1ns')",
        "timestamp('9999-12-31T23:59:59Z') + duration('1s')",
        "timestamp('9999-12-31T00:00:00Z') - timestamp('0001-01-01T00:00:00Z')",
        "timestamp('9999-12-31T23:00:00Z').getHours('+02:00')",
        "timestamp('2026-11-24T00:00:00Z').getHours('Nowhere/Land')",
        "timestamp('2026-11-24T00:00:00Z').getHours('../../etc/passwd')",
        "timestamp('2026-11-24T00:00:00Z').getHours('/etc/passwd')",
        "timestamp(9223372036854775807)",
    ],
)
def test_what_lies_outside_time_is_an_error(text: str) -> None:
    with pytest.raises(EvaluationError):
        value(text)
