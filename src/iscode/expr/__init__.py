"""CEL: text -> typed tree -> Python function. Knows nothing of records, rules or standards."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from iscode.expr.errors import EvaluationError, ExpressionError, did_you_mean
from iscode.expr.time import Duration, Timestamp, day_of, timestamp_of_day
from iscode.expr.values import NONE, Optional

if TYPE_CHECKING:
    from iscode.expr.compilation import compile  # noqa: A004 as the libraries of the language do
    from iscode.expr.environment import (
        NOT_LITERAL,
        Bound,
        Call,
        Context,
        Definition,
        Environment,
        Function,
        Overload,
        Variable,
    )
    from iscode.expr.expression import Expression
    from iscode.expr.library import vocabulary
    from iscode.expr.presence import Fact, Unguarded
    from iscode.expr.typed import Path

_ON_DEMAND: Final = {
    "compilation": ("compile",),
    "environment": (
        "NOT_LITERAL", "Bound", "Call", "Context", "Definition", "Environment", "Function", "Overload", "Variable",
    ),
    "expression": ("Expression",),
    "library": ("vocabulary",),
    "presence": ("Fact", "Unguarded"),
    "typed": ("Path",),
}  # fmt: skip
"""Module -> what is had from it. Who runs expressions that are written down never needs what compiles them."""


def __getattr__(name: str) -> Any:
    """What this room offers, from its module, at the first use."""
    for module, names in _ON_DEMAND.items():
        if name in names:
            found = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "NONE",
    "NOT_LITERAL",
    "Bound",
    "Call",
    "Context",
    "Definition",
    "Duration",
    "Environment",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Fact",
    "Function",
    "Optional",
    "Overload",
    "Path",
    "Timestamp",
    "Unguarded",
    "Variable",
    "compile",
    "day_of",
    "did_you_mean",
    "timestamp_of_day",
    "vocabulary",
]
