"""The verdicts on a line of commits -> text: a line for each commit that changed something, and how it went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from iscode.change.history import Point
from iscode.change.verdicts import Failing
from iscode.report.escape import terminal
from iscode.report.listing import counted
from iscode.report.options import BOLD, DIM, GREEN, RED, YELLOW, Options

BARS: Final = "▁▂▃▄▅▆▇█"
WIDTH: Final = 60
"""Bars of a sparkline at most; each then stands for several commits, and shows the worst of them."""
ID: Final = 12
"""Digits of the id of a commit."""
NAMED: Final = 5
"""Results that are named behind a commit; the rest is counted."""


def report(points: Sequence[Point], options: Options) -> bytes:
    """The report, UTF-8, oldest commit first. Commits that broke and mended nothing are counted."""
    return "".join(f"{line}\n" for line in _lines(points, options)).encode("utf-8")


def _lines(points: Sequence[Point], options: Options) -> Iterator[str]:
    quiet = 0
    for index, point in enumerate(points):
        before = points[index - 1].verdict if index else None
        if before is not None and not point.broke and not point.mended and point.verdict.passed == before.passed:
            quiet += 1
            continue
        if quiet:
            yield options.paint(DIM, f"  … {counted(quiet, 'commit')} that changed no result")
            quiet = 0
        yield from _point(point, options)
    if quiet:
        yield options.paint(DIM, f"  … {counted(quiet, 'commit')} that changed no result")
    yield ""
    judged = [point.verdict for point in points if point.verdict.passed is not None]
    if judged:
        yield f"blocking   {sparkline([verdict.blocking for verdict in judged], max)} {judged[-1].blocking} now"
        most = f"{judged[-1].satisfied} of {judged[-1].asked} now"
        yield f"satisfied  {sparkline([verdict.satisfied for verdict in judged], min)} {most}"
    yield _last(points, options)


def _point(point: Point, options: Options) -> Iterator[str]:
    verdict = point.verdict
    if verdict.passed is None:
        words = options.paint(YELLOW, f"no verdict: {terminal(verdict.reason, 400)}")
    elif verdict.passed:
        words = options.paint(GREEN, "passed")
    else:
        words = options.paint(RED, f"failed: {counted(verdict.blocking, 'result')}")
    claimed = "" if point.as_of == point.commit.day else f", claims {point.commit.day}"
    yield f"{options.paint(BOLD, point.commit.oid[:ID])}  {point.as_of}{claimed}  {words}"
    yield from _named("broke", point.broke, RED, options)
    yield from _named("mended", point.mended, GREEN, options)


def _named(word: str, failing: Sequence[Failing], colour: str, options: Options) -> Iterator[str]:
    for one in failing[:NAMED]:
        item = f" {terminal(one.item, 80)}" if one.item is not None else ""
        mild = "" if one.blocking else " (does not block)"
        yield f"  {options.paint(colour, f'{word:<6}')} {one.rule}  {terminal(one.subject, 120)}{item}{mild}"
    if len(failing) > NAMED:
        yield f"  {options.paint(colour, f'{word:<6}')} {len(failing) - NAMED} more"


def _last(points: Sequence[Point], options: Options) -> str:
    verdicts = [point.verdict.passed for point in points]
    passed, failed, none = (verdicts.count(word) for word in (True, False, None))
    unjudged = f", {none} without a verdict" if none else ""
    says = f"{counted(len(points), 'commit')}: {passed} passed, {failed} failed{unjudged}"
    return options.paint(GREEN if not failed and not none else YELLOW, says) + "; days are what committers claim"


def sparkline(values: Sequence[int], worst: object) -> str:
    """The values as bars from 0 to the highest; of several that share one the worst, by `max` or `min`."""
    pick = max if worst is max else min
    count = min(len(values), WIDTH)
    parts = [values[index * len(values) // count : (index + 1) * len(values) // count] for index in range(count)]
    most = max(values, default=0) or 1
    return "".join(_bar(pick(part), most) for part in parts)


def _bar(value: int, most: int) -> str:
    return BARS[-(-value * (len(BARS) - 1) // most)]
