"""The verdicts on a line of commits -> what a page draws of them: two curves, a row for each that changed something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from iscode.change.history import Point
from iscode.change.verdicts import Failing
from iscode.report.history import ID, Frame, blocking, curve, last, named, satisfied, silence, steps, verdict
from iscode.report.html.sheet import Cell, Row, Sheet

FRAME: Final = Frame(0, 0, 1000, 100)
"""Of a curve; a page stretches it to its own width."""
MARKS: Final = {True: "satisfied", False: "not_satisfied", None: "not_assessed"}
"""Whether a commit passed -> how that is marked."""
HEADINGS: Final = ("Commit", "As of", "Verdict", "Blocks", "Satisfied")


class Curve(NamedTuple):
    """A line in steps: `mark` colours it, `note` is how it ends, `label` says the same for who cannot see it."""

    title: str
    mark: str
    path: str
    note: str
    label: str


class Trend(NamedTuple):
    """The curves of the commits from one day to another, and the sheet of those that changed something."""

    curves: tuple[Curve, ...]
    first: str
    last: str
    sheet: Sheet


def trend(points: Sequence[Point]) -> Trend:
    """What a page shows of a line of commits, oldest first; there is at least one."""
    asked = max(point.verdict.asked for point in points)
    blocks = blocking(points)
    most = max((value or 0 for value in blocks), default=0)
    curves = (
        _curve("Results that block", "not_satisfied", blocks, most, f"{most} at most"),
        _curve("Requirements that are satisfied", "satisfied", satisfied(points), asked, f"{asked} are asked for"),
    )
    listed = list(steps(points))
    rows = tuple(_row(step.quiet, step.point) for step in listed if step.point is not None)
    still = [f"At last {silence(step.quiet)}." for step in listed if step.point is None]
    whole = f"{last(points)}. Each is judged by its own policy as of its day, which is what its committer claims."
    return Trend(curves, points[0].as_of, points[-1].as_of, Sheet("Commits", HEADINGS, rows, (*still, whole)))


def _curve(title: str, mark: str, values: Sequence[int | None], most: int, whole: str) -> Curve:
    known = [value for value in values if value is not None]
    now = "no verdict" if values[-1] is None else str(values[-1])
    words = f"between {min(known)} and {max(known)}, {known[-1]} at last" if known else "no commit has a verdict"
    return Curve(title, mark, curve(values, most or 1, FRAME), f"{now} at last, {whole}", f"{title}: {words}")


def _row(quiet: int, point: Point) -> Row:
    """The row of a commit; below it what it did, and how many before it did nothing."""
    found = point.verdict
    claimed = "" if point.as_of == point.commit.day else f" (claims {point.commit.day})"
    told = ("-", "-") if found.passed is None else (str(found.blocking), f"{found.satisfied} of {found.asked}")
    beside = (
        Cell((point.commit.oid[:ID],)),
        Cell((f"{point.as_of}{claimed}",)),
        Cell((verdict(point),), MARKS[found.passed]),
        *(Cell((word,)) for word in told),
    )
    below = [
        (heading, _cell(failing)) for heading, failing in (("Broke", point.broke), ("Mended", point.mended)) if failing
    ]
    before = [("Before it", Cell((silence(quiet),)))] if quiet else []
    return Row(beside, (*below, *before))


def _cell(failing: Sequence[Failing]) -> Cell:
    return Cell(tuple(f"{rule} {whom}".lstrip() for rule, whom in named(failing)))
