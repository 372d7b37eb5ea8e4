"""The files that hold records -> the inventory: every record, found by reference, by kind, and by who refers to it."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from iscode.document import Document, Limits, read
from iscode.errors import Place
from iscode.inventory.problems import Problem, of_refusal
from iscode.inventory.record import ACTIVE, Record
from iscode.schema import Kinds, fields
from iscode.schema.wording import show


class File(Struct, frozen=True):
    """A file that the patterns of the repository call a record. `data` is None when it is larger than the limit."""

    path: str
    regular: bool
    data: bytes | None


class Inventory:
    """All records of one snapshot. Order is by reference, never by file or by arrival."""

    def __init__(
        self, kinds: Kinds, records: Iterable[Record], problems: Iterable[Problem], unreadable: Iterable[str]
    ) -> None:
        self.kinds = kinds
        self.all = tuple(sorted(records, key=lambda record: (record.kind.name, record.id, record.document.path)))
        self.problems = tuple(problems)
        self.unreadable = tuple(sorted(unreadable))
        """Paths of files whose kind cannot be read: what they hold is unknown, so no count over records is whole."""
        self.told: tuple[Collection[str], tuple[Problem, ...]] | None = None
        """What is wrong with the records together under some requirements, once somebody asked."""
        self._active: dict[str, tuple[Record, ...]] = {}
        self._referrers: dict[tuple[str, fields.Path], dict[str, tuple[Record, ...]]] = {}

    @cached_property
    def _by_reference(self) -> dict[str, Record]:
        return {record.reference: record for record in reversed(self.all)}

    @cached_property
    def _by_kind(self) -> dict[str, tuple[Record, ...]]:
        groups: dict[str, list[Record]] = defaultdict(list)
        for record in self.all:
            groups[record.kind.name].append(record)
        return {kind: tuple(records) for kind, records in groups.items()}

    def find(self, reference: str) -> Record | None:
        """The record of any status that `Kind:id` leads to."""
        return self._by_reference.get(reference)

    def of_kind(self, kind: str) -> tuple[Record, ...]:
        """The records of a kind, of any status, by id."""
        return self._by_kind.get(kind, ())

    def active(self, kind: str) -> tuple[Record, ...]:
        """The records of a kind that are in force, by id, and the invalid ones, whose status may be wrong."""
        found = self._active.get(kind)
        if found is None:
            found = tuple(record for record in self.of_kind(kind) if record.status == ACTIVE or not record.valid)
            self._active[kind] = found
        return found

    def referrers(self, kind: str, path: fields.Path, target: str) -> tuple[Record, ...]:
        """The active records of a kind that hold `target` at a path, by id."""
        index = self._referrers.get((kind, path))
        if index is None:
            index = self._referrers[kind, path] = self._index(kind, path)
        return index.get(target, ())

    def inherit(self, other: Inventory, changed: Collection[str]) -> None:
        """Take over who refers to whom from another inventory, but for the kinds whose records are not all the same."""
        self._referrers |= {key: index for key, index in other._referrers.items() if key[0] not in changed}

    def _index(self, kind: str, path: fields.Path) -> dict[str, tuple[Record, ...]]:
        index: dict[str, dict[Record, None]] = defaultdict(dict)
        for record in self.active(kind):
            for _, target in fields.values(record.value, path):
                if isinstance(target, str):
                    index[target][record] = None
        return {target: tuple(records) for target, records in index.items()}


Reading = Record | tuple[Problem, ...]
"""What a file holds: a record, valid or not; else why it holds none."""


def take(files: Iterable[File], kinds: Kinds, limits: Limits) -> Inventory:
    """Read every file. One that is no record of a known kind is a problem, never left out."""
    return gathered(kinds, ((file.path, reading(file, kinds, limits)) for file in files))


def gathered(kinds: Kinds, readings: Iterable[tuple[str, Reading]]) -> Inventory:
    """The inventory of files that were read: (path, what it holds) each."""
    records: list[Record] = []
    problems: list[Problem] = []
    unreadable: list[str] = []
    for path, found in readings:
        if isinstance(found, Record):
            records.append(found)
            problems += [of_refusal("schema", found.reference, refusal, found.document) for refusal in found.refusals]
        else:
            problems += found
            unreadable.append(path)
    return Inventory(kinds, records, problems, unreadable)


def reading(file: File, kinds: Kinds, limits: Limits) -> Reading:
    """What one file holds."""
    subject, place = f"File:{file.path}", Place(file.path)
    if not file.regular:
        hint = "replace the link, submodule or special file by the record itself, or leave it out with `exclude`"
        return (Problem("record", subject, None, place, "no regular file, so nothing can be read from it", hint),)
    if file.data is None:
        hint = "split it, or raise `limits.file_bytes` in iscode.yaml"
        return (Problem("yaml", subject, " file-size", place, f"larger than {limits.file_bytes} bytes", hint),)
    document = read(file.path, file.data, limits)
    if document.value is None:
        return tuple(of_refusal("yaml", subject, refusal, document) for refusal in document.refusals)
    return _of_kind(document, document.value, kinds, subject)


def _of_kind(document: Document, value: Mapping[str, Any], kinds: Kinds, subject: str) -> Reading:
    name, identity = value.get("kind"), value.get("id")
    if not isinstance(name, str) or name not in kinds:
        close = difflib.get_close_matches(str(name), list(kinds), 1)
        words = "the file names no kind" if name is None else f"{show(name)} is no kind"
        hint = f"did you mean `{close[0]}`?" if close else f"`kind:` is one of {', '.join(kinds)}"
        return (Problem("record", subject, "/kind", document.place(("kind",)), words, hint, document),)
    refusals = kinds[name].refusals(document)
    if not isinstance(identity, str) or not identity:
        return tuple(of_refusal("schema", subject, refusal, document) for refusal in refusals)
    return Record(kinds[name], identity, document, refusals)
