"""Snapshots that share files -> their inventories: a content that lies at one path in several is read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from iscode.document import Limits
from iscode.errors import Place, RepositoryError
from iscode.inventory.stock import File, Inventory, Reading, gathered, reading
from iscode.schema import Kinds
from iscode.source import Entry, Snapshot
from iscode.source.objects import digest

MOST_BYTES: Final = 256 * 1024 * 1024
"""Bytes of all records of one root: a commit of a few bytes can name one file a hundred thousand times."""

_FORMATS = {40: "sha1", 64: "sha256"}


class Memo:
    """What files were found to hold under some kinds and limits, by path and object id.

    A record is one and the same object in each inventory whose snapshot has its file unchanged.
    """

    def __init__(self, kinds: Kinds, limits: Limits) -> None:
        self._kinds, self._limits = kinds, limits
        self._read: dict[tuple[str, str], Reading] = {}
        self._unnamed: dict[str, tuple[bytes, Reading]] = {}
        """By path what came without an object id, as files of a work tree do; hashed when another asks."""

    def fitting(self, kinds: Kinds, limits: Limits) -> Memo:
        """This one, where it is of the same kinds and limits; else a new one: what it holds may be read otherwise."""
        return self if kinds is self._kinds and limits == self._limits else Memo(kinds, limits)

    def take(self, snapshot: Snapshot, entries: Sequence[Entry]) -> Inventory:
        """The inventory of some entries of a snapshot. One that is no record of a known kind is a problem of it.

        Raises RepositoryError where an entry cannot be read, or all take more than MOST_BYTES.
        """
        found = {entry.path: held for entry in entries if (held := self._find(entry)) is not None}
        found |= self._fresh(snapshot, [entry for entry in entries if entry.path not in found])
        return gathered(self._kinds, ((entry.path, found[entry.path]) for entry in entries))

    def _find(self, entry: Entry) -> Reading | None:
        if entry.kind != "file" or entry.oid is None:
            return None
        if entry.path in self._unnamed:
            data, held = self._unnamed.pop(entry.path)
            self._read[entry.path, digest("blob", data, _FORMATS[len(entry.oid)])] = held
        return self._read.get((entry.path, entry.oid))

    def _fresh(self, snapshot: Snapshot, entries: Sequence[Entry]) -> Iterator[tuple[str, Reading]]:
        """(path, what it holds) of each entry, read; what is no regular file holds nothing."""
        for entry in entries:
            if entry.kind != "file":
                yield entry.path, self._of(File(entry.path, regular=False, data=None))
        regular = [entry for entry in entries if entry.kind == "file"]
        room = MOST_BYTES
        for entry, data in snapshot.read(regular, self._limits.file_bytes):
            room -= len(data or b"")
            if room < 0:
                hint = "give parts of them an iscode.yaml of their own"
                raise RepositoryError(
                    f"the records take more than {MOST_BYTES} bytes", place=Place(entry.path), hint=hint
                )
            known = self._unnamed.get(entry.path)
            held = known[1] if known and known[0] == data else self._of(File(entry.path, regular=True, data=data))
            if entry.oid is not None:
                self._read[entry.path, entry.oid] = held
            elif data is not None:
                self._unnamed[entry.path] = data, held
            yield entry.path, held

    def _of(self, file: File) -> Reading:
        return reading(file, self._kinds, self._limits)
