"""What emitted functions call: reads, walks and connectives with CEL's error values as exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from iscode.expr.errors import EvaluationError, final
from iscode.expr.time import Duration, Timestamp
from iscode.expr.types import (
    ANY,
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    NEVER,
    NULL,
    TIMESTAMP,
    TYPE,
    UINT,
    ListType,
    MapType,
    OptionalType,
    StringType,
    Type,
)
from iscode.expr.values import ABSENT, Optional, UInt, equals, found, optional

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from iscode.expr.environment import Context, Overload


def absorb(error: Exception) -> Exception:
    """The error, if `&&` and `||` may absorb it; else it is raised on."""
    if final(error):
        raise error
    return error


def connect(decisive: bool, operands: Sequence[Callable[[], object]]) -> bool:
    """`&&` (decisive False) and `||` (True): one decisive operand decides, whatever errors others have."""
    failure: Exception | None = None
    for operand in operands:
        try:
            value = boolean(operand())
        except Exception as error:
            absorbed = absorb(error)
            failure = failure or absorbed
        else:
            if value is decisive:
                return decisive
    if failure is not None:
        raise failure
    return not decisive


def every(values: Iterable[Any], test: Callable[..., object]) -> bool:
    """`all`: one false decides, else an error, else true."""
    return connect(False, [lambda value=value: test(*value) for value in values])  # type: ignore[misc]


def some(values: Iterable[Any], test: Callable[..., object]) -> bool:
    """`exists`: one true decides, else an error, else false."""
    return connect(True, [lambda value=value: test(*value) for value in values])  # type: ignore[misc]


def boolean(value: object) -> bool:
    """The value, which must be a bool."""
    if value is True or value is False:
        return value
    raise no_overload("a condition", (value,))


def select(holder: Any, key: Any) -> Any:
    """The value of an object or map at `key`."""
    value = holder.get(key, ABSENT)
    if value is ABSENT:
        raise missing(key)
    return value


def missing(key: object) -> EvaluationError:
    """What to say of a key that is not there."""
    return EvaluationError(f'no such key: "{str(key)[:80]}"')


def item(values: Any, position: Any) -> Any:
    """The item of a list at a position from 0."""
    if 0 <= position < len(values):
        return values[position]
    raise EvaluationError(f"index out of range: {position} of {len(values)}")


def maybe_item(values: Any, position: Any) -> Any:
    """The item of a list at a position from 0, or `ABSENT`."""
    return values[position] if 0 <= position < len(values) else ABSENT


def maybe(holder: Any, key: Any, by_field: bool) -> Any:
    """The value of anything at `key`, or `ABSENT`; an error where nothing can be read."""
    if type(holder) is Optional:
        return ABSENT if holder.content is ABSENT else maybe(holder.content, key, by_field)
    if type(holder) is dict:
        return found(holder, key)
    if type(holder) is list and not by_field:
        if type(key) not in (int, UInt, float) or key != int(key):
            raise EvaluationError("a list is indexed by int")
        return maybe_item(holder, int(key))
    raise no_overload("a read", (holder, key))


def anything(holder: Any, key: Any, by_field: bool) -> Any:
    """The value of anything at `key`; of an optional it is an optional."""
    value = maybe(holder, key, by_field)
    if type(holder) is Optional:
        return optional(value)
    if value is ABSENT:
        raise missing(key)
    return value


def has_key(holder: Any, key: str) -> bool:
    """Whether anything has `key`; an error where it can have no fields."""
    return maybe(holder, key, True) is not ABSENT


def in_list(context: Context, value: object, values: Any) -> bool:
    """Whether the list holds the value, by Python's equality; costs its length."""
    return context.among(value, values)


def in_list_exactly(context: Context, value: object, values: Any) -> bool:
    """Whether the list holds the value, by CEL's equality; of a map, the key."""
    if type(values) is dict:
        return found(values, value) is not ABSENT
    if type(values) is not list:
        raise no_overload("in", (value, values))
    return any(equals(value, held, context) for held in context.walk(values))


def collection(value: Any) -> Any:
    """The value, which must be a list or a map."""
    if type(value) is list or type(value) is dict:
        return value
    raise no_overload("a walk", (value,))


def pairs(value: Any) -> Any:
    """The (index, item) of a list, the (key, value) of a map."""
    return value.items() if type(value) is dict else enumerate(value)


def rows(value: Any) -> Iterable[tuple[Any, Any]]:
    """The items of a list with their index, of a map as `{key, value}` with their key."""
    if isinstance(value, dict):
        return ((key, {"key": key, "value": held}) for key, held in value.items())
    return enumerate(value)


def content_of(value: Any) -> Any:
    """What an optional holds."""
    if type(value) is Optional:
        return value.content
    raise no_overload("an optional", (value,))


