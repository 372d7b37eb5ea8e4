"""The entries of a ledger -> what each says was found when, and every way in which they are no unbroken chain.

An entry is a signed test result of in-toto about one commit. It has a number and names the digest of what came before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

from iscode.facts import envelope
from iscode.facts.attestation import Verify
from iscode.facts.envelope import Envelope
from iscode.facts.signature import RefusedError, key_text
from iscode.facts.signers import Signers

NAMESPACE: Final = "iscode-ledger"
"""What an entry is signed for."""
PREDICATE: Final = "https://in-toto.io/attestation/test-result/v0.1"
CHAIN: Final = "iscode"
"""The key of the predicate that holds what makes a chain of it."""


class Recorded(NamedTuple):
    """What an entry says: its number from 0, the SHA-256 of the payload before it (None: it is the first), the commit,
    the root, the day, what names the tool and its shelves, the SHA-256 of the report as `check --rev -f json` gives
    it, and whether the verdict passed.
    """

    number: int
    previous: str | None
    commit: str
    root: str
    as_of: str
    tool: str
    content: str
    report: str
    passed: bool


@dataclass(frozen=True)
class Entry:
    """An entry that could be read, nothing of it verified."""

    held: Envelope
    said: Recorded

    @property
    def digest(self) -> str:
        """What the entry behind it must name."""
        return sha256(self.held.payload).hexdigest()


def payload(said: Recorded, tests: Mapping[str, Sequence[str]]) -> bytes:
    """The bytes of an entry that are signed; `tests` are rules by `passedTests`, `warnedTests` and `failedTests`."""
    chain = {key: value for key, value in said._asdict().items() if key not in ("commit", "passed")}
    configuration = [{"name": "content", "digest": {"sha256": said.content.removeprefix("sha256:")}}]
    predicate = {"result": "PASSED" if said.passed else "FAILED", "configuration": configuration, CHAIN: chain}
    listed = {name: sorted(rules) for name, rules in tests.items()}
    return envelope.stated(PREDICATE, {"commit": said.commit}, {**predicate, **listed}, "gitCommit")


def read(data: bytes) -> Entry:
    """The entry in a file. Raises RefusedError for anything else."""
    from iscode.facts import wire

    held = envelope.read(data)
    said = wire.formed(envelope.strict(held.payload), wire.TestResult)
    if [each.name for each in said.subject] != ["commit"]:
        raise RefusedError("it is about something else than one commit")
    commit, passed = said.subject[0].digest.git_commit, said.predicate.result == "PASSED"
    return Entry(held, Recorded(commit=commit, passed=passed, **said.predicate.chain.model_dump()))


def faults(data: Sequence[bytes], signers: Signers, verify: Verify) -> Iterator[str]:
    """Each way in which entries, oldest first, are no unbroken chain of signed results; none where they are one."""
    before: Entry | None = None
    for at, each in enumerate(data):
        try:
            entry = read(each)
        except RefusedError as refused:
            yield f"entry {at}: {refused}"
            before = None
            continue
        yield from (f"entry {at}: {flaw}" for flaw in _flaws(at, entry, before))
        yield from (f"entry {at}: {flaw}" for flaw in _unsigned(entry, signers, verify))
        before = entry


def _flaws(at: int, entry: Entry, before: Entry | None) -> Iterator[str]:
    said = entry.said
    if said.number != at:
        yield f"it says to be number {said.number}: one was dropped, or two changed places"
    if at == 0 and said.previous is not None:
        yield "it is the first, and names one before it: the beginning was cut off"
    if at and before is not None and said.previous != before.digest:
        yield "it follows another entry than the one before it: one was dropped, edited or put in"
    if before is not None and said.as_of < before.said.as_of:
        yield f"its day {said.as_of} lies before that of the entry before it"


def _unsigned(entry: Entry, signers: Signers, verify: Verify) -> Iterator[str]:
    """Why an entry is not signed as it should be: once, by a key that counts on its day."""
    signatures = entry.held.signatures
    if len(signatures) != 1:
        yield "it has more than one signature"
        return
    try:
        signers.admitted(signatures[0], NAMESPACE, entry.said.as_of)
    except RefusedError as refused:
        yield str(refused)
        return
    key = key_text(signatures[0].key)
    if signatures[0].namespace != NAMESPACE or not verify(entry.held.signed, signatures[0].armoured, key, NAMESPACE):
        yield "its signature is not good"


def departures(ours: Sequence[bytes], copy: Sequence[bytes]) -> Iterator[str]:
    """How a ledger departs from an earlier copy of it, which it may only go on from."""
    at = next((at for at, (one, other) in enumerate(zip(ours, copy, strict=False)) if one != other), None)
    if at is not None:
        yield f"entry {at} is another than in the copy: the ledger was forked or written anew"
    elif len(ours) < len(copy):
        yield f"the copy has {len(copy)} entries, and the ledger {len(ours)}: its end was cut off"


def gaps(entries: Sequence[Entry], line: Sequence[str], root: str) -> Iterator[str]:
    """The commits of a line, newest first, since the first that is recorded for a root, of which no entry tells."""
    recorded = {entry.said.commit for entry in entries if entry.said.root == root}
    if not recorded:
        yield "no entry is about this root"
    known = [at for at, commit in enumerate(line) if commit in recorded]
    for commit in line[: known[-1] if known else 0]:
        if commit not in recorded:
            yield f"commit {commit} was never recorded: it was left out, or the end was cut off"
    for commit in sorted(recorded.difference(line)):
        yield f"commit {commit} is recorded, and is not on the line that is asked for"


def sample(entries: Sequence[Entry], count: int) -> list[Entry]:
    """So many entries, evenly from the last to the first: those that are judged again."""
    step = max(1, len(entries) // count) if count else 0
    return list(reversed(entries))[::step][:count] if step else []


def repeated(entry: Entry, content: str, tool: str, judge: Callable[[Recorded], bytes]) -> str | None:
    """Why a result does not come out again; empty where it does, None where another tool or shelves had it."""
    if (entry.said.content, entry.said.tool) != (content, tool):
        return None
    same = sha256(judge(entry.said)).hexdigest() == entry.said.report
    return "" if same else f"entry {entry.said.number}: judged again, the commit gives another report"
