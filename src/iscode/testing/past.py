"""The commits that a case makes up -> a history for facts to ask, and the records as each commit left them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from iscode.facts.past import NoHistory
from iscode.source.history import Change, LoggedCommit
from iscode.testing.cases import CaseCommit

Row = Mapping[str, Any]
Written = Callable[[Row], tuple[str, bytes]]
"""A record -> the path and bytes of its file."""

NOBODY: Final = "nobody@case.example"


class CasePast(NoHistory):
    """A line of made-up commits, oldest first in the case. A record is set as it is given, but for the keys named."""

    def __init__(self, commits: Sequence[CaseCommit], given: Sequence[Row], written: Written) -> None:
        self._blobs: dict[str, bytes] = {}
        self._given = {f"{row.get('kind')}:{row.get('id')}": row for row in given}
        self._written = written
        self.states: list[dict[str, bytes]] = []
        """Path -> bytes of every record, as each commit left them."""
        logged: list[LoggedCommit] = []
        for position, commit in enumerate(commits):
            before = self.states[-1] if self.states else {}
            self.states.append(self._after(before, commit))
            logged.append(self._logged(position, commit, before, self.states[-1], logged))
        self.commits = tuple(reversed(logged))

    def contents(self, oids: Sequence[str], limit: int) -> Iterator[bytes | None]:
        """The bytes of each blob, in order; None for one of more than `limit`."""
        return (data if len(data := self._blobs[oid]) <= limit else None for oid in oids)

    def _after(self, before: Mapping[str, bytes], commit: CaseCommit) -> dict[str, bytes]:
        state = dict(before)
        for reference, keys in commit.set.items():
            path, data = self._written(self._row(reference, keys))
            state[path] = data
        for reference in commit.delete:
            path, _ = self._written(self._row(reference, {}))
            state.pop(path, None)
        return state

    def _row(self, reference: str, keys: Row) -> Row:
        kind, _, identity = reference.partition(":")
        return {**self._given.get(reference, {}), **keys, "kind": kind, "id": identity}

    def _logged(
        self,
        position: int,
        commit: CaseCommit,
        before: Mapping[str, bytes],
        after: Mapping[str, bytes],
        parents: Sequence[LoggedCommit],
    ) -> LoggedCommit:
        changes = tuple(
            Change(path, self._oid(before.get(path)), self._oid(after.get(path)))
            for path in sorted(before.keys() | after.keys())
            if before.get(path) != after.get(path)
        )
        return LoggedCommit(
            oid=sha256(f"{position} {commit.date} {commit.by}".encode()).hexdigest()[:40],
            parents=(parents[-1].oid,) if parents else (),
            position=position,
            author=commit.by,
            coauthors=tuple(commit.with_),
            day=commit.date,
            trailers={name: tuple(values) for name, values in commit.trailers.items()},
            signed=commit.signed != "none",
            changes=changes,
            files=tuple(change.path for change in changes),
            worth=commit.signed,
        )

    def _oid(self, data: bytes | None) -> str | None:
        if data is None:
            return None
        oid = sha256(data).hexdigest()
        self._blobs[oid] = data
        return oid
