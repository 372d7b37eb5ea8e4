"""Object ids -> the bytes behind them, each hashed against its id, by a `git cat-file` that stays open."""

from __future__ import annotations

import hashlib
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from msgspec import Struct

from iscode.errors import RepositoryError
from iscode.source import git as git_call
from iscode.source.git import Git
from iscode.source.hashing import PART, Digest, digest_of
from iscode.source.snapshot import Entry, Revision, regular

_CHUNK_BYTES = 8 * 1024 * 1024
_CHUNK_OBJECTS = 4096


def digest(kind: str, data: bytes, object_format: str) -> str:
    """Return the id that Git gives to an object: `kind` is blob, tree, commit or tag."""
    return hashlib.new(object_format, _header_of(kind, len(data)) + data, usedforsecurity=False).hexdigest()


def _header_of(kind: str, size: int) -> bytes:
    return b"%s %d\0" % (kind.encode("ascii"), size)


def _broke_off(oid: str) -> RepositoryError:
    return RepositoryError(f"git cat-file broke off in object {oid}")


def _false(oid: str) -> RepositoryError:
    return RepositoryError(f"object {oid} does not hold what its id says", hint="the repository is damaged: git fsck")


class Objects:
    """An open `cat-file`. Its answers are not trusted: each content is hashed."""

    def __init__(
        self, process: subprocess.Popen[bytes], source: IO[bytes], sink: IO[bytes], object_format: str
    ) -> None:
        self._process = process
        self._source = source
        self._sink = sink
        self._object_format = object_format

    def headers(self, oids: Sequence[str]) -> list[tuple[str, int]]:
        """Return (kind, bytes) of each object. RepositoryError where one is missing."""
        with self._asked("info", oids):
            return [self._header(oid) for oid in oids]

    def contents(self, oids: Sequence[str]) -> list[tuple[str, bytes]]:
        """Return (kind, content) of each object. RepositoryError for one that is missing or false."""
        found = []
        with self._asked("contents", oids):
            for oid in oids:
                kind, size = self._header(oid)
                data = self._source.read(size + 1)
                if len(data) != size + 1:
                    raise _broke_off(oid)
                found.append((kind, data[:-1]))
        for oid, (kind, data) in zip(oids, found, strict=True):
            if digest(kind, data, self._object_format) != oid:
                raise _false(oid)
        return found

    def blob_digest(self, oid: str) -> Digest:
        """Return the digest of a blob that is never held whole. RepositoryError as for `contents`."""
        with self._asked("contents", [oid]):
            kind, size = self._header(oid)
            own = hashlib.new(self._object_format, _header_of(kind, size), usedforsecurity=False)
            found = digest_of(self._parts(oid, size, own))
            if self._source.read(1) != b"\n":
                raise _broke_off(oid)
        if own.hexdigest() != oid:
            raise _false(oid)
        return found

    def _parts(self, oid: str, size: int, own: Any) -> Iterator[bytes]:
        """Yield `size` bytes of an answer, and feed them to the hash that must come to `oid`."""
        while size:
            part = self._source.read(min(size, PART))
            if not part:
                raise _broke_off(oid)
            own.update(part)
            size -= len(part)
            yield part

    def _header(self, oid: str) -> tuple[str, int]:
        line = self._source.readline()
        words = line.split()
        if words[:1] != [oid.encode("ascii")] or not line.endswith(b"\n"):
            raise RepositoryError(f"git cat-file broke off before object {oid}")
        if len(words) != 3 or not words[2].isdigit():
            raise RepositoryError(
                f"object {oid} is missing",
                hint="fetch it; a shallow clone needs fetch-depth: 0, a partial one git fetch --refetch",
            )
        return words[1].decode("ascii", "replace"), int(words[2])

    @contextmanager
    def _asked(self, verb: str, oids: Sequence[str]) -> Iterator[None]:
        """Send a request and guard the reading of the answer by the time limit."""
        # With --buffer git answers only after `flush`, so both sides never wait for each other to read.
        request = "".join([*(f"{verb} {oid}\n" for oid in oids), "flush\n"]).encode("ascii")
        guard = threading.Timer(git_call.SECONDS, self._process.kill)
        guard.start()
        try:
            self._sink.write(request)
            self._sink.flush()
            yield
        except OSError as error:
            raise RepositoryError("git cat-file ended before it had answered") from error
        finally:
            guard.cancel()


