"""A snapshot and a folder -> the root that is judged: where its iscode.yaml stands, and what that says."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from iscode.document import Document
from iscode.errors import ConfigError, Place
from iscode.policy import config
from iscode.policy.config import CONFIG_NAME, Config
from iscode.schema.model import parse
from iscode.source import Entry, Snapshot

SIZE: Final = 1024 * 1024
"""Bytes of an iscode.yaml."""


class Root(Struct, frozen=True):
    """A folder with an iscode.yaml and the document that this is.

    `path` is relative to the repository's top, "" for the top itself.
    """

    path: str
    config: Config
    document: Document


def find(snapshot: Snapshot, folder: str, *, search: bool, binding: bool = True) -> Root:
    """The root at `folder` (relative to the top), or, with `search`, the nearest one above it.

    Raises ConfigError: there is none, it is no regular file, or it is broken; `binding`: or requires another version.
    """
    found: dict[str, Entry] = {
        entry.path: entry for entry in snapshot.entries if entry.path.rpartition("/")[2].casefold() == CONFIG_NAME
    }
    for candidate in _upwards(folder) if search else (folder,):
        for path, entry in found.items():
            if path.rpartition("/")[0] == candidate and entry.kind != "file":
                raise _no_file(path)
        entry_here = found.get(f"{candidate}/{CONFIG_NAME}" if candidate else CONFIG_NAME)
        if entry_here is not None:
            document = _read(snapshot, entry_here)
            return Root(candidate, config.read(document, binding=binding), document)
    where = f"in {folder or 'the top of the repository'}{' or above' if search and folder else ''}"
    others = sorted(path.rpartition("/")[0] or "." for path in found)
    hint = f"roots of this repository: {', '.join(others[:5])}" if others else "`iscode init` starts one"
    raise ConfigError(f"there is no {CONFIG_NAME} {where}, so nothing says what to judge", hint=hint)


def find_both(base: Snapshot, head: Snapshot, folder: str) -> tuple[Root | None, Root]:
    """The root at `folder` as the base has it and as the head has it: the roots of the base decide.

    None stands for a base that has none there or above: then the head's is adopted. Raises ConfigError for a root at or
    below the folder that the head has no more, and for a folder that belongs to a root above it in the base. Which
    version `requires` wants is for the head to say.
    """
    of_base, of_head = folders(base), folders(head)
    for lost in sorted(path for path in of_base - of_head if _prefix(path).startswith(_prefix(folder))):
        raise ConfigError(
            f"the base has a root in {lost or 'the top of the repository'}, and the head has none there",
            place=Place(_prefix(lost) + CONFIG_NAME),
            hint="a move is two changes by those who may change policy: add the new root, then remove the old one",
        )
    above = next((path for path in _upwards(folder) if path in of_base), None)
    if above is None:
        return None, find(head, folder, search=False)
    if above != folder:
        hint = f"judge the root it belongs to: {above or '.'}; it is a root of its own after the merge"
        raise ConfigError(f"in the base {folder} is no root", hint=hint)
    return find(base, folder, search=False, binding=False), find(head, folder, search=False)


def folders(snapshot: Snapshot, *, past: bool = False) -> frozenset[str]:
    """The folders that are roots, by path.

    Raises ConfigError for an iscode.yaml of any case that is no regular file; of the `past` such a one is no root.
    """
    found = set()
    for entry in snapshot.entries:
        folder, _, name = entry.path.rpartition("/")
        if name.casefold() == CONFIG_NAME and entry.kind != "file" and not past:
            raise _no_file(entry.path)
        if name == CONFIG_NAME and entry.kind == "file":
            found.add(folder)
    return frozenset(found)


def _no_file(path: str) -> ConfigError:
    words, hint = "it is no regular file, so what it says is unknown", "replace the link by the file itself"
    return ConfigError(words, place=Place(path), hint=hint)


def _prefix(folder: str) -> str:
    return f"{folder}/" if folder else ""


def _read(snapshot: Snapshot, entry: Entry) -> Document:
    [(_, data)] = snapshot.read([entry], SIZE)
    if data is None:
        raise ConfigError(f"larger than {SIZE} bytes", place=Place(entry.path))
    return parse(entry.path, data, ConfigError)


def _upwards(folder: str) -> list[str]:
    """The folder and each one above it, to the top."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]
