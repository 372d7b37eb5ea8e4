"""Records that decide which requirements apply -> the decision on each requirement, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from iscode.document import Pointer
from iscode.evaluation.result import Cause
from iscode.inventory import Inventory, Record
from iscode.policy import Catalogs
from iscode.rule.requirement import SOA, applicabilities
from iscode.schema import fields


@dataclass(frozen=True, slots=True)
class Decision:
    """One item of the list that decides: whether its requirement applies, and from which day it must work."""

    record: Record
    pointer: Pointer
    item: Mapping[str, Any]
    applicable: bool
    target: str | None


class Applicability:
    """The decisions of one inventory. Active, valid records decide; where two disagree, the requirement applies."""

    def __init__(self, inventory: Inventory) -> None:
        self._decisions: dict[str, list[Decision]] = defaultdict(list)
        for where in applicabilities(inventory.kinds):
            for record in inventory.active(where.kind):
                for pointer, item in fields.values(record.value if record.valid else {}, (*where.path, fields.EACH)):
                    target = item.get(where.target) if where.target else None
                    decision = Decision(record, pointer, item, item[where.applicable], target)
                    self._decisions[item[where.requirement]].append(decision)

    def decision(self, requirement: str) -> Decision | None:
        """The first decision on a requirement that says it applies, else the first; None where nothing decides."""
        found = self._decisions.get(requirement, [])
        return next((decision for decision in found if decision.applicable), found[0] if found else None)

    def excluded(self, requirement: str) -> bool:
        """Whether the requirement is declared not to apply."""
        decision = self.decision(requirement)
        return decision is not None and not decision.applicable

    def due(self, requirement: str, as_of: str) -> bool:
        """Whether the requirement must work on a day: nothing says otherwise, or its day has come."""
        decision = self.decision(requirement)
        return decision is None or decision.target is None or decision.target <= as_of

    def silences(self, requirements: Iterable[str], catalogs: Catalogs, as_of: str) -> Cause | None:
        """Why a rule that serves these is not asked: all are `excluded`, or none of the others is due (`not_due`).

        Clauses always apply, so a rule that serves one is always asked.
        """
        named = list(requirements)
        if any(catalogs[name].entry.kind == "clause" for name in named):
            return None
        included = [name for name in named if not self.excluded(name)]
        if not included:
            return "excluded"
        return None if any(self.due(name, as_of) for name in included) else "not_due"


def rows(catalogs: Catalogs, applicability: Applicability) -> dict[str, dict[str, Any]]:
    """Every requirement as expressions see it, in catalog order."""
    found: dict[str, dict[str, Any]] = {}
    for name, requirement in catalogs.items():
        entry, decision = requirement.entry, applicability.decision(name)
        row: dict[str, Any] = {
            "id": name,
            "standard": requirement.standard,
            "kind": entry.kind,
            "phase": entry.phase,
            "label": entry.label,
            "attributes": entry.attributes,
        }
        if entry.max_evidence_age_days is not None:
            row["max_evidence_age_days"] = entry.max_evidence_age_days
        if decision is not None:
            row[SOA] = decision.item
        found[name] = row
    return found
