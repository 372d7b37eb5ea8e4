"""Lists and sets: name -> overloads."""

from __future__ import annotations

from itertools import chain
from typing import Any

from iscode.expr.environment import Call, Context, Overload
from iscode.expr.errors import EvaluationError
from iscode.expr.shapes import comparable
from iscode.expr.types import ANY, BOOL, INT, NEVER, ListType, OptionalType, Type
from iscode.expr.values import ABSENT, Optional, equals, optional

SORTABLE = ("int", "uint", "double", "string", "bool", "timestamp", "duration", "bytes", "nothing")
"""The types that have an order, by name."""
LIST = ListType(ANY)


def element(call: Call) -> Type:
    """What the first argument, a list, holds."""
    return call.types[0].element if isinstance(call.types[0], ListType) else NEVER


def same_list(call: Call) -> Type:
    """The type of the list itself."""
    return call.types[0]


def sortable(call: Call) -> Type:
    """The type of the list, if its items have an order."""
    if element(call).name not in SORTABLE:
        call.fail(0, f"{element(call)} has no order to sort by", "sort by a field: .sortBy(x, x.field)")
    return call.types[0]


def distinguishable(call: Call) -> Type:
    """The type of the list, if its items compare."""
    if not comparable(element(call), element(call)):
        call.fail(0, f"{element(call)} does not compare", "take a field of each first: .map(x, x.field)")
    return call.types[0]


def sort(context: Context, values: list[Any]) -> list[Any]:
    """The items in their order; they must be of one type."""
    context.walk(values)
    if len(set(map(type, values))) > 1:
        raise EvaluationError("items of several types have no order")
    return sorted(values)


def distinct(context: Context, values: list[Any]) -> list[Any]:
    """Each item once, at its first place."""
    context.walk(values)
    if all(type(value) is str for value in values):
        return list(dict.fromkeys(values))
    kept: list[Any] = []
    for value in values:
        context.walk(kept)
        if not any(equals(value, other, context) for other in kept):
            kept.append(value)
    return kept


def flattened(call: Call) -> Type:
    """The type of a list with the lists in it opened as often as the literal depth says."""
    depth = call.literals[1] if len(call.literals) > 1 else 1
    kind = element(call)
    if not isinstance(depth, int) or depth < 0:
        call.fail(1, "the depth must be a literal, 0 or more")
    for _ in range(depth):
        if not isinstance(kind, ListType):
            break
        kind = kind.element
    return ListType(kind)


def flatten(context: Context, values: list[Any], depth: int = 1) -> list[Any]:
    """The list with the lists in it opened, `depth` levels deep."""
    if depth < 0:
        raise EvaluationError("the depth is negative")
    for _ in range(depth):
        kinds = set(map(type, values))
        if list not in kinds:
            break
        opened = values if len(kinds) == 1 else [value if type(value) is list else (value,) for value in values]
        context.charge(sum(map(len, opened)))
        values = list(chain.from_iterable(opened))
    return values


def reverse(context: Context, values: list[Any]) -> list[Any]:
    """The items from the last to the first."""
    return context.walk(values)[::-1]


def cut(context: Context, values: list[Any], start: int, end: int) -> list[Any]:
    """The items from `start` up to, not including, `end`."""
    context.walk(values)
    if not 0 <= start <= end <= len(values):
        raise EvaluationError(f"no slice from {start} to {end} of {len(values)} items")
    return values[start:end]


def first(values: list[Any]) -> Optional:
    """The first item, if there is one."""
    return optional(values[0] if values else ABSENT)


def last(values: list[Any]) -> Optional:
    """The last item, if there is one."""
    return optional(values[-1] if values else ABSENT)


def number_range(context: Context, count: int) -> list[int]:
    """The ints from 0 up to, not including, `count`."""
    context.charge(max(count, 0))
    return list(range(count))


def comparable_lists(call: Call) -> Type:
    """bool, if the items of the two lists compare."""
    if not comparable(*call.types):
        call.fail(1, f"{call.types[0]} and {call.types[1]} do not compare")
    return BOOL


def holds(context: Context, values: list[Any], value: Any) -> bool:
    """Whether one of the values equals `value`; costs their number."""
    return any(equals(value, other, context) for other in context.walk(values))


def contains(context: Context, values: list[Any], others: list[Any]) -> bool:
    """Whether each of the others is among the values."""
    return all(holds(context, values, other) for other in others)


def equivalent(context: Context, values: list[Any], others: list[Any]) -> bool:
    """Whether each is among the other, however often."""
    return contains(context, values, others) and contains(context, others, values)


def intersects(context: Context, values: list[Any], others: list[Any]) -> bool:
    """Whether one of the others is among the values."""
    return any(holds(context, values, other) for other in others)


LISTS: dict[str, tuple[Overload, ...]] = {
    "sort": (Overload((LIST,), sortable, sort, receiver=True, context=True),),
    "distinct": (Overload((LIST,), distinguishable, distinct, receiver=True, context=True),),
    "flatten": (
        Overload((LIST,), flattened, flatten, receiver=True, context=True),
        Overload((LIST, INT), flattened, flatten, receiver=True, context=True),
    ),
    "slice": (Overload((LIST, INT, INT), same_list, cut, receiver=True, context=True),),
    "reverse": (Overload((LIST,), same_list, reverse, receiver=True, context=True),),
    "first": (Overload((LIST,), lambda call: OptionalType(element(call)), first, receiver=True),),
    "last": (Overload((LIST,), lambda call: OptionalType(element(call)), last, receiver=True),),
    "lists.range": (Overload((INT,), ListType(INT), number_range, context=True),),
    "sets.contains": (Overload((LIST, LIST), comparable_lists, contains, context=True),),
    "sets.equivalent": (Overload((LIST, LIST), comparable_lists, equivalent, context=True),),
    "sets.intersects": (Overload((LIST, LIST), comparable_lists, intersects, context=True),),
}
"""Name -> overloads of what takes lists."""
