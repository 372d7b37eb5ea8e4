"""A history -> for each record (by kind and id) and each file, its versions and what they held.

Everything is read at the first question, all versions of all records in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Protocol

from iscode.document import CEILING, canonical, read
from iscode.facts.approvals import approver, content_digest
from iscode.facts.lineage import Lineage, Version, trace
from iscode.inventory import reference_to
from iscode.schema import fields
from iscode.source.history import LoggedCommit

Value = Mapping[str, Any]

Steps = Mapping[str, tuple[tuple[str, str], ...]]
"""Commit on a line of first parents -> the paths and blobs of records of some kinds that its parent has otherwise."""

_NOTHING: Final[Value] = {}
_BEGINS: Final = re.compile(rb"(?:#[^\r\n]*\n)*kind: ([A-Z][A-Za-z0-9]*)\nid: ([a-z][a-z0-9-]*)\n")
"""How a record begins, as nearly all do."""
_ESCAPED: Final = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|u00([0-9A-Fa-f]{2})|U000000([0-9A-Fa-f]{2})|\r?\n[ \t]*)")
"""How a letter of a name may be written in double quotes otherwise than as itself, and a break that is none."""
_NO_TEXT: Final = frozenset({b"true", b"false", b"null", b"True", b"TRUE", b"False", b"FALSE", b"Null", b"NULL"})


class History(Protocol):
    """Where commits and their files come from: a repository, or the made-up past of a rule's case."""

    @property
    def commits(self) -> Sequence[LoggedCommit]:
        """Newest first, each before its parents; empty where there is none."""

    def contents(self, oids: Sequence[str], limit: int) -> Iterator[bytes | None]:
        """The bytes of each blob, in order; None for one of more than `limit`."""

    def verifies(self, message: bytes, signature: bytes, key: str, namespace: str) -> bool:
        """Whether an armoured signature is good and by a key (`type base64`); where nothing can tell, it is not."""

    def signed(self, oid: str) -> tuple[bytes, bytes] | None:
        """What the signature in a commit covers, and the signature; None of one that has none."""


class NoHistory:
    """Where there is no repository, or nothing is known of one."""

    commits: Sequence[LoggedCommit] = ()

    def contents(self, _oids: Sequence[str], _limit: int) -> Iterator[bytes | None]:
        """Nothing: no commit names a blob."""
        return iter(())

    def verifies(self, _message: bytes, _signature: bytes, _key: str, _namespace: str) -> bool:
        """Nothing is good: there is nothing to look with."""
        return False

    def signed(self, _oid: str) -> tuple[bytes, bytes] | None:
        """Nothing is signed."""
        return None


