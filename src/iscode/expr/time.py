"""Text and numbers -> timestamps and durations with nanoseconds, and their arithmetic.

Both are pairs (seconds, nanos) with 0 <= nanos < 10^9, so they compare, sort and hash as tuples do. No clock.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import timezone as fixed_zone
from functools import lru_cache
from typing import NamedTuple

from iscode.expr.errors import EvaluationError

SECOND = 1_000_000_000
DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()
FIRST, LAST = (date.min.toordinal() - EPOCH) * DAY, (date.max.toordinal() - EPOCH + 1) * DAY - 1
LONGEST = 315_576_000_000
"""Seconds in the longest duration, about 10,000 years."""
LONGEST_GAP = 2**63 - 1
"""Nanoseconds in the longest difference of two timestamps, about 292 years."""
LONGEST_WHOLE_GAP = LONGEST_GAP // SECOND
"""The same in whole seconds."""


class Timestamp(NamedTuple):
    """An instant: seconds since 1970-01-01T00:00Z and nanoseconds, in the years 1 to 9999."""

    seconds: int
    nanos: int

    def __str__(self) -> str:
        minutes, seconds = divmod(self.seconds % DAY, 60)
        return f"{day_of(self)}T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}{fraction(self.nanos)}Z"


class Duration(NamedTuple):
    """A length of time: whole seconds, rounded down, and the nanoseconds beyond them."""

    seconds: int
    nanos: int

    @property
    def days(self) -> int:
        """Whole days, rounded towards zero."""
        total = nanoseconds(self)
        return abs(total) // (DAY * SECOND) * (1 if total >= 0 else -1)

    def __str__(self) -> str:
        seconds, nanos = divmod(abs(nanoseconds(self)), SECOND)
        return f"{'-' if self.seconds < 0 else ''}{seconds}{fraction(nanos)}s"


def fraction(nanos: int) -> str:
    """Nanoseconds as decimals behind a second, without needless zeros: `.5`, or nothing for 0."""
    return f".{nanos:09}".rstrip("0") if nanos else ""


def nanoseconds(value: Timestamp | Duration) -> int:
    """The value as one count of nanoseconds."""
    return value.seconds * SECOND + value.nanos


def instant(total: int) -> Timestamp:
    """Nanoseconds since 1970 -> timestamp; an error outside the years 1 to 9999."""
    seconds, nanos = divmod(total, SECOND)
    if not FIRST <= seconds <= LAST:
        raise EvaluationError("timestamp out of range: the years are 1 to 9999")
    return Timestamp(seconds, nanos)


def length(total: int) -> Duration:
    """Nanoseconds -> duration; an error beyond about 10,000 years."""
    if abs(total) > LONGEST * SECOND:
        raise EvaluationError("duration out of range: 10,000 years at most")
    return Duration(*divmod(total, SECOND))


def _whole(seconds: int) -> Duration:
    """Whole seconds as a duration, within its bounds; ages are asked for so often that it is built without names."""
    return tuple.__new__(Duration, (seconds, 0))


DAY_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@lru_cache(maxsize=65_536)
def timestamp_of_day(day: str) -> Timestamp:
    """`2026-11-24` -> that day at 00:00Z."""
    if DAY_TEXT.fullmatch(day):
        try:
            return Timestamp((date.fromisoformat(day).toordinal() - EPOCH) * DAY, 0)
        except ValueError:
            pass
    raise EvaluationError(f'"{day[:40]}" is not a day: write YYYY-MM-DD')


def day_of(value: Timestamp) -> str:
    """The day in UTC that the instant lies in, `YYYY-MM-DD`."""
    return date.fromordinal(int(value.seconds // DAY) + EPOCH).isoformat()


def start_of_day(value: Timestamp) -> Timestamp:
    """00:00Z of the day in UTC that the instant lies in."""
    return Timestamp(value.seconds // DAY * DAY, 0)


def duration_of_days(count: int) -> Duration:
    """A number of days as a duration."""
    seconds = count * DAY
    return _whole(seconds) if -LONGEST <= seconds <= LONGEST else length(seconds * SECOND)


INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)


def parse_timestamp(text: str) -> Timestamp:
    """RFC 3339 text -> timestamp."""
    found = INSTANT.fullmatch(text)
    if not found:
        raise EvaluationError(f'"{text[:40]}" is not a timestamp: write 2026-11-24T00:00:00Z')
    day, hours, minutes, seconds, decimals, sign, zone_hours, zone_minutes = found.groups()
    if int(hours) > 23 or int(minutes) > 59 or int(seconds) > 59 or int(zone_hours or 0) > 23:
        raise EvaluationError(f'"{text}" is not a time of the day')
    offset = (int(zone_hours or 0) * 60 + int(zone_minutes or 0)) * (-60 if sign == "-" else 60)
    clock = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    total = timestamp_of_day(day).seconds + clock - offset
    return instant(total * SECOND + int((decimals or "0").ljust(9, "0")))


DURATION_TEXT = re.compile(r"([+-])?((?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:h|ms|us|µs|m|ns|s))+|0)")
DURATION_PART = re.compile(r"([0-9]*)\.?([0-9]*)([a-zµ]+)")
UNITS = {
    "h": 3600 * SECOND,
    "m": 60 * SECOND,
    "s": SECOND,
    "ms": 1_000_000,
    "us": 1000,
    "µs": 1000,
    "ns": 1,
}


def parse_duration(text: str) -> Duration:
    """`1h30m`, `-1.5s`, `250ms` -> duration."""
    found = DURATION_TEXT.fullmatch(text) if len(text) <= 100 else None
    if not found:
        raise EvaluationError(f'"{text[:40]}" is not a duration: write 1h30m or 90s; for days, days(30)')
    total = 0
    for whole, decimals, unit in DURATION_PART.findall(found[2]):
        total += int(whole or "0") * UNITS[unit]
        total += int(decimals or "0") * UNITS[unit] // 10 ** len(decimals)
    return length(-total if found[1] == "-" else total)


def later(moment: Timestamp, by: Duration) -> Timestamp:
    """The instant that comes `by` after `moment`."""
    return instant(nanoseconds(moment) + nanoseconds(by))


def earlier(moment: Timestamp, by: Duration) -> Timestamp:
    """The instant that lies `by` before `moment`."""
    return instant(nanoseconds(moment) - nanoseconds(by))


def gap(end: Timestamp, start: Timestamp) -> Duration:
    """How long after `start` is `end`; negative when before; about 292 years at most."""
    seconds = end.seconds - start.seconds
    if end.nanos == start.nanos and -LONGEST_WHOLE_GAP <= seconds <= LONGEST_WHOLE_GAP:
        return _whole(seconds)
    total = nanoseconds(end) - nanoseconds(start)
    if abs(total) > LONGEST_GAP:
        raise EvaluationError("the timestamps lie too far apart: 292 years at most")
    return length(total)


def longer(left: Duration, right: Duration) -> Duration:
    """The sum of two durations."""
    return length(nanoseconds(left) + nanoseconds(right))


def shorter(left: Duration, right: Duration) -> Duration:
    """The difference of two durations."""
    return length(nanoseconds(left) - nanoseconds(right))


ZONE_OFFSET = re.compile(r"([+-]?)([0-9]{2}):([0-9]{2})")


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo:
    """`Europe/Amsterdam`, `+02:00` or `02:00` -> time zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # few rules name a place

    found = ZONE_OFFSET.fullmatch(name)
    try:
        if found:
            offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
            return fixed_zone(-offset if found[1] == "-" else offset)
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise EvaluationError(f'"{name[:40]}" is not a time zone') from None


def moment_of(value: Timestamp, zone: str = "UTC") -> datetime:
    """The instant as the clock on the wall of `zone` shows it; nanoseconds are left out."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(value.seconds))
    if zone == "UTC":
        return moment
    try:
        return moment.astimezone(zone_of(zone))
    except OverflowError:
        raise EvaluationError("timestamp out of range in that time zone") from None
