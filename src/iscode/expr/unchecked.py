"""Text -> an expression without types, as the specification's own cases need it. No rule comes this way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iscode.expr import check, types
from iscode.expr.compilation import expression
from iscode.expr.environment import Environment, Function, Overload, Variable
from iscode.expr.errors import ExpressionError
from iscode.expr.parser import parse
from iscode.expr.runtime import SCALARS
from iscode.expr.types import ANY, DYN, PlainType, Type
from iscode.expr.values import Optional

if TYPE_CHECKING:
    from collections.abc import Iterable

    from iscode.expr.expression import Expression

DENOTED = {
    **{kind.name: kind for kind in (types.BOOL, types.INT, types.UINT, types.DOUBLE, types.STRING, types.BYTES)},
    "list": PlainType("list"),
    "map": PlainType("map"),
    "type": types.TYPE,
    "null_type": types.NULL,
    "optional_type": PlainType("optional"),
    "google.protobuf.Timestamp": types.TIMESTAMP,
    "google.protobuf.Duration": types.DURATION,
}
"""The names of types that an expression may use as values."""
CONTAINERS: dict[type, Type] = {
    str: types.STRING,
    list: DENOTED["list"],
    dict: DENOTED["map"],
    Optional: DENOTED["optional_type"],
}


def type_of(value: object) -> Type:
    """The type that the value has at run time."""
    if isinstance(value, Type):
        return types.TYPE
    held = {python: kind for kind, python in SCALARS.items()} | CONTAINERS
    return held[type(value)]


FUNCTIONS = {
    "type": Function("type", (Overload((ANY,), types.TYPE, type_of),)),
    "dyn": Function("dyn", (Overload((ANY,), DYN, lambda value: value),)),
}


def compile_unchecked(text: str, names: Iterable[str], *, with_macros: bool = True) -> Expression:
    """The expression over variables of these names, followed by the names of types: see `denoted`."""
    names = (*names, *(name for name in DENOTED if name not in names))
    checker = check.checker(Environment({name: Variable(DYN) for name in names}, FUNCTIONS))
    checker.unchecked = True
    try:
        return expression(text, checker.visit(parse(text, with_macros=with_macros)), checker)
    except ExpressionError as error:
        raise error.within(text) from None


def denoted(names: Iterable[str]) -> list[Any]:
    """The values of the constants that follow the variables `names`."""
    held = set(names)
    return [kind for name, kind in DENOTED.items() if name not in held]
