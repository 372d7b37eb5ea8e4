"""CEL: text -> typed tree -> Python function. Knows nothing of records, rules or standards."""

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
from iscode.expr.errors import EvaluationError, ExpressionError, did_you_mean
from iscode.expr.expression import Expression
from iscode.expr.library import vocabulary
from iscode.expr.presence import Fact, Unguarded
from iscode.expr.time import Duration, Timestamp, day_of, timestamp_of_day
from iscode.expr.typed import Path
from iscode.expr.values import NONE, Optional

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
