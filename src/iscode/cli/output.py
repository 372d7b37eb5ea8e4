"""What the verbs print: reports to standard output, whole; colour where a person reads."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import rfc8785


def write(data: bytes) -> None:
    """Bytes to standard output. Raises OSError where they cannot all be written."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_json(value: Any) -> None:
    """A value to standard output, as RFC 8785 JSON."""
    write(rfc8785.dumps(value))


def write_table(rows: Iterable[Sequence[str]]) -> None:
    """Rows to standard output, columns aligned, the last one free."""
    from iscode.report.escape import cells, padded, terminal

    shown = [[terminal(cell) for cell in row] for row in rows]
    widths = [max(cells(row[index]) for row in shown) for index in range(len(shown[0]) - 1)] if shown else []
    lines = ("  ".join([*map(padded, row, widths), row[-1]]).rstrip() for row in shown)
    write("".join(f"{line}\n" for line in lines).encode("utf-8"))


def wants_colour() -> bool:
    """Whether standard output is a terminal that shows colour; NO_COLOR and FORCE_COLOR decide before."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
