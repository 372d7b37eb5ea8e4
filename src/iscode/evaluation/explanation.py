"""A result of an evaluation -> its proof: each clause in its order, what it came to, and the lines that were read.

The rule judges its subject once more, by the same judge, while its expressions are watched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from iscode.document import Pointer
from iscode.errors import Place
from iscode.evaluation.amendment import Amendment, amend
from iscode.evaluation.evaluate import Evaluation
from iscode.evaluation.frame import Frame, Frames
from iscode.evaluation.ground import Ground
from iscode.evaluation.judge import Judge, Spot
from iscode.evaluation.reading import Read, Reads, reads
from iscode.evaluation.result import Result
from iscode.evaluation.subjects import Subject, subjects
from iscode.expr import Optional
from iscode.expr.trace import Trace, Tracer
from iscode.expr.typed import Local
from iscode.inventory import Record
from iscode.policy import BoundRule
from iscode.rule import CompiledRule, Context
from iscode.rule.compiled import SELF, Formula
from iscode.rule.paths import follow, is_empty


@dataclass(frozen=True, slots=True)
class Need:
    """A path that must be there: what stands at it, None for nothing, and where that is or should be.

    `record` and `pointer` are those of the path itself; None and () where it leads into no record.
    """

    clause: str
    value: object
    met: bool
    place: Place
    record: Record | None
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Clause:
    """An expression of the rule and what it came to. `place` is where it stands in the rule's file."""

    clause: str
    trace: Trace
    place: Place


Step = Need | Clause


@dataclass(frozen=True)
class Explanation:
    """Why a result is what it is. `steps` are in the order of evaluation, and the last one decided.

    `lets` are the named expressions that were read, in the order of the rule. `bound` is None for a built-in rule,
    which has neither. `amendment` is the one field that would turn a failure, where one was found.
    """

    result: Result
    bound: BoundRule | None = None
    steps: tuple[Step, ...] = ()
    lets: tuple[Clause, ...] = ()
    reads: Reads = field(default_factory=Reads)
    amendment: Amendment | None = None


def explain(evaluation: Evaluation, result: Result) -> Explanation:
    """The proof of one of the evaluation's results."""
    ground = evaluation.ground
    bound = next((bound for bound in ground.policy.bound if bound.id == result.rule), None)
    if bound is None:
        return Explanation(result)
    watch = _Watch(bound)
    judge = _WatchedJudge(watch, bound, ground)
    for subject in subjects(bound, ground.world):
        if subject.name == result.subject and any(_same(found, result) for found in judge.results(subject)):
            break
    steps = tuple(_until(watch.steps, result.clause))
    lets = tuple(watch.lets_of(steps))
    read = reads(ground.world.inventory, _traces((*steps, *lets)), _needed(steps))
    return Explanation(result, bound, steps, lets, read, _amendment(ground, bound, result, steps, lets))


def _amendment(
    ground: Ground, bound: BoundRule, result: Result, steps: Sequence[Step], lets: Iterable[Step]
) -> Amendment | None:
    """What would turn a failure: a field that the deciding clause read, or that it needs."""
    if result.outcome != "fail" or not steps:
        return None
    last = steps[-1]
    if isinstance(last, Need):
        needed = [(last.record, last.pointer)] if last.record is not None and last.pointer else []
        return amend(ground, bound, result, needed, [])
    traces = list(_traces((last, *lets)))
    return amend(ground, bound, result, _fields(ground, bound, result, traces), traces)


def _fields(
    ground: Ground, bound: BoundRule, result: Result, traces: Sequence[Trace]
) -> Iterator[tuple[Record, Pointer]]:
    """What a failed check is about: of the subject what had a say and what the message names, then all it read."""
    record = ground.world.inventory.find(result.subject)
    found = reads(ground.world.inventory, traces)
    yield from ((read.record, read.pointer) for read in found if read.decisive and read.record is record)
    for check in bound.compiled.checks if record is not None else ():
        for hole in check.message.holes if check.clause == result.clause else ():
            if hole.name == SELF and hole.keys and record is not None:
                yield record, hole.keys
    for read in sorted(found, key=lambda read: not read.decisive):
        if not (read.decisive and read.record is record):
            yield read.record, read.pointer


def _same(found: Result, wanted: Result) -> bool:
    """Whether the judge has come to the result again: the steps so far are then those of it."""
    return (found.item, found.outcome, found.clause, found.origin) == (
        wanted.item,
        wanted.outcome,
        wanted.clause,
        wanted.origin,
    )


def _until(steps: Sequence[Step], clause: str | None) -> Iterator[Step]:
    """The steps to the one that decided: what is wrong behind it was asked too."""
    for step in steps:
        yield step
        if step.clause == clause:
            return


def _traces(steps: Iterable[Step]) -> Iterator[Trace]:
    return (step.trace for step in steps if isinstance(step, Clause))


def _needed(steps: Iterable[Step]) -> Iterator[Read]:
    for step in steps:
        if isinstance(step, Need) and step.record is not None and step.pointer:
            yield Read(step.record, step.pointer, step.value is not None, step.value, True, None)


