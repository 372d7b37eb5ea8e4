"""What the own functions of the language read: the inventory, the day, and what was reached on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, Final

from iscode.expr import Context as ExpressionContext
from iscode.expr import EvaluationError
from iscode.expr.environment import STEPS
from iscode.expr.time import Timestamp
from iscode.facts import Facts
from iscode.inventory import Inventory, Record
from iscode.rule.requirement import fits

PATTERNS: Final = 64
"""Patterns of which it is remembered what they name: a rule may make them of what records say."""


class Context(ExpressionContext):
    """One evaluation's world. `reached`: the records that `get` and `find` handed over to the subject at hand.

    `facts` is None where there is no snapshot behind the inventory.
    """

    def __init__(
        self,
        inventory: Inventory,
        today: Timestamp,
        facts: Facts | None = None,
        requirements: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
        base: Mapping[str, Any] | None = None,
        steps: int = STEPS,
    ) -> None:
        super().__init__(steps)
        self.budget = steps
        self.inventory = inventory
        self.today = today
        self.facts = facts
        self.base = base
        """The commit that records are compared with, as expressions see it."""
        self.requirements = requirements
        """Every requirement of the catalogs by id, as expressions see it."""
        self.reached: dict[Record, None] = {}
        self._handed: dict[int, tuple[tuple[Record, ...], list[dict[str, Any]]]] = {}
        self._fitting: dict[str, list[Mapping[str, Any]]] = {}
        self.whole = False
        """Whether a count over records must be whole: then a file that cannot be read is an error."""

    def begin(self, whole: bool) -> None:
        """Start on another subject: a new budget of steps, nothing reached."""
        self.steps = self.budget
        self.reached = {}
        self.whole = whole

    def hand_over(self, record: Record) -> dict[str, Any]:
        """The value of a record. Raises EvaluationError (invalid) for one that its schema refuses."""
        if record.refusals:
            self.reached[record] = None
            raise EvaluationError(f"{record.reference} is refused by its schema", "invalid")
        return record.document.value or {}

    def hand_over_all(self, records: tuple[Record, ...]) -> list[dict[str, Any]]:
        """The values of records, charged for; whoever asks for the same ones is handed the same list."""
        self.walk(records)
        found = self._handed.get(id(records))
        if found is None:  # kept with its records, so that nothing else comes to have their identity
            found = self._handed[id(records)] = records, [self.hand_over(record) for record in records]
        return found[1]

    def get(self, reference: str, kinds: Collection[str]) -> Mapping[str, Any]:
        """The record of any status that a reference leads to.

        Raises EvaluationError: unresolved where there is none of these kinds, invalid for one that is refused.
        """
        record = self.inventory.find(reference)
        if record is None:
            raise EvaluationError(f"{reference} is not in the repository", "unresolved")
        if record.kind.name not in kinds:
            raise EvaluationError(f"{reference} is no {' or '.join(kinds)}", "unresolved")
        self.reached[record] = None
        return self.hand_over(record)

    def requirements_fitting(self, pattern: str) -> list[Mapping[str, Any]]:
        """The requirements that a pattern names, in catalog order, charged for looking at each."""
        self.walk(self.requirements)
        found = self._fitting.get(pattern)
        if found is None:
            if len(self._fitting) == PATTERNS:
                self._fitting.clear()
            found = self._fitting[pattern] = [row for name, row in self.requirements.items() if fits(name, pattern)]
        return found

    def records(self, kind: str) -> list[dict[str, Any]]:
        """The active records of a kind, by id. Raises EvaluationError (invalid) rather than leave one out."""
        if self.whole and self.inventory.unreadable:
            raise EvaluationError(f"{self.inventory.unreadable[0]} cannot be read, so no count is whole", "invalid")
        return self.hand_over_all(self.inventory.active(kind))
