"""An expression and values -> the value, or the error, of every part that was worked out, by the exact form.

What was not reached says so. Of a long walk the first rows and the last are kept, and the others are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from iscode.expr import emit, typed
from iscode.expr.errors import EvaluationError
from iscode.expr.expression import failed
from iscode.expr.sites import locate
from iscode.expr.types import NEVER
from iscode.expr.values import Optional, optional

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from iscode.expr.environment import Context
    from iscode.expr.expression import Expression
    from iscode.expr.sites import Site
    from iscode.expr.typed import Part

ROWS: Final = (20, 5, 1)
"""Rows that are kept of a walk, of one within it, and of one within that; of those below only the last."""

DECISIVE: Final = {"all": False, "exists": True}
"""Macro -> the truth of one row that settles it."""


class NotEvaluated:
    """The one value `NOT_EVALUATED`: what a part has that nothing asked for, or that ended in an error."""

    def __repr__(self) -> str:
        return "NOT_EVALUATED"


NOT_EVALUATED: Final = NotEvaluated()


@dataclass(frozen=True, slots=True)
class Row:
    """One step of a walk: its variables as the text calls them, what each was, and what was worked out for it."""

    names: tuple[str, ...]
    values: tuple[object, ...]
    inner: tuple[Trace, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A part of an expression, what it came to, and the parts that this came from, in the order of evaluation.

    `touched` is the container that a read went into, and the key. `left_out` counts the rows that were not kept.
    """

    part: Part
    site: Site
    value: object
    error: EvaluationError | None
    inner: tuple[Trace, ...] = ()
    rows: tuple[Row, ...] = ()
    left_out: int = 0
    touched: tuple[object, object] | None = None

    @property
    def text(self) -> str:
        """The part as its author wrote it."""
        return self.site.text

    @property
    def evaluated(self) -> bool:
        """Whether it was reached."""
        return self.error is not None or self.value is not NOT_EVALUATED

    def walk(self) -> Iterator[Trace]:
        """This trace and all within it, each before what it holds."""
        yield self
        for inner in self.inner:
            yield from inner.walk()
        for row in self.rows:
            for inner in row.inner:
                yield from inner.walk()


class Tracer:
    """An expression made ready to be watched; called like it, it gives the trace of that one evaluation."""

    def __init__(self, expression: Expression) -> None:
        self._tree, self._sites = locate(expression)
        self._recorder = _Recorder()
        self._run = emit.function(
            self._tree, expression.arguments, exact=True, fallback=failed, seen=self._recorder.seen
        )

    def __call__(self, context: Context, *values: object) -> Trace:
        root = self._recorder.begin()
        try:
            self._run(context, *values)
        except EvaluationError as error:
            root.inner[0].error = error
        [trace] = _traces(root.inner[0], self._sites)
        return trace


def trace(expression: Expression, context: Context, *values: object) -> Trace:
    """What every part of the expression comes to; values and steps as in a call of it."""
    return Tracer(expression)(context, *values)


def because(trace: Trace) -> Trace:
    """The trace without what had no say: of `a && b` that is false, only the false one is left."""
    inner: tuple[Trace, ...] = tuple(part for part in trace.inner if part.evaluated)
    rows, part, left_out = trace.rows, trace.part, trace.left_out
    if isinstance(part, typed.Connect):
        decisive = [held for held in inner if held.value is (part.word == "||")]
        erring = [held for held in inner if held.error is not None]
        inner = tuple(decisive[:1] or erring[:1] or inner)
    if isinstance(part, typed.Comprehend) and trace.value is DECISIVE.get(part.macro):
        rows, left_out = tuple(row for row in rows if row.inner[0].value is trace.value), 0
    return replace(
        trace,
        inner=tuple(map(because, inner)),
        left_out=left_out,
        rows=tuple(replace(row, inner=tuple(map(because, row.inner))) for row in rows),
    )


class _Note:
    """One evaluation of one part, on its way."""

    __slots__ = ("error", "inner", "part", "rows", "started", "value")

    def __init__(self, part: Part) -> None:
        self.part = part
        self.value: object = NOT_EVALUATED
        self.error: Exception | None = None
        self.inner: list[_Note] = []
        self.rows: list[tuple[int, list[_Note]]] = []
        self.started = 0

    def add(self, note: _Note, most: int) -> None:
        """Take in what was worked out below: into the row it belongs to, where the part is a walk."""
        part = self.part
        if not isinstance(part, typed.Comprehend) or note.part is part.operand:
            self.inner.append(note)
        elif part.test is not None and note.part is not part.test:
            self.rows[-1][1].append(note)
        else:
            if len(self.rows) > most:
                self.rows.pop()
            self.rows.append((self.started, [note]))
            self.started += 1


