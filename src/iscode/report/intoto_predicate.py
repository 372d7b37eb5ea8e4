"""Evaluation -> the test-result predicate alone, for what makes and signs the Statement itself, as GitHub does."""

from __future__ import annotations

from collections.abc import Sequence

from iscode.document import canonical
from iscode.evaluation import Evaluation
from iscode.report.intoto import only, predicate
from iscode.report.options import Options


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """The predicate, RFC 8785; its type is that of the test-result v0.1. Raises UsageError for several roots."""
    return canonical.dumps(predicate(only(evaluations)))
