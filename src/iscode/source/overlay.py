"""A snapshot and files of memory -> the snapshot as it would be with them: a record to come, an unsaved buffer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from iscode.source.hashing import Digest
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
