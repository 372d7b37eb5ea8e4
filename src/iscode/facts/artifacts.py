"""Paths that records name -> whether the file is there, in the same snapshot, and is what its digest says.

A path is data of whoever wrote the record: it leads to a regular file of the judged snapshot or nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from iscode.facts.values import Artifact
from iscode.inventory import Inventory
from iscode.schema import fields
from iscode.source import Entry, Snapshot

LARGEST: Final = 100 * 1024 * 1024
"""Bytes of a file that is hashed; a larger one counts as missing."""

PATH, URI, DIGEST, SIZE = "path", "uri", "sha256", "size"

POINTER: Final = b"version https://git-lfs"
"""How a file begins that stands for another one, kept elsewhere."""

_UNSAFE: Final = re.compile(r"^[/~]|^[A-Za-z]:|[\x00-\x1f\x7f\\]|^[A-Za-z][A-Za-z0-9+.-]*://")


class Artifacts:
    """The artifacts of one snapshot. All paths that valid records name are read in one pass, at the first question."""

    def __init__(self, snapshot: Snapshot, root: str, inventory: Inventory) -> None:
        self._snapshot, self._inventory = snapshot, inventory
        self._prefix = f"{root}/" if root else ""
        self._digests: dict[str, tuple[str, int] | None] = {}
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

    def of_block(self, block: Mapping[str, Any]) -> Artifact:
        """The artifact that a block describes: `path` or `uri`, with `sha256` and `size` as far as they are given."""
        if PATH not in block:
            return Artifact("remote" if URI in block else "missing")
        return self._held(str(block[PATH]), block.get(DIGEST), block.get(SIZE))

    def of_path(self, path: str) -> Artifact:
        """The artifact at a path, which nothing says how it should be."""
        return self._held(path, None, None)

    def _held(self, path: str, digest: object, size: object) -> Artifact:
        if not is_safe(path):
            return Artifact("unsafe")
        found = self._digest(path)
        if found is None:
            return Artifact("missing")
        same = digest in (None, found[0]) and size in (None, found[1])
        return Artifact("intact" if same else "changed", *found)

    def _digest(self, path: str) -> tuple[str, int] | None:
        if not self._prefetched:
            self._prefetched = True
            self._read(sorted(self.named))
        if path not in self._digests:
            self._read([path])
        return self._digests[path]

    def _read(self, paths: Iterable[str]) -> None:
        wanted: dict[str, Entry] = {}
        for path in paths:
            self._digests[path] = None
            entry = self.entry(path)
            if entry is not None:
                wanted[entry.path] = entry
        for entry, data in self._snapshot.read(list(wanted.values()), LARGEST):
            if data is not None and not data.startswith(POINTER):
                self._digests[entry.path.removeprefix(self._prefix)] = (sha256(data).hexdigest(), len(data))


def is_safe(path: str) -> bool:
    """Whether a path names something inside the tree: relative, without `..`, `.git`, controls or a scheme."""
    steps = path.split("/")
    return not _UNSAFE.search(path) and not any(step in ("", ".", "..") or step.lower() == ".git" for step in steps)
