"""The shipped shelves -> their files, and the digest that names this content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final

from iscode import content
from iscode.errors import ContentError
from iscode.source import FolderSnapshot

FILE_LIMIT: Final = 4 * 1024 * 1024
SHELVES: Final = {"policies": ".yaml", "rules": ".yaml", "schemas": ".json"}
"""Each shelf and the suffix of what belongs to it; nothing else is content."""


@dataclass(frozen=True)
class Shelves:
    """The files of the shelves by path relative to the content's home, e.g. `rules/ai/ai-oversight-drilled.yaml`."""

    files: Mapping[str, bytes]

    def below(self, folder: str, suffix: str) -> list[tuple[str, bytes]]:
        """(path, content) of each file below a folder with a suffix, by path."""
        return [(path, data) for path, data in self.files.items() if path.startswith(folder) and path.endswith(suffix)]

    @cached_property
    def digest(self) -> str:
        """SHA-256 over path and content of every shipped rule, schema and policy: what judged, whatever its version."""
        total = sha256()
        for path, data in self.files.items():
            total.update(f"{path}\0{sha256(data).hexdigest()}\n".encode())
        return f"sha256:{total.hexdigest()}"


def shipped() -> Shelves:
    """The shelves that come with iscode. Raises ContentError when one is missing or empty."""
    snapshot = FolderSnapshot(content.home(), only=tuple(SHELVES))
    wanted = [
        entry
        for entry in snapshot.entries
        if entry.kind == "file" and entry.path.endswith(SHELVES[entry.path.split("/")[0]])
    ]
    missing = SHELVES.keys() - {entry.path.split("/")[0] for entry in wanted}
    if missing:
        raise ContentError(f"the shelf {min(missing)}/ is empty", hint="install iscode again")
    files: dict[str, bytes] = {}
    for entry, data in snapshot.read(wanted, FILE_LIMIT):
        if data is None:
            raise ContentError(f"{entry.path} is larger than {FILE_LIMIT} bytes")
        files[entry.path] = data
    return Shelves(files)
