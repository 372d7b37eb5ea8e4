"""Evaluations -> a workbook of sheets that an auditor filters and prints, and the sheets that came back -> edits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from iscode.evaluation import Evaluation
from iscode.report.options import Options
from iscode.report.xlsx.book import Sheet, book
from iscode.report.xlsx.sheets import sheets


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:
    """One workbook; of several roots the sheets of each, with its number before their names.

    Raises UsageError where XlsxWriter is not installed.
    """
    return book(_sheets(evaluations, options), "Management system", max(one.as_of for one in evaluations))


def _sheets(evaluations: Sequence[Evaluation], options: Options) -> Iterator[Sheet]:
    for number, evaluation in enumerate(evaluations, 1):
        for sheet in sheets(evaluation, all_results=options.all_results):
            title = sheet.table.title if len(evaluations) == 1 else f"{number} {sheet.table.title}"
            yield sheet._replace(table=replace(sheet.table, title=title))
