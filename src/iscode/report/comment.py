"""Evaluation -> the Markdown report in as few bytes as a comment on a pull request may have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from iscode.evaluation import Evaluation
from iscode.report import markdown
from iscode.report.options import Options

MOST: Final = 60_000
"""Bytes of a report: GitHub refuses a comment of more than 65,536 characters, and a line is put before it."""


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:
    """A page for each root, UTF-8, MOST bytes at most: what does not fit is counted, and said to be missing."""
    return markdown.pages(evaluations, options, MOST)
