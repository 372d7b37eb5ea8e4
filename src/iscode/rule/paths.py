"""Paths that rules write (`needs`, `at`, message holes) -> checked against the types that they walk through."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from iscode.document import Pointer
from iscode.expr import types


def missing_step(kind: types.Type, keys: Sequence[str]) -> tuple[str, str] | None:
    """The first key that a value of this type cannot have, with a hint; None when the path exists."""
    for key in keys:
        if isinstance(kind, types.OptionalType):
            kind = kind.of
        match kind:
            case types.ObjectType(fields=fields) if key in fields:
                kind = fields[key].type
            case types.ObjectType(name=name, fields=fields):
                close = difflib.get_close_matches(key, list(fields), 1)
                return (
                    key,
                    f"did you mean `{close[0]}`?" if close else f"{name} has: {', '.join(sorted(fields))}",
                )
            case types.MapType(value=value):
                kind = value
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
