"""The text of an expression and what its names stand for -> a value that a record can hold, or none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from iscode.expr import NONE, Context, EvaluationError, ExpressionError, Optional
from iscode.expr.values import ABSENT
from iscode.intake.slug import slug

if TYPE_CHECKING:
    from iscode.expr import Expression

_MENTIONED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\"[^\"]*\"|'[^']*'")


class UnsoundError(Exception):
    """An expression that came to nothing on a row, and why."""


@lru_cache(maxsize=512)
def compiled(text: str, names: tuple[str, ...]) -> Expression:
    """The expression, in which each name is an optional of what its column holds, and `slug(text)` makes an id.

    Raises ExpressionError where the text is none, or names something else.
    """
    from iscode import expr
    from iscode.expr import Function, Overload
    from iscode.expr.types import DYN, STRING, OptionalType

    variables = {name: expr.Variable(OptionalType(DYN)) for name in names}
    functions = {"slug": Function("slug", (Overload((STRING,), STRING, slug),))}
    return expr.compile(text, expr.Environment(variables=variables, functions=functions))


def fault(text: str, names: tuple[str, ...]) -> str:
    """What is wrong with the text of an expression; empty where nothing is."""
    try:
        compiled(text, names)
    except ExpressionError as error:
        return f"is no expression: {error}"
    return ""


def worked_out(text: str, values: Mapping[str, Any]) -> Any:
    """What the expression gives for the values of its names; None stands for an absent one, in and out.

    Raises UnsoundError where it errs, or gives what no record can hold.
    """
    expression = compiled(text, tuple(values))
    given = [NONE if value is None else Optional(_present(value)) for value in values.values()]
    try:
        found = expression(Context(), *given)
    except EvaluationError as error:
        raise UnsoundError(f"the expression of the mapping errs on this: {error}") from None
    if isinstance(found, Optional):
        found = None if found.content is ABSENT else found.content
    if found is not None and not _plain(found):
        raise UnsoundError("the expression of the mapping gives what no record can hold")
    return found


def unread(value: Any, text: str, path: str) -> list[tuple[str, Any]]:
    """What stands inside a nested value under a key that an expression never mentions, each with its path.

    An expression that mentions no key of it takes texts and numbers; what it never names, it cannot have placed.
    """
    return list(_unread(value, {word.strip("\"'") for word in _MENTIONED.findall(text)}, path))


def _unread(value: Any, known: set[str], path: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            here = f"{path}.{key}"
            read = key in known or inner in (None, "", [], {})
            found += _unread(inner, known, here) if read else [(here, inner)]
    elif isinstance(value, list):
        for index, inner in enumerate(value, 1):
            found += _unread(inner, known, f"{path}[{index}]")
    return found


def _present(value: Any) -> Any:
    """A value without the nulls in it: what is null is absent."""
    if isinstance(value, dict):
        return {key: _present(inner) for key, inner in value.items() if inner is not None}
    return [_present(inner) for inner in value if inner is not None] if isinstance(value, list) else value


def _plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_plain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_plain, value.values()))
    return isinstance(value, str | int | float | bool)
