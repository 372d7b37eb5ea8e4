"""Evaluation -> its results as CSV (RFC 4180, UTF-8), a row each, that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from iscode.evaluation import Evaluation, Result
from iscode.report.escape import spreadsheet
from iscode.report.listing import Listing, listing, standing
from iscode.report.options import Options

COLUMNS: Final = (
    "root", "commit", "as_of", "rule", "severity", "subject", "item", "outcome", "cause", "clause", "blocking",
    "standing", "message", "path", "line", "column", "requirements", "remediation", "fingerprint",
)  # fmt: skip


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:
    """The names of the columns, then failures and errors; with `all_results` the others too. In report order."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for evaluation in evaluations:
        found = listing(evaluation)
        for result in evaluation.results:
            if result.adverse or options.all_results:
                writer.writerow(_row(result, evaluation, found))
    return file.getvalue().encode("utf-8")


def _row(result: Result, evaluation: Evaluation, found: Listing) -> list[str | int]:
    """The cells, in the order of COLUMNS; numbers are our own."""
    place = result.origin.place
    words = (
        evaluation.root,
        evaluation.revision.commit or evaluation.revision.kind,
        evaluation.as_of,
        result.rule,
        result.severity,
        result.subject,
        result.item,
        result.outcome,
        result.cause,
        result.clause,
        str(result.blocking).lower(),
        standing(result) if result.adverse else None,
        result.message,
        place.path,
    )
    served = " ".join(name for name, _ in found.serves(result))
    ends = (served, found.rules[result.rule].remediation, result.fingerprint)
    return [*(spreadsheet(word or "") for word in words), place.line, place.column, *map(spreadsheet, ends)]
