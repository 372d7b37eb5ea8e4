"""Evaluation -> text, JSON: one format, one file."""

from collections.abc import Callable, Sequence
from typing import Final

from iscode.evaluation import Evaluation
from iscode.report import json, text
from iscode.report.options import Options

Reporter = Callable[[Sequence[Evaluation], Options], bytes]
"""Evaluations, one a root, and what the command line asked for -> the report, whole."""

REPORTERS: Final[dict[str, Reporter]] = {"json": json.report, "text": text.report}
"""Format -> what writes it."""

__all__ = ["REPORTERS", "Options", "Reporter"]
