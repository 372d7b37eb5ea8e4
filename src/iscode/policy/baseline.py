"""iscode-baseline.json -> the failing results that a repository began with, so that only new ones block; and back.

The file only ever shrinks: what it names is known, and does not block.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Annotated, Any, Final, NamedTuple

from msgspec import Meta

from iscode.document import CEILING
from iscode.errors import ConfigError, Place
from iscode.schema.model import Model, bind, form, parse
from iscode.source import Snapshot

NAME: Final = "iscode-baseline.json"
VERSION: Final = 1
_ESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON may hold as it is and our reader of files refuses."""


class Entry(NamedTuple):
    """What makes a failing result the same as before: worse words are another one.

    `basis` is the digest of what the words leave open, such as an item that has no name; None where they tell all.
    """

    fingerprint: str
    clause: str | None
    message: str
    basis: str | None = None


Baseline = frozenset[Entry]


class _Line(Model, kw_only=True):
    """One entry as the file has it."""

    fingerprint: Annotated[str, form(r"[0-9a-f]{32}")]
    clause: str | None = None
    message: str
    item: Annotated[str, form(r"sha256:[0-9a-f]{64}")] | None = None


class _File(Model):
    version: Annotated[int, Meta(ge=VERSION, le=VERSION)]
    entries: list[_Line]


def path_below(root: str) -> str:
    """Where the baseline of a root lies; `root` is its path from the repository's top, "" for the top itself."""
    return f"{root}/{NAME}" if root else NAME


def read(snapshot: Snapshot, root: str) -> Baseline:
    """The entries of a root's baseline; none where there is no such file. Raises ConfigError, with the place, for one
    that is broken.
    """
    path = path_below(root)
    for entry in snapshot.entries:
        if entry.path != path:
            continue
        if entry.kind != "file":
            hint = "replace it by the file itself"
            raise ConfigError("it is no regular file, so what it names is unknown", place=Place(path), hint=hint)
        [(_, data)] = snapshot.read([entry], CEILING.file_bytes)
        if data is None:
            raise ConfigError(f"larger than {CEILING.file_bytes} bytes", place=Place(path))
        file = bind(parse(path, data, ConfigError, CEILING), _File, ConfigError)
        return frozenset(Entry(line.fingerprint, line.clause, line.message, line.item) for line in file.entries)
    return frozenset()


def write(entries: Iterable[Entry]) -> bytes:
    """The file that holds the entries, each on a line, sorted: the same entries give the same bytes."""
    lines = ",\n".join(sorted(_text(entry) for entry in entries))
    return f'{{"version": {VERSION}, "entries": [\n{lines}\n]}}\n'.encode()


def _text(entry: Entry) -> str:
    named: dict[str, Any] = {"fingerprint": entry.fingerprint, "clause": entry.clause, "message": entry.message}
    told = {key: value for key, value in {**named, "item": entry.basis}.items() if value is not None}
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(told, ensure_ascii=False))
