"""One bound rule and one subject -> its results: one, or one for each item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from iscode.document import Pointer
from iscode.errors import Place
from iscode.evaluation.frame import Frame, Frames
from iscode.evaluation.result import Cause, Origin, Outcome, Result
from iscode.expr import EvaluationError
from iscode.inventory import Inventory, Record, Related
from iscode.policy import BoundRule, Policy
from iscode.rule import SEVERITIES, CompiledCheck, Context
from iscode.rule.compiled import ITEM, REPOSITORY, Formula
from iscode.rule.paths import follow, is_empty
from iscode.schema.wording import item_name

RELATED_ITEMS = 5
"""Items of a list that a result names as related."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule judges: a record, or the repository as a whole."""

    name: str
    record: Record | None
    value: Mapping[str, Any]


def subjects(bound: BoundRule, inventory: Inventory) -> Iterator[Subject]:
    """Whom a rule judges, by reference; an invalid record is among them, since its status cannot be trusted."""
    if not bound.subjects:
        yield Subject(REPOSITORY.name, None, {})
    for kind in bound.subjects:
        for record in inventory.of_kind(kind):
            if record.status in bound.file.rule.status or not record.valid:
                yield Subject(record.reference, record, record.value)


class Judge:
    """A rule at work over the subjects of one inventory."""

    def __init__(self, bound: BoundRule, policy: Policy, context: Context, root: Place) -> None:
        self.bound, self.policy, self.context, self.root = bound, policy, context, root
        self.compiled = bound.compiled
        self.frames = Frames(self.compiled, context)

    def results(self, subject: Subject) -> Iterator[Result]:
        """The results of one subject, in the order of its items."""
        if subject.record is not None and not subject.record.valid:
            yield self.invalid(subject, subject.record)
            return
        frame = self.frames.of_subject(subject.value, whole=subject.record is None)
        try:
            early = self.before_items(subject, frame)
        except EvaluationError as error:
            yield self.error(subject, None, (), error, "when")
            return
        if early is not None:
            yield early
        elif self.compiled.each is None:
            yield self.judged(subject, frame, None, ())
        else:
            yield from self.items(subject, frame, self.compiled.each)

    def before_items(self, subject: Subject, frame: Frame) -> Result | None:
        """What decides before any item is looked at: `when`, then `needs`."""
        if self.compiled.when is not None and not self.truth(self.compiled.when, frame):
            return self.result(subject, None, (), "not_applicable", "condition", None)
        return self.missing(subject, None, (), subject.value, self.compiled.needs, "")

    def items(self, subject: Subject, frame: Frame, each: Formula) -> Iterator[Result]:
        """One result for each item that `where` keeps; not applicable when there is none."""
        try:
            listed = each(self.context, frame)
        except EvaluationError as error:
            yield self.error(subject, None, (), error, "each")
            return
        rows = [{"key": key, "value": value} for key, value in listed.items()] if isinstance(listed, dict) else listed
        keys: list[str | int] = list(listed) if isinstance(listed, dict) else list(range(len(rows)))
        kept = 0
        for key, row in zip(keys, rows, strict=True):
            inner = self.frames.of_item(frame, row)
            name = self.name(row, key)
            pointer = self.item_pointer(subject, row, key)
            try:
                if self.compiled.where is not None and not self.truth(self.compiled.where, inner):
                    continue
                kept += 1
                lacking = self.missing(subject, name, pointer, row, self.compiled.item_needs, "item.")
            except EvaluationError as error:
                kept += 1
                yield self.error(subject, name, pointer, error, "where")
                continue
            yield lacking if lacking is not None else self.judged(subject, inner, name, pointer)
        if not kept:
            yield self.result(subject, None, (), "not_applicable", "empty", None)

    def judged(self, subject: Subject, frame: Frame, item: str | None, pointer: Pointer) -> Result:
        """The checks in order: the first false one decides."""
        for check in self.compiled.checks:
            try:
                if not self.truth(check.that, frame):
                    return self.violated(subject, frame, item, pointer, check)
            except EvaluationError as error:
                return self.error(subject, item, self.pointer(subject, frame, pointer, check), error, check.clause)
        return self.result(subject, item, pointer, "pass", None, None)

    def violated(
        self, subject: Subject, frame: Frame, item: str | None, pointer: Pointer, check: CompiledCheck
    ) -> Result:
        words = check.message.text(lambda name: self.frames.read(frame, name))
        related = (*self.related_lists(frame, check), *self.reached(subject))
        at = self.pointer(subject, frame, pointer, check)
        return self.result(subject, item, at, "fail", "violated", check.clause, words, related, check.severity)

    def missing(
        self,
        subject: Subject,
        item: str | None,
        pointer: Pointer,
        value: Any,
        needs: tuple[tuple[str, ...], ...],
        prefix: str,
    ) -> Result | None:
        """The failure of the first needed path that is absent or empty."""
        for keys in needs:
            reached, held = follow(value, keys)
            if is_empty(held):
                path = ".".join(keys)
                named = subject.name if item is None else f"{item} of {subject.name}"
                return self.result(
                    subject,
                    item,
                    (*pointer, *reached),
                    "fail",
                    "missing",
                    f"needs:{prefix}{path}",
                    f"{named} has no {path}",
                )
        return None

    def invalid(self, subject: Subject, record: Record) -> Result:
        refusal = record.refusals[0]
        words = f"{record.reference} is refused by its schema, so this rule cannot judge it"
        return self.result(
            subject,
            None,
            ("id",),
            "error",
            "invalid",
            None,
            words,
            (Related(refusal.place, refusal.message),),
        )

    def error(
        self, subject: Subject, item: str | None, pointer: Pointer, error: EvaluationError, clause: str
    ) -> Result:
        words = f"{subject.name} could not be judged: {error.message}"
        cause: Cause = error.cause  # type: ignore[assignment]
        return self.result(subject, item, pointer, "error", cause, clause, words, tuple(self.reached(subject)))

    def result(
        self,
        subject: Subject,
        item: str | None,
        pointer: Pointer,
        outcome: Outcome,
        cause: Cause | None,
        clause: str | None,
        message: str = "",
        related: tuple[Related, ...] = (),
        severity: str | None = None,
    ) -> Result:
        hardness = self.severity(severity)
        blocking = outcome == "error" or (outcome == "fail" and self.policy.blocks(hardness))
        origin = (
            Origin(subject.record.document, pointer or ("id",)) if subject.record else Origin(None, pointer, self.root)
        )
        return Result(
            self.bound.id,
            subject.name,
            item,
            outcome,
            cause,
            clause,
            hardness,
            blocking,
            message,
            origin,
            related,
        )

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
        """What an item is called: by its `x-key`, as a record, by its scalar value, else by its index."""
        if isinstance(row, dict):
            if "kind" in row and "id" in row:
                return f"{row['kind']}:{row['id']}"
            return item_name(row, self.compiled.item_keys) or str(row.get("key", key) if isinstance(key, str) else key)
        return str(key) if isinstance(row, list) else str(row)

    def item_pointer(self, subject: Subject, row: Any, key: str | int) -> Pointer:
        """Where an item stands in the record: below the path of `each`, else where the very object is found."""
        if self.compiled.each_pointer is not None:
            return (*self.compiled.each_pointer, key)
        return _found(subject.value, row) if isinstance(row, dict | list) else ()

    def pointer(self, subject: Subject, frame: Frame, item: Pointer, check: CompiledCheck) -> Pointer:
        """Where a check points: its `at`, as far as that is there; else the item; else the record's id."""
        if check.at is None:
            return item
        root = self.frames.read(frame, ITEM) if check.at.from_item else subject.value
        reached, _ = follow(root, check.at.keys)
        return (*item, *reached) if check.at.from_item else reached

    def reached(self, subject: Subject) -> Iterator[Related]:
        """The records that `get` and `find` handed over."""
        for record in self.context.reached:
            if record is not subject.record:
                yield Related(record.document.place(("id",)), record.reference)

    def related_lists(self, frame: Frame, check: CompiledCheck) -> Iterator[Related]:
        """The first records of each list that the check reads by name."""
        for name in sorted(check.that.expression.reads):
            try:
                held = self.frames.read(frame, name)
            except EvaluationError:
                continue
            for row in held[:RELATED_ITEMS] if isinstance(held, list) else ():
                record = self.context.inventory.find(f"{row['kind']}:{row['id']}") if _is_record(row) else None
                if record is not None and record not in self.context.reached:
                    yield Related(record.document.place(("id",)), record.reference)


def _is_record(value: Any) -> bool:
    return isinstance(value, dict) and "kind" in value and "id" in value


def _found(value: Any, wanted: Any, pointer: Pointer = ()) -> Pointer:
    """The pointer to the very object `wanted` inside a value; () when it is not there."""
    entries = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        if inner is wanted:
            return (*pointer, key)
        if found := _found(inner, wanted, (*pointer, key)):
            return found
    return ()
