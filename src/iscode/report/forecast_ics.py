"""What turns red by the calendar -> a calendar (RFC 5545): an event for each result on the day on which it turns.

The same forecast gives the same bytes: an event is named by its result and its day, and its stamp is the day of the
evaluation, so that a calendar that is fetched again knows its events.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from iscode.change.forecast import Forecast, Turn
from iscode.report.escape import calendar
from iscode.report.options import Options

OCTETS: Final = 75
"""Bytes of a line before it is folded."""
HEAD: Final = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//iscode//forecast//EN", "CALSCALE:GREGORIAN")


def report(found: Forecast, options: Options) -> bytes:  # noqa: ARG001 - as every report
    """The calendar, UTF-8, with line ends and folds as the format has them."""
    events = (line for turn in found.turns for line in _event(turn, found))
    return b"".join(_folded(line.encode("utf-8")) for line in (*HEAD, *events, "END:VCALENDAR"))


def _event(turn: Turn, found: Forecast) -> Iterator[str]:
    result, place = turn.result, turn.result.origin.place
    blocks = "It begins to block." if turn.failed else "It blocks." if result.blocking else "It does not block."
    rule = next((bound.file.rule for bound in found.evaluation.policy.bound if bound.id == result.rule), None)
    mend = "" if rule is None else " ".join(rule.remediation.split())
    said = [f"{result.message}.", blocks, mend, f"{place.path}:{place.line}"]
    yield "BEGIN:VEVENT"
    yield f"UID:{result.fingerprint}-{turn.day}@iscode"
    yield f"DTSTAMP:{_digits(found.evaluation.as_of)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_digits(turn.day)}"
    yield f"DTEND;VALUE=DATE:{_digits(_next(turn.day))}"
    yield f"SUMMARY:{calendar(f'{result.severity}: {result.rule} {result.subject}')}"
    yield f"DESCRIPTION:{calendar(' '.join(filter(None, said)))}"
    yield f"CATEGORIES:{calendar(result.severity)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _digits(day: str) -> str:
    return day.replace("-", "")


def _next(day: str) -> str:
    """The day after, at which an event of one day ends; the last of the calendar ends on itself."""
    held = date.fromisoformat(day)
    return (held if held == date.max else held + timedelta(1)).isoformat()


def _folded(line: bytes) -> bytes:
    """A line in parts of OCTETS bytes at most, cut between characters; each further one begins with a blank."""
    parts = []
    room = OCTETS
    while len(line) > room:
        cut = room
        while line[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(line[:cut])
        line, room = line[cut:], OCTETS - 1
    return b"\r\n ".join([*parts, line]) + b"\r\n"