class _Recorder:
    """What an emitted function tells of itself while it runs."""

    def __init__(self) -> None:
        self.open: list[_Note] = []
        self.walks = 0

    def begin(self) -> _Note:
        """Forget the last evaluation; what the next one is will be the first in this note."""
        root = _Note(typed.Part(NEVER, 0, None))
        self.open, self.walks = [root], 0
        return root

    def seen(self, part: Part, held: bool, work: Callable[[], Any]) -> Any:
        """What `work` gives, noted; `held`: it is the content of the optional that the part is."""
        above = self.open[-1]
        if above.part is part:
            return work()
        note = _Note(part)
        walk = isinstance(part, typed.Comprehend)
        self.open.append(note)
        self.walks += walk
        try:
            value = work()
        except Exception as error:
            note.error = error
            raise
        else:
            note.value = optional(value) if held else value
            return value
        finally:
            self.walks -= walk
            self.open.pop()
            above.add(note, ROWS[self.walks - 1] if 0 < self.walks <= len(ROWS) else 0)


def _traces(note: _Note, sites: Mapping[Part, Site]) -> Iterator[Trace]:
    """The trace of a note; of a part that nobody wrote, such as a parameter's, the traces below it."""
    inner = [trace for below in note.inner for trace in _traces(below, sites)]
    if note.part not in sites:
        yield from inner
        return
    site = sites[note.part]
    if isinstance(note.part, typed.Let) and len(inner) == 1 and inner[0].site.within != site.within:
        yield replace(inner[0], site=site)  # a definition: its call stands for its body
        return
    reached = {id(below.part) for below in note.inner}
    inner += [
        Trace(part, sites[part], NOT_EVALUATED, None)
        for part in _alternatives(note.part)
        if part in sites and id(part) not in reached
    ]
    yield Trace(
        part=note.part,
        site=site,
        value=note.value,
        error=_error(note.error),
        inner=tuple(inner),
        rows=tuple(_rows(note, sites)),
        left_out=note.started - len(note.rows),
        touched=_touched(note),
    )


def _rows(note: _Note, sites: Mapping[Part, Site]) -> Iterator[Row]:
    if not isinstance(note.part, typed.Comprehend) or not note.rows:
        return
    [walked] = (below.value for below in note.inner if below.part is note.part.operand)
    held: list[Any] = list(walked)  # type: ignore[call-overload]
    for position, notes in note.rows:
        item = held[position]
        pair = (item, walked[item]) if isinstance(walked, dict) else (position, item)
        names = sites[note.part].names
        values = pair if len(names) == 2 else (item,)
        yield Row(names, values, tuple(trace for below in notes for trace in _traces(below, sites)))


def _alternatives(part: Part) -> tuple[Part, ...]:
    """The parts that an evaluation may leave out."""
    match part:
        case typed.Connect(operands=operands):
            return operands
        case typed.Choose(branches=branches, otherwise=otherwise):
            return (*(way for branch in branches for way in branch), otherwise)
        case typed.Unwrap(otherwise=typed.Part() as otherwise):
            return (otherwise,)
    return ()


def _touched(note: _Note) -> tuple[object, object] | None:
    """Which container a read went into, and with which key; None where it was no read, or there was nothing."""
    part = note.part
    if not isinstance(part, typed.Read | typed.HasKey):
        return None
    values = {id(below.part): below.value for below in note.inner}
    holder = values.get(id(part.operand))
    holder = holder.content if isinstance(holder, Optional) else holder
    key: object = part.key
    if isinstance(key, typed.Part):
        key = key.value if isinstance(key, typed.Constant) else values.get(id(key), NOT_EVALUATED)
    return (holder, key) if isinstance(holder, dict | list) and key is not NOT_EVALUATED else None


def _error(error: Exception | None) -> EvaluationError | None:
    if error is None or isinstance(error, EvaluationError):
        return error
    return EvaluationError(f"{type(error).__name__}: {error}")
