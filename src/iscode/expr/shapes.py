"""Two types -> whether one fits the other, and the type of a value that may be of either."""

from __future__ import annotations

from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any

from iscode.expr.time import timestamp_of_day
from iscode.expr.types import (
    ANY,
    DATE,
    DOUBLE,
    DYN,
    INTEGER,
    NEVER,
    NUMBER,
    NUMBERS,
    STRING,
    ConflictType,
    EnumString,
    Field,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    RefString,
    StringType,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def accepts(parameter: Type, argument: Type) -> bool:
    """Whether every value of the type `argument` may be handed to `parameter`."""
    if parameter in (argument, ANY, DYN) or argument in (NEVER, DYN):
        return True
    match parameter, argument:
        case (EnumString(), EnumString()):
            return set(argument.words) <= set(parameter.words)
        case (RefString(), RefString()):
            return set(argument.kinds) <= set(parameter.kinds)
        case (StringType(), StringType()):
            return type(parameter) is StringType
        case (ListType(), ListType()):
            return accepts(parameter.element, argument.element)
        case (MapType(), MapType()):
            return accepts(parameter.key, argument.key) and accepts(parameter.value, argument.value)
        case (MapType(), ObjectType()) if not argument.record:
            return accepts(parameter.key, STRING) and accepts(parameter.value, value_type(argument))
        case (OptionalType(), OptionalType()):
            return accepts(parameter.of, argument.of)
        case (ObjectType(), ObjectType()):
            if argument.shapes:
                return all(accepts(parameter, shape) for shape in argument.shapes)
            shapes = parameter.shapes or (parameter,)
            return any((shape.name, shape.record) == (argument.name, argument.record) for shape in shapes)
    return False


def join(left: Type, right: Type) -> Type | None:
    """The type of a value that is of one or the other, or None when no type is both."""
    if left == right or right == NEVER:
        return left
    if left == NEVER:
        return right
    if DYN in (left, right):
        return DYN
    match left, right:
        case (EnumString(), EnumString()):
            scale = left.scale if left.scale == right.scale else None
            return EnumString(tuple(dict.fromkeys(left.words + right.words)), scale)
        case (RefString(), RefString()):
            return RefString(tuple(dict.fromkeys(left.kinds + right.kinds)))
        case (StringType(), StringType()):
            return STRING
        case (ListType(), ListType()):
            element = join(left.element, right.element)
            return None if element is None else ListType(element)
        case (OptionalType(), OptionalType()):
            of = join(left.of, right.of)
            return None if of is None else OptionalType(of)
        case (MapType(), MapType()):
            key, value = join(left.key, right.key), join(left.value, right.value)
            return None if key is None or value is None else MapType(key, value)
        case (ObjectType(), ObjectType()):
            return union((left, right))
    return None


def union(shapes: Iterable[ObjectType]) -> ObjectType:
    """The object that is one of `shapes`: a field that not all have is optional, of two types a conflict."""
    flat = tuple(dict.fromkeys(part for shape in shapes for part in (shape.shapes or (shape,))))
    return flat[0] if len(flat) == 1 else _merged(flat)


@lru_cache(maxsize=1024)
def _merged(flat: tuple[ObjectType, ...]) -> ObjectType:
    """The union of plain shapes; kept, for every read of one reference leads to the same."""
    fields: dict[str, Field] = {}
    for name in dict.fromkeys(name for shape in flat for name in shape.fields):
        held = [shape.fields[name] for shape in flat if name in shape.fields]
        required = len(held) == len(flat) and all(field.required for field in held)
        fields[name] = Field(joined([field.type for field in held]), required)
    names = " or ".join(dict.fromkeys(shape.name for shape in flat))
    return ObjectType(names, fields, all(shape.record for shape in flat), flat)


def joined(types: list[Type]) -> Type:
    """The join of all `types`, or a conflict of them."""
    met = reduce(lambda left, right: left and join(left, right), types[1:], types[0] if types else NEVER)  # type: ignore[arg-type, return-value]
    return met or ConflictType(tuple(dict.fromkeys(types)))


def value_type(shape: ObjectType) -> Type:
    """What a field of the object holds, whichever it is, as it is stored; a conflict when they differ."""
    return joined([field.type for field in shape.fields.values()])


def comparable(left: Type, right: Type) -> bool:
    """Whether `==` between the two can be true and means something; never so for objects and maps."""
    if DYN in (left, right) or NEVER in (left, right):
        return True
    if left in NUMBERS and right in NUMBERS:
        return True
    match left, right:
        case (StringType(), StringType()):
            return True
        case (ListType(), ListType()):
            return comparable(left.element, right.element)
        case (OptionalType(), OptionalType()):
            return comparable(left.of, right.of)
        case (ObjectType(), _) | (MapType(), _):
            return False
    return left == right


SCALARS: dict[Type, Callable[[Any], object]] = {DATE: timestamp_of_day, NUMBER: float, INTEGER: int}
"""Stored scalar -> how it reads."""


def conversion(kind: Type) -> Callable[[Any], object] | None:
    """How a value stored as `kind` becomes what it reads as; None when it is that already."""
    if kind in SCALARS:
        return SCALARS[kind]
    match kind:
        case ListType(element=part):
            return every_item(conversion(part))
        case MapType(value=part):
            return every_value(conversion(part))
    return None


def every_item(convert: Callable[[Any], object] | None) -> Callable[[Any], object] | None:
    """The conversion of a list, from that of its items."""
    return None if convert is None else lambda held: list(map(convert, held))


def every_value(convert: Callable[[Any], object] | None) -> Callable[[Any], object] | None:
    """The conversion of a map, from that of its values."""
    return None if convert is None else lambda held: {key: convert(value) for key, value in held.items()}


def exact_equality(kind: Type) -> bool:
    """Whether Python's own `==` is CEL's for values of this type, and no dearer than it looks.

    Not so where a NaN may lie within, nor where lists lie within lists.
    """
    if isinstance(kind, ListType):
        return kind.element not in (DYN, DOUBLE) and not isinstance(kind.element, ListType | OptionalType)
    return kind != DYN and not isinstance(kind, OptionalType | MapType)
