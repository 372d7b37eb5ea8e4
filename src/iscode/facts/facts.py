"""One evaluation's snapshot, records and history -> the facts that rules ask for. What nobody asks for is not read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import cached_property
from hashlib import sha256
from typing import Any, NoReturn, TypeVar

from iscode.document import canonical
from iscode.errors import RepositoryError
from iscode.expr import EvaluationError, Timestamp, timestamp_of_day
from iscode.facts.approvals import APPROVAL, BY, DAY, Level, approver, authors_since_approval, content_digest
from iscode.facts.artifacts import LARGEST, Artifacts
from iscode.facts.attestation import Approvals
from iscode.facts.chronicle import Chronicle, Still
from iscode.facts.commit_signatures import CommitSignatures
from iscode.facts.identity import Identities
from iscode.facts.lineage import Version, changes
from iscode.facts.past import History, NoHistory, Past
from iscode.facts.signature import MOST_FAILED
from iscode.facts.traces import Trace, Traces
from iscode.facts.values import Approval, Commit, Git
from iscode.inventory import Inventory, Record
from iscode.schema import fields
from iscode.source import Snapshot
from iscode.source.history import LoggedCommit

Kept = TypeVar("Kept")


class Facts:
    """The facts of one evaluation, below `root` (its path in the snapshot, "" for the top).

    `history` ends in the commit that is judged or checked out, leads on from there as a chronicle, or is still;
    None: there is no repository. `wanted` tells whether a file at a path from the top may be a record of this root.
    Records are those of the inventory; files of more than `largest` bytes are not hashed. `approvals` are those that
    keys prove; None: none are. `traces` are what gives topics away among the files. `ours` tells whether what
    once lay at a path may have been a record of this root, wherever those lie today. Each question raises
    EvaluationError (no_history) for what no commit holds, RepositoryError where history cannot be read whole.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        root: str,
        inventory: Inventory,
        history: History | None = None,
        wanted: Callable[[str], bool] = lambda _: True,
        largest: int = LARGEST,
        approvals: Approvals | None = None,
        traces: Traces | None = None,
        ours: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._snapshot, self._inventory, self._attested = snapshot, inventory, approvals
        self._prefix, self._ours = f"{root}/" if root else "", ours
        if isinstance(history, Chronicle):
            self._past = history.past(snapshot.revision.commit, wanted)
        elif isinstance(history, Still):
            self._past = history.past(lambda real: Past(real, wanted, self._present, self._named))
        else:
            self._past = Past(history or NoHistory(), wanted, self._present, self._named)
        self._signatures: CommitSignatures | None = None
        self._commits: dict[str, Commit] = {}
        self._gits: dict[str, Git] = {}
        self._approvals: dict[str, Approval] = {}
        self.artifacts = Artifacts(snapshot, root, inventory, largest)
        self._traces = traces or Traces(snapshot, root, ())

    def on(self, approvals: Approvals | None) -> Facts:
        """The same facts as of another day, on which these approvals are proven."""
        made = copy(self)
        made._attested, made._signatures, made._commits, made._gits, made._approvals = approvals, None, {}, {}, {}
        return made

    @property
    def by_day(self) -> bool:
        """Whether a day decides what a commit or an approval proves: keys are trusted from day to day."""
        trust = self._attested.trust if self._attested is not None else None
        return trust is not None and bool(trust.signers.listed)

    def git(self, record: Record) -> Git:
        """The commits behind a record."""
        return _once(self._gits, record.reference, lambda: self._git(record))

    def git_of_path(self, path: str) -> Git:
        """The commits behind the file at a path below the root. EvaluationError (unresolved) where there is none."""
        return _once(self._gits, f"/{path}", lambda: self._git_of_path(path))

    def history(self, record: Record, path: fields.Path) -> list[Commit]:
        """The commits in which what a record holds at a path changed, newest first; errors as of `since`."""
        return self._listed(changes(self._version(record), self._past.at(path)))

    def authors(self, record: Record, since: Timestamp) -> list[str]:
        """Who changed a record's content in commits of that day (by their own words) or later, sorted."""
        return self._authors(changes(self._version(record), self._past.content), since)

    def authors_of_path(self, path: str, since: Timestamp) -> list[str]:
        """Who changed the file at a path below the root since a day, sorted."""
        return self._authors(changes(self._file(path), _held), since)

    def since(self, *shas: str) -> list[Commit]:
        """The commits that led here and are not behind one of the commits `shas`, newest first.

        EvaluationError: no_history where no history leads through one of them, cost where more signatures do not hold
        than anybody looks at.
        """
        commits = self._by_name
        for sha in shas:
            if sha not in commits:
                _not_committed(f"commit {sha}")
        behind: set[str] = set()
        waiting = list(shas)
        while waiting:
            oid = waiting.pop()
            if oid not in behind:
                behind.add(oid)
                waiting += commits[oid].parents
        return self._listed(commit for commit in reversed(commits.values()) if commit.oid not in behind)

    def writers(self, path: str, since: Iterable[str]) -> frozenset[str]:
        """The addresses of who wrote the file at a path from the top in commits that are not behind `since`."""
        return self._past.writers(path, since)

    def trunk(self, kinds: frozenset[str], tip: Facts | None = None) -> list[Mapping[str, Any]]:
        """Every content that records of these kinds had in a commit on the line of first parents that leads here,
        wherever in the repository they lay, but for what belongs to another root.

        Those on the line to `tip` are among them: a change whose own line leads past the base hides none of the
        base's. The records that are judged are none of them. RepositoryError where history cannot be read whole.
        """
        line = self._past.line
        beside = tip if tip is not None and tip._snapshot.revision.commit not in line else None
        besides = () if beside is None else beside._past.trunk(kinds, beside._ours)
        return [*self._past.trunk(kinds, self._ours), *besides]

    def commit(self, sha: str) -> Commit | None:
        """The commit of that name among those that led here; None where it is none of them."""
        if not self._by_name:
            _not_committed(f"commit {sha}")
        found = self._by_name.get(sha)
        return None if found is None else self._commit(found)

    def approval(self, record: Record) -> Approval:
        """The approval of a record.

        One that fits content which no commit holds says nothing yet: nobody knows who wrote it.
        """
        return _once(self._approvals, record.reference, lambda: self._approval(record))

    def traces(self, topic: str) -> Mapping[str, Trace]:
        """What gives a topic away in the files, by the id of the signature, with the errors of `Traces.of`."""
        return self._traces.of(topic)

    @cached_property
    def _by_name(self) -> dict[str, LoggedCommit]:
        return {commit.oid: commit for commit in self._past.commits}

    @property
    def _worth(self) -> CommitSignatures:
        """What the signatures of commits are worth."""
        if self._signatures is None:
            trust = self._attested.trust if self._attested is not None else None
            self._signatures = CommitSignatures(self._past, trust)
        return self._signatures

    @cached_property
    def _identities(self) -> Identities:
        return Identities(self._inventory)

    @cached_property
    def _oids(self) -> dict[str, str | None]:
        return {entry.path: entry.oid for entry in self._snapshot.entries}

    def _git(self, record: Record) -> Git:
        version = self._version(record)
        stale = canonical.dumps(record.value) not in {canonical.dumps(value) for value in self._past.values(version)}
        return self._behind(version, self._past.content, stale=stale)

    def _git_of_path(self, path: str) -> Git:
        version = self._file(path)
        return self._behind(version, _held, stale=self._differs(path, version))

    def _behind(self, version: Version, content: Callable[[Version], object], *, stale: bool) -> Git:
        created, changed = changes(version, _exists)[-1], changes(version, _held)[0]
        return Git(self._commit(created), self._commit(changed), self._commit(changes(version, content)[0]), stale)

    def _approval(self, record: Record) -> Approval:
        past, version = self._past, self._find(record)
        block, digest = record.value.get(APPROVAL), content_digest(record.value)
        fits = approver(record.value, digest) is not None
        if fits and (version is None or past.content(version) != (digest,)):
            _not_committed(record.reference)
        authors: tuple[str, ...] = ()
        if version is not None:
            authors = tuple(sorted(authors_since_approval(version, past.content, past.approver, self._people)))
        if not isinstance(block, dict):
            return Approval("none", False, authors)
        level = self._attests(record, str(block.get(BY)), digest) if fits else None
        own = level is None and version is not None and self._brought(version, block)
        day = timestamp_of_day(str(block.get(DAY)))
        return Approval(level or ("committed" if own else "claimed"), fits, authors, str(block.get(BY)), day)

    def _attests(self, record: Record, by: str, digest: str) -> Level | None:
        """The level that signatures prove of an approval; None where its approver did not sign it."""
        if self._attested is None:
            return None
        path, content = record.document.path, digest.removeprefix("sha256:")
        signed = self._attested.of_record(path, record.reference, content)
        return None if by not in signed else "witnessed" if len(signed) > 1 else "attested"

    def _brought(self, version: Version, block: Mapping[str, Any]) -> bool:
        """Whether the approval, in its present form, came by a commit of the approver's own."""
        if [value.get(APPROVAL) for value in self._past.values(version)] != [block]:
            return False
        return self._identities.name(changes(version, self._past.at((APPROVAL,)))[0].author) == block.get(BY)

    def _find(self, record: Record) -> Version | None:
        """The record's version in the commit; None where it is not there. A judged commit has all its records."""
        version = self._past.records.latest.get(record.reference)
        if self._snapshot.revision.commit is not None and self._past.commits:
            held = dict(version.held) if version is not None else {}
            path = record.document.path
            if held.get(path) is None or held[path] != self._oids[path]:
                raise RepositoryError(f"what git tells of the history of {record.reference} does not lead to its file")
        return version if version is not None and version.held else None

    def _version(self, record: Record) -> Version:
        return self._find(record) or _not_committed(record.reference)

    def _named(self) -> set[str]:
        return {self._prefix + path for path in self.artifacts.named}

    def _file(self, path: str) -> Version:
        if self.artifacts.entry(path) is None:
            raise EvaluationError(f"{path} is no file of what is judged", "unresolved")
        version = self._past.file(self._prefix + path)
        return version if version is not None and version.held else _not_committed(path)

    def _differs(self, path: str, version: Version) -> bool:
        """Whether the file that is judged is another than the commit's."""
        entry, oid = self.artifacts.entry(path), version.held[0][1]
        if entry is None or entry.oid is not None:
            return entry is None or entry.oid != oid
        [(_, held)] = self._snapshot.digests([entry], LARGEST)
        before = self._past.blob(oid, LARGEST)
        return held is None or before is None or held.sha256 != sha256(before).hexdigest()

    def _authors(self, commits: Iterable[LoggedCommit], since: Timestamp) -> list[str]:
        found = (commit for commit in commits if timestamp_of_day(commit.day) >= since)
        return sorted({name for commit in found for name in self._people(commit)})

    def _people(self, commit: LoggedCommit) -> set[str]:
        return {self._identities.name(address) for address in (commit.author, *commit.coauthors)}

    def _listed(self, commits: Iterable[LoggedCommit]) -> list[Commit]:
        """Commits as they are shown. Which of them are looked at depends on this question alone."""
        found, failed = list[Commit](), 0
        for commit in commits:
            found.append(self._commit(commit))
            failed += found[-1].signed == "bad"
            if failed > MOST_FAILED:
                words = f"more than {MOST_FAILED} commits have a signature that does not hold, so no more was looked at"
                raise EvaluationError(words, "cost")
        return found

    def _commit(self, commit: LoggedCommit) -> Commit:
        return _once(self._commits, commit.oid, lambda: self._shown(commit))

    def _shown(self, commit: LoggedCommit) -> Commit:
        return Commit(
            sha=commit.oid,
            day=timestamp_of_day(commit.day),
            position=commit.position,
            author=self._identities.name(commit.author),
            signed=commit.worth or (self._worth.worth(commit) if commit.signed else "none"),
            records=tuple(self._past.records.changed.get(commit.oid, ())),
            files=commit.files,
            trailers=commit.trailers,
        )

    def _present(self) -> dict[str | bytes, Mapping[str, Any]]:
        """The records of the inventory by object id, or by their bytes: what is unchanged is not read again."""
        held = {record.document.path: record.value for record in self._inventory.all}
        entries = [entry for entry in self._snapshot.entries if entry.path in held and entry.kind == "file"]
        unnamed = self._snapshot.read([entry for entry in entries if entry.oid is None], LARGEST)
        return {
            **{entry.oid: held[entry.path] for entry in entries if entry.oid is not None},
            **{data: held[entry.path] for entry, data in unnamed if data is not None},
        }


def _once(kept: dict[str, Kept], key: str, ask: Callable[[], Kept]) -> Kept:
    if key not in kept:
        kept[key] = ask()
    return kept[key]


def _held(version: Version) -> object:
    return version.held


def _exists(version: Version) -> object:
    return bool(version.held)


def _not_committed(what: str) -> NoReturn:
    raise EvaluationError(f"no commit holds {what} as it is judged", "no_history")
