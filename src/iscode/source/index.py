"""The index file -> what a commit made now would hold."""

from __future__ import annotations

import os
import re
from pathlib import Path

from msgspec import Struct

from iscode.errors import RepositoryError
from iscode.source.git import Git
from iscode.source.objects import BlobSnapshot, digest
from iscode.source.plain import show
from iscode.source.snapshot import Revision
from iscode.source.tree import Listed, hash_tree, to_entries

_HEADER = 12
_RECORD = re.compile(rb"([A-Z]) ([0-7]{6}) ([0-9a-f]{40}|[0-9a-f]{64}) ([0-3])\t(.+)", re.DOTALL)


class Staged(Struct, frozen=True):
    """A name of the index. `absent`: the work tree leaves it out on purpose (skip-worktree)."""

    listed: Listed
    absent: bool


def index_file(top: Path, git_dir: Path) -> Path:
    """Return the index of a commit in progress: GIT_INDEX_FILE, relative to the top, else the usual one."""
    named = os.environ.get("GIT_INDEX_FILE", "")
    if not named:
        return git_dir / "index"
    path = top / named
    if not path.is_file():
        raise RepositoryError("GIT_INDEX_FILE names no file", hint="unset it, or run inside the hook that sets it")
    return path


def read_index(git: Git, file: Path, object_format: str) -> BlobSnapshot:
    """Read what is staged in `file`; names that are only announced (intent-to-add) are not in it."""
    bound = git.with_index(file)
    listing = [staged.listed for staged in list_index(bound, file)]
    empty = digest("blob", b"", object_format)
    if any(listed.oid == empty for listed in listing):
        committed = _without_announced(bound, digest("tree", b"", object_format))
        if any(listed.oid != empty and listed.name not in committed for listed in listing):
            raise RepositoryError("git diff-index lists less than the index holds")
        listing = [listed for listed in listing if listed.oid != empty or listed.name in committed]
    revision = Revision("index", tree=hash_tree(listing, object_format))
    return BlobSnapshot(revision, to_entries(listing), bound, object_format)


def list_index(git: Git, file: Path) -> list[Staged]:
    """List the index. RepositoryError for unmerged names, and where git lists less than the file holds."""
    records = git.run("ls-files", "-t", "-s", "-z").split(b"\0")
    if records.pop():
        raise RepositoryError("git ls-files broke off")
    found = [_parse(record) for record in records]
    if len(found) < _count(file):
        raise RepositoryError("git ls-files lists less than the index holds")
    return found


def _parse(record: bytes) -> Staged:
    fields = _RECORD.fullmatch(record)
    if not fields:
        raise RepositoryError("git ls-files printed a line that is none")
    tag, mode, oid, stage, name = fields.groups()
    if stage != b"0":
        raise RepositoryError(f"{show(name)} is unmerged", hint="resolve the conflict and stage the file")
    return Staged(Listed(name, int(mode, 8), oid.decode("ascii")), absent=tag == b"S")


def _count(file: Path) -> int:
    """Return how many names the index says it has: git may be cut off at the end of a line and look healthy.

    A split or sparse index counts less than git lists, never more.
    """
    try:
        with file.open("rb") as index:
            header = index.read(_HEADER)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise RepositoryError(f"the index cannot be read: {error.strerror or error}") from error
    if len(header) != _HEADER or not header.startswith(b"DIRC"):
        raise RepositoryError("the index is damaged", hint="rebuild the index: git read-tree HEAD")
    return int.from_bytes(header[8:], "big")


def _without_announced(git: Git, empty_tree: str) -> set[bytes]:
    """Return the names that a commit would hold, as a difference to nothing."""
    options = ("--cached", "--ita-invisible-in-index", "--no-renames", "--exit-code", "-z")
    code, printed = git.call("diff-index", *options, empty_tree, codes=(0, 1))
    fields = printed.split(b"\0")
    # With --exit-code git says at its end whether it has listed anything: an answer that was cut off is told.
    if fields.pop() or bool(fields) != bool(code):
        raise RepositoryError("git diff-index broke off")
    return set(fields[1::2])
