"""A table of a view -> canonical JSON (RFC 8785): an array with an object for each row."""

from __future__ import annotations

from iscode.document import canonical
from iscode.view import Table


def report(table: Table) -> bytes:
    """The array, UTF-8."""
    return canonical.dumps(list(table.documents()))
