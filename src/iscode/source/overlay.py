"""A snapshot and files of memory -> the snapshot as it would be with them: a record to come, an unsaved buffer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from iscode.source.hashing import Digest
from iscode.source.objects import digest
from iscode.source.snapshot import Entry, MemorySnapshot, Revision, Snapshot


class OverlaySnapshot:
    """Files by path, with `/`, in the place of those that `below` has, or beside them. `below` stays as it is."""

    def __init__(self, below: Snapshot, files: Mapping[str, bytes]) -> None:
        self._below, self._above = below, MemorySnapshot(files)
        self._laid = frozenset(self._above.entries)
        covered = {entry.name for entry in self._laid}
        kept = (entry for entry in below.entries if entry.name not in covered)
        self.revision = Revision("memory")
        self.entries = tuple(sorted([*kept, *self._above.entries], key=lambda entry: entry.name))

    def read(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, bytes | None]]:
        """Yield each entry with its bytes, as `Snapshot.read` does."""
        below = self._below.read([entry for entry in entries if entry not in self._laid], limit)
        above = self._above.read([entry for entry in entries if entry in self._laid], limit)
        return (next(above if entry in self._laid else below) for entry in entries)

    def digests(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, Digest | None]]:
        """Yield each entry with its digest, as `Snapshot.digests` does."""
        below = self._below.digests([entry for entry in entries if entry not in self._laid], limit)
        above = self._above.digests([entry for entry in entries if entry in self._laid], limit)
        return (next(above if entry in self._laid else below) for entry in entries)


class NamedSnapshot:
    """A snapshot of which some entries bear the id of their content, so that a reader knows it again unread.

    What is read is still what lies there: whoever changes a file takes another snapshot.
    """

    def __init__(self, below: Snapshot, entries: Sequence[Entry], object_format: str, limit: int) -> None:
        self._below, self.revision = below, below.revision
        wanted = [entry for entry in entries if entry.kind == "file" and entry.oid is None]
        self._unnamed: dict[Entry, Entry] = {}
        for entry, data in below.read(wanted, limit):
            if data is not None:
                self._unnamed[replace(entry, oid=digest("blob", data, object_format))] = entry
        named = {entry.name: entry for entry in self._unnamed}
        self.entries = tuple(named.get(entry.name, entry) for entry in below.entries)

    def read(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, bytes | None]]:
        """Yield each entry with its bytes, as `Snapshot.read` does."""
        found = self._below.read([self._unnamed.get(entry, entry) for entry in entries], limit)
        return ((entry, data) for entry, (_, data) in zip(entries, found, strict=True))

    def digests(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, Digest | None]]:
        """Yield each entry with its digest, as `Snapshot.digests` does."""
        found = self._below.digests([self._unnamed.get(entry, entry) for entry in entries], limit)
        return ((entry, held) for entry, (_, held) in zip(entries, found, strict=True))
