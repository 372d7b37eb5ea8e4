"""Patterns of RE2 over text: name -> overloads; time grows with the text, never with the pattern's cunning."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import re2

from iscode.expr.environment import NOT_LITERAL, Bound, Call, Context, Overload
from iscode.expr.errors import EvaluationError
from iscode.expr.types import BOOL, INT, STRING, ListType, OptionalType, Type
from iscode.expr.values import NONE, Optional

if TYPE_CHECKING:
    from collections.abc import Callable

SCAN = 64
"""Characters that a search passes for one step."""


@lru_cache(maxsize=1024)
def pattern_of(pattern: str) -> Any:
    """The compiled pattern; a `ValueError` that says what is wrong with it."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "unreadable"
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None


def pattern_at_run(context: Context, text: str, pattern: str) -> Any:
    """The compiled pattern, once the search through the text is paid."""
    context.charge(len(text) // SCAN)
    try:
        return pattern_of(pattern)
    except ValueError as error:
        raise EvaluationError(f"the pattern is broken: {error}") from None


def matches(context: Context, text: str, pattern: str) -> bool:
    """Whether the pattern occurs in the text."""
    return _found(pattern_at_run(context, text, pattern), text)


def _found(compiled: Any, text: str) -> bool:
    """Whether it is there, which needs no counting of code points up to where."""
    return compiled.search(text.encode()) is not None


def occurs(pattern: str, context: Context, text: str) -> bool:
    """The same of a pattern that is known to be sound."""
    context.charge(len(text) // SCAN)
    return _found(pattern_of(pattern), text)


def matches_type(call: Call) -> Type | Bound:
    """A literal pattern is compiled with the expression."""
    known(BOOL)(call)
    pattern = call.literals[1]
    if not isinstance(pattern, str):
        return BOOL
    return Bound(BOOL, partial(occurs, pattern), (0,))


def known(kind: Type) -> Callable[[Call], Type]:
    """The type `kind`, once a literal pattern proved sound."""

    def check(call: Call) -> Type:
        pattern = call.literals[1]
        if pattern is not NOT_LITERAL:
            try:
                pattern_of(str(pattern))
            except ValueError as error:
                hint = "patterns are those of RE2: no look-around, no back-references"
                call.fail(1, f"the pattern is broken: {error}", hint)
        return kind

    return check


def extract(context: Context, text: str, pattern: str) -> Optional:
    """What the pattern finds first: its group, if it has one, else all of it; at most one group is allowed."""
    found = one_group(pattern_at_run(context, text, pattern)).search(text)
    if found is None:
        return NONE
    content = found.group(found.re.groups)
    return NONE if content is None else Optional(content)


def extract_all(context: Context, text: str, pattern: str) -> list[str]:
    """All that the pattern finds, as `extract` has it."""
    compiled = one_group(pattern_at_run(context, text, pattern))
    context.charge(len(text))
    groups = (found.group(compiled.groups) for found in compiled.finditer(text))
    return [content for content in groups if content is not None]


def one_group(compiled: Any) -> Any:
    """The pattern, if it has one group at most."""
    if compiled.groups > 1:
        raise EvaluationError("the pattern has more than one group")
    return compiled


def replace_found(context: Context, text: str, pattern: str, by: str, count: int = -1) -> str:
    """The text with what the pattern finds replaced, `count` times or, when negative, each time; `\\1` is a group."""
    compiled = pattern_at_run(context, text, pattern)
    if count == 0:
        return text
    context.charge((len(text) + 1) * (len(by) + 1) // SCAN)
    try:
        return str(compiled.sub(by, text, max(count, 0)))
    except (re2.error, IndexError, ValueError):
        raise EvaluationError("the replacement names a group that the pattern has not") from None


PATTERNS: dict[str, tuple[Overload, ...]] = {
    "matches": (
        Overload((STRING, STRING), matches_type, matches, context=True),
        Overload((STRING, STRING), matches_type, matches, receiver=True, context=True),
    ),
    "regex.extract": (Overload((STRING, STRING), known(OptionalType(STRING)), extract, context=True),),
    "regex.extractAll": (Overload((STRING, STRING), known(ListType(STRING)), extract_all, context=True),),
    "regex.replace": (
        Overload((STRING, STRING, STRING), known(STRING), replace_found, context=True),
        Overload((STRING, STRING, STRING, INT), known(STRING), replace_found, context=True),
    ),
}
"""Name -> overloads of what takes a pattern."""
