"""A checked tree -> what can be called with a context and the values of its variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from iscode.expr.errors import EvaluationError, final

if TYPE_CHECKING:
    from collections.abc import Callable

    from iscode.expr.environment import Context, Environment
    from iscode.expr.presence import Facts, Unguarded
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
        facts: Facts,
        unguarded: tuple[Unguarded, ...],
        *,
        fast: bool,
    ) -> None:
        self.text = text
        self.tree = tree
        self.type: Type = tree.type
        self.reads = reads
        self.facts = facts
        self.implies: frozenset[Path] = frozenset(fact for fact in facts if isinstance(fact, tuple))
        self.unguarded = unguarded
        self.environment = environment
        self.present = present
        self.arguments = tuple(f"v{position}" for position in range(len(environment.variables)))
        self._exact: Callable[..., object] | None = None
        self.evaluate: Callable[..., Any] = self._first if fast else self.exact

    def __call__(self, context: Context, *values: object) -> Any:
        return self.evaluate(context, *values)

    def _first(self, context: Context, *values: object) -> Any:
        """The first evaluation makes the function: most expressions of a rule never run where its `when` is false."""
        from iscode.expr.emit import function

        self.evaluate = function(self.tree, self.arguments, exact=False, fallback=self.retry)
        return self.evaluate(context, *values)

    def exact(self, context: Context, *values: object) -> Any:
        """The value by the exact form alone: what the fast form falls back to."""
        if self._exact is None:
            from iscode.expr.emit import function

            self._exact = function(self.tree, self.arguments, exact=True, fallback=failed)
        return self._exact(context, *values)

    def absorbs(self) -> bool:
        """Whether the expression may have a value although something in it raises."""
        from iscode.expr.typed import absorbs  # most starts need no tree

        return absorbs(self.tree)

    def retry(self, error: Exception, steps: int, context: Context, *values: object) -> Any:
        """The value by the exact form, after the fast one raised; `steps` is what the context had before."""
        if final(error) or (isinstance(error, EvaluationError) and not self.absorbs()):
            raise error
        context.steps = steps
        return self.exact(context, *values)


def failed(error: Exception, _steps: int, _context: Context, *_values: object) -> Any:
    """Raise what the exact form raised, as an `EvaluationError`."""
    if isinstance(error, EvaluationError) or final(error):
        raise error
    raise EvaluationError(f"{type(error).__name__}: {error}") from error
