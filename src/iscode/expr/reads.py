"""Fields, keys and indexes: what is read, of which type, and whether it is known to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscode.expr.errors import ExpressionError, did_you_mean
from iscode.expr.presence import key_text
from iscode.expr.shapes import comparable, conversion, joined
from iscode.expr.syntax import Has, Index, Name, Node, Select
from iscode.expr.typed import Constant, HasKey, Part, Read
from iscode.expr.types import (
    BOOL,
    DYN,
    INT,
    NEVER,
    STRING,
    UINT,
    ConflictType,
    EnumString,
    Field,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    StringType,
    Type,
    as_read,
)

if TYPE_CHECKING:
    from iscode.expr.scope import Checker


def name(checker: Checker, node: Name) -> Part:
    """A variable."""
    return checker.variable(node.name, node.offset, root=node.root)


def select(checker: Checker, node: Select) -> Part:
    """`operand.field`, or `operand.?field`"""
    dotted = dotted_variable(checker, node) if checker.unchecked else None
    if dotted is not None:
        return dotted
    key = Constant(STRING, node.offset, None, node.field)
    return read(checker, checker.visit(node.operand), key, node.offset, optional=node.optional, field=True)


def dotted_variable(checker: Checker, node: Select) -> Part | None:
    """The variable whose name has dots and is spelled by the fields, if the environment has one."""
    names: list[str] = [node.field]
    operand: Node = node.operand
    while isinstance(operand, Select):
        names.append(operand.field)
        operand = operand.operand
    if not isinstance(operand, Name) or operand.name in checker.scope:
        return None
    dotted = ".".join((operand.name, *reversed(names)))
    return checker.variable(dotted, node.offset) if dotted in checker.environment.variables else None


def index(checker: Checker, node: Index) -> Part:
    """`operand[index]`, or `operand[?index]`"""
    base = checker.visit(node.operand)
    return read(checker, base, checker.visit(node.index), node.offset, optional=node.optional, field=False)


def read(checker: Checker, base: Part, key: Part, offset: int, *, optional: bool, field: bool) -> Part:
    """The part that reads `base` at `key`. Of an optional it is optional again."""
    chained = isinstance(base.type, OptionalType)
    holder = base.type.of if isinstance(base.type, OptionalType) else base.type
    text = key_text(key)
    path = (*base.path, text) if base.path and text else None
    if holder in (DYN, NEVER):
        outcome = OptionalType(NEVER) if holder == NEVER and (optional or chained) else holder
        return Read(outcome, offset, path, base, key, "field" if field else "dyn", optional, chained)
    way, kind, sure = target(holder, key, offset, field=field, optional=optional or chained)
    if isinstance(kind, ConflictType):
        raise ExpressionError(
            f"{shown(base, text)} is {kind}, depending on the kind",
            offset,
            'test the kind first: r.kind == "…" && …',
        )
    if not (sure or optional or chained or way == "list"):
        checker.unguarded_read(path, shown(base, text), offset)
    result = as_read(kind)
    result = OptionalType(result) if optional or chained else checker.narrow(result, path)
    return Read(result, offset, path, base, key, way, optional or chained, chained, conversion(kind))


def target(holder: Type, key: Part, offset: int, *, field: bool, optional: bool) -> tuple[str, Type, bool]:
    """How a read of `holder` goes, the type stored there, and whether it is there for sure."""
    match holder:
        case ObjectType():
            return ("object", *field_of(holder, key, offset, optional=optional))
        case MapType(key=kind, value=value) if comparable(kind, key.type):
            return "map", value, False
        case MapType(key=kind):
            raise ExpressionError(f"the keys of this map are {kind}, not {key.type}", key.offset)
        case ListType(element=element) if not field:
            if key.type not in (INT, UINT, DYN, NEVER):
                raise ExpressionError(f"a list is indexed by int, not by {key.type}", key.offset)
            return "list", element, False
    hint = "take one with [0], or walk it with exists, all, filter or map" if isinstance(holder, ListType) else ""
    raise ExpressionError(f"a value of type {holder} has no {'fields' if field else 'keys'}", offset, hint)


def field_of(holder: ObjectType, key: Part, offset: int, *, optional: bool) -> tuple[Type, bool]:
    """The stored type of the field that `key` names, or of all that it may name; whether it is there."""
    if isinstance(key, Constant):
        found = field_named(holder, str(key.value), offset)
        return found.type, found.required
    if not isinstance(key.type, StringType):
        raise ExpressionError(f"the keys of {holder} are text, not {key.type}", key.offset)
    if isinstance(key.type, EnumString):
        missing = [word for word in key.type.words if word not in holder.fields]
        if not missing:
            found_fields = [holder.fields[word] for word in key.type.words]
            return joined([held.type for held in found_fields]), all(held.required for held in found_fields)
        problem = f'{holder} has no key "{missing[0]}", which the word may be'
    else:
        problem = f"{holder} has known keys and the text may be any"
    if not optional:
        raise ExpressionError(problem, key.offset, "read it as optional: [?key].orValue(…)")
    return joined([held.type for held in holder.fields.values()]), False


def field_named(holder: ObjectType, field: str, offset: int) -> Field:
    """The field of that name; an error when the object has none."""
    if field not in holder.fields:
        raise ExpressionError(f'{holder} has no field "{field}"', offset, did_you_mean(field, holder.fields))
    return holder.fields[field]


def shown(base: Part, key: str | None) -> str:
    """The read as messages show it: its path, or the type it reads from."""
    start = ".".join(base.path) if base.path and not base.path[0].startswith("#") else str(base.type)
    return f"{start}.{key}" if key else f"a key of {start}"


def has(checker: Checker, node: Has) -> Part:
    """`has(operand.field)`"""
    base = checker.visit(node.operand)
    chained = isinstance(base.type, OptionalType)
    holder = base.type.of if isinstance(base.type, OptionalType) else base.type
    path = (*base.path, node.field) if base.path else None
    way = "field"
    if holder not in (DYN, NEVER):
        way, _, _ = target(
            holder, Constant(STRING, node.offset, None, node.field), node.offset, field=True, optional=True
        )
    return HasKey(BOOL, node.offset, path, base, node.field, way, chained)
