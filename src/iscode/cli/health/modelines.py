"""The first lines of records -> readings: whether the schemas that they send editors to are there and fresh."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Final

from iscode.cli.health.reading import Reading
from iscode.inventory import Inventory, Record
from iscode.source import Entry, Snapshot

MODELINE: Final = re.compile(r"# yaml-language-server: \$schema=(\S+)")
LIMIT: Final = 1024 * 1024
"""Bytes of a schema."""


def readings(snapshot: Snapshot, inventory: Inventory) -> Iterator[Reading]:
    """One reading for each schema that is missing or stale, or one for all. No modeline: nothing to say.

    Nothing is ever judged by these files, so none of this has to be mended for a verdict.
    """
    entries = {entry.path: entry for entry in snapshot.entries if entry.kind == "file"}
    named: dict[str, Record] = {}
    for record in inventory.all:
        if path := _schema_of(record):
            named.setdefault(path, record)
    wrong = [reading for path, record in named.items() if (reading := _reading(snapshot, entries, path, record))]
    yield from wrong
    if named and not wrong:
        yield Reading("schemas", "well", f"{len(named)} schemas that editors read are those of this version")


def _schema_of(record: Record) -> str | None:
    """The path of the schema that the first line of a record names; None for none, and for an address elsewhere."""
    found = MODELINE.match(record.document.line(1))
    if found is None or "://" in found[1]:
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(record.document.path), found[1]))


def _reading(snapshot: Snapshot, entries: Mapping[str, Entry], path: str, record: Record) -> Reading | None:
    step = f"iscode schema show {record.kind.name} -f json > {path}"
    if path not in entries:
        return Reading("schemas", "note", f"{record.document.path} names {path}, which is not there", step)
    [(_, data)] = snapshot.read([entries[path]], LIMIT)
    try:
        fresh = json.loads(data or b"") == record.kind.schema
    except (ValueError, RecursionError):
        fresh = False
    return None if fresh else Reading("schemas", "note", f"{path} is not that of this version", step)
