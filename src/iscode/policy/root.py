"""A snapshot and a folder -> the root that is judged: where its iscode.yaml stands, and what that says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from iscode.document import Document
from iscode.errors import ConfigError, Place
from iscode.policy import config
from iscode.policy.config import CONFIG_NAME, Config
from iscode.schema.model import parse
from iscode.source import Entry, Snapshot

SIZE: Final = 1024 * 1024
"""Bytes of an iscode.yaml."""


@dataclass(frozen=True)
class Root:
    """A folder with an iscode.yaml and the document that this is.

    `path` is relative to the repository's top, "" for the top itself.
    """

    path: str
    config: Config
    document: Document


def find(snapshot: Snapshot, folder: str, *, search: bool) -> Root:
    """The root at `folder` (relative to the top), or, with `search`, the nearest one above it.

    Raises ConfigError: there is none, it is no regular file, or it is broken.
    """
    found: dict[str, Entry] = {
        entry.path: entry for entry in snapshot.entries if entry.path.rpartition("/")[2].casefold() == CONFIG_NAME
    }
    for candidate in _upwards(folder) if search else (folder,):
        for path, entry in found.items():
            if path.rpartition("/")[0] == candidate and entry.kind != "file":
                raise ConfigError(
                    "it is no regular file, so what it says is unknown",
                    place=Place(path),
                    hint="replace the link by the file itself",
                )
        entry_here = found.get(f"{candidate}/{CONFIG_NAME}" if candidate else CONFIG_NAME)
        if entry_here is not None:
            document = _read(snapshot, entry_here)
            return Root(candidate, config.read(document), document)
    where = f"in {folder or 'the top of the repository'}{' or above' if search and folder else ''}"
    others = sorted(path.rpartition("/")[0] or "." for path in found)
    hint = f"roots of this repository: {', '.join(others[:5])}" if others else "`iscode init` starts one"
    raise ConfigError(f"there is no {CONFIG_NAME} {where}, so nothing says what to judge", hint=hint)


def _read(snapshot: Snapshot, entry: Entry) -> Document:
    [(_, data)] = snapshot.read([entry], SIZE)
    if data is None:
        raise ConfigError(f"larger than {SIZE} bytes", place=Place(entry.path))
    return parse(entry.path, data, ConfigError)


def _upwards(folder: str) -> list[str]:
    """The folder and each one above it, to the top."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:count]) for count in range(len(parts), -1, -1)]
