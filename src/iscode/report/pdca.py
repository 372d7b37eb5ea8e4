"""How plan, do, check and act stand -> a bar for each, and the checks that fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from iscode.report import table_text
from iscode.report.escape import terminal
from iscode.view.pdca import Bar, Cycle

LENGTH: Final = 48
"""Columns of a bar."""
MARKS: Final = "█▒·"
"""What stands for a part of the rules that pass, fail, or judged nobody."""


def report(cycle: Cycle) -> bytes:
    """The page, UTF-8."""
    return "".join(f"{line}\n" for line in _lines(cycle)).encode("utf-8") + table_text.report(cycle.checks)


def _lines(cycle: Cycle) -> Iterator[str]:
    standard = None
    for bar in cycle.bars:
        if bar.standard != standard:
            standard = bar.standard
            yield terminal(standard)
        counts = f"{bar.passing:>4} pass {bar.failing:>4} fail {bar.not_assessed:>4} not assessed"
        yield f"  {bar.phase:<6} {_drawn(bar)} {counts}"
        if bar.phase == "act":
            yield ""


def _drawn(bar: Bar) -> str:
    """The bar; whatever there is at all has a column, what fails first of all."""
    counts = (bar.passing, bar.failing, bar.not_assessed)
    total = sum(counts)
    if not total:
        return " " * LENGTH
    lengths = [max(1, count * LENGTH // total) if count else 0 for count in counts]
    lengths[lengths.index(max(lengths))] += LENGTH - sum(lengths)
    return "".join(mark * length for mark, length in zip(MARKS, lengths, strict=True))