@contextmanager
def open_objects(git: Git, object_format: str) -> Iterator[Objects]:
    """Start a `cat-file` and end it. RepositoryError where it does not start or does not end well."""
    process, sink, source = git.start("cat-file", "--batch-command", "--buffer")
    try:
        yield Objects(process, source, sink, object_format)
        sink.close()
        if code := process.wait(git_call.SECONDS):
            raise git_call.failure("cat-file", code)
    except subprocess.TimeoutExpired as error:
        raise RepositoryError("git cat-file does not end") from error
    finally:
        process.kill()
        process.wait()
        source.close()
        _close(sink)


def _close(sink: IO[bytes]) -> None:
    """Close a pipe whose other end may be gone with bytes still on the way."""
    try:
        sink.close()
    except OSError:
        return


def read_blobs(
    git: Git, object_format: str, entries: Sequence[Entry], limit: int
) -> Iterator[tuple[Entry, bytes | None]]:
    """Yield each entry with the content of its blob, in order; None for one of more than `limit` bytes."""
    wanted = regular(entries)
    if wanted:
        with open_objects(git, object_format) as objects:
            yield from read_of(objects, wanted, limit)


def read_of(objects: Objects, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, bytes | None]]:
    """The same from objects that are open."""
    wanted = regular(entries)
    oids, sizes = [_oid(item) for item in wanted], _sizes(objects, wanted)
    for run in _runs(sizes, limit):
        contents = iter(objects.contents([oids[at] for at in run if sizes[at] <= limit]))
        for at in run:
            yield wanted[at], next(contents)[1] if sizes[at] <= limit else None


def blob_digests(
    git: Git, object_format: str, entries: Sequence[Entry], limit: int
) -> Iterator[tuple[Entry, Digest | None]]:
    """Yield each entry with the digest of its blob, in order; None for one of more than `limit` bytes."""
    wanted = regular(entries)
    if wanted:
        with open_objects(git, object_format) as objects:
            yield from digests_of(objects, wanted, limit)


def digests_of(objects: Objects, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, Digest | None]]:
    """The same from objects that are open."""
    wanted = regular(entries)
    oids, sizes = [_oid(item) for item in wanted], _sizes(objects, wanted)
    most = min(limit, PART)  # what is no larger is asked for together: an answer takes longer than a hash
    for run in _runs(sizes, most):
        contents = iter(objects.contents([oids[at] for at in run if sizes[at] <= most]))
        for at in run:
            if sizes[at] <= most:
                yield wanted[at], digest_of([next(contents)[1]])
            else:
                yield wanted[at], objects.blob_digest(oids[at]) if sizes[at] <= limit else None


def _sizes(objects: Objects, entries: Sequence[Entry]) -> list[int]:
    """Return the size of each entry in bytes. RepositoryError for one that is no blob."""
    headers = objects.headers([_oid(item) for item in entries])
    for item, (kind, _) in zip(entries, headers, strict=True):
        if kind != "blob":
            raise RepositoryError(f"{item.path}: object {item.oid} is a {kind}, not a blob")
    return [size for _, size in headers]


class BlobSnapshot(Struct, frozen=True):
    """A commit or an index: content comes from blobs, whatever lies in the work tree."""

    revision: Revision
    entries: tuple[Entry, ...]
    git: Git
    object_format: str

    def read(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, bytes | None]]:
        """Yield each entry with its bytes; None where there are more than `limit`."""
        return read_blobs(self.git, self.object_format, entries, limit)

    def digests(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, Digest | None]]:
        """Yield each entry with its digest; None where there are more than `limit` bytes."""
        return blob_digests(self.git, self.object_format, entries, limit)


def _oid(item: Entry) -> str:
    if item.oid is None:
        raise RepositoryError(f"{item.path} is no object of this repository")
    return item.oid


def _runs(sizes: Sequence[int], limit: int) -> Iterator[range]:
    """Cut the positions of a list into runs whose contents are held in memory together."""
    start = held = 0
    for position, size in enumerate(sizes):
        counted = size if size <= limit else 0
        if position > start and (held + counted > _CHUNK_BYTES or position - start >= _CHUNK_OBJECTS):
            yield range(start, position)
            start, held = position, 0
        held += counted
    yield range(start, len(sizes))
