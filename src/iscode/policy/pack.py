"""A snapshot and the packs that its iscode.yaml names -> the shipped shelves with those of the packs beside them.

A folder is read from the snapshot that is judged: what judges a commit is what that commit holds. An installed package
is no part of any commit; the digest that the commit names holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Final, Protocol

from msgspec import structs

from iscode.errors import ConfigError, IscodeError, Place, PolicyError, UsageError
from iscode.policy.config import PACKAGE
from iscode.policy.root import Root
from iscode.policy.shelves import FILE_LIMIT, Pack, Shelves
from iscode.schema.expansion import COMMON
from iscode.source import Entry, FolderSnapshot, Snapshot, installed

SHELVES: Final = {
    "policies/catalogs/": ".yaml", "policies/profiles/": ".yaml", "rules/": ".yaml", "schemas/": ".schema.json",
    "policies/views/": ".yaml", "policies/roadmaps/": ".yaml", "policies/cascades/": ".yaml",
    "policies/crosswalks/": ".yaml", "policies/pointers/": ".yaml", "policies/exports/": ".yaml",
    "policies/sheets/": ".yaml", "policies/signatures/": ".yaml", "policies/migrations/": ".yaml",
}  # fmt: skip
"""Each shelf of a pack and the suffix of what belongs to it: what is read, and what the digest covers."""
MOST_FILES: Final = 10_000
"""Files of one pack."""
MOST_BYTES: Final = 64 * 1024 * 1024
"""Bytes of all files of one pack: a commit of a few bytes can name one file ten thousand times."""
_READ_ALIKE: Final = (".yaml", ".yml", ".json")
"""A file that people take for policy. One that stands on no shelf would bind nobody, and nobody would notice."""


class Files(Protocol):
    """As much of a snapshot as a pack is read from."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, sorted by name."""

    def read(self, entries: Sequence[Entry], limit: int) -> Iterator[tuple[Entry, bytes | None]]:
        """Each entry with its bytes; None for one of more than `limit` bytes."""


def with_packs(shelves: Shelves, snapshot: Snapshot, root: Root, *, head: Root | None = None) -> Shelves:
    """The shelves with the packs of a root, in the order of its iscode.yaml.

    Where the root is that of a base, `head` is the one that is held against it: a package can be installed once, so a
    digest that the head names stands for the base too, or no change could bring a newer one. Raises ConfigError at the
    place where a pack is named that is none, is not installed, or has another digest than it says; PolicyError for a
    file of a pack that cannot be read as policy.
    """
    return replace(shelves, packs=tuple(_packs(snapshot, root, head)))


def read_pack(snapshot: Files, path: str) -> Pack:
    """The pack at a path of a snapshot; without a file where there is none. Raises PolicyError for a file of it that
    cannot be read as policy, ConfigError where the path leads through a link.
    """
    return Pack(path, _read(snapshot, [entry for entry in _below(snapshot, path) if _belongs(entry, path)], path))


def read_named(name: str) -> Pack:
    """The pack in a folder of the disk, or of `package:NAME`. Raises what `read_folder` and `read_package` do."""
    return read_package(name.removeprefix(PACKAGE)) if name.startswith(PACKAGE) else read_folder(Path(name))


def read_folder(folder: Path) -> Pack:
    """The pack in a folder of the disk, whatever repository that is in, under the path that it was named by.

    Raises what `read_pack` does, RepositoryError where there is no such folder, and UsageError for the whole disk.
    """
    real = folder.resolve()
    if not real.name:
        raise UsageError(f"{folder} is the whole disk, and no pack", hint="name the folder of a pack")
    path = folder.as_posix() if folder.name else real.name
    return _found(FolderSnapshot(real.parent, only=(real.name,)), real.name, path)


def read_package(name: str) -> Pack:
    """The pack of an installed package, under the path `package:NAME`, without a file where it holds no policy.

    Raises ConfigError where it is not installed or is no wheel's plain files; PolicyError for what cannot be read.
    """
    package = installed.find(name)
    if package is None:
        hint = "install it beside iscode, at the version whose digest is named"
        raise ConfigError(f"the package {name} is not installed here, so what it asks is unknown", hint=hint)
    return _found(package.files, package.folder, PACKAGE + name)


