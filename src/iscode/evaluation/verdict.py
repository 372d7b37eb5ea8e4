"""Results -> the verdict: whether the snapshot passes, and what was counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from iscode.evaluation.result import OUTCOMES, Result

Counts = dict[str, int]
"""Outcome -> number of results."""


class Verdict(Struct, frozen=True):
    """`passed` exactly when no result blocks. Of the failing and erring results `waived` are waived, `known` known."""

    passed: bool
    blocking: int
    counts: Counts
    waived: int
    known: int


def count(results: Iterable[Result]) -> Counts:
    """How many results have each outcome; every outcome is there."""
    counted = Counter(result.outcome for result in results)
    return {outcome: counted[outcome] for outcome in OUTCOMES}


def decide(results: Iterable[Result]) -> Verdict:
    """The verdict over all results."""
    listed = tuple(results)
    blocking = sum(result.blocking for result in listed)
    waived = sum(result.waiver is not None for result in listed)
    known = sum(result.known for result in listed)
    return Verdict(blocking == 0, blocking, count(listed), waived, known)
