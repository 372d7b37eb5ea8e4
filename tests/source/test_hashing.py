"""Files too large to hold are hashed part by part, and what git hands over is still held against its id."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
import zlib

import pytest

from iscode.errors import RepositoryError
from iscode.source import MemorySnapshot, Repository, Snapshot
from iscode.source.hashing import PART, Digest, digest_of

READERS = {
    "worktree": Repository.worktree,
    "index": Repository.index,
    "commit": lambda repository: repository.commit("HEAD"),
}
LARGE = os.urandom(1024) * (8 * PART // 1024) + b"!"


def digests(snapshot: Snapshot, limit: int) -> dict[str, Digest | None]:
    files = [entry for entry in snapshot.entries if entry.kind == "file"]
    return {entry.path: digest for entry, digest in snapshot.digests(files, limit)}


def expected(data: bytes) -> Digest:
    return Digest(hashlib.sha256(data).hexdigest(), len(data), data[:64])


@pytest.mark.parametrize("parts", [[], [b""], [b"a"], [b"a", b"", b"b" * 63, b"c"], [b"x" * 200]])
def test_how_a_file_is_cut_into_parts_changes_nothing(parts: list[bytes]) -> None:
    assert expected(b"".join(parts)) == digest_of(parts)


@pytest.mark.parametrize("reader", READERS)
def test_each_file_has_its_digest_and_one_beyond_the_limit_none(checkout, reader) -> None:
    checkout.write("large", LARGE)
    checkout.write("empty", b"")
    checkout.write("skipped", b"left out of the work tree")
    checkout.commit()
    checkout.git("update-index", "--skip-worktree", "skipped")
    (checkout.top / "skipped").unlink()
    snapshot = READERS[reader](checkout.open())
    found = digests(snapshot, len(LARGE))
    assert [expected(LARGE), expected(b""), expected(b"left out of the work tree")] == [
        found[name] for name in ("large", "empty", "skipped")
    ]
    assert {"large": None, "empty": expected(b"")} == {
        name: digest for name, digest in digests(snapshot, len(LARGE) - 1).items() if name in ("large", "empty")
    }


@pytest.mark.parametrize("reader", READERS)
def test_a_large_file_is_never_held_whole(checkout, reader) -> None:
    checkout.write("large", LARGE)
    checkout.commit()
    snapshot = READERS[reader](checkout.open())
    tracemalloc.start()
    digests(snapshot, len(LARGE))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * PART


def test_files_in_memory_have_digests_too() -> None:
    assert {"a": expected(b"12"), "b": None} == digests(MemorySnapshot({"a": b"12", "b": b"123"}), 2)


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (b"blob", LARGE[:-1] + b"?", "does not hold what its id says"),
        (b"tag", LARGE, "is a tag, not a blob"),
    ],
)
def test_a_false_object_has_no_digest(checkout, kind: bytes, data: bytes, words: str) -> None:
    checkout.write("large", LARGE)
    checkout.commit()
    oid = checkout.text("rev-parse", "HEAD:large")
    path = checkout.top / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(zlib.compress(kind + b" %d\0" % len(data) + data))
    with pytest.raises(RepositoryError, match=words):
        digests(checkout.open().commit("HEAD"), len(LARGE))
