"""Requirements as expressions see them: their type from the kinds, their rows from the context.

`soa` is the very item of the list that decides whether a requirement applies; which list that is, a keyword says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from iscode.expr import EvaluationError, Function, Overload, types
from iscode.rule.context import Context
from iscode.schema import Kinds, fields

NAME: Final = "Requirement"
"""The subject of a rule that judges requirements, one result each."""
SOA: Final = "soa"

Row = Mapping[str, Any]


class Applicability(NamedTuple):
    """Where the decisions stand: the kind, the path of its list, and the keys of an item that say what they say."""

    kind: str
    path: fields.Path
    requirement: str
    applicable: str
    target: str | None


def applicabilities(kinds: Kinds) -> Iterator[Applicability]:
    """Each list that decides which requirements apply, by the keyword `x-applicability`."""
    for kind in kinds.values():
        for path, _ in kind.marked("x-applicability"):
            keys: dict[str, str] = {}
            for keyword in ("x-requirement", "x-applicable", "x-target"):
                for below, _ in kind.marked(keyword):
                    if below[:-1] == (*path, fields.EACH):
                        keys[keyword] = below[-1]
            if "x-requirement" in keys and "x-applicable" in keys:
                yield Applicability(kind.name, path, keys["x-requirement"], keys["x-applicable"], keys.get("x-target"))


def type_of(kinds: Kinds) -> types.ObjectType:
    """The type of a requirement. Where no kind decides on applicability there is no `soa`."""
    known = {
        "id": types.Field(types.STRING, True),
        "standard": types.Field(types.STRING, True),
        "kind": types.Field(types.EnumString(("clause", "annex"), None), True),
        "phase": types.Field(types.EnumString(("plan", "do", "check", "act"), None), True),
        "label": types.Field(types.STRING, True),
        "attributes": types.Field(types.MapType(types.STRING, types.ListType(types.STRING)), True),
        "max_evidence_age_days": types.Field(types.INTEGER, False),
    }
    for decided in applicabilities(kinds):
        item: types.Type = kinds[decided.kind].type
        for step in decided.path:
            item = item.fields[step].type if isinstance(item, types.ObjectType) else types.NEVER
        if isinstance(item, types.ListType):
            known[SOA] = types.Field(item.element, False)
    return types.ObjectType(NAME, known)


def table(kinds: Kinds) -> dict[str, Function]:
    """The functions that hand over requirements."""
    of = type_of(kinds)
    return {
        "requirement": Function("requirement", (Overload((types.STRING,), of, _requirement, context=True),)),
        "requirements": Function(
            "requirements", (Overload((types.STRING,), types.ListType(of), _requirements, context=True),)
        ),
    }


def _requirement(context: Context, name: str) -> Row:
    found = context.requirements.get(name)
    if found is None:
        raise EvaluationError(f"{name} is no requirement of any catalog", "unresolved")
    return found


def _requirements(context: Context, pattern: str) -> list[Row]:
    """Those that a pattern names, in catalog order; `*` crosses dots."""
    context.charge(len(context.requirements))
    head, *parts = pattern.split("*")
    return [row for name, row in context.requirements.items() if _matches(name, head, parts)]


def _matches(name: str, head: str, parts: list[str]) -> bool:
    if not parts:
        return name == head
    if not name.startswith(head):
        return False
    at = len(head)
    for part in parts[:-1]:
        found = name.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return name.endswith(parts[-1]) and len(name) - len(parts[-1]) >= at
