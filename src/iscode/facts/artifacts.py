"""Paths that records name -> whether the file is there, in the same snapshot, and is what its digest says.

A path is data of whoever wrote the record: it leads to a regular file of the judged snapshot or nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final, Literal

from iscode.expr import EvaluationError
from iscode.facts.values import Artifact
from iscode.inventory import Inventory
from iscode.schema import fields
from iscode.source import Entry, Snapshot
from iscode.source.hashing import Digest

LARGEST: Final = 100 * 1024 * 1024
"""Bytes of a file that is hashed, unless the repository says otherwise."""
CEILING: Final = 1024 * 1024 * 1024
"""How far a repository may raise that."""

PATH, URI, DIGEST, SIZE = "path", "uri", "sha256", "size"

POINTER: Final = b"version https://git-lfs"
"""How a file begins that stands for another one, kept elsewhere."""

_UNSAFE: Final = re.compile(r"^[/~]|^[A-Za-z]:|[\x00-\x1f\x7f\\]|^[A-Za-z][A-Za-z0-9+.-]*://")


class Artifacts:
    """The artifacts of one snapshot. All paths that valid records name are read in one pass, at the first question.

    No large file is held whole. Each question raises EvaluationError (cost) about one of more than `largest` bytes.
    """

    def __init__(self, snapshot: Snapshot, root: str, inventory: Inventory, largest: int = LARGEST) -> None:
        self._snapshot, self._inventory, self._largest = snapshot, inventory, largest
        self._prefix = f"{root}/" if root else ""
        self._digests: dict[str, Digest | Literal["missing", "oversized"]] = {}
        self._artifacts: dict[tuple[str, object, object], Artifact] = {}
        """What was found, by what was asked: many rules ask for the same."""
        self._prefetched = False

    @cached_property
    def named(self) -> frozenset[str]:
        """Every path, below the root, that a valid record names in a field of that meaning."""
        return frozenset(
            str(path)
            for record in self._inventory.all
            if record.valid
            for keys, _ in record.kind.marked("x-path")
            for _, path in fields.values(record.value, keys)
        )

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self._snapshot.entries}

    def entry(self, path: str) -> Entry | None:
        """The regular file at a path below the root; None where the path leaves the tree or leads to none."""
        entry = self._entries.get(self._prefix + path) if is_safe(path) else None
        return entry if entry is not None and entry.kind == "file" else None

    def located(self, path: str) -> str:
        """A path below the root as one from the repository's top."""
        return self._prefix + path

    def of_block(self, block: Mapping[str, Any]) -> Artifact:
        """The artifact that a block describes: `path` or `uri`, with `sha256` and `size` as far as they are given."""
        if PATH not in block:
            return Artifact("remote" if URI in block else "missing")
        return self._held(str(block[PATH]), block.get(DIGEST), block.get(SIZE))

    def of_path(self, path: str) -> Artifact:
        """The artifact at a path, which nothing says how it should be."""
        return self._held(path, None, None)

    def _held(self, path: str, digest: object, size: object) -> Artifact:
        known = self._artifacts.get((path, digest, size))
        if known is None:
            known = self._artifacts[path, digest, size] = self._found(path, digest, size)
        return known

    def _found(self, path: str, digest: object, size: object) -> Artifact:
        if not is_safe(path):
            return Artifact("unsafe")
        found = self.digest(path)
        if found is None:
            return Artifact("missing")
        same = digest in (None, found.sha256) and size in (None, found.size)
        return Artifact("intact" if same else "changed", found.sha256, found.size)

    def digest(self, path: str) -> Digest | None:
        """What the file at a path is; None where there is none, or one that only stands for another."""
        if not self._prefetched:
            self._prefetched = True
            self._read(sorted(self.named))
        if path not in self._digests:
            self._read([path])
        found = self._digests[path]
        if found == "oversized":
            raise EvaluationError(
                f"{path} is larger than {self._largest} bytes, so it is not hashed (limits.artifact_bytes)", "cost"
            )
        return None if found == "missing" else found

    def _read(self, paths: Iterable[str]) -> None:
        wanted: dict[str, Entry] = {}
        for path in paths:
            self._digests[path] = "missing"
            entry = self.entry(path)
            if entry is not None:
                wanted[entry.path] = entry
        for entry, digest in self._snapshot.digests(list(wanted.values()), self._largest):
            if digest is None or not digest.head.startswith(POINTER):
                self._digests[entry.path.removeprefix(self._prefix)] = digest or "oversized"


def is_safe(path: str) -> bool:
    """Whether a path names something inside the tree: relative, without `..`, `.git`, controls or a scheme."""
    steps = path.split("/")
    return not _UNSAFE.search(path) and not any(step in ("", ".", "..") or step.lower() == ".git" for step in steps)
