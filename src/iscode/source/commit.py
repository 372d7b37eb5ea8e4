"""A commit's id -> its files and its forebears, read object by object and hashed all the way down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from iscode.errors import RepositoryError
from iscode.source.objects import Objects
from iscode.source.tree import FOLDER, LONGEST_NAME, Listed, parse_tree

MOST_NAMES = 500_000
"""Files and folders of one commit: a handful of tree objects can name billions of files."""

_MOST_BYTES = 64 * 1024 * 1024
_ID = rb"[0-9a-f]{40}(?:[0-9a-f]{24})?"
_TAG = re.compile(rb"object (" + _ID + rb")\n")
_COMMIT = re.compile(rb"tree (" + _ID + rb")\n((?:parent " + _ID + rb"\n)*)")
_STEP = re.compile(r"([\^~])([0-9]*)")


class Commit(Struct, frozen=True):
    """The ids in the head of a commit object."""

    oid: str
    tree: str
    parents: tuple[str, ...]


def read_commit(objects: Objects, oid: str) -> Commit:
    """Return the commit that `oid` is, or that the tag `oid` leads to."""
    kind, data = _contents(objects, [oid], _MOST_BYTES)[0]
    while kind == "tag":
        tagged = _TAG.match(data)
        if not tagged:
            raise RepositoryError(f"tag {oid} is malformed")
        oid = tagged[1].decode("ascii")
        kind, data = _contents(objects, [oid], _MOST_BYTES)[0]
    if kind != "commit":
        raise RepositoryError(f"object {oid} is a {kind}, not a commit")
    head = _COMMIT.match(data)
    if not head:
        raise RepositoryError(f"commit {oid} is malformed")
    parents = (line.removeprefix("parent ") for line in head[2].decode("ascii").splitlines())
    return Commit(oid, head[1].decode("ascii"), tuple(parents))


def follow(objects: Objects, commit: Commit, suffix: str) -> Commit:
    """Go from a commit to a forebear: `^n` is its n-th parent, `~n` n times its first."""
    for sign, digits in _STEP.findall(suffix):
        number = int(digits or 1)
        steps = [number] * (number > 0) if sign == "^" else [1] * min(number, MOST_NAMES)
        for parent in steps:
            if parent > len(commit.parents):
                raise RepositoryError(f"commit {commit.oid} has {len(commit.parents)} parents, not {parent}")
            commit = read_commit(objects, commit.parents[parent - 1])
    return commit


def list_files(objects: Objects, root: str) -> list[Listed]:
    """Return every name of tree `root` that is no folder, level by level: git is asked once a level."""
    trees: dict[str, list[Listed]] = {}
    level, files, count, room = [(b"", root)], list[Listed](), 0, _MOST_BYTES
    while level:
        room -= _read_trees(objects, trees, dict.fromkeys(oid for _, oid in level if oid not in trees), room)
        deeper = []
        for prefix, oid in level:
            count += len(trees[oid])
            if count > MOST_NAMES:
                raise RepositoryError(f"the commit names more than {MOST_NAMES} files")
            if len(prefix) > LONGEST_NAME:
                raise RepositoryError(f"the commit has a name of more than {LONGEST_NAME} bytes")
            for item in trees[oid]:
                name = prefix + item.name
                if item.mode == FOLDER:
                    deeper.append((name + b"/", item.oid))
                else:
                    files.append(Listed(name, item.mode, item.oid))
        level = deeper
    return files


def _read_trees(objects: Objects, trees: dict[str, list[Listed]], fresh: Iterable[str], room: int) -> int:
    """Parse the trees `fresh` into `trees`; return how many bytes of the room that is left they take."""
    oids = list(fresh)
    found = _contents(objects, oids, room)
    for oid, (kind, data) in zip(oids, found, strict=True):
        if kind != "tree":
            raise RepositoryError(f"object {oid} is a {kind}, not a tree")
        trees[oid] = parse_tree(data, oid)
    return sum(len(data) for _, data in found)


def _contents(objects: Objects, oids: Sequence[str], room: int) -> list[tuple[str, bytes]]:
    if sum(size for _, size in objects.headers(oids)) > room:
        raise RepositoryError(f"the commit and its folders take more than {_MOST_BYTES} bytes")
    return objects.contents(oids)
