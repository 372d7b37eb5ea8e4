"""A waiver and every content that waivers ever had -> how often it was renewed: once more each time the end moved.

What counts is whom it is for, not how it is called: a waiver that follows on another is a renewal of it, whatever its
id or file. An end is counted once, and only where it lies before the waiver's own: to shorten one is no renewal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from iscode.inventory.record import ACTIVE
from iscode.policy.profile import WAIVER_DAYS
from iscode.schema.fields import is_day

REST: Final = timedelta(WAIVER_DAYS)
"""Days after which a waiver of the same is no renewal any more: as long as the longest waiver."""

Pair = tuple[str, str]
"""A rule and a subject."""


class Term(NamedTuple):
    """Days, both included, on which something was to be waived; of one clause of the rule, or of all (None)."""

    clause: str | None
    starts: date
    expires: date


class Terms:
    """What waivers in force ever said: of each rule and subject, from when to when."""

    def __init__(self, contents: Iterable[Mapping[str, Any]]) -> None:
        self._of: dict[Pair, set[Term]] = {}
        for value in contents:
            if (term := _term(value)) is not None:
                for pair in _pairs(value):
                    self._of.setdefault(pair, set()).add(term)

    def renewals(self, value: Mapping[str, Any]) -> tuple[int, Pair | None]:
        """How often a waiver was renewed, of the rule and subject of which it was most often.

        What the waiver itself counts is believed where it is more, for nobody gains by it; then there is no pair.
        """
        own, stated = _term(value), value.get("renewals")
        counted = [(self._counted(pair, own), pair) for pair in _pairs(value)] if own else []
        most, pair = max(counted, key=lambda one: one[0], default=(0, None))
        if isinstance(stated, int) and stated > most:
            return stated, None
        return most, pair

    def _counted(self, pair: Pair, own: Term) -> int:
        """How many ends lie before its own, going back to where there was none for longer than the rest."""
        ends, first = set[date](), own.starts
        before = (term for term in self._of.get(pair, ()) if term.expires < own.expires and _overlap(term, own))
        for term in sorted(before, key=lambda one: (one.expires, one.starts), reverse=True):
            if first - term.expires > REST:
                break
            first = min(first, term.starts)
            ends.add(term.expires)
        return len(ends)


def _pairs(value: Mapping[str, Any]) -> Iterator[Pair]:
    rules, subjects = (value.get(key) for key in ("waives", "subjects"))
    if isinstance(rules, list) and isinstance(subjects, list):
        named = ((rule, subject) for rule in rules for subject in subjects)
        yield from (pair for pair in named if all(isinstance(name, str) for name in pair))


def _overlap(one: Term, other: Term) -> bool:
    """Whether one failure may be waived by both."""
    return one.clause is None or other.clause is None or one.clause == other.clause


def _term(value: Mapping[str, Any]) -> Term | None:
    """The days of a content in force; None of any other, and of one that no schema would accept."""
    starts, expires, clause = (value.get(key) for key in ("starts", "expires", "clause"))
    if value.get("status") != ACTIVE or not isinstance(starts, str) or not isinstance(expires, str):
        return None
    if not is_day(starts) or not is_day(expires) or starts > expires:
        return None
    return Term(clause if isinstance(clause, str) else None, date.fromisoformat(starts), date.fromisoformat(expires))
