"""A verdict on a commit -> what is kept of it: what failed, and how each requirement stood until the next commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from iscode.evaluation import Result
from iscode.evaluation.findings import State


class Failing(NamedTuple):
    """A failing or erring result, as far as it is told over time."""

    fingerprint: str
    rule: str
    subject: str
    item: str | None
    severity: str
    blocking: bool

    @classmethod
    def of(cls, result: Result) -> Failing:
        """What is kept of a result."""
        return cls(result.fingerprint, result.rule, result.subject, result.item, result.severity, result.blocking)


class Standing(NamedTuple):
    """How a requirement stands from a day on. `waivers` keep all that fails on it from blocking."""

    state: State
    waivers: tuple[str, ...] = ()


Turn = tuple[str, Mapping[str, Standing]]
"""A day, and the requirements that stand otherwise from then on."""


class Verdict(NamedTuple):
    """The verdict on a commit. `passed` is None where there is none, and `reason` says why."""

    passed: bool | None
    reason: str
    blocking: int
    counts: Mapping[str, int]
    not_judged: int
    failing: tuple[Failing, ...]
    turns: tuple[Turn, ...]
    """The first is of the day of the commit and names every requirement."""

    @classmethod
    def none(cls, reason: str) -> Verdict:
        """A commit that nobody can judge."""
        return cls(None, reason, 0, {}, 0, (), ())

    @property
    def satisfied(self) -> int:
        """How many requirements are satisfied on the day of the commit."""
        return sum(held.state == "satisfied" for _, turn in self.turns[:1] for held in turn.values())

    @property
    def asked(self) -> int:
        """How many requirements rules say something of on that day."""
        return sum(held.state in ("satisfied", "not_satisfied") for _, turn in self.turns[:1] for held in turn.values())

    def document(self) -> dict[str, Any]:
        """The verdict as JSON can hold it."""
        turns = [
            [day, {name: [held.state, list(held.waivers)] for name, held in turn.items()}] for day, turn in self.turns
        ]
        failing = [list(one) for one in self.failing]
        return self._asdict() | {"counts": dict(self.counts), "failing": failing, "turns": turns}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Verdict:
        """The verdict that a document holds."""
        turns = tuple(
            (day, {name: Standing(state, tuple(waivers)) for name, (state, waivers) in turn.items()})
            for day, turn in document["turns"]
        )
        failing = tuple(Failing(*one) for one in document["failing"])
        return cls(**{**document, "failing": failing, "turns": turns})
