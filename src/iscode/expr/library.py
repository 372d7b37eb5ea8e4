"""The families of functions -> everything that an expression may call beside what its environment adds."""

from __future__ import annotations

from iscode.expr.environment import Function
from iscode.expr.lists import LISTS
from iscode.expr.macros import NAMES
from iscode.expr.maths import MATHS
from iscode.expr.operators import OPERATORS
from iscode.expr.patterns import PATTERNS
from iscode.expr.standard import STANDARD
from iscode.expr.strings import STRINGS

FAMILIES = (STANDARD, PATTERNS, STRINGS, LISTS, MATHS)
LIBRARY = {
    name: Function(name, tuple(overload for family in FAMILIES for overload in family.get(name, ())))
    for name in dict.fromkeys(name for family in FAMILIES for name in family)
}
"""Name -> function; a name of several families has the overloads of all."""

UNWRAPS = {"hasValue": 0, "value": 0, "orValue": 1, "or": 1}
"""What can be asked of an optional -> how many arguments it takes."""


def vocabulary() -> dict[str, tuple[str, ...]]:
    """What the language has, sorted: `operators`, `macros`, `functions`, for documents and suggestions."""
    symbols = {*OPERATORS, "==", "!=", "in", "&&", "||", "!", "?:", "[]", "[?]", ".", ".?"} - {"negate"}
    macros = {*NAMES, "cel.bind"} - {"bind"}
    return {
        "operators": tuple(sorted(symbols)),
        "macros": tuple(sorted(macros)),
        "functions": tuple(sorted({*LIBRARY, *UNWRAPS})),
    }
