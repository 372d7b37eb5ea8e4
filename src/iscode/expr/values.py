"""The values that Python has no type for, and CEL's equality over all of them.

bool, int, double, string, bytes, list and map are Python's own; records stay plain dicts and lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

from iscode.expr.errors import EvaluationError

if TYPE_CHECKING:
    from iscode.expr.environment import Context


@final
class Absent:
    """The one value `ABSENT`: what an optional holds when it holds nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()


class UInt(int):
    """An unsigned integer of 64 bits."""

    __slots__ = ()


class Optional:
    """A value that may be absent: `content` is the value or `ABSENT`."""

    __slots__ = ("content",)

    def __init__(self, content: object = ABSENT) -> None:
        self.content = content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Optional) and equals(self.content, other.content)

    def __hash__(self) -> int:
        return hash((Optional, self.content))

    def __repr__(self) -> str:
        return "optional.none()" if self.content is ABSENT else f"optional.of({self.content!r})"


NONE: Final = Optional()


def optional(content: object) -> Optional:
    """The optional that holds `content`, which may be `ABSENT`."""
    return NONE if content is ABSENT else Optional(content)


NUMERIC: Final = frozenset((int, UInt, float))


def equals(left: Any, right: Any, context: Context | None = None) -> bool:
    """CEL's `==`: numbers by value whatever their type, NaN never, other types only their like.

    Every list and map within, however deep, costs the context its length.
    """
    kind, other = type(left), type(right)
    if kind in NUMERIC and other in NUMERIC:
        return bool(left == right)
    if kind is not other:
        return False
    if kind is Optional:
        return equals(left.content, right.content, context)
    if kind is not list and kind is not dict:
        return bool(left == right)
    if context is not None:
        context.walk(left)
    if len(left) != len(right):
        return False
    if kind is list:
        return all(equals(item, other, context) for item, other in zip(left, right, strict=True))
    return all(equals(value, found(right, key), context) for key, value in left.items())


def found(table: dict[Any, Any], key: Any) -> Any:
    """The value at `key`, or `ABSENT`; a bool is never the key 0 or 1, a double may be an int's."""
    kind = type(key)
    if kind is str:
        return table.get(key, ABSENT)
    if kind is not bool and kind not in NUMERIC:
        return ABSENT
    for held, value in table.items():
        if held == key and (type(held) is bool) is (kind is bool):
            return value
    return ABSENT


def is_zero(value: object) -> bool:
    """Whether the value is what its type starts from: 0, false, "", empty, null, 1970, no duration."""
    kind = type(value).__name__
    if kind in ("Timestamp", "Duration"):
        return value == (0, 0)
    if isinstance(value, Optional):
        return value.content is ABSENT
    return not value


def present(content: object) -> object:
    """The content of an optional, or an error when it holds nothing."""
    if content is ABSENT:
        raise EvaluationError("the optional has no value")
    return content
