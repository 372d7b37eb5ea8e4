"""What is wrong with an expression: text that does not compile, or a value that cannot be had.

`ExpressionError` is for whoever wrote the text; `EvaluationError` is CEL's error value on its way up.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from iscode.errors import IscodeError

if TYPE_CHECKING:
    from collections.abc import Iterable

FATAL = (RecursionError, MemoryError)
"""Never absorbed by `&&` and `||`, never a reason to try the exact form: the machine gave out."""


class ExpressionError(IscodeError):
    """A text that does not compile. `offset` counts code points from 0; `line` and `column` from 1."""

    def __init__(self, message: str, offset: int, hint: str = "", *, text: str = "") -> None:
        super().__init__(message, hint=hint)
        self.offset = offset
        self.line = text.count("\n", 0, offset) + 1
        self.column = offset - (text.rfind("\n", 0, offset) + 1) + 1

    def within(self, text: str) -> ExpressionError:
        """The same error with line and column counted in `text`."""
        return ExpressionError(self.message, self.offset, self.hint, text=text)


class EvaluationError(IscodeError):
    """An expression without a value. `cause` is `failed`, `cost`, `unresolved`, `invalid` or `no_history`.

    All but `cost` are CEL errors: `&&` and `||` absorb them where the other side decides.
    """

    def __init__(self, message: str, cause: str = "failed") -> None:
        super().__init__(message)
        self.cause = cause


def final(error: Exception) -> bool:
    """Whether the error ends the evaluation whatever the rest of the expression says.

    So does what a function of the host raises of its own: a repository that cannot be read has no value.
    """
    if isinstance(error, EvaluationError):
        return error.cause == "cost"
    return isinstance(error, (IscodeError, *FATAL))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that offers the nearest of `known`, else up to six of them, else nothing."""
    words = sorted(known)
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"known: {', '.join(words)}" if 0 < len(words) <= 6 else ""
