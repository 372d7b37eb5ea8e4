"""Tree objects -> names with modes and ids, and names -> the id of the tree that holds them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from iscode.errors import RepositoryError
from iscode.source.objects import digest
from iscode.source.plain import show
from iscode.source.snapshot import Entry, Kind, entry

LONGEST_NAME = 4096
"""Bytes of a whole name, as Linux has it."""
FOLDER = 0o040000
"""The mode of a tree in a tree."""

_FORMAT_MASK = 0o170000
_KINDS: dict[int, Kind] = {0o100000: "file", 0o120000: "symlink", 0o160000: "gitlink"}
# Names that a checkout refuses: they would leave the tree, or stand for the repository itself.
_FORBIDDEN = re.compile(rb"(?:^|/)(?:\.{0,2}|\.git)(?:/|$)", re.IGNORECASE)
_CUT = 120


class Listed(Struct, frozen=True):
    """A name of a tree or of the index: `mode` as Git has it, for example 0o100644."""

    name: bytes
    mode: int
    oid: str


def to_entries(listing: Iterable[Listed]) -> tuple[Entry, ...]:
    """Turn a listing into entries sorted by name. RepositoryError for a name that no checkout would write."""
    found = []
    for listed in listing:
        if _FORBIDDEN.search(listed.name) or len(listed.name) > LONGEST_NAME:
            raise RepositoryError(f"no work tree can have the name {show(listed.name[:_CUT])}")
        found.append(entry(listed.name, _KINDS.get(listed.mode & _FORMAT_MASK, "other"), listed.oid))
    return tuple(sorted(found, key=lambda item: item.name))


def parse_tree(data: bytes, oid: str) -> list[Listed]:
    """Parse the content of tree `oid`. RepositoryError for anything but sorted, distinct, plain names."""
    size, position, found = len(oid) // 2, 0, list[Listed]()
    malformed = RepositoryError(f"tree {oid} is malformed", hint="the commit was not made by Git: git fsck")
    while position < len(data):
        space = data.find(b" ", position, position + 8)
        end = data.find(b"\0", space)
        stop = end + 1 + size
        mode, name = data[position:space], data[space + 1 : end]
        if space < 0 or end < 0 or stop > len(data) or b"/" in name or not mode or mode.strip(b"01234567"):
            raise malformed
        found.append(Listed(name, int(mode, 8), data[end + 1 : stop].hex()))
        position = stop
    keys = [_sort_key(item.name, item.mode) for item in found]
    if keys != sorted(keys) or len({item.name for item in found}) != len(found):
        raise malformed
    return found


def _sort_key(name: bytes, mode: int) -> bytes:
    """Git sorts a folder as if its name ended in a slash."""
    return name + b"/" if mode == FOLDER else name


def hash_tree(listing: Iterable[Listed], object_format: str) -> str:
    """Return the id of the tree that a commit of these names would have; nothing is written."""
    folders: dict[bytes, list[Listed]] = {b"": []}
    for item in listing:
        parent, _, leaf = item.name.rpartition(b"/")
        folder = parent
        while folder not in folders:
            folders[folder] = []
            folder = folder.rpartition(b"/")[0]
        folders[parent].append(Listed(leaf, item.mode, item.oid))
    for folder in sorted(folders, key=lambda name: name.count(b"/") + bool(name), reverse=True):
        items = sorted(folders[folder], key=lambda item: _sort_key(item.name, item.mode))
        lines = (b"%o %s\0%s" % (item.mode, item.name, bytes.fromhex(item.oid)) for item in items)
        oid = digest("tree", b"".join(lines), object_format)
        if folder:
            parent, _, leaf = folder.rpartition(b"/")
            folders[parent].append(Listed(leaf, FOLDER, oid))
    return oid
