"""The entries of a snapshot -> the files that hold records; what is left out, nested roots and packs are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iscode.errors import ConfigError, Place
from iscode.policy import CONFIG_NAME, Config
from iscode.source import Entry, Snapshot, patterns


@dataclass(frozen=True)
class Selected:
    """The entries to judge under one root, how many files `exclude` leaves out, and the folders of nested roots."""

    entries: tuple[Entry, ...]
    excluded: int
    nested: tuple[str, ...]
    cut: tuple[str, ...]
    """Folders, each with a slash at its end, that hold no records of this root: nested roots and packs."""


def select(snapshot: Snapshot, root: str, config: Config) -> Selected:
    """What `records` and `exclude` of a root's configuration name; `root` is its path, "" for the repository's top.

    An entry that is no regular file is selected where it could hold a record. Raises ConfigError when nothing is.
    """
    prefix = f"{root}/" if root else ""
    nested = tuple(_nested_roots(snapshot.entries, prefix))
    cut = (*(f"{folder}/" for folder in nested), *(f"{prefix}{pack.path}/" for pack in config.packs))
    wanted = patterns.compile(config.records)
    left_out = patterns.compile(config.exclude) if config.exclude else _nothing
    chosen: list[Entry] = []
    excluded = 0
    for entry in snapshot.entries:
        if not entry.path.startswith(prefix) or entry.path.startswith(cut):
            continue
        below = entry.path.removeprefix(prefix)
        if wanted(below) if entry.kind == "file" else wanted.could_hold(below):
            if left_out(below):
                excluded += 1
            else:
                chosen.append(entry)
    if not chosen:
        hint = f"`records` is {', '.join(config.records)}" + (
            f", and `exclude` leaves out {excluded} files" if excluded else ""
        )
        raise ConfigError(
            "no file holds a record, so nothing would be judged", place=Place(prefix + CONFIG_NAME), hint=hint
        )
    return Selected(tuple(chosen), excluded, nested, cut)


def _nothing(_: str) -> bool:
    return False


def _nested_roots(entries: Iterable[Entry], prefix: str) -> Iterator[str]:
    """The folders below a root that are roots themselves, judged on their own."""
    for entry in entries:
        folder, _, name = entry.path.rpartition("/")
        if name.casefold() == CONFIG_NAME and entry.kind != "file":
            hint = "replace it by the file itself"
            raise ConfigError(
                f"{name} is no regular file, so what it roots is unknown", place=Place(entry.path), hint=hint
            )
        if name == CONFIG_NAME and entry.path.startswith(prefix) and entry.path != prefix + CONFIG_NAME:
            yield folder
