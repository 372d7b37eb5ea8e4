"""Envelope files, and what a base trusts -> which person signed which content, and why a signature counts for nothing.

Trust comes from the base alone. Who signed is found by the key, through the list of the base and the record of the
person; what an envelope says of itself is never asked.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from functools import cached_property
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from iscode.facts import envelope
from iscode.facts.envelope import Envelope
from iscode.facts.identity import Identities
from iscode.facts.signature import MOST_FAILED, RefusedError, Signature, key_text
from iscode.facts.signers import NAMESPACE, Signers
from iscode.facts.staff import Staff
from iscode.inventory import Inventory
from iscode.source.history import LoggedCommit

FOLDER: Final = "approvals"
"""Where envelopes lie, below the root."""
SUFFIX: Final = ".dsse.json"
PREDICATE: Final = "urn:iscode:approval:v1"
SPENT: Final = f"more than {MOST_FAILED} signatures do not hold, so it was not looked at"

Verify = Callable[[bytes, bytes, str, str], bool]
"""(message, armoured signature, key as text, namespace) -> whether the signature is good and by that key."""


class Approved(NamedTuple):
    """A file as somebody approved it, by its path from the repository's top.

    `before` and `after` are SHA-256 digests in hex of what the base had and of what takes its place; None: no file.
    `record`: the reference of the record that the file is; then `after` is the digest of its content, canonical and
    without approval and review.
    """

    path: str
    before: str | None
    after: str | None
    record: str | None


class Statement(Struct, frozen=True):
    """What an envelope approves. `base` is the commit that `before` speaks of; None: it says nothing of any base."""

    base: str | None
    files: tuple[Approved, ...]

    @property
    def payload(self) -> bytes:
        """The bytes that are signed; for a file that goes the subject is what it was."""
        subjects = {each.path: each.after or each.before or "" for each in self.files}
        predicate = {
            "base": self.base,
            "before": {each.path: each.before for each in self.files} if self.base else {},
            "records": {each.path: each.record for each in self.files if each.record},
            "removed": sorted(each.path for each in self.files if each.after is None),
        }
        return envelope.stated(PREDICATE, subjects, predicate)


def statement_of(payload: bytes) -> Statement:
    """The statement in a payload. Raises RefusedError for one that is none, or that would be written otherwise."""
    from iscode.facts import wire

    said = wire.formed(envelope.strict(payload), wire.Approval)
    of = said.predicate
    files = (
        Approved(
            path := subject.name,
            of.before.get(path),
            None if path in of.removed else subject.digest.sha256,
            of.records.get(path),
        )
        for subject in said.subject
    )
    found = Statement(of.base, tuple(files))
    if found.payload != payload:
        raise RefusedError("what was signed says something twice or otherwise")
    return found


class Trust(Struct, frozen=True, dict=True):
    """What the base says of keys and people, and the day of the verdict; `source` is the commit, for people.

    `leads` are the commits that lead to it, asked for only where no others are at hand that do.
    """

    signers: Signers
    inventory: Inventory
    day: str
    source: str
    leads: Callable[[], Iterable[LoggedCommit]] = tuple

    @cached_property
    def identities(self) -> Identities:
        """Whose an address is."""
        return Identities(self.inventory)

    @cached_property
    def staff(self) -> Staff:
        """Who is there, and who holds which role."""
        return Staff(self.inventory)

    def person(self, signature: Signature, namespace: str, day: str | None = None) -> str:
        """The reference of the one person whose a signature is, if it is good: on the day of the verdict or another.

        Raises RefusedError where there is none.
        """
        day = self.day if day is None else day
        names = {self.identities.name(address) for address in self.signers.admitted(signature, namespace, day)}
        if len(names) > 1:
            raise RefusedError(f"its key is listed for {' and for '.join(sorted(names))}")
        [name] = names
        self.staff.require_present(name, day)
        return name


class Signed(Struct, frozen=True):
    """An envelope at a path: what it approves, who signed that, and why what else is in it counts for nothing.

    `failed` counts the signatures by keys that count which do not hold.
    """

    path: str
    payload: bytes
    statement: Statement | None
    people: frozenset[str]
    flaws: tuple[str, ...]
    failed: int = 0


class Approvals:
    """The envelopes of what is judged. Nothing is verified that nobody asks for, and each at most once.

    What one question is told rests on no question that was asked before it.
    """

    def __init__(
        self,
        files: Callable[[], Iterable[tuple[str, bytes | None]]],
        trust: Callable[[], Trust | None],
        verify: Verify,
    ) -> None:
        self._files, self._trust, self._verify = files, functools.cache(trust), functools.cache(verify)
        self._day: str | None = None
        self._seen: dict[str, Signed] = {}

    def on(self, day: str) -> Approvals:
        """The same envelopes as of another day: whose key counts may be another matter on it."""
        made = copy(self)
        made._day, made._seen = day, {}
        made.__dict__.pop("trust", None)
        return made

    @property
    def asked(self) -> bool:
        """Whether anybody asked what the base trusts: where nobody did, nothing said so far rests on it."""
        return self._trust.cache_info().currsize > 0

    @cached_property
    def trust(self) -> Trust | None:
        """What the base trusts; None where there is no base that could say so."""
        trust = self._trust()
        return trust if trust is None or self._day is None else replace(trust, day=self._day)

    @cached_property
    def _read(self) -> dict[str, tuple[Envelope, Statement] | str]:
        """What each file holds, or why it holds nothing."""
        return {path: _parsed(data) for path, data in sorted(self._files())}

    @cached_property
    def _naming(self) -> dict[str, list[str]]:
        """Path of a file -> the envelopes that approve it."""
        named: dict[str, list[str]] = {}
        for path, held in self._read.items():
            for each in held[1].files if not isinstance(held, str) else ():
                named.setdefault(each.path, []).append(path)
        return named

    def all(self) -> list[Signed]:
        """Every envelope, by path."""
        return list(self._looked(self._read))

    def naming(self, path: str) -> list[Signed]:
        """The envelopes that approve a file at a path from the top, whatever its content, and those that are broken."""
        broken = [where for where, held in self._read.items() if isinstance(held, str)]
        return list(self._looked(sorted({*self._naming.get(path, ()), *broken})))

    def of_record(self, path: str, reference: str, digest: str) -> frozenset[str]:
        """Who signed the record of that content at that path."""
        wanted = (path, digest, reference)
        fitting = (
            where
            for where in self._naming.get(path, ())
            if not isinstance(held := self._read[where], str)
            and any((each.path, each.after, each.record) == wanted for each in held[1].files)
        )
        return frozenset(person for each in self._looked(fitting) for person in each.people)

    def _looked(self, paths: Iterable[str]) -> Iterator[Signed]:
        """The envelopes at these paths, one question: behind too many signatures that do not hold nothing counts."""
        failed = 0
        for path in paths:
            held = self._read[path]
            if failed < MOST_FAILED or isinstance(held, str):
                found = self._signed(path)
            else:
                found = Signed(path, held[0].payload, held[1], frozenset(), (SPENT,))
            failed += found.failed
            yield found

    def _signed(self, path: str) -> Signed:
        if path not in self._seen:
            held = self._read[path]
            self._seen[path] = (
                Signed(path, b"", None, frozenset(), (held,)) if isinstance(held, str) else self._verified(path, *held)
            )
        return self._seen[path]

    def _verified(self, path: str, held: Envelope, statement: Statement) -> Signed:
        people, flaws, failed = set(), [], 0
        for signature in held.signatures:
            try:
                person = self._person(signature)
            except RefusedError as refused:
                flaws.append(str(refused))
                continue
            if failed >= MOST_FAILED:
                flaws.append(SPENT)
            elif self._verify(held.signed, signature.armoured, key_text(signature.key), NAMESPACE):
                people.add(person)
            else:
                failed += 1
                flaws.append(f"the signature is not {person}'s: other words, or another key")
        return Signed(path, held.payload, statement, frozenset(people), tuple(dict.fromkeys(flaws)), failed)

    def _person(self, signature: Signature) -> str:
        """Whose a signature is, if it is good: cheap questions first, for that one starts a program."""
        if self.trust is None:
            raise RefusedError("no base says which keys count")
        if signature.namespace != NAMESPACE:
            raise RefusedError(f"it was signed for {signature.namespace[:40]!r}, not for {NAMESPACE}")
        return self.trust.person(signature, NAMESPACE)


def _parsed(data: bytes | None) -> tuple[Envelope, Statement] | str:
    try:
        found = envelope.read(data)
        return found, statement_of(found.payload)
    except RefusedError as refused:
        return str(refused)


def payloads(files: Iterable[tuple[str, bytes | None]]) -> frozenset[bytes]:
    """What envelope files approve, as it was signed, whether the signatures are good or not."""
    found = (_parsed(data) for _, data in files)
    return frozenset(held[0].payload for held in found if not isinstance(held, str))
