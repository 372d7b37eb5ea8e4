"""A table of a view -> a workbook with one sheet."""

from __future__ import annotations

from iscode.report.xlsx.book import Sheet, book
from iscode.view import Table


def report(table: Table) -> bytes:
    """The workbook. Raises UsageError where XlsxWriter is not installed."""
    return book([Sheet(table, marked=False)], table.title)
