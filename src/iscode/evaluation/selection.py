"""The entries of a snapshot -> the files that hold records; what is left out, nested roots and packs are told."""

from __future__ import annotations

from msgspec import Struct

from iscode.errors import ConfigError, Place
from iscode.policy import CONFIG_NAME, Config
from iscode.policy.root import folders
from iscode.source import Entry, Snapshot, patterns


class Selected(Struct, frozen=True):
    """The entries to judge under one root, how many files `exclude` leaves out, and the folders of nested roots."""

    entries: tuple[Entry, ...]
    excluded: int
    nested: tuple[str, ...]
    cut: tuple[str, ...]
    """Folders, each with a slash at its end, that hold no records of this root: nested roots and packs."""


def select(
    snapshot: Snapshot, root: str, *configs: Config, nested: frozenset[str] | None = None, past: bool = False
) -> Selected:
    """What `records` and `exclude` of a root's configuration name; `root` is its path, "" for the repository's top.

    Of several configurations one is enough to take a file in, and each must leave it out; the same holds for packs.
    `nested` names the folders that may be roots of their own; None: each that has an iscode.yaml. An entry that is no
    regular file is selected where it could hold a record. Raises ConfigError when nothing is, and for an iscode.yaml
    that is no regular file, unless the snapshot is one of the `past`, which nobody can mend any more.
    """
    prefix = f"{root}/" if root else ""
    found = folders(snapshot, past=past) if nested is None else folders(snapshot, past=past) & nested
    roots = tuple(sorted(folder for folder in found if folder != root and f"{folder}/".startswith(prefix)))
    packs = set[str].intersection(*(set(config.folders) for config in configs))
    cut = tuple(f"{folder}/" for folder in (*roots, *(prefix + path for path in sorted(packs))))
    wanted = [patterns.compile(config.records) for config in configs]
    left_out = [patterns.compile(config.exclude) if config.exclude else _nothing for config in configs]
    chosen: list[Entry] = []
    excluded = 0
    for entry in snapshot.entries:
        if not entry.path.startswith(prefix) or entry.path.startswith(cut):
            continue
        path = entry.path.removeprefix(prefix)
        if any(one(path) if entry.kind == "file" else one.could_hold(path) for one in wanted):
            if all(one(path) for one in left_out):
                excluded += 1
            else:
                chosen.append(entry)
    if not chosen and not past:
        hint = f"`records` is {', '.join(configs[0].records)}" + (
            f", and `exclude` leaves out {excluded} files" if excluded else ""
        )
        raise ConfigError(
            "no file holds a record, so nothing would be judged", place=Place(prefix + CONFIG_NAME), hint=hint
        )
    return Selected(tuple(chosen), excluded, roots, cut)


def _nothing(_: str) -> bool:
    return False
