"""The functions of the language that hand over requirements, typed by the kinds.

`soa` of a requirement is the very item of the list that decides whether it applies.
"""

from __future__ import annotations

from typing import get_args

from iscode.expr import Function, Overload, types
from iscode.rule import implementations
from iscode.rule.model import Phase
from iscode.rule.requirement import SOA, applicabilities
from iscode.rule.subject import REQUIREMENT
from iscode.schema import Kinds


def type_of(kinds: Kinds) -> types.ObjectType:
    """The type of a requirement. Where no kind decides on applicability there is no `soa`."""
    known = {
        "id": types.Field(types.STRING, True),
        "standard": types.Field(types.STRING, True),
        "kind": types.Field(types.EnumString(("clause", "annex"), None), True),
        "phase": types.Field(types.EnumString(get_args(Phase), None), True),
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
    return types.ObjectType(REQUIREMENT, known)


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
