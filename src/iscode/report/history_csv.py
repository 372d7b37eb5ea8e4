"""The verdicts on a line of commits -> CSV, oldest first: a row for each commit, what it broke and mended by rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from iscode.change.history import Point
from iscode.change.verdicts import Failing
from iscode.report import table_csv
from iscode.report.options import Options
from iscode.view import Column, Table

KEYS = ("commit", "date", "as_of", "verdict", "blocking", "satisfied", "asked", "broke", "mended", "reason")


def report(points: Sequence[Point], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """The sheet, UTF-8."""
    columns = tuple(Column(key, key) for key in KEYS)
    return table_csv.report(Table("Verdicts", columns, tuple(map(_row, points))))


def _row(point: Point) -> tuple[Any, ...]:
    verdict = point.verdict
    word = {True: "passed", False: "failed", None: "none"}[verdict.passed]
    numbers = (verdict.blocking, verdict.satisfied, verdict.asked)
    broke, mended = _named(point.broke), _named(point.mended)
    return (point.commit.oid, point.commit.day, point.as_of, word, *numbers, broke, mended, verdict.reason)


def _named(failing: Iterable[Failing]) -> list[str]:
    return [f"{one.rule} {one.subject}{f' {one.item}' if one.item is not None else ''}" for one in failing]
