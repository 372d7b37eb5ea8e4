"""The text of an expression -> what can be called with a context and the values of its variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iscode.expr import check, emit
from iscode.expr.errors import EvaluationError, ExpressionError, final
from iscode.expr.parser import parse
from iscode.expr.presence import NOTHING, holds
from iscode.expr.shapes import accepts
from iscode.expr.types import BOOL, DYN

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscode.expr.environment import Context, Environment
    from iscode.expr.presence import Facts, Unguarded
    from iscode.expr.scope import Checker
    from iscode.expr.typed import Part, Path
    from iscode.expr.types import Type


class Expression:
    """A compiled expression.

    `type` is what it gives, `reads` the variables it names, `facts` what is known once it is true and
    `implies` the paths among them, `unguarded` the reads of what may be absent and nothing guards, `tree` its
    checked parts, `environment` and `present` what it was compiled with.
    Called with a context and one value for each variable of its environment, it gives its value or raises
    `EvaluationError`. `evaluate` is the same without a frame in between, for hot loops.
    """

    __slots__ = (
        "_exact",
        "arguments",
        "environment",
        "evaluate",
        "facts",
        "implies",
        "present",
        "reads",
        "text",
        "tree",
        "type",
        "unguarded",
    )

    def __init__(
        self,
        text: str,
        tree: Part,
        environment: Environment,
        present: Facts,
        reads: frozenset[str],
        unguarded: tuple[Unguarded, ...],
    ) -> None:
        self.text = text
        self.tree = tree
        self.type: Type = tree.type
        self.reads = reads
        self.facts = holds(tree, True) if tree.type == BOOL else NOTHING
        self.implies: frozenset[Path] = frozenset(fact for fact in self.facts if isinstance(fact, tuple))
        self.unguarded = unguarded
        self.environment = environment
        self.present = present
        self.arguments = tuple(f"v{position}" for position in range(len(environment.variables)))
        self._exact: Callable[..., object] | None = None
        self.evaluate: Callable[..., Any] = self.exact if tree.type == DYN else self._first

    def __call__(self, context: Context, *values: object) -> Any:
        return self.evaluate(context, *values)

    def _first(self, context: Context, *values: object) -> Any:
        """The first evaluation makes the function: most expressions of a rule never run where its `when` is false."""
        self.evaluate = emit.function(self.tree, self.arguments, exact=False, fallback=self._retry)
        return self.evaluate(context, *values)

    def exact(self, context: Context, *values: object) -> Any:
        """The value by the exact form alone: what the fast form falls back to."""
        if self._exact is None:
            self._exact = emit.function(self.tree, self.arguments, exact=True, fallback=failed)
        return self._exact(context, *values)

    def _retry(self, error: Exception, steps: int, context: Context, *values: object) -> Any:
        if final(error):
            raise error
        context.steps = steps
        return self.exact(context, *values)


def failed(error: Exception, _steps: int, _context: Context, *_values: object) -> Any:
    """Raise what the exact form raised, as an `EvaluationError`."""
    if isinstance(error, EvaluationError) or final(error):
        raise error
    raise EvaluationError(f"{type(error).__name__}: {error}") from error


def compile(  # noqa: A001 the name that the language's own libraries use
    text: str,
    environment: Environment,
    *,
    expect: Type | None = None,
    present: Facts = NOTHING,
) -> Expression:
    """The expression that `text` is in `environment`; every fault of the text raises `ExpressionError`.

    `expect` is the type it must have; `present` are the paths known to be there, or the `facts` of expressions
    known to be true.
    """
    checker = check.checker(environment)
    checker.known = present
    try:
        tree = checker.visit(parse(text))
        expected(tree, expect)
    except ExpressionError as error:
        raise error.within(text) from None
    return expression(text, tree, checker)


def expected(tree: Part, kind: Type | None) -> None:
    """Refuse an expression that gives another type than `kind`."""
    if kind is not None and not accepts(kind, tree.type):
        raise ExpressionError(f"the expression gives {tree.type}, not {kind}", 0)


def expression(text: str, tree: Part, checker: Checker) -> Expression:
    """The expression of a checked tree."""
    unguarded = tuple(checker.unguarded.values())
    return Expression(text, tree, checker.environment, checker.known, frozenset(checker.reads), unguarded)
