"""Records of an older schema and the changes of it -> the same files with just those changes, or why they cannot be.

Nothing else in a file is written anew: comments, order, quotes and line ends stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from iscode.document import Document, Limits, Pointer, edited, moved, read, renamed, value_at
from iscode.errors import Place
from iscode.policy.migration import Change
from iscode.schema import Kind, Kinds
from iscode.source import Entry, Snapshot


class Conflict(Struct, frozen=True):
    """A change that cannot be made, where, and what its author does about it."""

    place: Place
    message: str
    hint: str


class Migrated(Struct, frozen=True):
    """What became of the records.

    `documents` has each file that changes, before and after; with any conflict none of them may be written. `refused`
    are records that the schema refuses after it too, as it did before. `unread` are files that are no YAML, or no
    record of a known kind.
    """

    documents: Mapping[str, tuple[Document, Document]]
    changes: tuple[tuple[str, Change], ...]
    conflicts: tuple[Conflict, ...]
    refused: tuple[Place, ...]
    unread: tuple[str, ...]
    records: int


def migrated(
    snapshot: Snapshot, entries: Sequence[Entry], kinds: Kinds, changes: Mapping[str, Sequence[Change]], limits: Limits
) -> Migrated:
    """Make the changes to every record of the entries; nothing is written."""
    documents: dict[str, tuple[Document, Document]] = {}
    made: list[tuple[str, Change]] = []
    conflicts: list[Conflict] = []
    refused: list[Place] = []
    unread: list[str] = []
    records = 0
    for entry, data in snapshot.read([entry for entry in entries if entry.kind == "file"], limits.file_bytes):
        before = None if data is None else read(entry.path, data, limits)
        value = None if before is None else before.value
        name = value.get("kind") if isinstance(value, dict) else None
        if before is None or not isinstance(name, str) or name not in kinds:
            unread.append(entry.path)
            continue
        records += 1
        after = before
        for change in changes.get(name, ()):
            result = _made(after, change, kinds[name])
            if isinstance(result, Conflict):
                conflicts.append(result)
                break
            if result is not after:
                made.append((entry.path, change))
                after = result
        still = kinds[name].refusals(after)
        if after is not before:
            documents[entry.path] = (before, after)
            if still and not kinds[name].refusals(before):
                conflicts.append(
                    Conflict(still[0].place, f"it would be no valid record: {still[0].message}", still[0].hint)
                )
        refused += [refusal.place for refusal in still[:1]]
    unread += [entry.path for entry in entries if entry.kind != "file"]
    return Migrated(documents, tuple(made), tuple(conflicts), tuple(refused), tuple(unread), records)


def _made(document: Document, change: Change, kind: Kind) -> Document | Conflict:
    """The document with a change made wherever it applies; the same one where it applies nowhere."""
    for pointer in list(_pointers(document.value, change.path, absent=change.form == "set")):
        after = _changed(document, pointer, change, kind)
        if after is None:
            return _conflict(document, pointer, change)
        document = after
    return document


def _changed(document: Document, pointer: Pointer, change: Change, kind: Kind) -> Document | None:
    """The document with a change made at one place; None where it cannot be."""
    match change.form:
        case "rename":
            return renamed(document, pointer, change.target[-1])
        case "move":
            return moved(document, pointer, _target(pointer, change))
        case "set":
            order = list(kind.schema["properties"]) if len(pointer) == 1 else []
            return edited(document, pointer, change.value, order)
        case "drop":
            return edited(document, pointer, None)
    value = value_at(document.value, pointer)
    new = [_word(item, change) for item in value] if isinstance(value, list) else _word(value, change)
    return document if new == value else edited(document, pointer, new)


def _target(pointer: Pointer, change: Change) -> Pointer:
    """Where a value goes: beside it as far as both paths are one, so what is in an item of a list stays in it."""
    steps = zip(change.path[:-1], change.target, strict=False)
    same = next((number for number, (one, other) in enumerate(steps) if one != other), len(change.path) - 1)
    return (*_above(pointer, same), *change.target[same:])


def _word(value: Any, change: Change) -> Any:
    return change.words.get(value, value) if isinstance(value, str) else value


def _pointers(value: Any, path: Sequence[str], *, absent: bool, above: Pointer = ()) -> Iterator[Pointer]:
    """Where a path leads to in a record, each item of a list in turn; `absent`: where the last key is not."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _pointers(item, path, absent=absent, above=(*above, index))
    elif isinstance(value, dict):
        if len(path) == 1:
            if (path[0] in value) != absent:
                yield (*above, path[0])
        elif path[0] in value:
            yield from _pointers(value[path[0]], path[1:], absent=absent, above=(*above, path[0]))


def _above(pointer: Pointer, keys: int) -> Pointer:
    """A pointer down to behind so many of its keys, with the item of a list that the last of them led into."""
    found: list[str | int] = []
    for step in pointer:
        if isinstance(step, str):
            if not keys:
                break
            keys -= 1
        found.append(step)
    return tuple(found)


def _conflict(document: Document, pointer: Pointer, change: Change) -> Conflict:
    where = ".".join(change.path)
    beside = (*pointer[:-1], change.target[-1]) if change.form == "rename" else ()
    if beside and beside[-1] in value_at(document.value, beside[:-1]):
        words, hint = f"both {where} and {'.'.join(change.target)} are there", "keep the one that is right"
        return Conflict(document.place(pointer), words, hint)
    target = f" to {'.'.join(change.target)}" if change.target else ""
    words = f"{change.form} {where}{target}: more would change, a comment would be lost, or something is there already"
    return Conflict(document.place(pointer), words, f"make this change of {change.migration} by hand")
