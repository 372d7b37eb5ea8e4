"""The types of expressions, and how a value that a record stores reads as one of them.

A `Type` is frozen and hashable; `str()` gives it as messages name it, e.g. `list(string)`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Type:
    """A type without parts, told apart by its name."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class StoredType(Type):
    """How a record holds a scalar that `reads` as another type."""

    reads: Type


@dataclass(frozen=True, slots=True)
class StringType(Type):
    """Text; its subclasses know which texts are possible."""

    name: str = field(default="string", init=False)


@dataclass(frozen=True, slots=True)
class EnumString(StringType):
    """Text that is one of `words`; `scale` names the ordered list of words it is drawn from."""

    words: tuple[str, ...]
    scale: str | None = None


@dataclass(frozen=True, slots=True)
class RefString(StringType):
    """A reference `Kind:id` to a record of one of `kinds`."""

    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return f"ref({' or '.join(self.kinds)})"


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """A list whose items all have the type `element`."""

    name: str = field(default="list", init=False)
    element: Type

    def __str__(self) -> str:
        return f"list({self.element})"


@dataclass(frozen=True, slots=True)
class MapType(Type):
    """A map from keys of one type to values of one type."""

    name: str = field(default="map", init=False)
    key: Type
    value: Type

    def __str__(self) -> str:
        return f"map({self.key}, {self.value})"


@dataclass(frozen=True, slots=True)
class OptionalType(Type):
    """A value that may be absent."""

    name: str = field(default="optional", init=False)
    of: Type

    def __str__(self) -> str:
        return f"optional({self.of})"


@dataclass(frozen=True, slots=True)
class Field:
    """A key of an object: what it holds, and whether every object has it."""

    type: Type
    required: bool


@dataclass(frozen=True, slots=True, eq=False)
class ObjectType(Type):
    """An object with known keys: a record (`record`) or a part of one. `name` is for messages.

    Where several shapes met, `shapes` keeps them, so that a test of a field that tells them apart
    narrows the type again.
    """

    fields: Mapping[str, Field]
    record: bool = False
    shapes: tuple[ObjectType, ...] = ()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, ObjectType):
            return NotImplemented
        return (self.name, self.record, self.shapes) == (other.name, other.record, other.shapes) and dict(
            self.fields
        ) == dict(other.fields)

    def __hash__(self) -> int:
        return hash((self.name, self.record, *self.fields))


@dataclass(frozen=True, slots=True)
class ConflictType(Type):
    """A field that has another type in each shape that met: it reads only after narrowing."""

    name: str = field(default="conflict", init=False)
    types: tuple[Type, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.types))


BOOL = Type("bool")
INT = Type("int")
UINT = Type("uint")
DOUBLE = Type("double")
STRING = StringType()
BYTES = Type("bytes")
TIMESTAMP = Type("timestamp")
DURATION = Type("duration")
NULL = Type("null")

DYN = Type("dyn")
"""Any value, known at run time only: the unchecked mode."""
TYPE = Type("type")
"""The type of a type: the unchecked mode."""
ANY = Type("any")
"""A parameter that takes every type."""
NEVER = Type("nothing")
"""What an empty list holds: fits every type."""

DATE = StoredType("date", TIMESTAMP)
"""Held as a day `YYYY-MM-DD`; reads as the timestamp at 00:00Z."""
NUMBER = StoredType("number", DOUBLE)
"""Held as int or float; reads as double."""
INTEGER = StoredType("integer", INT)
"""Held as int or a float without fraction; reads as int."""

NUMBERS = (INT, UINT, DOUBLE)


def as_read(kind: Type) -> Type:
    """The type that a value stored as `kind` has in an expression; objects keep their stored fields."""
    match kind:
        case StoredType(reads=reads):
            return reads
        case ListType(element=element):
            return ListType(as_read(element))
        case MapType(key=key, value=value):
            return MapType(key, as_read(value))
        case OptionalType(of=of):
            return OptionalType(as_read(of))
        case _:
            return kind
