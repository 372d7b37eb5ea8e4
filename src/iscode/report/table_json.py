"""A table of a view -> canonical JSON (RFC 8785): an array with an object for each row."""

from __future__ import annotations

import rfc8785

from iscode.view import Table


def report(table: Table) -> bytes:
    """The array, UTF-8."""
    return rfc8785.dumps(list(table.documents()))
