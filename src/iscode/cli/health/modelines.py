"""The first lines of records -> readings: whether the schemas that they send editors to are there and fresh."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from iscode.cli import shell
from iscode.cli.health.reading import Reading
from iscode.inventory import Inventory, Record
from iscode.policy import Policy, shipped
from iscode.report import editors
from iscode.source import Entry, Snapshot

MODELINE: Final = re.compile(r"# yaml-language-server: \$schema=(\S+)")
LIMIT: Final = 1024 * 1024
"""Bytes of a schema."""


def readings(snapshot: Snapshot, root: str, inventory: Inventory, policy: Policy, top: Path) -> Iterator[Reading]:
    """One reading for each schema that is missing or stale, or one for all. None there and none named: nothing to say.

    `root` is the path of the root in the snapshot, `top` that on the disk.
    Nothing is ever judged by these files, so none of this has to be mended for a verdict.
    """
    prefix = f"{root}/" if root else ""
    entries = {entry.path: entry for entry in snapshot.entries if entry.kind == "file"}
    named = {f"{prefix}{name}": data for name, data in editors.files(policy, shipped().files).items()}
    there = [path for path in named if path in entries]
    missing: dict[str, Record] = {}
    for record in inventory.all:
        path = _schema_of(record)
        if path is not None and path not in entries:
            missing.setdefault(path, record)
    for path, record in missing.items():
        says = f"{record.document.path} names {path}, which is not there"
        yield Reading("schemas", "note", says, _step(top))
    stale = [path for path, data in _read(snapshot, entries, there) if data != named[path]]
    for path in stale:
        yield Reading("schemas", "note", f"{path} is not that of this version and this profile", _step(top))
    if there and not stale and not missing:
        yield Reading("schemas", "well", f"{len(there)} schemas that editors read are those of this version")


def _schema_of(record: Record) -> str | None:
    """The path of the schema that the first line of a record names; None for none, and for an address elsewhere."""
    found = MODELINE.match(record.document.line(1))
    if found is None or "://" in found[1]:
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(record.document.path), found[1]))


def _read(snapshot: Snapshot, entries: Mapping[str, Entry], paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
    for entry, data in snapshot.read([entries[path] for path in paths], LIMIT):
        yield entry.path, data


def _step(top: Path) -> str:
    here = shell.from_here(top)
    return "iscode schema export" if here == "." else f"iscode schema export --root {here}"
