"""Commits one after the other -> a snapshot of each, for which only the folders are read that changed on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from iscode.errors import RepositoryError
from iscode.source.commit import MOST_NAMES, read_commit
from iscode.source.hashing import Digest
from iscode.source.objects import Objects, digests_of, open_objects, read_of
from iscode.source.repository import Repository
from iscode.source.snapshot import Entry, Revision
from iscode.source.tree import FOLDER, LONGEST_NAME, Listed, parse_tree, to_entries


class Trail:
    """Commits of one repository that are read with one open `cat-file`. Every object is hashed against its id.

    An entry that two commits have alike is one and the same object in both.
    """

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self._trees: dict[str, list[Listed]] = {}
        self._sizes: dict[str, int] = {}
        self._entries: dict[Listed, Entry] = {}
        self._folders: dict[tuple[bytes, str], tuple[Entry, ...]] = {}
        self.digests: dict[tuple[str | None, int], Digest | None] = {}

    def commit(self, oid: str) -> TrailSnapshot:
        """The files of a commit by its full id. RepositoryError where it cannot be read whole."""
        commit = read_commit(self.objects, oid)
        if self._size(commit.tree) > MOST_NAMES:
            raise RepositoryError(f"the commit names more than {MOST_NAMES} files")
        entries = sorted(self._below(commit.tree), key=lambda entry: entry.name)
        return TrailSnapshot(Revision("commit", commit.oid, commit.tree), tuple(entries), self)

    def _tree(self, oid: str) -> list[Listed]:
        if oid not in self._trees:
            [(kind, data)] = self.objects.contents([oid])
            if kind != "tree":
                raise RepositoryError(f"object {oid} is a {kind}, not a tree")
            self._trees[oid] = parse_tree(data, oid)
        return self._trees[oid]

    def _size(self, tree: str) -> int:
        """How many names there are below a tree: a handful of objects can name billions, so it is counted first."""
        waiting = [(tree, 0)]
        while waiting:
            oid, depth = waiting[-1]
            if depth > LONGEST_NAME // 2:
                raise RepositoryError(f"the commit has a name of more than {LONGEST_NAME} bytes")
            folders = [one.oid for one in self._tree(oid) if one.mode == FOLDER]
            if unknown := [(one, depth + 1) for one in folders if one not in self._sizes]:
                waiting += unknown
                continue
            waiting.pop()
            self._sizes[oid] = len(self._tree(oid)) - len(folders) + sum(self._sizes[one] for one in folders)
        return self._sizes[tree]

    def _below(self, tree: str) -> tuple[Entry, ...]:
        """The entries below a tree. Folders lie deeper in one another than Python would follow them by calls."""
        waiting = [(b"", tree)]
        while waiting:
            prefix, oid = waiting[-1]
            listed = self._tree(oid)
            folders = [(prefix + one.name + b"/", one.oid) for one in listed if one.mode == FOLDER]
            if unknown := [one for one in folders if one not in self._folders]:
                waiting += unknown
                continue
            waiting.pop()
            files = [Listed(prefix + one.name, one.mode, one.oid) for one in listed if one.mode != FOLDER]
            fresh = [one for one in files if one not in self._entries]
            self._entries |= zip(fresh, to_entries(fresh), strict=True)  # a tree has its names in order already
            deeper = (entry for one in folders for entry in self._folders[one])
            self._folders[prefix, oid] = (*(self._entries[one] for one in files), *deeper)
        return self._folders[b"", tree]


@dataclass(frozen=True)
class TrailSnapshot:
    """A commit of a trail, readable as long as the trail is open."""

    revision: Revision
    entries: tuple[Entry, ...]
    trail: Trail

    def read(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, bytes | None]]:
        """Yield each entry with its bytes; None where there are more than `limit`."""
        return read_of(self.trail.objects, entries, limit)

    def digests(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, Digest | None]]:
        """Yield each entry with its digest; None where there are more than `limit` bytes. None is read twice."""
        known = self.trail.digests
        fresh = [entry for entry in entries if (entry.oid, limit) not in known]
        known |= {(entry.oid, limit): found for entry, found in digests_of(self.trail.objects, fresh, limit)}
        return ((entry, known[entry.oid, limit]) for entry in entries)


@contextmanager
def open_trail(repository: Repository) -> Iterator[Trail]:
    """Start to read commits. RepositoryError where git does not start or does not end well."""
    with open_objects(repository.git, repository.object_format) as objects:
        yield Trail(objects)
