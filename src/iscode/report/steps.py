"""The trace of an expression -> aligned lines: each part that had a say, what it came to, where that stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from iscode.errors import Place
from iscode.expr import typed
from iscode.expr.trace import Row, Trace, because
from iscode.report.escape import cells, padded, terminal
from iscode.report.shown import fitted, shown

TEXT: Final = 42
"""Columns of a part as it was written."""
VALUE: Final = 14
"""Columns of a value that has a place behind it."""
WIDTH: Final = 94
"""Columns of a line, where no name of a file is too long for that."""
ROWS: Final = 5
"""Rows of a walk that are told; the others are counted."""
MOST: Final = 60
"""Lines of one expression; the rest is counted."""

PlaceOf = Callable[[Trace], Place | None]
"""Where in a record a part read, if it did."""


def lines_of(trace: Trace, place_of: PlaceOf) -> Iterator[str]:
    """The parts of the trace that had a say, each below what it is a part of. Escaped.

    The whole is among them only where it is a read itself, for its place.
    """
    reasons = because(trace)
    found = list((_below if place_of(trace) is None else _part)(reasons, place_of, 0))
    yield from found[:MOST]
    if len(found) > MOST:
        yield f"… {len(found) - MOST} more lines"


def outcome(trace: Trace) -> str:
    """What a part came to, or its error."""
    return f"error: {terminal(trace.error.message)}" if trace.error else shown(trace.value)


def near(place: Place) -> str:
    """A place by the name of its file and the line."""
    return terminal(f"{place.path.rsplit('/', 1)[-1]}:{place.line}")


def _below(trace: Trace, place_of: PlaceOf, depth: int) -> Iterator[str]:
    for inner in trace.inner:
        yield from _part(inner, place_of, depth)
    yield from _rows(trace.rows, trace.left_out, place_of, depth)


def _rows(rows: Sequence[Row], left_out: int, place_of: PlaceOf, depth: int) -> Iterator[str]:
    """The first rows of a walk and the last, and between them how many there are."""
    told = rows if len(rows) <= ROWS else (*rows[: ROWS - 1], rows[-1])
    left_out += len(rows) - len(told)
    for number, row in enumerate(told):
        if left_out and number == len(told) - 1:
            yield f"{'  ' * depth}… {left_out} more"
        named = (f"{terminal(name)} = {shown(value)}" for name, value in zip(row.names, row.values, strict=True))
        yield fitted(f"{'  ' * depth}with {', '.join(named)}", WIDTH)
        for inner in row.inner:
            yield from _part(inner, place_of, depth + 1)


def _part(trace: Trace, place_of: PlaceOf, depth: int) -> Iterator[str]:
    """A part and those below it. Literals and variables tell nothing, nor does a read that only leads to another."""
    if isinstance(trace.part, typed.Constant):
        return
    if isinstance(trace.part, typed.Local) and not trace.part.lazy:
        yield from _below(trace, place_of, depth)
        return
    place = place_of(trace)
    yield _line("  " * depth + terminal(" ".join(trace.text.split())), outcome(trace), near(place) if place else "")
    if place is None or not isinstance(trace.inner[0].part, typed.Read | typed.Local):
        yield from _below(trace, place_of, depth + 1)


def _line(text: str, value: str, where: str) -> str:
    room = max(VALUE, WIDTH - TEXT - 4 - cells(where)) if where else WIDTH - TEXT - 2
    value = fitted(value, room)
    return f"{padded(fitted(text, TEXT), TEXT)}  {padded(value, VALUE)}  {where}".rstrip()
