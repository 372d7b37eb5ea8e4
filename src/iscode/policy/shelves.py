"""The shipped shelves, and the packs beside them -> their files, and the digests that name this content."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final

from msgspec import Struct

from iscode import content
from iscode.errors import ContentError
from iscode.policy import prepared
from iscode.policy.prepared import Prepared
from iscode.source import Entry, FolderSnapshot

FILE_LIMIT: Final = 1024 * 1024
"""Bytes of one file of a shelf."""
SHELVES: Final = {"policies": ".yaml", "rules": ".yaml", "schemas": ".json"}
"""Each shelf and the suffix of what belongs to it; nothing else is content."""
DEFINITIONS: Final = "rules/definitions.yaml"
"""The shipped definitions. A pack's own can change no shipped rule: no two may have one name."""


class Pack(Struct, frozen=True, dict=True):
    """A folder of a repository with shelves of its own.

    `path` is relative to the repository's top; `files` have paths relative to the pack, e.g. `rules/own/x.yaml`.
    """

    path: str
    files: Mapping[str, bytes]

    @cached_property
    def digest(self) -> str:
        """What names the pack's content, wherever it lies."""
        return digest_of(self.files)

    def holds(self, path: str) -> bool:
        """Whether a path, as rules and errors name it, is that of a file of this pack.

        How it begins does not tell: a pack may lie in a folder called `rules`, and shipped rules begin so too.
        """
        inner = path.removeprefix(f"{self.path}/")
        return inner != path and inner in self.files


@dataclass(frozen=True)
class Shelves:
    """The files of the shelves by path relative to the content's home, e.g. `rules/ai/ai-oversight-drilled.yaml`.

    The files of packs have their paths in the repository.
    """

    files: Mapping[str, bytes]
    packs: tuple[Pack, ...] = ()
    raw: bytes = b""
    """The prepared form of the shipped files as it was read; empty: each is read and compiled as it comes."""

    def below(self, folder: str, suffix: str) -> list[tuple[str, bytes]]:
        """(path, content) of each file below a folder of the shelves with a suffix, by path; those of packs last."""
        parts = (("", self.files), *((f"{pack.path}/", pack.files) for pack in self.packs))
        return [
            (prefix + path, data)
            for prefix, files in parts
            for path, data in files.items()
            if path.startswith(folder) and path.endswith(suffix)
        ]

    @cached_property
    def language(self) -> str:
        """What names the language of the rules: also a pack's kinds are types in it."""
        shared = [(path, data) for path, data in self.files.items() if path == DEFINITIONS]
        return prepared.language_of([*self.below("schemas/", ".json"), *shared])

    @cached_property
    def prepared(self) -> Prepared:
        """The prepared form, as far as it holds."""
        return prepared.read(self.raw, self.language)

    @cached_property
    def everything(self) -> Mapping[str, bytes]:
        """Every file, shipped or of a pack, by the path that errors and rules name."""
        own = {f"{pack.path}/{path}": data for pack in self.packs for path, data in pack.files.items()}
        return {**own, **self.files}

    @cached_property
    def digest(self) -> str:
        """What names the shipped content: what judged, whatever its version. Packs have digests of their own."""
        return digest_of(self.files)


def digest_of(files: Mapping[str, bytes]) -> str:
    """`sha256:` and 64 hex digits over the path and the content of each file."""
    return digest_of_digests((path, sha256(data).hexdigest()) for path, data in files.items())


def digest_of_digests(named: Iterable[tuple[str, str]]) -> str:
    """The same over what already has a digest: (name, digest), in the order given."""
    total = sha256()
    for name, digest in named:
        total.update(f"{name}\0{digest}\n".encode())
    return f"sha256:{total.hexdigest()}"


def shipped() -> Shelves:
    """The shelves that come with iscode. Raises ContentError when one is missing or empty."""
    snapshot = FolderSnapshot(content.home(), only=tuple(SHELVES))
    regular = [entry for entry in snapshot.entries if entry.kind == "file"]
    wanted = [entry for entry in regular if entry.path.endswith(SHELVES[entry.path.split("/")[0]])]
    missing = SHELVES.keys() - {entry.path.split("/")[0] for entry in wanted}
    if missing:
        raise ContentError(f"the shelf {min(missing)}/ is empty", hint="install iscode again")
    files = dict(_read(snapshot, wanted, FILE_LIMIT))
    ready = dict(_read(snapshot, [entry for entry in regular if entry.path == prepared.NAME], prepared.LIMIT))
    return Shelves(files, raw=ready.get(prepared.NAME, b""))


def _read(snapshot: FolderSnapshot, entries: list[Entry], limit: int) -> Iterator[tuple[str, bytes]]:
    for entry, data in snapshot.read(entries, limit):
        if data is None:
            raise ContentError(f"{entry.path} is larger than {limit} bytes")
        yield entry.path, data