def _found(snapshot: Files, folder: str, path: str) -> Pack:
    """The pack in a folder of a snapshot under another path, which errors name too."""
    try:
        pack = read_pack(snapshot, folder)
    except IscodeError as error:
        place = error.place and error.place._replace(path=path + error.place.path.removeprefix(folder))
        raise type(error)(error.message, place=place, hint=error.hint) from None
    return structs.replace(pack, path=path)


def _packs(snapshot: Snapshot, root: Root, head: Root | None) -> Iterator[Pack]:
    newer = {} if head is None else {named.package: named.digest for named in head.config.packs if named.package}
    for index, named in enumerate(root.config.packs):
        if named.package is None:
            pack = read_pack(snapshot, f"{root.path}/{named.name}" if root.path else named.name)
        else:
            pack = _package(root, index, named.package)
        if not pack.files:
            hint = f"a pack has files below {' or '.join(SHELVES)}"
            place = root.document.place(("packs", index, "path" if named.package is None else "package"))
            raise ConfigError(f"the pack {pack.path} holds no policy, so it would bind nothing", place=place, hint=hint)
        wanted = newer.get(named.package, named.digest) if named.package else named.digest
        if wanted not in (None, pack.digest):
            place = root.document.place(("packs", index, "digest"))
            hint = (
                f"look at what changed; `iscode policy pack update {quote(named.name)} --write` accepts what is there"
            )
            words = f"the pack {pack.path} has the digest {pack.digest}, and {wanted} is named"
            raise ConfigError(words, place=place, hint=hint)
        yield pack


def _package(root: Root, index: int, name: str) -> Pack:
    """A package that a root names. Raises what `read_package` does, at the place where it is named."""
    try:
        return read_package(name)
    except IscodeError as error:
        place = error.place or root.document.place(("packs", index, "package"))
        raise type(error)(error.message, place=place, hint=error.hint) from None


def _below(snapshot: Files, path: str) -> Iterator[Entry]:
    """The entries of a pack. Raises ConfigError where a folder on the way to it is a link or a submodule."""
    for entry in snapshot.entries:
        if entry.kind != "file" and f"{path}/".startswith(f"{entry.path}/"):
            hint = "a pack is a folder of this repository itself"
            raise ConfigError("it is no folder, so the pack in it is unknown", place=Place(entry.path), hint=hint)
        if entry.path.startswith(f"{path}/"):
            yield entry


def _belongs(entry: Entry, pack: str) -> bool:
    """Whether an entry stands on a shelf. Raises PolicyError for one that only seems to."""
    path = entry.path.removeprefix(f"{pack}/")
    folder = next((folder for folder in SHELVES if path.startswith(folder)), None)
    fits = folder is not None and path.endswith(SHELVES[folder])
    if entry.kind != "file" and any(
        f"{path}/".startswith(folder) or folder.startswith(f"{path}/") for folder in SHELVES
    ):
        hint = "replace it by the file itself"
        raise PolicyError("it is no regular file, so what it asks is unknown", place=Place(entry.path), hint=hint)
    if not fits and path.casefold().endswith(_READ_ALIKE):
        shelves = ", ".join(f"{folder}**/*{suffix}" for folder, suffix in SHELVES.items())
        hint = f"a pack has {shelves}; keep other data outside of it"
        raise PolicyError("it stands on no shelf of the pack, so nobody reads it", place=Place(entry.path), hint=hint)
    if path == f"schemas/{COMMON}":
        hint = f"refer to the shipped one: {COMMON}#/$defs/…"
        raise PolicyError("what all kinds share is the shipped one", place=Place(entry.path), hint=hint)
    return fits


def _read(snapshot: Files, entries: list[Entry], pack: str) -> dict[str, bytes]:
    if len(entries) > MOST_FILES:
        raise PolicyError(f"the pack {pack} has more than {MOST_FILES} files", place=Place(entries[0].path))
    files: dict[str, bytes] = {}
    room = MOST_BYTES
    for entry, data in snapshot.read(entries, FILE_LIMIT):
        if data is None:
            raise PolicyError(f"larger than {FILE_LIMIT} bytes", place=Place(entry.path), hint="split it")
        room -= len(data)
        if room < 0:
            raise PolicyError(f"the pack {pack} takes more than {MOST_BYTES} bytes", place=Place(entry.path))
        files[entry.path.removeprefix(f"{pack}/")] = data
    return files