class _Watch:
    """What is noted while a rule judges: the steps that lead to the result at hand, and every let on the way."""

    def __init__(self, bound: BoundRule) -> None:
        self.document = bound.file.document
        self.order = list(bound.file.rule.let)
        self.steps: list[Step] = []
        self.lets: dict[str, Clause] = {}
        self.before_items: int | None = None

    def subject(self) -> None:
        """Forget the last subject; what lets came to for all of them is kept."""
        self.steps.clear()
        self.before_items = None

    def item(self) -> None:
        """Forget the last item: what was asked before any item belongs to each."""
        if self.before_items is None:
            self.before_items = len(self.steps)
        del self.steps[self.before_items :]

    def clause(self, name: str, pointer: Pointer) -> Callable[[Trace], None]:
        """What notes the trace of a clause of that name."""
        place = self.document.place(pointer)
        return lambda trace: self.steps.append(Clause(name, trace, place))

    def let(self, name: str) -> Callable[[Trace], None]:
        """What notes the trace of a let."""
        place = self.document.place(("let", name))
        return lambda trace: self.lets.update({name: Clause(name, trace, place)})

    def lets_of(self, steps: Iterable[Step]) -> list[Clause]:
        """The lets that the steps read, directly or through others, in the order of the rule."""
        found: dict[str, Clause] = {}
        waiting = list(_traces(steps))
        while waiting:
            for name in _names(waiting.pop()):
                if name in self.lets and name not in found:
                    found[name] = self.lets[name]
                    waiting.append(found[name].trace)
        return [found[name] for name in self.order if name in found]


def _names(trace: Trace) -> Iterator[str]:
    """The variables of the rule that were read."""
    for part in trace.walk():
        if isinstance(part.part, Local) and part.evaluated and part.part.path:
            yield part.part.path[0]


@dataclass(frozen=True, slots=True)
class _WatchedFormula(Formula):
    """A formula that tells each of its evaluations."""

    tracer: Tracer
    note: Callable[[Trace], None]

    def __call__(self, context: Context, frame: Sequence[Any]) -> Any:
        trace = self.tracer(context, *frame[: self.width])
        self.note(trace)
        if trace.error is not None:
            raise trace.error
        return trace.value


def _watched(compiled: CompiledRule, watch: _Watch) -> CompiledRule:
    """The rule with every expression watched."""

    def formula(of: Formula, note: Callable[[Trace], None]) -> Formula:
        return _WatchedFormula(of.expression, of.width, Tracer(of.expression), note)

    def clause(name: str, of: Formula | None) -> Formula | None:
        return of and formula(of, watch.clause(name, (name,)))

    return replace(
        compiled,
        passing=None,
        when=clause("when", compiled.when),
        each=clause("each", compiled.each),
        where=clause("where", compiled.where),
        lets=tuple(replace(let, formula=formula(let.formula, watch.let(let.name))) for let in compiled.lets),
        checks=tuple(
            replace(check, that=formula(check.that, watch.clause(check.clause, ("check", index, "that"))))
            for index, check in enumerate(compiled.checks)
        ),
    )


class _WatchedFrames(Frames):
    """Frames that tell when another subject or item begins."""

    def __init__(self, compiled: CompiledRule, context: Context, watch: _Watch) -> None:
        super().__init__(compiled, context)
        self.watch = watch

    def of_subject(self, value: Mapping[str, Any], *, whole: bool, old: Mapping[str, Any] | None = None) -> Frame:
        self.watch.subject()
        return super().of_subject(value, whole=whole, old=old)

    def of_item(self, frame: Frame, item: Any, old: Optional) -> Frame:
        self.watch.item()
        return super().of_item(frame, item, old)


class _WatchedJudge(Judge):
    """A judge that is watched: its results are those of any other."""

    def __init__(self, watch: _Watch, bound: BoundRule, ground: Ground) -> None:
        context = ground.context()
        super().__init__(bound, ground.policy, context, ground.place, ground.idle(bound))
        self.watch = watch
        self.compiled = _watched(self.compiled, watch)
        self.frames = _WatchedFrames(self.compiled, context, watch)

    def missing(self, spot: Spot, value: Any, needs: tuple[tuple[str, ...], ...], prefix: str) -> Iterator[Result]:
        for keys in needs:
            reached, held = follow(value, keys)
            met, record = not is_empty(held), spot.subject.record
            place = record.document.place(spot.below(reached) or ("id",)) if record else self.root
            self.watch.steps.append(Need(f"needs:{prefix}{'.'.join(keys)}", held, met, place, record, spot.below(keys)))
            if not met:
                break
        return super().missing(spot, value, needs, prefix)

    def before(self, subject: Subject, each: Formula) -> dict[str | None, Optional]:
        steps, lets = list(self.watch.steps), dict(self.watch.lets)
        try:
            return super().before(subject, each)
        finally:  # what the base had is asked in between, and is no step
            self.watch.steps, self.watch.lets = steps, lets
