"""Names and blobs -> a snapshot: what all ways of reading share, and the two ways that need no Git."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

from msgspec import Struct

from iscode.errors import RepositoryError
from iscode.source import plain
from iscode.source.hashing import Digest, digest_of
from iscode.source.plain import show

Kind = Literal["file", "symlink", "gitlink", "other"]


class Entry(Struct, frozen=True):
    """One name of a snapshot.

    `name`: bytes as Git has them, relative to the top, separated by `/`. `path`: `name` as text, see `show`.
    `kind`: only a `file` has content; `gitlink` is a submodule or a repository inside the repository; `other`
    is a FIFO, socket or device. `oid`: 40 or 64 hex digits, None where the content is no Git object.
    """

    name: bytes
    path: str
    kind: Kind
    oid: str | None


class Revision(Struct, frozen=True):
    """What was read. `commit` and `tree` are full ids; None where there is none."""

    kind: Literal["commit", "index", "worktree", "memory"]
    commit: str | None = None
    tree: str | None = None


class Snapshot(Protocol):
    """All entries of one revision, sorted by name, and the content of those that are asked for."""

    @property
    def revision(self) -> Revision:
        """What was read."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, regular file or not, sorted by `name`."""

    def read(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, bytes | None]]:
        """Yield each entry with its bytes, in the order given; None for one of more than `limit` bytes.

        RepositoryError where one is no regular file of this snapshot, is missing, or not what its id says.
        """

    def digests(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, Digest | None]]:
        """Yield each entry with its digest, in the order given, with the errors of `read`; no large file is held whole.

        None for one of more than `limit` bytes.
        """


def entry(name: bytes, kind: Kind, oid: str | None = None) -> Entry:
    """Make an entry that shows its own name."""
    return Entry(name, show(name), kind, oid)


def regular(entries: Iterable[Entry]) -> list[Entry]:
    """Return `entries` as a list; RepositoryError when one of them is no regular file."""
    wanted = list(entries)
    for item in wanted:
        if item.kind != "file":
            raise RepositoryError(f"{item.path} is no regular file, it cannot be read")
    return wanted


class MemorySnapshot:
    """Files held in memory: path with `/` -> bytes. For rule tests and for buffers of an editor."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = {path.encode("utf-8"): data for path, data in files.items()}
        self.revision = Revision("memory")
        self.entries: tuple[Entry, ...] = tuple(entry(name, "file") for name in sorted(self._files))

    def read(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, bytes | None]]:
        """Yield each entry with its bytes; None where there are more than `limit`."""
        for item in regular(entries):
            data = self._files.get(item.name)
            if data is None:
                raise RepositoryError(f"{item.path} is not part of this snapshot")
            yield item, data if len(data) <= limit else None

    def digests(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, Digest | None]]:
        """Yield each entry with its digest; None where there are more than `limit` bytes."""
        return ((item, None if data is None else digest_of([data])) for item, data in self.read(entries, limit))


class FolderSnapshot:
    """The plain files of a folder, without Git: the shelves that ship. Links are listed, never followed.

    `only` names the sub-folders to walk (default: the whole folder); names stay relative to `folder`.
    """

    def __init__(self, folder: Path, only: Sequence[str] = ()) -> None:
        self._folder = os.fsencode(folder.absolute())
        self.revision = Revision("worktree")
        starts = [name.encode("utf-8") for name in only] or [b""]
        found = (item for start in starts for item in plain.walk(self._folder, start))
        self.entries: tuple[Entry, ...] = tuple(entry(name, kind) for name, kind in sorted(found))

    def read(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, bytes | None]]:
        """Yield each entry with its bytes; None where there are more than `limit`."""
        wanted = regular(entries)
        yield from zip(wanted, plain.read(self._folder, [item.name for item in wanted], limit), strict=True)
