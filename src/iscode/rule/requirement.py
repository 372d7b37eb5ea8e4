"""Requirements as expressions see them: their type from the kinds, their rows from the context.

`soa` is the very item of the list that decides whether a requirement applies; which list that is, a keyword says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from iscode.expr import Function, Overload, types
from iscode.rule import implementations
from iscode.schema import Kinds, fields

NAME: Final = "Requirement"
"""The subject of a rule that judges requirements, one result each."""
SOA: Final = "soa"


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
        name: Function(name, (Overload((types.STRING,), result, implementation, context=True),))
        for name, result, implementation in (
            ("requirement", of, implementations.requirement),
            ("requirements", types.ListType(of), implementations.requirements),
        )
    }
