"""The types of expressions, and how a value that a record stores reads as one of them.

A `Type` is frozen and hashable; `str()` gives it as messages name it, e.g. `list(string)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class Type(Struct, frozen=True):
    """Any type; those without parts are told apart by their name."""

    name: ClassVar[str]

    def __str__(self) -> str:
        return self.name


class PlainType(Type, frozen=True):
    """A type without parts."""

    name: str  # type: ignore[misc] # of others it is that of their class


class StoredType(PlainType, frozen=True):
    """How a record holds a scalar that `reads` as another type."""

    reads: Type


class StringType(Type, frozen=True):
    """Text; its subclasses know which texts are possible."""

    name = "string"


class EnumString(StringType, frozen=True):
    """Text that is one of `words`; `scale` names the ordered list of words it is drawn from."""

    words: tuple[str, ...]
    scale: str | None = None


class RefString(StringType, frozen=True):
    """A reference `Kind:id` to a record of one of `kinds`."""

    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return f"ref({' or '.join(self.kinds)})"


class ListType(Type, frozen=True):
    """A list whose items all have the type `element`."""

    name = "list"
    element: Type

    def __str__(self) -> str:
        return f"list({self.element})"


class MapType(Type, frozen=True):
    """A map from keys of one type to values of one type."""

    name = "map"
    key: Type
    value: Type

    def __str__(self) -> str:
        return f"map({self.key}, {self.value})"


class OptionalType(Type, frozen=True):
    """A value that may be absent."""

    name = "optional"
    of: Type

    def __str__(self) -> str:
        return f"optional({self.of})"


class Field(Struct, frozen=True):
    """A key of an object: what it holds, and whether every object has it."""

    type: Type
    required: bool


class ObjectType(PlainType, frozen=True):
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


class ConflictType(Type, frozen=True):
    """A field that has another type in each shape that met: it reads only after narrowing."""

    name = "conflict"
    types: tuple[Type, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.types))


BOOL = PlainType("bool")
INT = PlainType("int")
UINT = PlainType("uint")
DOUBLE = PlainType("double")
STRING = StringType()
BYTES = PlainType("bytes")
TIMESTAMP = PlainType("timestamp")
DURATION = PlainType("duration")
NULL = PlainType("null")

DYN = PlainType("dyn")
"""Any value, known at run time only: the unchecked mode."""
TYPE = PlainType("type")
"""The type of a type: the unchecked mode."""
ANY = PlainType("any")
"""A parameter that takes every type."""
NEVER = PlainType("nothing")
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
