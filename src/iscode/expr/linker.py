"""The source of a function and the values it is bound to -> the function."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from iscode.expr import runtime
from iscode.expr.values import ABSENT, optional, present

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

BOUND: dict[str, object] = {
    "__builtins__": {},
    "ABSENT": ABSENT,
    "EMPTY": {},
    "NOTHING": [],
    "all": all,
    "any": any,
    "enumerate": enumerate,
    "len": len,
    "optional": optional,
    "present": present,
    **{
        function.__name__: function
        for function in (
            runtime.anything,
            runtime.boolean,
            runtime.collection,
            runtime.connect,
            runtime.content_of,
            runtime.converted,
            runtime.dispatch,
            runtime.every,
            runtime.fill,
            runtime.fold,
            runtime.has_key,
            runtime.item,
            runtime.make_list,
            runtime.make_map,
            runtime.maybe,
            runtime.maybe_item,
            runtime.Once,
            runtime.order_by,
            runtime.pairs,
            runtime.refuse,
            runtime.rows,
            runtime.select,
            runtime.some,
        )
    },
}
"""What every emitted function can call, by the name it has there."""


def link(
    source: str | CodeType, bound: Mapping[str, object], fallback: Callable[..., object] | None = None
) -> Callable[..., Any]:
    """The function that an emission's source defines, able to call nothing but what is bound here.

    `source` may be the code of a function that defines the same and gives it.
    """
    names: dict[str, Any] = {**BOUND, **bound, "Exception": Exception, "fallback": fallback}
    if not isinstance(source, str):
        made: Callable[..., Any] = FunctionType(source, names)()
        return made
    exec(compile(source, "<expression>", "exec"), names)  # noqa: S102 no text of the expression is in it
    function: Callable[..., Any] = names["evaluate"]
    return function
