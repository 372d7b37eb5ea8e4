"""Lists, maps and the macros that walk them: what each variable is, and what comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscode.expr.conditions import condition
from iscode.expr.errors import ExpressionError
from iscode.expr.joins import join_parts
from iscode.expr.lists import SORTABLE
from iscode.expr.presence import NOTHING, Facts, holds, refined
from iscode.expr.shapes import value_type
from iscode.expr.typed import Comprehend, Let, Local, MakeList, MakeMap, MapOptional, Part
from iscode.expr.types import (
    BOOL,
    DYN,
    INT,
    NEVER,
    STRING,
    UINT,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    StringType,
    Type,
)

if TYPE_CHECKING:
    from iscode.expr.scope import Checker
    from iscode.expr.syntax import Bind, Entries, Items, OptionalMap, Walk


def walk(checker: Checker, node: Walk) -> Part:
    """A macro over a list or a map."""
    operand = checker.visit(node.operand)
    way, kinds = walked(operand, len(node.names))
    names = [checker.local(kind, node.offset) for kind in kinds]
    for name in node.names:
        unhidden(checker, name, node.offset)
    facts: Facts = NOTHING
    if way == "map" and operand.path and names[0].path:
        facts = frozenset(((*operand.path, f"[{names[0].path[0]}]"),))
    test = value = None
    with checker.named(dict(zip(node.names, names, strict=True))):
        if node.test is not None:
            test = condition(checker.visit_knowing(node.test, facts))
            facts |= holds(test, True)
        if node.value is not None:
            value = checker.visit_knowing(node.value, facts)
    kind = outcome(checker, node, names, facts, value)
    return Comprehend(
        kind, node.offset, None, node.macro, operand, way, tuple(local.name for local in names), test, value
    )


def walked(operand: Part, count: int) -> tuple[str, list[Type]]:
    """How the operand is walked, and the types of the variables."""
    match operand.type:
        case ListType(element=element):
            return "list", [element] if count == 1 else [INT, element]
        case MapType(key=key, value=value):
            return "map", [key, value][:count]
        case ObjectType(record=False) as shape:
            return "map", [STRING, value_type(shape)][:count]
    if operand.type in (DYN, NEVER):
        return "dyn", [operand.type] * count
    raise ExpressionError(f"only a list or a map is walked, not {operand.type}", operand.offset)


def unhidden(checker: Checker, name: str, offset: int) -> None:
    """Refuse a variable that would hide another."""
    if not checker.unchecked and checker.names(name):
        raise ExpressionError(
            f'the variable "{name}" would hide another of that name', offset, "call it something else"
        )


def outcome(checker: Checker, node: Walk, names: list[Local], facts: Facts, value: Part | None) -> Type:
    """The type of what the macro gives."""
    if checker.unchecked:
        return DYN
    element = names[-1].type
    if node.macro == "filter":
        return ListType(refined(element, names[0].path or (), facts))
    if value is None:
        return BOOL
    if node.macro == "sortBy":
        if value.type.name not in SORTABLE:
            raise ExpressionError(f"{value.type} has no order to sort by", value.offset)
        return ListType(element)
    return ListType(value.type)


def bind(checker: Checker, node: Bind) -> Part:
    """`cel.bind(name, value, body)`"""
    value = checker.visit(node.value)
    unhidden(checker, node.name, node.offset)
    local = checker.local(value.type, node.offset, value.path)
    with checker.named({node.name: local}):
        body = checker.visit(node.body)
    return Let(body.type, node.offset, body.path, local.name, value, body)


def map_optional(checker: Checker, node: OptionalMap) -> Part:
    """`operand.optMap(name, body)`, `operand.optFlatMap(name, body)`"""
    operand = checker.visit(node.operand)
    if not isinstance(operand.type, OptionalType) and operand.type not in (DYN, NEVER):
        raise ExpressionError(f"an optional is mapped, not {operand.type}", node.offset)
    unhidden(checker, node.name, node.offset)
    local = checker.local(operand.type.of if isinstance(operand.type, OptionalType) else DYN, node.offset)
    with checker.named({node.name: local}):
        body = checker.visit(node.body)
    if node.flat and not isinstance(body.type, OptionalType) and body.type not in (DYN, NEVER):
        raise ExpressionError(f"optFlatMap wants an optional, not {body.type}", body.offset)
    kind = body.type if node.flat else OptionalType(body.type)
    return MapOptional(DYN if checker.unchecked else kind, node.offset, None, local.name, operand, body, node.flat)


def optional_entry(part: Part) -> Part:
    """What an optional item of a list or map holds, for its type."""
    if isinstance(part.type, OptionalType):
        return Part(part.type.of, part.offset, None)
    if part.type in (DYN, NEVER):
        return part
    raise ExpressionError(f"an optional should be here, not {part.type}", part.offset)


def items(checker: Checker, node: Items) -> Part:
    """`[a, ?b]`"""
    parts = [(optional, checker.visit(item)) for optional, item in node.items]
    if checker.unchecked:
        return MakeList(DYN, node.offset, None, tuple(parts))
    element = join_parts([optional_entry(part) if optional else part for optional, part in parts])
    return MakeList(ListType(element), node.offset, None, tuple(parts))


def entries(checker: Checker, node: Entries) -> Part:
    """`{a: b, ?c: d}`"""
    parts = [(optional, checker.visit(key), checker.visit(value)) for optional, key, value in node.entries]
    if checker.unchecked:
        return MakeMap(DYN, node.offset, None, tuple(parts))
    for _, key, _ in parts:
        if not isinstance(key.type, StringType) and key.type not in (INT, UINT, BOOL, NEVER):
            raise ExpressionError(f"a key cannot be {key.type}", key.offset)
    values = [optional_entry(value) if optional else value for optional, _, value in parts]
    kind = MapType(join_parts([key for _, key, _ in parts]), join_parts(values))
    return MakeMap(kind, node.offset, None, tuple(parts))
