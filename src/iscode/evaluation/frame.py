"""A compiled rule and a subject -> the values that its expressions take; each let is computed when first asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any, Final

from iscode.expr import EvaluationError, Optional
from iscode.inventory import Record
from iscode.rule import CompiledRule, Context, Let
from iscode.rule.compiled import BASE, FRAME, ITEM, OLD, OLD_ITEM

PATIENCE: Final = 8
"""Subjects that are asked one expression at a time before a function is made that is not written down."""

Said = bool | list[tuple[str | int, Any]] | None
"""What the function of a rule gives."""
Frame = list[Any]
"""One value for each name of the rule, in its order; a let is a thunk."""


class Thunk:
    """A let on its way: computed when first asked, then kept, its error too."""

    __slots__ = ("compute", "error", "known", "value")

    def __init__(self, compute: Callable[[], Any]) -> None:
        self.compute = compute
        self.known = False
        self.error: EvaluationError | None = None
        self.value: Any = None

    def __call__(self) -> Any:
        if not self.known:
            try:
                self.value = self.compute()
            except EvaluationError as error:
                self.error = error
            self.known = True
        if self.error is not None:
            raise self.error.with_traceback(None)  # else each raise would lengthen the trail of the one before
        return self.value


class Shared(Thunk):
    """A let that every subject reads, computed on a budget of its own: no result depends on who asked first.

    Whoever meets its error has reached the records that it had reached.
    """

    __slots__ = ("context", "reached")

    def __init__(self, compute: Callable[[], Any], context: Context) -> None:
        super().__init__(compute)
        self.context = context
        self.reached: dict[Record, None] = {}

    def __call__(self) -> Any:
        if self.known and self.error is None:
            return self.value
        try:
            return super().__call__() if self.known else self._first()
        except EvaluationError:
            self.context.reached |= self.reached
            raise

    def _first(self) -> Any:
        context = self.context
        steps, reached = context.steps, context.reached
        context.begin(whole=context.whole)
        try:
            return super().__call__()
        finally:
            self.reached = context.reached
            context.steps, context.reached = steps, reached


class Frames:
    """The frames of one rule in one evaluation. Lets that are free of self and item are shared by all of them."""

    def __init__(self, compiled: CompiledRule, context: Context) -> None:
        self.context = context
        self.slot = {name: index for index, name in enumerate(compiled.names)}
        self.of_items = [let for let in compiled.lets if let.of_item]
        self.of_subjects = [let for let in compiled.lets if let.of_self and not let.of_item]
        self.first: Frame = [None] * len(compiled.names)
        self.first[: len(FRAME)] = None, context.today, compiled.params
        if BASE in self.slot:
            self.first[self.slot[BASE]] = context.base
        for let in compiled.lets:
            if not let.of_self and not let.of_item:
                self.first[self.slot[let.name]] = Shared(self._compute(let, self.first), context)
        self.passing = compiled.passing
        self.function: Callable[..., Any] | None = None
        self.given = self._given(None)
        self.patience = inf if self.passing is None else 0 if self.passing.ready else PATIENCE

    def asked(self, value: Mapping[str, Any], whole: bool, old: Mapping[str, Any] | None) -> Said:
        """What the function of the rule says at once of a subject, as `Passing` tells; None where it says nothing."""
        function = self.function
        if function is None:
            if self.patience:
                self.patience -= 1
                return None
            function = self._made()
        given = self.given if old is None else self._given(old)
        context = self.context
        context.begin(whole)
        try:
            said: Said = function(context, value, *given)
        except Exception:
            return None  # whatever it is will be met again, and told, where expressions are asked one by one
        return said

    def _made(self) -> Callable[..., Any]:
        assert self.passing is not None  # noqa: S101 without one patience has no end
        self.function = self.passing.function
        return self.function

    def _given(self, old: object) -> tuple[Any, ...]:
        """The values that the function takes beside the subject; what that was is among them where rules compare."""
        taken = () if self.passing is None else self.passing.given[1:]
        return tuple(old if index == self.slot.get(OLD) else self.first[index] for index in taken)

    def of_subject(self, value: Mapping[str, Any], *, whole: bool, old: Mapping[str, Any] | None = None) -> Frame:
        """The values for one subject; its steps start anew. `whole`: what it counts must be all there is.

        `old` is the subject as the base had it.
        """
        self.context.begin(whole=whole)
        frame = self.first.copy()
        frame[0] = value
        if OLD in self.slot:
            frame[self.slot[OLD]] = old
        for let in self.of_subjects:
            frame[self.slot[let.name]] = Thunk(self._compute(let, frame))
        return frame

    def of_item(self, frame: Frame, item: Any, old: Optional) -> Frame:
        """The values for one item of a subject; `old` is the item of that name as the base had it."""
        inner = frame.copy()
        inner[self.slot[ITEM]] = item
        if OLD_ITEM in self.slot:
            inner[self.slot[OLD_ITEM]] = old
        for let in self.of_items:
            inner[self.slot[let.name]] = Thunk(self._compute(let, inner))
        return inner

    def read(self, frame: Frame, name: str) -> Any:
        """The value of a name; raises EvaluationError where a let has none."""
        value = frame[self.slot[name]]
        return value() if isinstance(value, Thunk) else value

    def _compute(self, let: Let, frame: Frame) -> Callable[[], Any]:
        formula, context = let.formula, self.context
        return lambda: formula(context, frame)
