"""A compiled expression -> plain data, fit for JSON, from which `written` makes it again.

It has the name of the code of the fast form, and what that is bound to: scalars, containers of them, and functions by
their name in a module. What cannot be said so is not written down, and is compiled from its text as ever.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from iscode.expr import codes
from iscode.expr.emit import emit
from iscode.expr.types import DYN
from iscode.expr.written import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from iscode.expr.expression import Expression


class Unwritable(Exception):  # noqa: N818 (no error: the expression is left out)
    """A value that has no written form."""


def written(expression: Expression, sources: set[str]) -> dict[str, Any]:
    """The data of an expression; its source is added to `sources`. Of one that cannot be written down it names none."""
    data = {"reads": sorted(expression.reads), "absorbs": expression.absorbs()}
    if expression.type == DYN:  # runs in its exact form alone
        return data
    return data | emission(*emit(expression.tree, expression.arguments, exact=False), sources)


def emission(source: str, bound: Mapping[str, object], sources: set[str]) -> dict[str, Any]:
    """The data of a function, as `written.linked` takes it; empty where it cannot be written down."""
    try:
        data = {"code": codes.name_of(source), "bound": {name: form(value) for name, value in bound.items()}}
    except Unwritable:
        return {}
    sources.add(source)
    return data


def form(value: object) -> Any:
    """What `written.value` makes the value of again. Raises Unwritable where nothing does."""
    match value:
        case None | bool() | str():
            return value
        case int() | float() if type(value) in (int, float) and math.isfinite(value):
            return value
        case frozenset():
            return {"set": sorted(map(form, value), key=repr)}
        case list():
            return {"list": list(map(form, value))}
        case dict():
            return {"map": [[form(key), form(held)] for key, held in value.items()]}
        case tuple() if type(value) is tuple:
            return {"tuple": list(map(form, value))}
        case tuple():
            return {"made": [name_of(type(value)), *map(form, value)]}
        case partial() if not value.keywords:
            return {"partial": [name_of(value.func), *map(form, value.args)]}
    return {"name": name_of(value)}


def name_of(value: object) -> str:
    """The name under which a module has the value. Raises Unwritable for what is found under none."""
    owner = getattr(value, "__objclass__", None)  # a method of a type of Python's own says no module
    name = f"{getattr(owner or value, '__module__', '')}:{getattr(value, '__qualname__', '')}"
    try:
        found = named(name)
    except (AttributeError, ImportError, ValueError):
        found = None
    if found is not value:
        raise Unwritable(name)
    return name
