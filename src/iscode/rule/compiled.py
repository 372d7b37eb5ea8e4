"""A rule whose every expression is compiled for its subjects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from iscode.rule.context import Context
from iscode.rule.message import Message

if TYPE_CHECKING:
    from iscode.document import Pointer
    from iscode.expr import Expression
    from iscode.rule.model import Severity

SELF, TODAY, PARAMS, ITEM = "self", "today", "params", "item"
OLD, OLD_ITEM, BASE = "old", "old_item", "base"
FRAME: Final = (SELF, TODAY, PARAMS)
"""The first values of a frame. Where records are compared with the base, `base` follows, and `old` where they changed;
then the lets, and in a rule with `each` the item before those that read it.
"""


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression that takes the first `width` values of a frame: those that were known where it stands."""

    expression: Expression
    width: int

    def __call__(self, context: Context, frame: Sequence[Any]) -> Any:
        return self.expression.evaluate(context, *frame[: self.width])


@dataclass(frozen=True, slots=True)
class Let:
    """A named expression. `of_item`: it reads the item, directly or through another; `of_self` likewise."""

    name: str
    formula: Formula
    of_self: bool
    of_item: bool


@dataclass(frozen=True, slots=True)
class Target:
    """Where a check points: keys from self or from the item."""

    from_item: bool
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """One check: what must be true, where to point, what to say."""

    clause: str
    that: Formula
    at: Target | None
    message: Message
    severity: Severity | None


class Passing:
    """The function that says of a subject whether a rule plainly passes; made when it is first asked for.

    It takes the context and the values of a frame whose indexes are `given`. It gives True where the subject passes,
    False where `when` is false; of a rule with `each` the (key, item) of each item that `where` keeps, where all of
    them pass; None where it cannot say, which the expressions one by one will. It may raise anything, which says as
    little.
    """

    __slots__ = ("_function", "_make", "given", "ready")

    def __init__(self, given: Sequence[int], make: Callable[[], Callable[..., Any]], *, ready: bool) -> None:
        self.given = tuple(given)
        self.ready = ready
        """Whether it was written down, so that it costs little to make."""
        self._make = make
        self._function: Callable[..., Any] | None = None

    @property
    def function(self) -> Callable[..., Any]:
        """The function itself."""
        if self._function is None:
            self._function = self._make()
        return self._function


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule whose expressions are functions of a frame: one value for each of `names`, in order."""

    subjects: tuple[str, ...]
    """The kinds that it judges; none: the repository, or requirements."""
    names: tuple[str, ...]
    params: Mapping[str, Any]
    when: Formula | None
    needs: tuple[tuple[str, ...], ...]
    each: Formula | None
    each_pointer: Pointer | None
    """Where the items stand in the record, when `each` is a path."""
    item_keys: tuple[str, ...]
    item_needs: tuple[tuple[str, ...], ...]
    where: Formula | None
    lets: tuple[Let, ...]
    checks: tuple[CompiledCheck, ...]
    passing: Passing | None = field(default=None, compare=False)
    """What says at once that a subject passes, where anything does."""
