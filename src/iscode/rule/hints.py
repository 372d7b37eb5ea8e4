"""What is wrong in a rule -> what its author does next: the nearest name, or the marked line of an expression."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from iscode.document import Document, Pointer
from iscode.errors import RuleError
from iscode.expr import ExpressionError, did_you_mean

FIRST: Final = 20
"""Names that a hint lists when none is near."""
CUT: Final = "if more is written there, YAML cut it, as a comment from ` #` on: put the expression into quotes"
COMPARISONS: Final = 10_000
"""Names that are compared with names that nobody knows, in all, where one file may hold thousands of these."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The nearest of the known names; where none is near, the first of all."""
    names = sorted(known)
    return did_you_mean(word, names) or f"one of: {', '.join(names[:FIRST])}"


class Guesses:
    """The nearest of known names, as long as there are comparisons left; else nothing."""

    def __init__(self) -> None:
        self._left = COMPARISONS

    def nearest(self, word: str, known: Collection[str]) -> str:
        """The nearest of the known names, or the first of all; empty where too many were compared before."""
        self._left -= len(known)
        return nearest(word, known) if self._left >= 0 else ""


def pointed(text: str, error: ExpressionError, *, whole: bool = False) -> str:
    """The hint of an error in an expression, and below it the line of the text with the place marked.

    Where the text ends too early, YAML may have cut it, unless it is known to be `whole`.
    """
    lines = text.splitlines() or [""]
    caret = f"{lines[min(error.line, len(lines)) - 1]}\n{' ' * (error.column - 1)}^"
    hint = error.hint or (CUT if error.offset >= len(text) and not whole else "")
    return f"{hint}\n{caret}" if hint else caret


class FormulaError(RuleError):
    """An expression of a rule that does not compile: the key that it stands at, and where in its text, from 0."""

    def __init__(self, document: Document, pointer: Pointer, text: str, error: ExpressionError) -> None:
        super().__init__(error.message, place=document.place(pointer), hint=pointed(text, error))
        self.pointer, self.offset, self.next_step = pointer, error.offset, error.hint
