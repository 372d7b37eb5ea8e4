"""The verdicts on a line of commits -> an HTML page of its own, in the style of the page of a root."""

from __future__ import annotations

from collections.abc import Sequence

from iscode.change.history import Point
from iscode.errors import UsageError
from iscode.report.html.document import rendered
from iscode.report.html.trend import trend
from iscode.report.options import Options


def report(points: Sequence[Point], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """The page, UTF-8. Raises UsageError where jinja2 is not installed, and where there is no commit to draw."""
    if not points:
        raise UsageError("there is no commit in that range", hint="name one that holds commits: A..B")
    return rendered("history", title="Verdicts over time", trend=trend(points))
