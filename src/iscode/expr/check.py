"""The text of an expression and its environment -> checked parts, each with its type.

Every error points at the token it is about. In the unchecked mode, which the specification's own cases
need, every type is `dyn`, the values decide which overload is called, and what would be refused becomes an
error value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iscode.expr import calls, conditions, reads, syntax, walks
from iscode.expr.library import LIBRARY
from iscode.expr.scope import Checker

if TYPE_CHECKING:
    from iscode.expr.environment import Environment
    from iscode.expr.scope import Visitors

VISITORS: Visitors = {
    syntax.Literal: conditions.literal,
    syntax.Name: reads.name,
    syntax.Select: reads.select,
    syntax.Has: reads.has,
    syntax.Index: reads.index,
    syntax.Call: calls.call,
    syntax.Logic: conditions.logic,
    syntax.Chain: conditions.chain,
    syntax.Compare: conditions.compare,
    syntax.Unary: conditions.unary,
    syntax.Conditional: conditions.conditional,
    syntax.Items: walks.items,
    syntax.Entries: walks.entries,
    syntax.Walk: walks.walk,
    syntax.Bind: walks.bind,
    syntax.OptionalMap: walks.map_optional,
}


def checker(environment: Environment) -> Checker:
    """A checker for one expression of the environment."""
    return Checker(environment, VISITORS, LIBRARY)
