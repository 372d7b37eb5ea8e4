"""One bound rule and one subject -> its results: one, or one for each item."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

from iscode.document import Pointer
from iscode.errors import Place
from iscode.evaluation.frame import Frame, Frames
from iscode.evaluation.ground import Ground
from iscode.evaluation.result import Cause, Origin, Outcome, Result, at, led, passed, spared
from iscode.evaluation.subjects import Subject, subjects
from iscode.expr import NONE, EvaluationError, Optional, timestamp_of_day
from iscode.expr.runtime import rows
from iscode.inventory import Record, Related, reference_to
from iscode.policy import BoundRule, Policy
from iscode.rule import CompiledCheck, Context
from iscode.rule.compiled import ITEM, Formula
from iscode.rule.message import Unsaid
from iscode.rule.model import Severity
from iscode.rule.paths import follow, is_empty
from iscode.schema.wording import item_name

RELATED_ITEMS: Final = 5
"""Items of a list that a result names as related."""


class Spot(NamedTuple):
    """What one result is about: a subject, or an item of it and where that stands; () where it is not in the record."""

    subject: Subject
    item: str | None = None
    pointer: Pointer = ()
    nameless: object = None
    """The item itself, where it is called by its index: another one may come to stand there."""

    def below(self, reached: Pointer) -> Pointer:
        """Where a path from here leads that was followed to `reached`; in an item from elsewhere it leads nowhere."""
        return (*self.pointer, *reached) if self.item is None or self.pointer else ()


class Judge:
    """A rule at work over the subjects of one inventory. `root` is the place of what has none: the iscode.yaml.

    `idle` is why the rule is asked about nobody: the requirements it serves are excluded, or not due yet.
    """

    def __init__(
        self, bound: BoundRule, policy: Policy, context: Context, root: Place, idle: Cause | None = None
    ) -> None:
        self.bound, self.policy, self.context, self.root, self.idle = bound, policy, context, root, idle
        self.id, self.severity, self.compiled = bound.id, bound.severity, bound.compiled
        self.whole = not self.compiled.subjects
        """Whether what it counts must be all there is."""
        self.frames = Frames(self.compiled, context)
        self.nowhere = Origin(None, (), root)
        effective = bound.file.rule.effective_on
        self.binds = effective is None or timestamp_of_day(effective) <= context.today

    def results(self, subject: Subject) -> Iterable[Result]:
        """The results of one subject, in the order of its items.

        Where the rule has nothing against it, or is not about it, the function of the rule says so at once.
        """
        record = subject.record
        if self.idle or subject.idle or subject.failure or (record is not None and record.refusals):
            return self.exact(subject)
        said = self.frames.asked(subject.value, self.whole, subject.old)
        if said is None:
            return self.exact(subject)
        if said is True:
            return (passed(self.id, subject.name, None, self.severity, subject.origin or self.nowhere),)
        if not said:
            cause: Cause = "condition" if said is False else "empty"
            return (spared(self.id, subject.name, cause, self.severity, subject.whole or self.nowhere),)
        return list(self.passes(subject, said))

    def passes(self, subject: Subject, items: Iterable[tuple[str | int, Any]]) -> Iterator[Result]:
        """The pass of each item (key, item)."""
        document = subject.record.document if subject.record else None
        for key, row in items:
            name, origin = self.name(row, key), self.nowhere
            if document is not None:
                origin = at(document, self.item_pointer(subject, row, key) or ("id",))
            yield passed(self.id, subject.name, name, self.severity, origin, _nameless(row, key, name))

    def exact(self, subject: Subject) -> Iterator[Result]:
        """The results of one subject, asked expression by expression."""
        spot = Spot(subject, pointer=subject.pointer)
        if subject.idle is None and subject.record is not None and not subject.record.valid:
            yield self.invalid(spot, subject.record)
            return
        if self.idle or subject.idle:
            yield self.result(spot, (), "not_applicable", self.idle or subject.idle)
            return
        if subject.failure:
            yield self.error(spot, (), subject.failure, "subject")
            return
        frame = self.frames.of_subject(subject.value, whole=self.whole, old=subject.old)
        try:
            meant = self.compiled.when is None or self.truth(self.compiled.when, frame)
        except EvaluationError as error:
            yield self.error(spot, (), error, "when")
            return
        if not meant:
            yield self.result(spot, (), "not_applicable", "condition")
            return
        lacking = list(self.missing(spot, subject.value, self.compiled.needs, ""))
        beyond = self.beyond(spot, frame)
        yield from [self.spoken(lacking, beyond)] if lacking else beyond

    def beyond(self, spot: Spot, frame: Frame) -> Iterator[Result]:
        """The results of a subject that has all it needs."""
        if self.compiled.each is None:
            yield self.judged(spot, frame)
        else:
            yield from self.items(spot, frame, self.compiled.each)

    def items(self, spot: Spot, frame: Frame, each: Formula) -> Iterator[Result]:
        """One result for each item that `where` keeps; not applicable when there is none."""
        try:
            listed = each(self.context, frame)
            before = self.before(spot.subject, each)
        except EvaluationError as error:
            yield self.error(spot, (), error, "each")
            return
        empty = True
        for key, row in rows(listed):
            item = self.spot(spot.subject, row, key)
            inner = self.frames.of_item(frame, row, before.get(item.item, NONE))
            try:
                if self.compiled.where is not None and not self.truth(self.compiled.where, inner):
                    continue
            except EvaluationError as error:
                yield self.error(item, item.pointer, error, "where")
            else:
                lacking = list(self.missing(item, row, self.compiled.item_needs, f"{ITEM}."))
                yield self.spoken(lacking, self.untrue(item, inner)) if lacking else self.judged(item, inner)
            empty = False
        if empty:
            yield self.result(spot, (), "not_applicable", "empty")

    def spot(self, subject: Subject, row: Any, key: str | int) -> Spot:
        """An item of a subject."""
        name = self.name(row, key)
        return Spot(subject, name, self.item_pointer(subject, row, key), _nameless(row, key, name))

    def before(self, subject: Subject, each: Formula) -> dict[str | None, Optional]:
        """The items as the base had them, by name; none where items have no names or nothing is compared."""
        if subject.old is None or not self.compiled.item_keys:
            return {}
        frame = self.frames.of_subject(subject.old, whole=False, old=subject.old)
        return {self.name(row, key): Optional(row) for key, row in rows(each(self.context, frame))}

    def judged(self, spot: Spot, frame: Frame) -> Result:
        """The checks in order: the first false one decides, unless it is too mild to block and another one does."""
        found = self.untrue(spot, frame)
        first = next(found, None)
        if first is None:
            return self.result(spot, spot.pointer, "pass")
        return self.spoken([first], found) if first.outcome == "fail" else first

    def untrue(self, spot: Spot, frame: Frame) -> Iterator[Result]:
        """What each check comes to that is not true, in order. One behind another may err for want of the other."""
        for check in self.compiled.checks:
            try:
                if not self.truth(check.that, frame):
                    yield self.violated(spot, frame, check)
            except EvaluationError as error:
                yield self.error(spot, self.pointer(spot, frame, check), error, check.clause)

    def spoken(self, failures: list[Result], rest: Iterable[Result]) -> Result:
        """The first failure, or the first check that blocks, with all that is wrong behind it, which neither must hide.

        To ask for the rest costs no steps, and leaves no trace in what is said next.
        """
        context = self.context
        steps, reached = context.steps, context.reached
        context.reached = dict(reached)
        found = [*failures, *(result for result in rest if result.adverse)]
        context.steps, context.reached = steps, reached
        alike = (result for result in found if result.cause == failures[0].cause)
        first = next((result for result in alike if result.blocking), failures[0])
        return led(found, first)

    def violated(self, spot: Spot, frame: Frame, check: CompiledCheck) -> Result:
        """The failure of a check that is false: its message filled, what it read related."""
        words, unsaid = check.message.told(lambda name: self.frames.read(frame, name))
        related = (*self.related_lists(frame, check), *self.reached(spot.subject))
        at = self.pointer(spot, frame, check)
        return self.result(spot, at, "fail", "violated", check.clause, words, related, check.severity, unsaid)

    def missing(self, spot: Spot, value: Any, needs: tuple[tuple[str, ...], ...], prefix: str) -> Iterator[Result]:
        """The failure of each needed path that is absent or empty, in order."""
        for keys in needs:
            reached, held = follow(value, keys)
            if is_empty(held):
                path = ".".join(keys)
                named = spot.subject.name if spot.item is None else f"{spot.item} of {spot.subject.name}"
                words = f"{named} has no {path}"
                yield self.result(spot, spot.below(reached), "fail", "missing", f"needs:{prefix}{path}", words)

    def invalid(self, spot: Spot, record: Record) -> Result:
        """The error about a record that its schema refuses: no rule can judge it."""
        words = f"{record.reference} is refused by its schema, so this rule cannot judge it"
        return self.result(spot, (), "error", "invalid", None, words, (_first_refusal(record),))

    def error(self, spot: Spot, pointer: Pointer, error: EvaluationError, clause: str) -> Result:
        """The error of a clause that has no value; what no commit holds yet is not applicable instead."""
        if error.cause == "no_history":  # what no commit holds yet cannot be judged by it
            return self.result(spot, (), "not_applicable", "no_history")
        words = f"{spot.subject.name} could not be judged: {error.message}"
        related = tuple(self.reached(spot.subject))
        return self.result(spot, pointer, "error", cast("Cause", error.cause), clause, words, related)

    def result(
        self,
        spot: Spot,
        pointer: Pointer,
        outcome: Outcome,
        cause: Cause | None = None,
        clause: str | None = None,
        message: str = "",
        related: tuple[Related, ...] = (),
        severity: Severity | None = None,
        unsaid: Unsaid | None = None,
    ) -> Result:
        """A result about a spot. An error blocks at every severity. `unsaid` is what the message left out."""
        hardness = self.bound.severity_of(severity)
        blocking = outcome == "error" or (outcome == "fail" and self.binds and self.policy.blocks(hardness))
        record = spot.subject.record
        origin = Origin(record.document, pointer or ("id",)) if record else self.nowhere
        name, item = spot.subject.name, spot.item
        basis = spot.subject.value if outcome == "error" else spot.nameless  # no words tell what an error hides
        return Result(
            self.id, name, item, outcome, cause, clause, hardness, blocking, message, origin, related,
            basis=basis if unsaid is None else [basis, unsaid],
        )  # fmt: skip

    def truth(self, formula: Formula, frame: Frame) -> bool:
        """A boolean, and nothing that Python would take for one."""
        value = formula(self.context, frame)
        if value is True or value is False:
            return value
        raise EvaluationError("the expression gives no bool")

    def name(self, row: Any, key: str | int) -> str:
        """What an item is called: by its `x-key`, as a record, by its scalar value or its key, else by its index."""
        if isinstance(row, str):
            return row
        if isinstance(row, dict):
            named = item_name(row, self.compiled.item_keys) or (reference_to(row) if _is_record(row) else None)
            return named or str(key)
        return str(key) if isinstance(row, list) else str(row)

    def item_pointer(self, subject: Subject, row: Any, key: str | int) -> Pointer:
        """Where an item stands in the record: below the path of `each`, else where the very object is found."""
        if self.compiled.each_pointer is not None:
            return (*self.compiled.each_pointer, key)
        return subject.pointers.get(id(row), ()) if isinstance(row, dict | list) else ()

    def pointer(self, spot: Spot, frame: Frame, check: CompiledCheck) -> Pointer:
        """Where a check points: its `at`, as far as that is there; else the item; else the record's id."""
        if check.at is None:
            return spot.pointer
        if check.at.from_item:
            return spot.below(follow(self.frames.read(frame, ITEM), check.at.keys)[0])
        reached = follow(spot.subject.value, check.at.keys)[0]
        return spot.subject.within(reached)

    def reached(self, subject: Subject) -> Iterator[Related]:
        """The records that `get` and `find` handed over; of one that its schema refuses, the first refusal."""
        for record in self.context.reached:
            if not record.valid:
                yield _first_refusal(record)
            elif record is not subject.record:
                yield Related(record.document.place(("id",)), record.reference)

    def related_lists(self, frame: Frame, check: CompiledCheck) -> Iterator[Related]:
        """The first records of each list that the check reads by name."""
        for name in sorted(check.that.expression.reads):
            try:
                held = self.frames.read(frame, name)
            except EvaluationError:
                continue
            for row in held[:RELATED_ITEMS] if isinstance(held, list) else ():
                record = self.context.inventory.find(reference_to(row)) if _is_record(row) else None
                if record is not None and record not in self.context.reached:
                    yield Related(record.document.place(("id",)), record.reference)


def judged(ground: Ground, only: Mapping[str, Collection[str]] | None = None) -> Iterator[Result]:
    """What the rules that bind say of all whom they judge; with `only` (rule -> subjects) of nobody else."""
    context = ground.context()
    for bound in ground.policy.bound:
        if only is not None and bound.id not in only:
            continue
        judge = None
        for subject in subjects(bound, ground.world):
            if only is None or subject.name in only[bound.id]:
                judge = judge or Judge(bound, ground.policy, context, ground.place, ground.idle(bound))
                yield from judge.results(subject)  # only a rule that meets somebody is compiled


def _nameless(row: Any, key: str | int, name: str) -> Any:
    """The item, where it is called by its index; else None."""
    return row if isinstance(key, int) and name == str(key) and isinstance(row, dict | list) else None


def _first_refusal(record: Record) -> Related:
    refusal = record.refusals[0]
    return Related(refusal.place, refusal.message)


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and "kind" in value and "id" in value