class Past:
    """What a history held. Paths are from the repository's top.

    `wanted` tells whether a path may be a record's, `present` the values of records that are read already, by
    object id, or by the bytes of a file that has none, `named` the files that will be asked for together.
    """

    def __init__(
        self,
        history: History,
        wanted: Callable[[str], bool],
        present: Callable[[], Mapping[str | bytes, Value]],
        named: Callable[[], Iterable[str]],
    ) -> None:
        self._history, self._wanted, self._present, self._named = history, wanted, present, named
        self._files: dict[str, Version | None] = {}
        self._sources: dict[str, bytes] = {}
        self._values: dict[str, Value] = {}
        self._digests: dict[str, str] = {}
        self._lain: dict[str, str] = {}
        """Blob id -> the reference of the record that it holds, of blobs that lay where no records lie."""
        self._steps: dict[frozenset[str], Steps] = {}

    @cached_property
    def commits(self) -> tuple[LoggedCommit, ...]:
        """Oldest first."""
        return tuple(reversed(self._history.commits))

    @cached_property
    def records(self) -> Lineage:
        """The versions of each record, by reference."""
        return trace(self.commits, self.key)

    def key(self, path: str, oid: str) -> str | None:
        """The reference of the record that a file at a path is, if it is one."""
        return self._names.get(oid) if self._wanted(path) else None

    def share(self, other: Past) -> None:
        """Keep what blobs were found to hold together with another past."""
        self._sources, self._values, self._digests = other._sources, other._values, other._digests

    def file(self, path: str) -> Version | None:
        """The version of the file at a path from the repository's top; None where no commit has it."""
        if path not in self._files:
            wanted = {path} if self._files else {path, *self._named()}
            latest = trace(self.commits, lambda name, _: name if name in wanted else None).latest
            self._files |= {name: latest.get(name) for name in wanted}
        return self._files[path]

    def values(self, version: Version) -> list[Value]:
        """What a version of a record holds: one value, several where files claim one id, none where it is gone."""
        return [self._value(oid) for _, oid in version.held]

    @cached_property
    def line(self) -> dict[str, None]:
        """The commits on the line of first parents that leads here, newest first."""
        line, at = dict[str, None](), self.commits[-1].oid if self.commits else None
        parents = {commit.oid: next(iter(commit.parents), None) for commit in self.commits}
        while at is not None:
            line[at] = None
            at = parents[at]
        return line

    def trunk(self, kinds: frozenset[str], ours: Callable[[str], bool]) -> list[Value]:
        """Every content that records of these kinds had in a commit on that line, wherever they lay then: a root moves,
        and so do the folders in it. `ours` tells whether what lay at a path may have been of this root.
        """
        steps = self.steps(kinds)
        brought = (oid for at in self.line for path, oid in steps[at] if ours(path))
        return [self._value(oid) for oid in dict.fromkeys(brought)]

    def steps(self, kinds: frozenset[str]) -> Steps:
        """What each commit on that line brought of records of these kinds."""
        if kinds not in self._steps:
            line = [commit for commit in self.commits if commit.oid in self.line]
            self._look_elsewhere(line, kinds)
            self._steps[kinds] = {commit.oid: tuple(self._brought(commit, kinds)) for commit in line}
        return self._steps[kinds]

    def _brought(self, commit: LoggedCommit, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
        for change in commit.changes:
            reference = self._names.get(change.after) or self._lain.get(change.after) if change.after else None
            if reference is not None and change.after is not None and reference.partition(":")[0] in kinds:
                yield change.path, change.after

    def _look_elsewhere(self, commits: Iterable[LoggedCommit], kinds: Iterable[str]) -> None:
        """Look for records of some kinds in what commits brought where no records lie. What cannot hold the name of
        such a kind is none, and is not parsed: this is all that ever lay in the repository.
        """
        oids = dict.fromkeys(
            change.after
            for commit in commits
            for change in commit.changes
            if change.after is not None and change.after not in self._names and not self._wanted(change.path)
        )
        names = [kind.encode("utf-8") for kind in kinds]
        for oid, data in zip(oids, self._history.contents([*oids], CEILING.file_bytes), strict=True):
            if data is None or not _may_name(data, names):
                continue
            reference = named_in(data)
            if reference is not None and reference.partition(":")[0] in kinds:
                self._lain[oid], self._sources[oid] = reference, data

    def content(self, version: Version) -> tuple[str, ...]:
        """What tells contents apart: the digest of a version without approval and review, or several."""
        return tuple(sorted({self._digest(oid) for _, oid in version.held}))

    def approver(self, version: Version) -> str | None:
        """Who approved a version of a record, by its own words; None where it has no approval that fits."""
        if len(version.held) != 1:
            return None
        oid = version.held[0][1]
        return approver(self._value(oid), self._digest(oid))

    def at(self, path: fields.Path) -> Callable[[Version], list[bytes]]:
        """What tells apart what versions hold at a path."""

        def held_at(version: Version) -> list[bytes]:
            found = (pair for value in self.values(version) for pair in fields.values(value, path))
            return sorted({canonical.dumps([list(pointer), held]) for pointer, held in found})

        return held_at

    def signed(self, oid: str) -> tuple[bytes, bytes] | None:
        """What the signature in a commit covers, and the signature."""
        return self._history.signed(oid)

    def verifies(self, message: bytes, signature: bytes, key: str, namespace: str) -> bool:
        """Whether a signature is good and by a key."""
        return self._history.verifies(message, signature, key, namespace)

    def writers(self, path: str, since: Iterable[str]) -> frozenset[str]:
        """The addresses behind the commits that changed a file themselves and do not lead to one of `since`."""
        behind, waiting = set[str](), list(since)
        by_name = {commit.oid: commit for commit in self.commits}
        while waiting:
            oid = waiting.pop()
            if oid not in behind and oid in by_name:
                behind.add(oid)
                waiting += by_name[oid].parents
        return frozenset(
            address
            for commit in self.commits
            if commit.oid not in behind and path in commit.files
            for address in (commit.author, *commit.coauthors)
        )

    def blob(self, oid: str, limit: int) -> bytes | None:
        """The bytes of a blob; None for one of more than `limit`."""
        return next(self._history.contents([oid], limit))

    @cached_property
    def _names(self) -> dict[str, str]:
        """Blob id -> the reference of the record that it holds, of each blob that ever lay where records lie."""
        oids = dict.fromkeys(
            oid
            for commit in self.commits
            for change in commit.changes
            if self._wanted(change.path)
            for oid in (change.before, change.after)
            if oid is not None
        )
        present = self._present() if oids else {}
        self._values |= {oid: present[oid] for oid in oids if oid in present}
        unread = [oid for oid in oids if oid not in present]
        found = {oid: named(value) for oid, value in self._values.items()}
        for oid, data in zip(unread, self._history.contents(unread, CEILING.file_bytes), strict=True):
            if data is None:
                continue
            if data in present:
                self._values[oid] = present[data]
            found[oid] = named(present[data]) if data in present else named_in(data)
            if found[oid] is not None:
                self._sources[oid] = data  # the text is a tenth of its value, and few versions are asked for
        return {oid: name for oid, name in found.items() if name is not None}

    def _value(self, oid: str) -> Value:
        if oid not in self._values:
            self._values[oid] = read(oid, self._sources.pop(oid), CEILING).value or _NOTHING
        return self._values[oid]

    def _digest(self, oid: str) -> str:
        if oid not in self._digests:
            self._digests[oid] = content_digest(self._value(oid))
        return self._digests[oid]


def _may_name(data: bytes, names: Iterable[bytes]) -> bool:
    """Whether one of these names may be a text in a file, however that is written. What has a NUL is no text."""
    if b"\0" in data:
        return False
    plain = _ESCAPED.sub(_plain, data) if b"\\" in data else data
    return any(name in plain for name in names)


def _plain(found: re.Match[bytes]) -> bytes:
    """The letter that an escape stands for; nothing of a break."""
    return bytes([int(found[found.lastindex], 16)]) if found.lastindex else b""


def named(value: Value) -> str | None:
    """The reference of a record that says its kind and id; None of anything else."""
    return reference_to(value) if isinstance(value.get("kind"), str) and isinstance(value.get("id"), str) else None


def named_in(data: bytes) -> str | None:
    """The reference of the record in a file. One that begins as records do is taken at its word, and not read."""
    begins = _BEGINS.match(data)
    if begins and _NO_TEXT.isdisjoint(begins.groups()):
        return f"{begins[1].decode('ascii')}:{begins[2].decode('ascii')}"
    return named(read("", data, CEILING).value or _NOTHING)
