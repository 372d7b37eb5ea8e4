"""A bound rule and the world it meets -> whom it judges: records, requirements, or the repository."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from iscode.document import Pointer
from iscode.evaluation.applicability import Applicability
from iscode.evaluation.result import Cause, Origin
from iscode.expr import EvaluationError
from iscode.facts import Facts
from iscode.inventory import Inventory, Record
from iscode.policy import BoundRule
from iscode.rule.subject import COMMIT, REPOSITORY, REQUIREMENT


class Past(Struct, frozen=True):
    """The records as the base had them. `sha` and `day` (`YYYY-MM-DD`) are those of its commit.

    `left`: the commits that base and head have in common last; often that one alone.
    """

    inventory: Inventory
    sha: str
    day: str
    left: tuple[str, ...]


class World(Struct, frozen=True, eq=False, dict=True):
    """What subjects are found in. `past` is None where there is no base to compare with."""

    inventory: Inventory
    past: Past | None
    applicability: Applicability
    requirements: Mapping[str, Mapping[str, Any]]
    facts: Facts | None
    outside: frozenset[Record]
    """The records, also of the past, that the profile leaves to the built-in rules."""
    standing: dict[tuple[str, tuple[str, ...]], tuple[Subject, ...]] = field(default_factory=dict)
    """(kind, words of its status) -> whom a rule judges that compares nothing: many rules judge the same."""


class Subject(Struct, frozen=True, dict=True):
    """What a rule judges. `record` is where it points; None: the root's configuration.

    `old` is the record as the base had it. `idle` is why the rule is not asked about it at all; `failure` why it cannot
    be told whom the rule judges: that is an error, never silence.
    """

    name: str
    record: Record | None
    value: Mapping[str, Any]
    pointer: Pointer = ()
    old: Mapping[str, Any] | None = None
    idle: Cause | None = None
    failure: EvaluationError | None = None

    def within(self, reached: Pointer) -> Pointer:
        """Where a path from `self` leads in the record. A requirement's leads below the item that decides on it."""
        return (*self.pointer, *reached[1:]) if self.pointer else reached

    @cached_property
    def origin(self) -> Origin | None:
        """Where its pass points; None where it has no record."""
        return Origin(self.record.document, self.pointer or ("id",)) if self.record is not None else None

    @cached_property
    def whole(self) -> Origin | None:
        """Where a result points that is about its record as a whole."""
        return Origin(self.record.document, ("id",)) if self.record is not None else None

    @cached_property
    def pointers(self) -> dict[int, Pointer]:
        """Where each map and list of the record stands, by its identity."""
        return dict(_inside(self.value))


def subjects(bound: BoundRule, world: World) -> Iterator[Subject]:
    """Whom a rule judges, by reference; an invalid record is among them, since its status cannot be trusted."""
    rule = bound.file.rule
    if rule.subjects == (REQUIREMENT,):
        yield from _requirements(bound, world)
    elif rule.subjects == (COMMIT,):
        yield from _commits(world)
    elif not bound.subjects:
        yield Subject(REPOSITORY, None, {})
    elif rule.compare == "removed":
        yield from _removed(bound, world)
    elif rule.compare is None:
        for kind in bound.subjects:
            yield from _standing(kind, tuple(rule.status), world)
    else:
        for record in _records(bound.subjects, rule.status, world):
            yield _compared(rule.compare, record, world)


def _records(kinds: Iterable[str], status: Collection[str], world: World) -> Iterator[Record]:
    for kind in kinds:
        for record in world.inventory.of_kind(kind):
            if record.status in status or not record.valid:
                yield record


def _standing(kind: str, status: tuple[str, ...], world: World) -> tuple[Subject, ...]:
    found = world.standing.get((kind, status))
    if found is None:
        found = tuple(_compared(None, record, world) for record in _records((kind,), status, world))
        world.standing[kind, status] = found
    return found


def _requirements(bound: BoundRule, world: World) -> Iterator[Subject]:
    for name in bound.requirements:
        decision = world.applicability.decision(name)
        if decision is None:
            yield Subject(name, None, world.requirements[name])
        else:
            yield Subject(name, decision.record, world.requirements[name], decision.pointer)


def _commits(world: World) -> Iterator[Subject]:
    """Each commit since the base; none where there is no base or no history, which is counted as not judged.

    Where they cannot be told, the base's stands for them, with the error.
    """
    if world.past is None or world.facts is None:
        return
    try:
        commits = world.facts.since(*world.past.left)
    except EvaluationError as error:
        subject = Subject(f"{COMMIT}:{world.past.sha}", None, {})
        untold = error.cause == "no_history"
        yield replace(subject, idle="no_history") if untold else replace(subject, failure=error)
        return
    for commit in commits:
        yield Subject(f"{COMMIT}:{commit.sha}", None, commit.row)


def _removed(bound: BoundRule, world: World) -> Iterator[Subject]:
    """The records that the base had and the head has no more. They have no place any more: the root's is theirs."""
    if world.past is None:
        return
    for kind in bound.subjects:
        for record in world.past.inventory.of_kind(kind):
            gone = record.valid and world.inventory.find(record.reference) is None
            if gone and record.status in bound.file.rule.status:
                idle: Cause | None = "excluded" if record in world.outside else None
                yield Subject(record.reference, None, record.value, idle=idle)


def _compared(compare: str | None, record: Record, world: World) -> Subject:
    """A record as `compare` asks for it; idle where it is out of scope, not concerned, or cannot be compared."""
    subject = Subject(record.reference, record, record.value)
    if record in world.outside:
        return replace(subject, idle="excluded")
    if compare is None or not record.valid:
        return subject
    past = world.past
    if past is None:
        return replace(subject, idle="no_base")
    before = past.inventory.find(record.reference)
    if before is not None and not before.valid:  # what today's schema refuses counts as absent, and cannot be compared
        return replace(subject, idle="no_base")
    if compare == "added":
        return subject if before is None else replace(subject, idle="condition")
    if before is None or before.value == record.value:
        return replace(subject, idle="condition")
    return replace(subject, old=before.value)


def _inside(value: Any, pointer: Pointer = ()) -> Iterator[tuple[int, Pointer]]:
    """Each map and list inside a value, by identity, with its pointer."""
    for key, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
        if isinstance(inner, dict | list):
            yield id(inner), (*pointer, key)
            yield from _inside(inner, (*pointer, key))
