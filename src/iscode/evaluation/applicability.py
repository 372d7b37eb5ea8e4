"""Records that decide which requirements apply -> the decision on each requirement, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from iscode.document import Pointer
from iscode.evaluation.result import Cause
from iscode.inventory import Inventory, Record
from iscode.policy import Catalogs
from iscode.rule.requirement import SOA, applicabilities
from iscode.rule.requirement import Applicability as Where
from iscode.schema import fields


class Decision(Struct, frozen=True):
    """One item of the list that decides: whether its requirement applies, and from which day it must work."""

    record: Record
    pointer: Pointer
    item: Mapping[str, Any]
    applicable: bool
    target: str | None


class Applicability:
    """The decisions of one inventory. Active, valid records decide; where two disagree, the requirement applies.

    With those of a base's `tip`, a decision softens only as far as the tip's does: what the tip has apply applies, and
    what is due there is due.
    """

    def __init__(self, inventory: Inventory, tip: Applicability | None = None) -> None:
        self._tip = tip
        self._decisions: dict[str, list[Decision]] = defaultdict(list)
        for where in applicabilities(inventory.kinds):
            for record in inventory.active(where.kind):
                for pointer, item in fields.values(record.value if record.valid else {}, (*where.path, fields.EACH)):
                    held = self._agreed(where, item)
                    target = held.get(where.target) if where.target else None
                    decision = Decision(record, pointer, held, held[where.applicable], target)
                    self._decisions[item[where.requirement]].append(decision)

    def _agreed(self, where: Where, item: Mapping[str, Any]) -> Mapping[str, Any]:
        """An item as far as the tip agrees: the very item, unless it softens more."""
        if self._tip is None:
            return item
        name, agreed = item[where.requirement], dict(item)
        agreed[where.applicable] = item[where.applicable] or not self._tip.excluded(name)
        if where.target and where.target in item:
            before = self._tip.decision(name)
            if before is None or before.target is None:
                del agreed[where.target]
            else:
                agreed[where.target] = min(item[where.target], before.target)
        return item if agreed == item else agreed

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
