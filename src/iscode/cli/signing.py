"""Files, a commit and a key -> the envelope that approves them, ready to be written; nothing here asks a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from iscode.errors import UsageError
    from iscode.evaluation.ground import Ground
    from iscode.facts.attestation import Approved, Statement, Trust
    from iscode.source import Repository, Snapshot


def approved(head: Snapshot, base: Snapshot | None, ground: Ground, paths: Iterable[str]) -> Statement:
    """What is approved of the files at paths from the top: as `head` has them in place of what `base` had.

    Raises UsageError for a file that neither of them has, and for one that is not what the work tree shows.
    """
    from iscode.facts.attestation import Statement

    files = tuple(_file(head, base, ground, path) for path in sorted(set(paths)))
    return Statement(base.revision.commit if base else None, files)


def _file(head: Snapshot, base: Snapshot | None, ground: Ground, path: str) -> Approved:
    from iscode.errors import UsageError
    from iscode.evaluation.consent import digest_at
    from iscode.facts import content_digest
    from iscode.facts.attestation import Approved

    before = digest_at(base, path) if base else None
    after = digest_at(head, path)
    if after is None and before is None:
        raise UsageError(f"no commit has a file {path}", hint="commit it first: what is signed is what a commit holds")
    record = next((each for each in ground.world.inventory.all if each.document.path == path), None)
    if record is None or after is None:
        return Approved(path, before, after, None)
    digest = content_digest(record.value).removeprefix("sha256:")
    return Approved(path, before, digest, record.reference)


def require_shown(repository: Repository, head: Snapshot, paths: Iterable[str]) -> None:
    """That the work tree shows each file as the commit has it, but for ends of lines: who signs sees what they sign.

    Raises UsageError otherwise.
    """
    from iscode.errors import UsageError
    from iscode.facts.artifacts import LARGEST

    shown = repository.worktree()
    for path in paths:
        held = []
        for snapshot in (head, shown):
            entry = next((entry for entry in snapshot.entries if entry.path == path and entry.kind == "file"), None)
            data = None if entry is None else next(iter(snapshot.read([entry], LARGEST)))[1]
            held.append(None if data is None else data.replace(b"\r\n", b"\n"))
        if held[0] != held[1]:
            hint = "commit it first: what is signed is what a commit holds"
            raise UsageError(f"{path} is not what the commit has", hint=hint)


def signed(repository: Repository, statement: Statement, key: Path, trust: Trust) -> tuple[str, str, bytes]:
    """(person, name of the file, bytes of the envelope) of a statement signed with a key.

    Raises SigningError where no signature is made, UsageError where the key would count for nobody.
    """
    from hashlib import sha256

    from iscode.facts import envelope
    from iscode.facts.attestation import FOLDER, SUFFIX
    from iscode.facts.signature import RefusedError
    from iscode.facts.signers import NAMESPACE

    data = enveloped(repository, statement.payload, key, trust, NAMESPACE, trust.day)
    try:
        person = trust.person(envelope.read(data).signatures[0], NAMESPACE)
    except RefusedError as refused:
        raise _for_nobody(refused) from None
    name = f"{FOLDER}/{person.partition(':')[2]}-{sha256(statement.payload).hexdigest()[:16]}{SUFFIX}"
    return person, name, data


def enveloped(
    repository: Repository, payload: bytes, key: Path, trust: Trust | None, namespace: str, day: str
) -> bytes:
    """The envelope around a payload, signed with a key that the base lists for a namespace on a day.

    Raises SigningError where no signature is made, UsageError where the key would count for nobody.
    """
    from iscode.errors import SigningError
    from iscode.facts import envelope
    from iscode.facts.signature import RefusedError, from_armour, key_text
    from iscode.facts.signers import Signers
    from iscode.source.keygen import keygen

    program, message = keygen(repository.top), envelope.encoded(payload)
    armoured = program.sign(message, key, namespace)
    try:
        signature = from_armour(armoured)
        (trust.signers if trust else Signers()).admitted(signature, namespace, day)
    except RefusedError as refused:
        raise _for_nobody(refused) from None
    if not program.verifies(message, signature.armoured, key_text(signature.key), namespace):
        raise SigningError("ssh-keygen made a signature that is not good")
    return envelope.write(payload, [signature])


def _for_nobody(reason: Exception) -> UsageError:
    from iscode.errors import UsageError

    hint = "the base must list the key for an address: docs/how-to/approve-with-keys.md"
    return UsageError(f"this signature would count for nobody: {reason}", hint=hint)
