"""The verdicts on a line of commits -> text: a line for each commit that changed something, and how it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from iscode.change.history import Point
from iscode.report.escape import terminal
from iscode.report.history import ID, last, named, silence, steps, verdict
from iscode.report.options import BOLD, DIM, GREEN, RED, YELLOW, Options

BARS: Final = "▁▂▃▄▅▆▇█"
WIDTH: Final = 60
"""Bars of a sparkline at most; each then stands for several commits, and shows the worst of them."""
COLOURS: Final = {True: GREEN, False: RED, None: YELLOW}


def report(points: Sequence[Point], options: Options) -> bytes:
    """The report, UTF-8, oldest commit first. Commits that broke and mended nothing are counted."""
    return "".join(f"{line}\n" for line in _lines(points, options)).encode("utf-8")


def _lines(points: Sequence[Point], options: Options) -> Iterator[str]:
    for step in steps(points):
        if step.quiet:
            yield options.paint(DIM, f"  … {silence(step.quiet)}")
        if step.point is not None:
            yield from _point(step.point, options)
    yield ""
    judged = [point.verdict for point in points if point.verdict.passed is not None]
    if judged:
        yield f"blocking   {sparkline([verdict.blocking for verdict in judged], max)} {judged[-1].blocking} now"
        most = f"{judged[-1].satisfied} of {judged[-1].asked} now"
        yield f"satisfied  {sparkline([verdict.satisfied for verdict in judged], min)} {most}"
    whole = all(point.verdict.passed for point in points)
    yield options.paint(GREEN if whole else YELLOW, last(points)) + "; days are what committers claim"


def _point(point: Point, options: Options) -> Iterator[str]:
    words = options.paint(COLOURS[point.verdict.passed], terminal(verdict(point), 400))
    claimed = "" if point.as_of == point.commit.day else f", claims {point.commit.day}"
    yield f"{options.paint(BOLD, point.commit.oid[:ID])}  {point.as_of}{claimed}  {words}"
    for word, failing, colour in (("broke", point.broke, RED), ("mended", point.mended, GREEN)):
        for rule, whom in named(failing):
            yield f"  {options.paint(colour, f'{word:<6}')} {f'{rule}  ' if rule else ''}{terminal(whom, 200)}"


def sparkline(values: Sequence[int], worst: object) -> str:
    """The values as bars from 0 to the highest; of several that share one the worst, by `max` or `min`."""
    pick = max if worst is max else min
    count = min(len(values), WIDTH)
    parts = [values[index * len(values) // count : (index + 1) * len(values) // count] for index in range(count)]
    most = max(values, default=0) or 1
    return "".join(_bar(pick(part), most) for part in parts)


def _bar(value: int, most: int) -> str:
    return BARS[-(-value * (len(BARS) - 1) // most)]
