"""A table of a view -> an HTML page of its own, in the style of the page of a root."""

from __future__ import annotations

from iscode.report.html.document import rendered
from iscode.report.html.sheet import sheet
from iscode.view import Table


def report(table: Table) -> bytes:
    """The page, UTF-8. Raises UsageError where jinja2 is not installed."""
    return rendered("table", title=table.title, sheet=sheet(table))
