"""Paths that rules write (`needs`, `at`, message holes) -> checked against the types that they walk through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from iscode.document import Pointer
from iscode.expr import types
from iscode.rule.hints import nearest


def missing_step(kind: types.Type, keys: Sequence[str], *, through: bool = False) -> tuple[str, str] | None:
    """The first key that a value of this type cannot have, with a hint; None when the path exists.

    `through` tells that the path leads into every item of a list.
    """
    for key in keys:
        while isinstance(kind, types.OptionalType) or (through and isinstance(kind, types.ListType)):
            kind = kind.of if isinstance(kind, types.OptionalType) else kind.element
        match kind:
            case types.ObjectType(fields=fields) if key in fields:
                kind = fields[key].type
            case types.ObjectType(fields=fields):
                return key, nearest(key, fields)
            case types.MapType(value=value):
                kind = value
            case types.ListType():
                return key, "it is a list: read its items with `each`, as item"
            case _:
                return key, f"{kind} has no keys"
    return None


def follow(value: Any, keys: Sequence[str]) -> tuple[Pointer, Any]:
    """How far a path leads into a value: the pointer to the last key that is there, and what stands at it."""
    pointer: Pointer = ()
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            return pointer, None
        pointer, value = (*pointer, key), value[key]
    return pointer, value


def is_empty(value: Any) -> bool:
    """Whether `needs` counts a value as absent: not there, "", [] or {}."""
    return value is None or value == "" or value == [] or value == {}
