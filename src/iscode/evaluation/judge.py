"""One bound rule and one subject -> its results: one, or one for each item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, cast

from iscode.document import Pointer
from iscode.errors import Place
from iscode.evaluation.frame import Frame, Frames
from iscode.evaluation.result import Cause, Origin, Outcome, Result
from iscode.expr import EvaluationError
from iscode.inventory import Inventory, Record, Related, reference_to
from iscode.policy import BoundRule, Policy
from iscode.rule import SEVERITIES, CompiledCheck, Context
from iscode.rule.compiled import ITEM, REPOSITORY, Formula
from iscode.rule.paths import follow, is_empty
from iscode.schema.wording import item_name

RELATED_ITEMS: Final = 5
"""Items of a list that a result names as related."""


@dataclass(frozen=True)
class Subject:
    """What a rule judges: a record, or the repository as a whole."""

    name: str
    record: Record | None
    value: Mapping[str, Any]

    @cached_property
    def pointers(self) -> dict[int, Pointer]:
        """Where each map and list of the record stands, by its identity."""
        return dict(_inside(self.value))


class Spot(NamedTuple):
    """What one result is about: a subject, or an item of it and where that stands; () where it is not in the record."""

    subject: Subject
    item: str | None = None
    pointer: Pointer = ()

    def below(self, reached: Pointer) -> Pointer:
        """Where a path from here leads that was followed to `reached`; in an item from elsewhere it leads nowhere."""
        return (*self.pointer, *reached) if self.item is None or self.pointer else ()


def subjects(bound: BoundRule, inventory: Inventory) -> Iterator[Subject]:
    """Whom a rule judges, by reference; an invalid record is among them, since its status cannot be trusted."""
    if not bound.subjects:
        yield Subject(REPOSITORY.name, None, {})
    for kind in bound.subjects:
        for record in inventory.of_kind(kind):
            if record.status in bound.file.rule.status or not record.valid:
                yield Subject(record.reference, record, record.value)


class Judge:
    """A rule at work over the subjects of one inventory. `root` is the place of what has none: the iscode.yaml."""

    def __init__(self, bound: BoundRule, policy: Policy, context: Context, root: Place) -> None:
        self.bound, self.policy, self.context, self.root = bound, policy, context, root
        self.compiled = bound.compiled
        self.frames = Frames(self.compiled, context)

    def results(self, subject: Subject) -> Iterator[Result]:
        """The results of one subject, in the order of its items."""
        spot = Spot(subject)
        if subject.record is not None and not subject.record.valid:
            yield self.invalid(spot, subject.record)
            return
        frame = self.frames.of_subject(subject.value, whole=subject.record is None)
        try:
            early = self.before_items(spot, frame)
        except EvaluationError as error:
            early = self.error(spot, (), error, "when")
        if early is not None:
            yield early
        elif self.compiled.each is None:
            yield self.judged(spot, frame)
        else:
            yield from self.items(spot, frame, self.compiled.each)

    def before_items(self, spot: Spot, frame: Frame) -> Result | None:
        """What decides before any item is looked at: `when`, then `needs`."""
        if self.compiled.when is not None and not self.truth(self.compiled.when, frame):
            return self.result(spot, (), "not_applicable", "condition")
        return self.missing(spot, spot.subject.value, self.compiled.needs, "")

    def items(self, spot: Spot, frame: Frame, each: Formula) -> Iterator[Result]:
        """One result for each item that `where` keeps; not applicable when there is none."""
        try:
            listed = each(self.context, frame)
        except EvaluationError as error:
            yield self.error(spot, (), error, "each")
            return
        mapped = isinstance(listed, dict)
        rows = [{"key": key, "value": value} for key, value in listed.items()] if mapped else listed
        empty = True
        for key, row in zip(listed if mapped else range(len(rows)), rows, strict=True):
            inner = self.frames.of_item(frame, row)
            item = Spot(spot.subject, self.name(row, key), self.item_pointer(spot.subject, row, key))
            try:
                if self.compiled.where is not None and not self.truth(self.compiled.where, inner):
                    continue
            except EvaluationError as error:
                yield self.error(item, item.pointer, error, "where")
            else:
                lacking = self.missing(item, row, self.compiled.item_needs, f"{ITEM}.")
                yield lacking if lacking is not None else self.judged(item, inner)
            empty = False
        if empty:
            yield self.result(spot, (), "not_applicable", "empty")

    def judged(self, spot: Spot, frame: Frame) -> Result:
        """The checks in order: the first false one decides."""
        for check in self.compiled.checks:
            try:
                if not self.truth(check.that, frame):
                    return self.violated(spot, frame, check)
            except EvaluationError as error:
                return self.error(spot, self.pointer(spot, frame, check), error, check.clause)
        return self.result(spot, spot.pointer, "pass")

    def violated(self, spot: Spot, frame: Frame, check: CompiledCheck) -> Result:
        words = check.message.text(lambda name: self.frames.read(frame, name))
        related = (*self.related_lists(frame, check), *self.reached(spot.subject))
        at = self.pointer(spot, frame, check)
        return self.result(spot, at, "fail", "violated", check.clause, words, related, check.severity)

    def missing(self, spot: Spot, value: Any, needs: tuple[tuple[str, ...], ...], prefix: str) -> Result | None:
        """The failure of the first needed path that is absent or empty."""
        for keys in needs:
            reached, held = follow(value, keys)
            if is_empty(held):
                path = ".".join(keys)
                named = spot.subject.name if spot.item is None else f"{spot.item} of {spot.subject.name}"
                words = f"{named} has no {path}"
                return self.result(spot, spot.below(reached), "fail", "missing", f"needs:{prefix}{path}", words)
        return None

    def invalid(self, spot: Spot, record: Record) -> Result:
        words = f"{record.reference} is refused by its schema, so this rule cannot judge it"
        return self.result(spot, (), "error", "invalid", None, words, (_first_refusal(record),))

    def error(self, spot: Spot, pointer: Pointer, error: EvaluationError, clause: str) -> Result:
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
        severity: str | None = None,
    ) -> Result:
        hardness = self.severity(severity)
        blocking = outcome == "error" or (outcome == "fail" and self.policy.blocks(hardness))
        record = spot.subject.record
        origin = Origin(record.document, pointer or ("id",)) if record else Origin(None, (), self.root)
        name, item = spot.subject.name, spot.item
        return Result(self.bound.id, name, item, outcome, cause, clause, hardness, blocking, message, origin, related)

    def severity(self, of_check: str | None) -> str:
        """A check's own severity, capped by what the profile set for the rule."""
        if of_check is None or not self.bound.capped:
            return of_check or self.bound.severity
        return max(of_check, self.bound.severity, key=SEVERITIES.index)

    def truth(self, formula: Formula, frame: Frame) -> bool:
        """A boolean, and nothing that Python would take for one."""
        value = formula(self.context, frame)
        if value is True or value is False:
            return value
        raise EvaluationError("the expression gives no bool")

    def name(self, row: Any, key: str | int) -> str:
        """What an item is called: by its `x-key`, as a record, by its scalar value or its key, else by its index."""
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
        return follow(spot.subject.value, check.at.keys)[0]

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


def _first_refusal(record: Record) -> Related:
    refusal = record.refusals[0]
    return Related(refusal.place, refusal.message)


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and "kind" in value and "id" in value


def _inside(value: Any, pointer: Pointer = ()) -> Iterator[tuple[int, Pointer]]:
    """Each map and list inside a value, by identity, with its pointer."""
    for key, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
        if isinstance(inner, dict | list):
            yield id(inner), (*pointer, key)
            yield from _inside(inner, (*pointer, key))
