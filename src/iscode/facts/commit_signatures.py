"""A signed commit -> what its signature is worth: whose key made it, and whether it counted when main first had it.

A day in a commit is what its writer typed, so it says nothing of its own signature. What the base does not have is
first seen on the day of the verdict; what it has, with the commit on its line of first parents that brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from iscode.facts.attestation import Trust
from iscode.facts.past import Past
from iscode.facts.signature import RefusedError, Signature, from_armour, key_text
from iscode.facts.signers import COMMITS
from iscode.source.history import LoggedCommit, Signed

_OTHER_KEYS = (b"-----BEGIN PGP SIGNATURE-----\n", b"-----BEGIN SIGNED MESSAGE-----\n")
"""How signatures begin that Git takes from OpenPGP and X.509; no list of a base has such keys."""


class CommitSignatures:
    """What the signatures of commits are worth by what a base trusts; None: there is no base that could say so."""

    def __init__(self, past: Past, trust: Trust | None) -> None:
        self._past, self._trust = past, trust

    def worth(self, commit: LoggedCommit) -> Signed:
        """What the signature of a commit that has one is worth. Cheap questions first: the last starts a program."""
        trust = self._trust
        if trust is None or not trust.signers.listed:
            return "unknown"
        held = self._past.signed(commit.oid)
        if held is None:
            return "bad"
        try:
            signature = from_armour(held[1])
        except RefusedError:
            return "unknown" if held[1].startswith(_OTHER_KEYS) else "bad"
        if not trust.signers.knows(signature.key):
            return "unknown"
        return self._by(trust, commit, held[0], signature)

    def _by(self, trust: Trust, commit: LoggedCommit, message: bytes, signature: Signature) -> Signed:
        try:
            person = trust.person(signature, COMMITS, min(trust.day, self._seen.get(commit.oid, trust.day)))
        except RefusedError:
            return "refused"
        if not self._past.verifies(message, signature.armoured, key_text(signature.key), COMMITS):
            return "bad"
        return "trusted" if person == trust.identities.name(commit.author) else "other"

    @cached_property
    def _seen(self) -> Mapping[str, str]:
        """Commit -> the day on which the base first had it; without those that it does not have."""
        trust = self._trust
        if trust is None:
            return {}
        own = {commit.oid: commit for commit in self._past.commits}
        known = own if trust.source in own else {commit.oid: commit for commit in trust.leads()}
        return first_seen(known, trust.source)


def first_seen(commits: Mapping[str, LoggedCommit], tip: str) -> dict[str, str]:
    """Commit -> the day of the first commit on the line of first parents to `tip` that leads to it.

    Committers claim days, so none on that line is earlier than one before it; `commits` are by id. What does not lead
    to `tip` is left out.
    """
    line: list[LoggedCommit] = []
    at = commits.get(tip)
    while at is not None:
        line.append(at)
        at = commits.get(at.parents[0]) if at.parents else None
    seen: dict[str, str] = {}
    day = ""
    for commit in reversed(line):
        day = max(day, commit.day)
        for oid in _new(commits, commit.oid, seen):
            seen[oid] = day
    return seen


def _new(commits: Mapping[str, LoggedCommit], tip: str, known: Mapping[str, str]) -> Iterable[str]:
    """The commits that lead to `tip` and not to what is known."""
    found, waiting = dict[str, None](), [tip]
    while waiting:
        oid = waiting.pop()
        if oid not in known and oid not in found and oid in commits:
            found[oid] = None
            waiting += commits[oid].parents
    return found
