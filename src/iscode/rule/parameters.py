"""The params of a rule -> the type that expressions see; a default gives the type of its parameter."""

from __future__ import annotations

from typing import Any

from iscode.expr import types
from iscode.rule.model import Rule


def type_of(rule: Rule) -> types.ObjectType:
    """The object that `params` is in the expressions of a rule. Raises TypeError where a default has no one type."""
    return types.ObjectType("params", {name: types.Field(_type(rule.params[name]), True) for name in rule.params})


def _type(default: object) -> types.Type:
    match default:
        case bool():
            return types.BOOL
        case int():
            return types.INTEGER
        case float():
            return types.NUMBER
        case list():
            return types.ListType(_common(default))
        case dict():
            return types.MapType(types.STRING, _common(list(default.values())))
        case _:
            return types.STRING


def _common(values: list[Any]) -> types.Type:
    """The one type of the items; numbers with a double among them are doubles, an empty list is one of text."""
    found = {_type(value) for value in values}
    if found == {types.INTEGER, types.NUMBER}:
        return types.NUMBER
    if len(found) > 1:
        raise TypeError(f"items of several types: {', '.join(sorted(map(str, found)))}")
    return found.pop() if found else types.STRING
