"""The text of an expression -> the compiled expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscode.expr import check
from iscode.expr.errors import ExpressionError
from iscode.expr.expression import Expression
from iscode.expr.parser import parse
from iscode.expr.presence import NOTHING, holds
from iscode.expr.shapes import accepts
from iscode.expr.types import BOOL, DYN

if TYPE_CHECKING:
    from iscode.expr.environment import Environment
    from iscode.expr.presence import Facts
    from iscode.expr.scope import Checker
    from iscode.expr.typed import Part
    from iscode.expr.types import Type


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
        hint = "compare it with something: ==, <, in" if kind == BOOL else f"give a {kind}"
        raise ExpressionError(f"the expression gives {tree.type}, not {kind}", 0, hint)


def expression(text: str, tree: Part, checker: Checker) -> Expression:
    """The expression of a checked tree."""
    unguarded = tuple(checker.unguarded.values())
    facts = holds(tree, True) if tree.type == BOOL else NOTHING
    reads, known = frozenset(checker.reads), checker.known
    fast = tree.type != DYN
    return Expression(text, tree, checker.environment, known, reads, facts, unguarded, fast=fast)
