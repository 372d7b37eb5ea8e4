"""The verdicts on a line of commits -> for each requirement the days on which it was satisfied, and the gaps between.

A day is green where every verdict of that day found the requirement satisfied; red where one did not. A day of which
rules said nothing is neither, and is counted apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from iscode.change.history import Point
from iscode.change.verdicts import Standing

GREEN, SILENT, RED = 1, 2, 3
"""What a day is: the worst that was found on it."""
RANK: Final = {"satisfied": GREEN, "not_satisfied": RED}


class Gap(NamedTuple):
    """Days in a row on which a requirement was not satisfied, both included, and the waivers that were in force."""

    first: str
    last: str
    days: int
    waivers: tuple[str, ...]


class Effectiveness(NamedTuple):
    """How a requirement stood: `green` of `asked` days; of `silent` days nothing was said."""

    requirement: str
    green: int
    asked: int
    silent: int
    gaps: tuple[Gap, ...]


def effectiveness(points: Sequence[Point]) -> tuple[Effectiveness, ...]:
    """How each requirement that any verdict names stood from the first commit to the last day, by requirement."""
    if not points:
        return ()
    start, end = _ordinal(points[0].as_of), max(_ordinal(points[-1].until), _ordinal(points[-1].as_of) + 1)
    names = list(dict.fromkeys(name for point in points for _, turn in point.verdict.turns for name in turn))
    days = {name: bytearray(end - start) for name in names}
    waivers: dict[str, dict[int, set[str]]] = {name: defaultdict(set) for name in names}
    for point in points:
        for first, last, standing in _spells(point, names):
            for name, held in standing.items():
                _mark(days[name], first - start, last - start, RANK.get(held.state, SILENT))
                for number in range(first - start, last - start) if held.waivers else ():
                    waivers[name][number].update(held.waivers)
    return tuple(_told(name, bytes(days[name]), waivers[name], start) for name in names)


def _spells(point: Point, names: Sequence[str]) -> Iterator[tuple[int, int, dict[str, Standing]]]:
    """The days from which to which each requirement stood in one way, the last one excluded.

    A verdict counts for its own day even where another commit of that day took its place.
    """
    first, end = _ordinal(point.as_of), max(_ordinal(point.until), _ordinal(point.as_of) + 1)
    standing = dict.fromkeys(names, Standing("not_assessed"))
    turns = [(_ordinal(day), turn) for day, turn in point.verdict.turns]
    marks = [*(day for day, _ in turns), end] if turns else [first, end]
    for index, (begin, stop) in enumerate(pairwise(marks)):
        standing = standing | (dict(turns[index][1]) if turns else {})
        yield begin, stop, standing


def _mark(days: bytearray, first: int, last: int, rank: int) -> None:
    """Only the first day may have been found otherwise by a verdict before."""
    days[first] = max(days[first], rank)
    days[first + 1 : last] = bytes([rank]) * (last - first - 1)


def _told(name: str, days: bytes, waivers: dict[int, set[str]], start: int) -> Effectiveness:
    green, red = days.count(GREEN), days.count(RED)
    return Effectiveness(name, green, green + red, len(days) - green - red, tuple(_gaps(days, waivers, start)))


def _gaps(days: bytes, waivers: dict[int, set[str]], start: int) -> Iterator[Gap]:
    for rank, run in groupby(range(len(days)), key=lambda number: days[number]):
        if rank == RED:
            numbers = list(run)
            held = set[str]().union(*(waivers[number] for number in numbers if number in waivers))
            first, last = (_day(start + number) for number in (numbers[0], numbers[-1]))
            yield Gap(first, last, len(numbers), tuple(sorted(held)))


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _day(ordinal: int) -> str:
    return (date.min + timedelta(ordinal - 1)).isoformat()
