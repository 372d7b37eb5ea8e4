"""A commit's id -> its files, read object by object and hashed all the way down; and files -> a tree's id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iscode.errors import RepositoryError
from iscode.source.objects import Objects, digest
from iscode.source.snapshot import Entry, Kind, entry, show

MOST_NAMES = 500_000
"""Files and folders of one commit: a handful of tree objects can name billions of files."""
LONGEST_NAME = 4096
"""Bytes of a whole name, as Linux has it."""
_BIGGEST_TREE = 64 * 1024 * 1024
_CUT = 120

_FORMAT_MASK = 0o170000
_FOLDER = 0o040000
_KINDS: dict[int, Kind] = {0o100000: "file", 0o120000: "symlink", 0o160000: "gitlink"}
# Names that a checkout refuses: they would leave the tree, or stand for the repository itself.
_FORBIDDEN = re.compile(rb"(?:^|/)(?:\.{0,2}|\.git)(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Listed:
    """A name of a tree or of the index: `mode` as Git has it, for example 0o100644."""

    name: bytes
    mode: int
    oid: str


def to_entry(listed: Listed) -> Entry:
    """Turn a listed name into an entry. RepositoryError for a name that no checkout would write."""
    if _FORBIDDEN.search(listed.name) or b"\0" in listed.name or len(listed.name) > LONGEST_NAME:
        raise RepositoryError(f"no work tree can have the name {show(listed.name[:_CUT])}")
    return entry(listed.name, _KINDS.get(listed.mode & _FORMAT_MASK, "other"), listed.oid)


def list_commit(objects: Objects, oid: str) -> tuple[str, str, list[Listed]]:
    """Return (commit id, tree id, every name that is no folder). A tag is followed to its commit."""
    kind, data = _object(objects, oid)
    while kind == "tag":
        oid = _field(data, b"object", oid)
        kind, data = _object(objects, oid)
    if kind != "commit":
        raise RepositoryError(f"object {oid} is a {kind}, not a commit")
    tree = _field(data, b"tree", oid)
    return oid, tree, _list_tree(objects, tree)


def _object(objects: Objects, oid: str) -> tuple[str, bytes]:
    return _sound(objects, [oid])[0]


def _sound(objects: Objects, oids: Sequence[str]) -> list[tuple[str, bytes]]:
    for oid, (_, size) in zip(oids, objects.headers(oids), strict=True):
        if size > _BIGGEST_TREE:
            raise RepositoryError(f"object {oid} is larger than {_BIGGEST_TREE} bytes")
    return objects.contents(oids)


def _field(data: bytes, name: bytes, oid: str) -> str:
    """Return the id in the first line of a commit or tag."""
    found = re.match(name + rb" ([0-9a-f]{40}(?:[0-9a-f]{24})?)\n", data)
    if not found or len(found[1]) != len(oid):
        raise RepositoryError(f"object {oid} is malformed")
    return found[1].decode("ascii")


def _list_tree(objects: Objects, root: str) -> list[Listed]:
    """Walk level by level, so that the number of questions to git is the depth of the tree."""
    trees: dict[str, list[Listed]] = {}
    level, files, count = [(b"", root)], list[Listed](), 0
    while level:
        fresh = [oid for oid in dict.fromkeys(oid for _, oid in level) if oid not in trees]
        for oid, (kind, data) in zip(fresh, _sound(objects, fresh) if fresh else [], strict=True):
            if kind != "tree":
                raise RepositoryError(f"object {oid} is a {kind}, not a tree")
            trees[oid] = parse_tree(data, oid)
        deeper = []
        for prefix, oid in level:
            count += len(trees[oid])
            if count > MOST_NAMES:
                raise RepositoryError(f"the commit names more than {MOST_NAMES} files")
            if len(prefix) > LONGEST_NAME:
                raise RepositoryError(f"the commit has a name of more than {LONGEST_NAME} bytes")
            for item in trees[oid]:
                name = prefix + item.name
                if item.mode == _FOLDER:
                    deeper.append((name + b"/", item.oid))
                else:
                    files.append(Listed(name, item.mode, item.oid))
        level = deeper
    return files


def parse_tree(data: bytes, oid: str) -> list[Listed]:
    """Parse the content of tree `oid`. RepositoryError for anything but sorted, distinct, plain names."""
    size, position, found = len(oid) // 2, 0, list[Listed]()
    malformed = RepositoryError(f"tree {oid} is malformed", hint="the commit was not made by Git: git fsck")
    while position < len(data):
        space = data.find(b" ", position, position + 8)
        end = data.find(b"\0", space)
        stop = end + 1 + size
        mode = data[position:space]
        if space < 0 or end < 0 or stop > len(data) or not mode.isdigit() or mode.strip(b"01234567"):
            raise malformed
        name = data[space + 1 : end]
        if b"/" in name:
            raise malformed
        found.append(Listed(name, int(mode, 8), data[end + 1 : stop].hex()))
        position = stop
    keys = [_sort_key(item.name, item.mode) for item in found]
    if keys != sorted(keys) or len({item.name for item in found}) != len(found):
        raise malformed
    return found


def _sort_key(name: bytes, mode: int) -> bytes:
    """Git sorts a folder as if its name ended in a slash."""
    return name + b"/" if mode == _FOLDER else name


def hash_tree(listing: Iterable[Listed], object_format: str) -> str:
    """Return the id of the tree that a commit of these names would have; nothing is written."""
    folders: dict[bytes, list[tuple[bytes, int, str]]] = {b"": []}
    for item in listing:
        parent, _, leaf = item.name.rpartition(b"/")
        folder = parent
        while folder not in folders:
            folders[folder] = []
            folder = folder.rpartition(b"/")[0]
        folders[parent].append((leaf, item.mode, item.oid))
    for folder in sorted(folders, key=lambda name: name.count(b"/") + bool(name), reverse=True):
        lines = sorted((_sort_key(leaf, mode), leaf, mode, oid) for leaf, mode, oid in folders[folder])
        data = b"".join(b"%o %s\0%s" % (mode, leaf, bytes.fromhex(oid)) for _, leaf, mode, oid in lines)
        oid = digest("tree", data, object_format)
        if folder:
            parent, _, leaf = folder.rpartition(b"/")
            folders[parent].append((leaf, _FOLDER, oid))
    return oid
