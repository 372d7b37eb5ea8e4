"""The verdicts on a line of commits -> what every report on them says, before it is escaped: steps, words, curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from iscode.change.history import Point
from iscode.change.verdicts import Failing
from iscode.report.listing import counted

ID: Final = 12
"""Digits of the id of a commit."""
NAMED: Final = 5
"""Results that are named behind a commit; the rest is counted."""


class Step(NamedTuple):
    """A commit that changed something, None behind the last, and how many that changed nothing are before it."""

    quiet: int
    point: Point | None


def steps(points: Sequence[Point]) -> Iterator[Step]:
    """The commits that broke or mended something or turned the verdict, and the first, oldest first."""
    quiet = 0
    for index, point in enumerate(points):
        same = index > 0 and point.verdict.passed == points[index - 1].verdict.passed
        if same and not point.broke and not point.mended:
            quiet += 1
        else:
            yield Step(quiet, point)
            quiet = 0
    if quiet:
        yield Step(quiet, None)


def silence(quiet: int) -> str:
    """That so many commits changed nothing."""
    return f"{counted(quiet, 'commit')} that changed no result"


def verdict(point: Point) -> str:
    """The verdict on a commit, in words."""
    found = point.verdict
    if found.passed is None:
        return f"no verdict: {found.reason}"
    return "passed" if found.passed else f"failed: {counted(found.blocking, 'result')}"


def named(failing: Sequence[Failing]) -> Iterator[tuple[str, str]]:
    """The rule of each of the first results, and about whom it is; an empty rule where the rest is counted."""
    for one in failing[:NAMED]:
        item = "" if one.item is None else f" {one.item}"
        yield one.rule, f"{one.subject}{item}{'' if one.blocking else ' (does not block)'}"
    if len(failing) > NAMED:
        yield "", f"{len(failing) - NAMED} more"


def last(points: Sequence[Point]) -> str:
    """How many commits passed, in a line."""
    verdicts = [point.verdict.passed for point in points]
    passed, failed, none = (verdicts.count(word) for word in (True, False, None))
    unjudged = f", {none} without a verdict" if none else ""
    return f"{counted(len(points), 'commit')}: {passed} passed, {failed} failed{unjudged}"


class Frame(NamedTuple):
    """Where a curve is drawn: its left upper corner and its size."""

    left: float
    top: float
    width: float
    height: float


def blocking(points: Sequence[Point]) -> list[int | None]:
    """How many results block in each commit; None for one without a verdict."""
    return [None if point.verdict.passed is None else point.verdict.blocking for point in points]


def satisfied(points: Sequence[Point]) -> list[int | None]:
    """How many requirements are satisfied in each commit; None for one without a verdict."""
    return [None if point.verdict.passed is None else point.verdict.satisfied for point in points]


def curve(values: Sequence[int | None], most: int, frame: Frame) -> str:
    """The path (SVG) of a line in steps between 0 and `most`: each commit holds until the next, None is a gap."""
    pen, path = "M", []
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        left, right = (frame.left + frame.width * at / len(values) for at in (index, index + 1))
        path.append(f"{pen}{left:.1f} {frame.top + frame.height - frame.height * value / most:.1f}H{right:.1f}")
        pen = "L"
    return "".join(path)
