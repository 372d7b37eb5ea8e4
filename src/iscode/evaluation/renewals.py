"""A waiver and every content that waivers ever had -> how often it was renewed: once more each time the end moved.

What counts is whom it is for, not how it is called: a waiver that follows on another is a renewal of it, whatever its
id or file. An end is counted once, and only where it lies before the waiver's own: to shorten one is no renewal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
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
    """What waivers in force ever said: of which rules and subjects, from when to when.

    A content is held by each of its names, never by each pair of them: a short file names a million pairs.
    """

    def __init__(self, contents: Iterable[Mapping[str, Any]], former: Mapping[str, str] = MappingProxyType({})) -> None:
        """`former`: other names of rules, that they had once -> their ids."""
        self._former = former
        self._terms: list[Term] = []
        self._rules: dict[str, set[int]] = {}
        """Rule -> which contents are for it, by their numbers."""
        self._subjects: dict[str, set[int]] = {}
        for value in contents:
            if (term := _term(value)) is not None:
                for names, known in zip(self._names(value), (self._rules, self._subjects), strict=True):
                    for name in names:
                        known.setdefault(name, set()).add(len(self._terms))
                self._terms.append(term)

    def renewals(self, value: Mapping[str, Any]) -> tuple[int, Pair | None]:
        """How often a waiver was renewed, of the rule and subject of which it was most often.

        What the waiver itself counts is believed where it is more, for nobody gains by it; then there is no pair.
        """
        own, stated = _term(value), value.get("renewals")
        most, pair = (0, None) if own is None else self._most(value, own)
        if isinstance(stated, int) and stated > most:
            return stated, None
        return most, pair

    def _most(self, value: Mapping[str, Any], own: Term) -> tuple[int, Pair | None]:
        """The highest count of a rule and subject of a content, and the first of which it is that."""
        rules, subjects = map(_alike, self._names(value), (self._rules, self._subjects))
        counted = (
            (self._counted(of_rule & of_subject, own), (rule, subject))
            for of_rule, rule in rules.items()
            for of_subject, subject in subjects.items()
        )
        return max(counted, key=lambda one: one[0], default=(0, None))

    def _names(self, value: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """The rules, by their ids, and the subjects that a content names; none where one of both is no list."""
        rules, subjects = (value.get(key) for key in ("waives", "subjects"))
        if not isinstance(rules, list) or not isinstance(subjects, list):
            return [], []
        ids = [self._former.get(name, name) for name in rules if isinstance(name, str)]
        return ids, [name for name in subjects if isinstance(name, str)]

    def _counted(self, numbers: Iterable[int], own: Term) -> int:
        """How many ends of these contents lie before its own, going back to where there was none for longer than the
        rest.
        """
        ends, first = set[date](), own.starts
        said = {self._terms[number] for number in numbers}
        before = (term for term in said if term.expires < own.expires and _overlap(term, own))
        for term in sorted(before, key=lambda one: (one.expires, one.starts), reverse=True):
            if first - term.expires > REST:
                break
            first = min(first, term.starts)
            ends.add(term.expires)
        return len(ends)


def _alike(names: Iterable[str], known: Mapping[str, set[int]]) -> dict[frozenset[int], str]:
    """The contents of each name, and the first name that has just these: the others would count the same."""
    found: dict[frozenset[int], str] = {}
    for name in names:
        found.setdefault(frozenset(known.get(name, ())), name)
    return found


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
