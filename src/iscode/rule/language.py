"""Every own function of the language, by name: over records, over facts, over requirements."""

from __future__ import annotations

from iscode.expr import Function
from iscode.rule import functions, functions_of_facts, functions_of_requirements
from iscode.schema import Kinds


def table(kinds: Kinds) -> dict[str, Function]:
    """The own functions, typed by these kinds."""
    return {**functions.table(kinds), **functions_of_facts.table(kinds), **functions_of_requirements.table(kinds)}
