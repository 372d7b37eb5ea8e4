"""The verdicts on a line of commits -> the JSON that programs rely on, RFC 8785: an array, oldest first."""

from __future__ import annotations

from collections.abc import Sequence

from iscode.change.history import Point
from iscode.document import canonical
from iscode.report.options import Options


def report(points: Sequence[Point], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """A row for each commit. `date` is what its committer claims, `results` are those that broke or were mended."""
    return canonical.dumps(
        [
            {
                "commit": point.commit.oid,
                "parent": point.commit.parent,
                "date": point.commit.day,
                "as_of": point.as_of,
                "passed": point.verdict.passed,
                "reason": point.verdict.reason or None,
                "blocking": point.verdict.blocking,
                "not_judged": point.verdict.not_judged,
                "counts": dict(point.verdict.counts),
                "satisfied": point.verdict.satisfied,
                "asked": point.verdict.asked,
                "broke": [one.fingerprint for one in point.broke],
                "mended": [one.fingerprint for one in point.mended],
                "results": [one._asdict() for one in (*point.broke, *point.mended)],
            }
            for point in points
        ]
    )
