"""The work tree -> tracked files as they lie there, and untracked ones that are not ignored."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from iscode.errors import RepositoryError
from iscode.source import plain
from iscode.source.git import Git
from iscode.source.hashing import Digest
from iscode.source.index import list_index
from iscode.source.objects import blob_digests, read_blobs
from iscode.source.snapshot import Entry, Kind, Revision, entry, regular
from iscode.source.tree import to_entries

_MARKER = b".git"


class WorktreeSnapshot(Struct, frozen=True):
    """Files read where they lie; those that a sparse checkout leaves out are read from the index."""

    revision: Revision
    entries: tuple[Entry, ...]
    git: Git
    object_format: str
    top: bytes

    def read(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, bytes | None]]:
        """Yield each entry with its bytes; None where there are more than `limit`."""
        wanted = regular(entries)
        lying = plain.read(self.top, [item.name for item in wanted if item.oid is None], limit)
        blobs = read_blobs(self.git, self.object_format, [item for item in wanted if item.oid], limit)
        for item in wanted:
            yield next(blobs) if item.oid else (item, next(lying))

    def digests(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, Digest | None]]:
        """Yield each entry with its digest; None where there are more than `limit` bytes."""
        wanted = regular(entries)
        lying = plain.digests(self.top, [item.name for item in wanted if item.oid is None], limit)
        blobs = blob_digests(self.git, self.object_format, [item for item in wanted if item.oid], limit)
        for item in wanted:
            yield next(blobs) if item.oid else (item, next(lying))


def read_worktree(git: Git, top: Path, index: Path, object_format: str) -> WorktreeSnapshot:
    """List the work tree; nothing is read yet."""
    staged = list_index(git, index)
    absent = {item.name: item for item in to_entries(item.listed for item in staged if item.absent)}
    tracked = {item.name: item for item in to_entries(item.listed for item in staged if not item.absent)}
    place = os.fsencode(top)
    found = {name: entry(name, kind) for name, kind in _find(git, place, tracked)}
    entries = sorted({**found, **absent}.values(), key=lambda item: item.name)
    return WorktreeSnapshot(Revision("worktree"), tuple(entries), git, object_format, place)


def _find(git: Git, top: bytes, tracked: Mapping[bytes, Entry]) -> Iterator[tuple[bytes, Kind]]:
    """Walk level by level; git says, once a level, which of the names it does not know are ignored.

    Git's own list of untracked files leaves out FIFOs, sockets and folders it may not read, and nothing shows
    where it was cut off; here each name is seen, and git has to answer for each.
    """
    folders = _folders(tracked)
    level = [b""]
    while level:
        unknown: dict[bytes, plain.Found] = {}
        deeper = []
        for folder in level:
            items = plain.scan(top, folder)
            if folder not in folders and any(_is_marker(name) for name, _ in items):
                yield folder, "gitlink"
                continue
            for name, kind in items:
                if _is_marker(name):
                    continue
                if kind == "folder" and name in folders:
                    deeper.append(name)
                elif kind == "folder" and name in tracked and tracked[name].kind == "gitlink":
                    yield name, "gitlink"
                elif kind != "folder" and name in tracked:
                    yield name, kind
                else:
                    unknown[name] = kind
        for name in _not_ignored(git, unknown):
            if (kind := unknown[name]) == "folder":
                deeper.append(name)
            else:
                yield name, kind
        level = deeper


def _is_marker(name: bytes) -> bool:
    return name.rpartition(b"/")[2].lower() == _MARKER


def _folders(tracked: Iterable[bytes]) -> set[bytes]:
    """Return every folder on the way to a tracked name, the top included."""
    folders = {b""}
    for name in tracked:
        folder = name.rpartition(b"/")[0]
        while folder not in folders:
            folders.add(folder)
            folder = folder.rpartition(b"/")[0]
    return folders


def _not_ignored(git: Git, names: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the names that no ignore rule takes out. RepositoryError where git leaves one unanswered."""
    # The leading `./` keeps a name that starts with a colon from being read as a pathspec.
    asked = [b"./" + name for name in names]
    if not asked:
        return
    options = ("-z", "-v", "-n", "--stdin")
    _, said = git.call("check-ignore", *options, codes=(0, 1), stdin=b"\0".join([*asked, b""]))
    fields = said.split(b"\0")
    if fields[3::4] != asked or fields[4 * len(asked) :] != [b""]:
        raise RepositoryError("git check-ignore does not answer for each name")
    for name, pattern in zip(asked, fields[2::4], strict=True):
        if not pattern or pattern.startswith(b"!"):
            yield name[2:]
