"""The plain data that `writing` makes of a compiled expression -> that expression, neither parsed nor typed again."""

from __future__ import annotations

from functools import lru_cache, partial, reduce
from importlib import import_module
from typing import TYPE_CHECKING, Any

from iscode.expr.codes import code_of
from iscode.expr.expression import Expression
from iscode.expr.linker import link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from iscode.expr.codes import CodeOf
    from iscode.expr.environment import Context


class Written(Expression):
    """An expression made of its data. Whatever else is asked of it, `whole` compiles its text for."""

    __slots__ = ("_code_of", "_data", "_whole")

    def __init__(self, data: Mapping[str, Any], whole: Callable[[], Expression], code_of: CodeOf = code_of) -> None:
        self._data, self._whole, self._code_of = data, whole, code_of
        self.reads = frozenset(data["reads"])
        self.evaluate = self._first

    def __getattr__(self, name: str) -> Any:
        """What was never set, because the data lacks it."""
        return getattr(self._whole(), name)

    def _first(self, context: Context, *values: object) -> Any:
        self.evaluate = linked(self._data, self._code_of, self.retry) or self._whole().evaluate
        return self.evaluate(context, *values)

    def absorbs(self) -> bool:
        """Whether the expression may have a value although something in it raises: to know costs no compilation."""
        return bool(self._data["absorbs"])

    def exact(self, context: Context, *values: object) -> Any:
        """The value by the exact form, which is never written down."""
        return self._whole().exact(context, *values)


def linked(
    data: Mapping[str, Any], code_of: CodeOf = code_of, fallback: Callable[..., object] | None = None
) -> Callable[..., Any] | None:
    """The function whose `code` is named, with what that is `bound` to; None where no such code was prepared."""
    code = code_of(data["code"]) if "code" in data else None
    return None if code is None else link(code, {name: value(of) for name, of in data["bound"].items()}, fallback)


def value(of: Any) -> Any:
    """The value that was written down as `of`: a scalar stands for itself, anything else is a map of one entry."""
    if not isinstance(of, dict):
        return of
    [(form, inner)] = of.items()
    match form:
        case "list" | "tuple" | "set":
            return {"list": list, "tuple": tuple, "set": frozenset}[form](map(value, inner))
        case "map":
            return {value(key): value(held) for key, held in inner}
        case "name":
            return named(inner)
        case "made":
            return named(inner[0])(*map(value, inner[1:]))
        case _:
            return partial(named(inner[0]), *map(value, inner[1:]))


@lru_cache(maxsize=1024)
def named(name: str) -> Any:
    """What a module has under a name: `module:name`, dots lead on."""
    module, _, path = name.partition(":")
    return reduce(getattr, path.split("."), import_module(module))
