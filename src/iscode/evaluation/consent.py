"""A file of a change that may soften -> who approved exactly that change, or why nobody did whom the gate asks for."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from functools import cache, cached_property
from typing import Final, NamedTuple

from iscode.errors import Place, RepositoryError
from iscode.facts import Facts, content_digest
from iscode.facts.artifacts import LARGEST
from iscode.facts.attestation import Approvals, Approved, Signed
from iscode.inventory import Inventory
from iscode.policy.profile import Demand
from iscode.source import Snapshot

TOLD: Final = 3
"""Reasons that a refusal names; the rest is counted."""


class Consent(NamedTuple):
    """Who approved a change of a file, sorted; `lack`: why that is not enough, empty where it is."""

    people: tuple[str, ...]
    lack: str


class Consents:
    """The approvals of changes between a base and a head. `demand` None: the gate asks nobody, so nobody can consent.

    `tip` is the base's, `left` the commits at which the head left it; `config` is the path of the root's iscode.yaml,
    which answers for a policy that lies in no file of the repository. `leads` are all that lead to the tip, asked only
    for an approval that names an older base. `spent` are the payloads of approvals that the base has already: they
    were for another change.
    """

    def __init__(
        self,
        demand: Demand | None,
        grants: bool,
        head: Snapshot,
        tip: Snapshot,
        left: Sequence[str],
        config: str,
        inventory: Inventory,
        approvals: Approvals,
        facts: Facts,
        spent: Callable[[], Container[bytes]],
        leads: Callable[[], Iterable[str]],
    ) -> None:
        self._stated, self._head, self._tip, self._left, self._config = demand, head, tip, left, config
        self._inventory, self._approvals, self._facts = inventory, approvals, facts
        self._spent, self._leads = cache(spent), leads
        self.grants = grants
        """Whether the base itself asks: what a head alone asks for can refuse, and makes nothing of the head count."""
        self._given: dict[str, Consent] = {}

    @cached_property
    def demand(self) -> Demand | None:
        """What the gate asks for; None: nothing, or nothing yet, for the base lists no key that could answer."""
        if self._stated is None or not self._stated.once_keyed:
            return self._stated
        trust = self._approvals.trust
        return self._stated if trust is not None and trust.signers.approve else None

    def answering(self, path: str) -> str:
        """The file to approve for a change that is told at a path: a shipped profile is named in the configuration."""
        return path if path in self._paths else self._config

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(entry.path for snapshot in (self._tip, self._head) for entry in snapshot.entries)

    def of(self, path: str) -> Consent:
        """Who consented to what a change does to the file at a path from the top."""
        if path not in self._given:
            self._given[path] = self._of(path)
        return self._given[path]

    def _of(self, path: str) -> Consent:
        trust = self._approvals.trust
        if self.demand is None:
            return Consent((), "none is attested: the profile names no role that may approve it")
        if trust is None or not trust.signers.listed:
            return Consent((), "none is attested: the base lists no keys")
        seen = self._approvals.naming(path)
        reasons = [f"{each.path}: {flaw}" for each in seen for flaw in each.flaws]
        signed: set[str] = set()
        for each in seen if any(each.people for each in seen) else ():
            flaw = self._flaw(path, each)
            reasons += [f"{each.path}: {flaw}"] if flaw else []
            signed |= each.people if not flaw else frozenset()
        addresses = self._facts.writers(path, self._left) if signed else ()
        writers = {trust.identities.name(address) for address in addresses}
        reasons += [f"{person} wrote the change" for person in sorted(signed.intersection(writers))]
        people = signed.difference(writers)
        holders = {person for role in self.demand.roles for person in trust.staff.holders(role, trust.day)}
        holders |= trust.staff.entitled(self.demand.authority, trust.day) if self.demand.authority else set()
        reasons += [f"{person} holds none of the roles on {trust.day}" for person in sorted(people - holders)]
        return Consent(tuple(sorted(people)), self._lack(people, people & holders, reasons))

    def _lack(self, people: set[str], may: set[str], reasons: list[str]) -> str:
        """Why the persons who signed are not enough; counted by person, however many keys and envelopes there are."""
        assert self.demand is not None  # noqa: S101 - who asks has seen to it
        if len(may) < self.demand.persons:
            counted = f"{len(may)} of {self.demand.persons} persons signed" if may else "none is attested"
            more = f" and {len(reasons) - TOLD} more" if len(reasons) > TOLD else ""
            return f"{counted}{': ' if reasons else ''}{'; '.join(reasons[:TOLD])}{more}"
        if self.demand.level == "witnessed" and len(people) <= self.demand.persons:
            return f"{', '.join(sorted(people))} signed it, and nobody beside them"
        return ""

    def _flaw(self, path: str, each: Signed) -> str:
        """Why an envelope with a good signature approves another change; empty where it is this one."""
        statement = each.statement
        if statement is None or not each.people:
            return ""
        if statement.base is None:
            return "it does not say from which base the change departs: approve with --base"
        if statement.base not in self._known and statement.base not in self._all:
            return "it is for a base that never led here"
        if each.payload in self._spent():
            return "it was for a change that the base has had before"
        [approved] = [file for file in statement.files if file.path == path]
        if approved.before != digest_at(self._tip, path):
            return "it was given when the base had another content there"
        if not self._held(approved):
            return "it approves another content"
        return ""

    def _held(self, approved: Approved) -> bool:
        """Whether the head holds what was approved."""
        if approved.record is None:
            return digest_at(self._head, approved.path) == approved.after
        record = self._inventory.find(approved.record)
        here = record is not None and record.document.path == approved.path
        return record is not None and here and content_digest(record.value) == f"sha256:{approved.after}"

    @cached_property
    def _known(self) -> frozenset[str | None]:
        return frozenset((self._tip.revision.commit, *self._left))

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self._leads())


def digest_at(snapshot: Snapshot, path: str) -> str | None:
    """The SHA-256 in hex of the file at a path; None where there is nothing, else the word for what is no file.

    Raises RepositoryError for one that is too large to be approved.
    """
    entry = next((entry for entry in snapshot.entries if entry.path == path), None)
    if entry is None:
        return None
    if entry.kind != "file":
        return entry.kind
    [(_, digest)] = snapshot.digests([entry], LARGEST)
    if digest is None:
        raise RepositoryError(f"larger than {LARGEST} bytes, so nobody can approve it", place=Place(path))
    return digest.sha256
