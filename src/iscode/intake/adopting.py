"""The files of a repository that is there already -> which of them are records, and what iscode.yaml says of them.

A record is a file that names a known kind and an id. Where records stand by default, a file that has both keys and no
kind that is known is meant as one: it stays, and the verdict refuses it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from iscode.document import read
from iscode.errors import ConfigError
from iscode.policy.config import CONFIG_NAME, DEFAULT_RECORDS
from iscode.schema import Kinds
from iscode.source import Entry, Snapshot, patterns

SUFFIXES: Final = (".yaml", ".yml")
LARGEST: Final = 1024 * 1024
"""Bytes of a file that is looked into."""
MOST: Final = 200
"""Patterns of one list; iscode.yaml takes a few more, which are left to people."""
_SPECIAL: Final = str.maketrans({character: f"\\{character}" for character in "\\*?[]!# "})


class Adoption(NamedTuple):
    """What is there. All paths and patterns are relative to the root.

    `records` are the files that are records; `named` the patterns that take them in, none where the default does;
    `left` and `excluded` the files below these that are none, as paths and as patterns; `unclear` what is taken in and
    cannot be read, or has a name that no pattern can have.
    """

    records: tuple[str, ...]
    named: tuple[str, ...]
    left: tuple[str, ...]
    excluded: tuple[str, ...]
    unclear: tuple[str, ...]


def adoption(snapshot: Snapshot, root: str, kinds: Kinds) -> Adoption:
    """Look into the YAML files below `root`, its path from the top; those of roots of their own are left alone."""
    records, others, unclear = _sorted_out(snapshot, root, kinds)
    by_default = patterns.compile(DEFAULT_RECORDS)
    elsewhere = [path for path in records if not by_default(path)]
    named = list(dict.fromkeys(_taking_in(elsewhere, others + unclear)))
    if len(named) > MOST:
        unclear += elsewhere
        named = []
    taken = patterns.compile((*DEFAULT_RECORDS, *named))
    left = [path for path in others if taken(path)]
    excluded = [pattern for path in left if (pattern := _pattern(path))]
    if len(excluded) > MOST:
        excluded, unclear = [], unclear + left
    kept = patterns.compile(excluded) if excluded else None
    lost = [path for path in left if kept is None or not kept(path)]
    return Adoption(
        records=tuple(records),
        named=tuple((*DEFAULT_RECORDS, *named) if named else ()),
        left=tuple(path for path in left if path not in lost),
        excluded=tuple(excluded),
        unclear=tuple(sorted({*lost, *(path for path in unclear if taken(path) or path in elsewhere)})),
    )


def _sorted_out(snapshot: Snapshot, root: str, kinds: Kinds) -> tuple[list[str], list[str], list[str]]:
    """The paths of what is a record, or meant to be one; of what is none; of what cannot be read as one."""
    prefix, by_default = f"{root}/" if root else "", patterns.compile(DEFAULT_RECORDS)
    records: list[str] = []
    others: list[str] = []
    unclear: list[str] = []
    for entry, data in snapshot.read(list(_yaml(snapshot, prefix)), LARGEST):
        path = entry.path.removeprefix(prefix)
        value = read(path, data).value if data is not None else None
        if value is None:
            unclear.append(path)
        elif _is_record(value, kinds, meant=by_default(path)):
            records.append(path)
        else:
            others.append(path)
    return records, others, unclear


def _is_record(value: Mapping[str, Any], kinds: Kinds, *, meant: bool) -> bool:
    """Whether a file names a kind and an id. Those of other tools may have both: elsewhere the kind must be known."""
    kind = value.get("kind")
    return "id" in value and isinstance(kind, str) and (meant or kind in kinds)


def _yaml(snapshot: Snapshot, prefix: str) -> Iterator[Entry]:
    nested = [
        f"{posixpath.dirname(entry.path)}/"
        for entry in snapshot.entries
        if posixpath.basename(entry.path).casefold() == CONFIG_NAME and posixpath.dirname(entry.path) + "/" != prefix
    ]
    inside = tuple(folder for folder in nested if folder.startswith(prefix) and folder != "/")
    for entry in snapshot.entries:
        if entry.kind == "file" and entry.path.startswith(prefix) and not (inside and entry.path.startswith(inside)):
            name = posixpath.basename(entry.path).casefold()
            if name.endswith(SUFFIXES) and name != CONFIG_NAME:
                yield entry


def _taking_in(records: Iterable[str], others: Collection[str]) -> Iterator[str]:
    """The patterns that take in these records and none of the others: the highest folder that has only records."""
    for path in records:
        folders = path.split("/")[:-1]
        pure = ("/".join(folders[:depth]) for depth in range(1, len(folders) + 1))
        home = next((folder for folder in pure if not any(one.startswith(f"{folder}/") for one in others)), None)
        suffix = posixpath.splitext(path)[1]
        wanted = _pattern(path) if home is None else f"{home.translate(_SPECIAL)}/**/*{suffix}"
        if wanted and _fits(wanted, path):
            yield wanted


def _pattern(path: str) -> str | None:
    """The pattern of this file and no other; None where none can be written."""
    pattern = f"/{path.translate(_SPECIAL)}"
    return pattern if _fits(pattern, path) else None


def _fits(pattern: str, path: str) -> bool:
    try:
        return patterns.compile([pattern])(path)
    except ConfigError:
        return False