def fill(content: Any, default: Any) -> Any:
    """The content of an optional, or the default where it holds nothing."""
    return default if content is ABSENT else content


def converted(context: Context, content: Any, convert: Callable[[Any], Any]) -> Any:
    """The content of an optional as it reads; a list or map costs its length."""
    if content is ABSENT:
        return ABSENT
    return convert(context.walk(content) if type(content) is list or type(content) is dict else content)


def make_list(items: Iterable[tuple[bool, Any]]) -> list[Any]:
    """A list; optional items without a value are left out."""
    return [
        content_of(value) if given else value for given, value in items if not given or content_of(value) is not ABSENT
    ]


def make_map(entries: Iterable[tuple[bool, Any, Any]]) -> dict[Any, Any]:
    """A map; optional entries without a value are left out; a key twice is an error."""
    table: dict[Any, Any] = {}
    for given, key, value in entries:
        if type(key) not in (str, int, bool, UInt):
            raise no_overload("a key", (key,))
        if key in table:  # true and 1 are one key in Python: better refused than merged
            raise EvaluationError(f'the key "{key}" is there twice')
        content = content_of(value) if given else value
        if content is not ABSENT:
            table[key] = content
    return table


def fold(context: Context, steps: Sequence[tuple[Callable[..., Any], bool]], operands: Sequence[Any]) -> Any:
    """The operands from left to right; of one operand, every step in turn."""
    value, *others = operands
    if not others:
        for step, _ in steps:
            value = step(value)
        return value
    for (step, with_context), other in zip(steps, others, strict=True):
        value = step(context, value, other) if with_context else step(value, other)
    return value


def order_by(context: Context, rows: list[tuple[Any, Any]]) -> list[Any]:
    """The values of the rows (key, value) in the order of their keys; equal keys keep their order."""
    context.charge(len(rows))
    return [value for _, value in sorted(rows, key=lambda row: row[0])]


def equal_lists(context: Context, left: Any, right: Any) -> bool:
    """`==` of lists whose items compare as Python's do; costs the length."""
    return bool(context.walk(left) == right)


def unequal_lists(context: Context, left: Any, right: Any) -> bool:
    """`!=` of lists whose items compare as Python's do; costs the length."""
    return bool(context.walk(left) != right)


def equal_exactly(context: Context, left: Any, right: Any) -> bool:
    """`==` of any two values; costs the length of the lists and maps in it."""
    return equals(left, right, context)


def unequal_exactly(context: Context, left: Any, right: Any) -> bool:
    """`!=` of any two values; costs as `==` does."""
    return not equal_exactly(context, left, right)


class Once:
    """A value that is worked out at its first use, and then kept: also the error that it is."""

    __slots__ = ("failure", "value", "work")

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work: Callable[[], Any] | None = work
        self.value: Any = None
        self.failure: Exception | None = None

    def __call__(self) -> Any:
        if self.work is not None:
            work, self.work = self.work, None
            try:
                self.value = work()
            except Exception as error:
                self.failure = absorb(error)
        if self.failure is not None:
            raise self.failure
        return self.value


def refuse(message: str) -> NoReturn:
    """The error value of what the checker refused."""
    raise EvaluationError(message)


def no_overload(name: str, values: Iterable[object]) -> EvaluationError:
    """What to say of values that an operation does not take."""
    return EvaluationError(f"{name} does not take {', '.join(type(value).__name__ for value in values)}")


SCALARS: dict[Type, type] = {
    BOOL: bool,
    INT: int,
    UINT: UInt,
    DOUBLE: float,
    BYTES: bytes,
    TIMESTAMP: Timestamp,
    DURATION: Duration,
    NULL: type(None),
    TYPE: Type,
}


def conforms(value: Any, kind: Type) -> bool:
    """Whether the value is of the type; what is within a list or map is asked too."""
    match kind:
        case ListType(element=element):
            return type(value) is list and all(conforms(part, element) for part in value)
        case MapType():
            return type(value) is dict
        case OptionalType():
            return type(value) is Optional
        case StringType():
            return type(value) is str
    return kind in (ANY, DYN, NEVER) or type(value) is SCALARS.get(kind)


def dispatch(context: Context, name: str, overloads: Iterable[Overload], values: Sequence[Any]) -> Any:
    """A call by the first overload that takes these values."""
    for overload in overloads:
        if len(overload.parameters) == len(values) and all(map(conforms, values, overload.parameters)):
            if overload.context:
                return overload.implementation(context, *values)
            return overload.implementation(*values)
    raise no_overload(name, values)


def negate_any(value: Any) -> Any:
    """`-` of a value whose type only the value tells."""
    from iscode.expr.operators import OPERATORS

    for overload in OPERATORS["negate"]:
        if conforms(value, overload.parameters[0]):
            return overload.implementation(value)
    raise no_overload("-", (value,))
