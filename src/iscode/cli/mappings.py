"""The word for a mapping -> its document: one that ships, or a file that somebody names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from iscode.document import Document
    from iscode.source import Entry

SHELF: Final = "mappings"
LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a mapping, and of what is imported by it."""


def of_format(form: str) -> Document:
    """The shipped mapping that is called like a format; never a file that lies about.

    Raises UsageError where none is: the format says how a file is written, and not what is in it.
    """
    shipped = _shipped()
    if form not in shipped:
        message = f"{form} says how a file is written and not what is in it: it needs --map"
        raise click.UsageError(f"{message}, a file or one of: {', '.join(shipped)}")
    return _read(shipped[form])


def named(name: str) -> Document:
    """A shipped mapping of this name, or else the file. Raises ConfigError where there is neither."""
    from iscode.errors import ConfigError
    from iscode.schema.model import parse

    shipped = _shipped()
    if name in shipped:
        return _read(shipped[name])
    if not Path(name).is_file():
        raise ConfigError(f"there is no mapping {name!r}", hint=f"name a file, or one of: {', '.join(shipped)}")
    if Path(name).stat().st_size > LIMIT:
        raise ConfigError(f"the mapping {name!r} is larger than {LIMIT} bytes", hint="name a mapping")
    return parse(name, Path(name).read_bytes(), ConfigError)


def _shipped() -> dict[str, Entry]:
    from iscode import content
    from iscode.source import FolderSnapshot

    entries = FolderSnapshot(content.home(), only=(SHELF,)).entries
    return {Path(entry.path).stem: entry for entry in sorted(entries, key=lambda one: one.path) if entry.kind == "file"}


def _read(entry: Entry) -> Document:
    from iscode import content
    from iscode.errors import ConfigError
    from iscode.schema.model import parse
    from iscode.source import FolderSnapshot

    [(_, data)] = FolderSnapshot(content.home(), only=(SHELF,)).read([entry], LIMIT)
    return parse(entry.path, data or b"", ConfigError)
