"""A ground -> the context of its expressions, which notes what each result read and how long it stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from iscode.evaluation.frame import Frames, Shared, Thunk
from iscode.evaluation.ground import Ground
from iscode.expr import Optional, Timestamp, moving
from iscode.facts import Approval, Artifact, Artifacts, Commit, Facts, Git, Trace
from iscode.facts.artifacts import PATH
from iscode.inventory import Inventory, Record
from iscode.rule import Context
from iscode.rule.message import Unsaid
from iscode.schema import fields

Key = tuple[Any, ...]
"""What was read: a record by its reference, the records of a kind, those that hold a text at a path, …"""
RECORD, KIND, REFERRERS, UNREADABLE = "record", "kind", "referrers", "unreadable"
PAST, PEOPLE, HISTORY, FILE, FILES = "past", "people", "history", "file", "files"


class Notes(moving.Watch):
    """What was read since the notes were begun, and for how many days the answers stay."""

    __slots__ = ("reads",)

    def __init__(self) -> None:
        super().__init__()
        self.reads: set[Key] = set()

    @contextmanager
    def apart(self) -> Iterator[Notes]:
        """Notes of what is done within, taken by themselves; they are the caller's to add."""
        own, held = Notes(), (self.until, self.reads)
        self.until, self.reads = own.until, own.reads
        try:
            yield own
        finally:
            own.until, own.reads = self.until, self.reads
            self.until, self.reads = held

    def add(self, other: Notes) -> None:
        """Take in what others noted."""
        self.turns(other.until)
        self.reads |= other.reads


class WatchedInventory(Inventory):
    """An inventory that notes what is asked of it."""

    def __init__(self, inventory: Inventory, notes: Notes) -> None:
        self._of, self._notes = inventory, notes

    def find(self, reference: str) -> Record | None:
        """The record of any status that `Kind:id` leads to."""
        self._notes.reads.add((RECORD, reference))
        return self._of.find(reference)

    def active(self, kind: str) -> tuple[Record, ...]:
        """The records of a kind that are in force, by id, and the invalid ones."""
        self._notes.reads.add((KIND, kind))
        return self._of.active(kind)

    def referrers(self, kind: str, path: fields.Path, target: str) -> tuple[Record, ...]:
        """The active records of a kind that hold `target` at a path, by id."""
        self._notes.reads.add((REFERRERS, kind, path, target))
        return self._of.referrers(kind, path, target)

    @property
    def unreadable(self) -> tuple[str, ...]:  # type: ignore[override]
        """Paths of files whose kind cannot be read."""
        self._notes.reads.add((UNREADABLE,))
        return self._of.unreadable


class WatchedFacts(Facts):
    """Facts that note what is asked of them: the past of a record, a file, or the whole history."""

    def __init__(self, facts: Facts, notes: Notes) -> None:
        self._of, self._notes = facts, notes
        self.artifacts = WatchedArtifacts(facts.artifacts, notes)

    def git(self, record: Record) -> Git:
        """The commits behind a record."""
        return self._about(record).git(record)

    def history(self, record: Record, path: fields.Path) -> list[Commit]:
        """The commits in which what a record holds at a path changed, newest first."""
        return self._about(record).history(record, path)

    def authors(self, record: Record, since: Timestamp) -> list[str]:
        """Who changed a record's content since a day, sorted."""
        return self._about(record).authors(record, since)

    def approval(self, record: Record) -> Approval:
        """The approval of a record."""
        return self._about(record).approval(record)

    def git_of_path(self, path: str) -> Git:
        """The commits behind the file at a path below the root."""
        return self._at(path).git_of_path(path)

    def authors_of_path(self, path: str, since: Timestamp) -> list[str]:
        """Who changed the file at a path below the root since a day, sorted."""
        return self._at(path).authors_of_path(path, since)

    def since(self, *shas: str) -> list[Commit]:
        """The commits that led here and are not behind one of the commits `shas`, newest first."""
        return self._whole().since(*shas)

    def commit(self, sha: str) -> Commit | None:
        """The commit of that name among those that led here."""
        return self._whole().commit(sha)

    def traces(self, topic: str) -> Mapping[str, Trace]:
        """What gives a topic away in the files."""
        self._notes.reads.add((FILES,))
        return self._of.traces(topic)

    def _about(self, record: Record) -> Facts:
        self._notes.reads |= {(PAST, record.reference), (PEOPLE,)}
        return self._whole() if self._of.by_day else self._of

    def _at(self, path: str) -> Facts:
        self._notes.reads.add((FILE, self._of.artifacts.located(path)))
        return self._whole()

    def _whole(self) -> Facts:
        self._notes.reads |= {(HISTORY,), (PEOPLE,)}
        if self._of.by_day:
            self._notes.turns(1)
        return self._of


class WatchedArtifacts(Artifacts):
    """Artifacts that note which files are asked for."""

    def __init__(self, artifacts: Artifacts, notes: Notes) -> None:
        self._of, self._notes = artifacts, notes

    def of_block(self, block: Mapping[str, Any]) -> Artifact:
        """The artifact that a block describes."""
        if PATH in block:
            self._note(str(block[PATH]))
        return self._of.of_block(block)

    def of_path(self, path: str) -> Artifact:
        """The artifact at a path."""
        self._note(path)
        return self._of.of_path(path)

    def _note(self, path: str) -> None:
        self._notes.reads.add((FILE, self._of.located(path)))


class Noted(Thunk):
    """A let that every subject shares: whoever asks for it has read what it read, known before or not."""

    __slots__ = ("noted", "notes", "of")

    def __init__(self, of: Shared, notes: Notes) -> None:
        super().__init__(of)
        self.of, self.notes = of, notes
        self.noted: Notes | None = None

    def __call__(self) -> Any:
        if self.noted is not None:
            self.notes.add(self.noted)
            return self.of()
        try:
            with self.notes.apart() as noted:
                return self.of()
        finally:
            self.noted = noted
            self.notes.add(noted)


def watched(ground: Ground, notes: Notes) -> Context:
    """What expressions may ask of a ground, noted as they ask."""
    context = ground.context()
    context.today = moving.today(context.today, notes)
    context.inventory = WatchedInventory(ground.world.inventory, notes)
    if context.facts is not None:
        context.facts = WatchedFacts(context.facts, notes)
    return context


def watch_lets(frames: Frames, notes: Notes) -> None:
    """Have each let that is shared by the subjects of a rule note for each of them what it read."""
    noted = {id(value): Noted(value, notes) for value in frames.first if isinstance(value, Shared)}
    frames.first[:] = [noted.get(id(value), value) for value in frames.first]
    frames.given = tuple(noted.get(id(value), value) for value in frames.given)


def holds_moving(value: Any) -> bool:
    """Whether a number of the day is somewhere in a value, where nobody compares it."""
    match value:
        case str() | bool() | None:  # most of what a record holds
            return False
        case moving.Moving():
            return True
        case dict() | Mapping():
            return any(map(holds_moving, value.values()))
        case list() | tuple():
            return any(map(holds_moving, value))
        case Optional():
            return holds_moving(value.content)
        case Unsaid():
            return holds_moving(value.values)
        case _:
            return False
