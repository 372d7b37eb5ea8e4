"""Evaluations and views -> one HTML page that needs nothing beside it: for a board, an auditor, a phone, a printer."""

from __future__ import annotations

from collections.abc import Sequence

from iscode.evaluation import Evaluation
from iscode.report.html.document import rendered
from iscode.report.html.page import Page
from iscode.report.options import Options


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:
    """The page, UTF-8, with every result of each root, passes too.

    Raises UsageError where the template engine is not installed, PolicyError where a view or a cascade is broken.
    """
    pages = [
        Page(evaluation, f"r{number}-" if number else "", options.past(evaluation))
        for number, evaluation in enumerate(evaluations)
    ]
    return rendered("report", title=", ".join(dict.fromkeys(one.name for one in pages)), pages=pages)
