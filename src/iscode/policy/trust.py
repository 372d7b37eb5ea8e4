"""The files of keys that an iscode.yaml names -> which keys a root trusts; and what a head changes of that.

They are read from the base, as everything is that decides who may soften a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from iscode.errors import ConfigError, Place
from iscode.facts.attestation import FOLDER, SUFFIX
from iscode.facts.signers import Signers, read_revoked, read_signers
from iscode.policy.changes import LATER, NOW, Change
from iscode.policy.config import CONFIG_NAME
from iscode.policy.root import Root
from iscode.source import Entry, Snapshot

SIZE: Final = 1024 * 1024
"""Bytes of a file of keys."""


def signers(snapshot: Snapshot, root: Root) -> Signers:
    """The keys that a root trusts, as a snapshot has them; none where its iscode.yaml names no file of them.

    Raises ConfigError, with the place, for a file that is missing, no regular file, or not exact.
    """
    listed, revoked = root.config.trust.allowed_signers, root.config.trust.revoked_keys
    return Signers(
        read_signers(*_file(snapshot, root, "allowed_signers", listed)) if listed else (),
        read_revoked(*_file(snapshot, root, "revoked_keys", revoked)) if revoked else frozenset(),
    )


def envelopes(snapshot: Snapshot, root: str) -> list[Entry]:
    """The entries of a snapshot that should hold approvals of a root, regular files or not."""
    folder = below(root, f"{FOLDER}/")
    return [entry for entry in snapshot.entries if entry.path.startswith(folder) and entry.path.endswith(SUFFIX)]


def below(root: str, path: str) -> str:
    """A path below a root as the repository's top has it."""
    return f"{root}/{path}" if root else path


def changes(base: Snapshot, head: Snapshot, before: Root, after: Root) -> Iterator[Change]:
    """What the head changes of who is trusted, and the approvals of the base that it takes away: those are spent, and
    must not come back as new. Whoever is trusted may approve what any rule asks, so they may be about any of them.
    """
    if before.config.trust != after.config.trust:
        yield Change(below(after.path, CONFIG_NAME), f"softens: `trust` names other files of keys: {LATER}", None, True)
    named = {*before.config.trust.files, *after.config.trust.files}
    for path in sorted(below(after.path, name) for name in named):
        if _content(base, path) != _content(head, path):
            yield Change(path, f"softens: other keys are trusted or revoked: {LATER}", None, True)
    kept = {entry.path: entry for entry in envelopes(head, after.path)}
    for entry in envelopes(base, before.path):
        other = kept.get(entry.path)
        same = other is not None and other.oid is not None and (other.kind, other.oid) == (entry.kind, entry.oid)
        if not same and _content(base, entry.path) != _content(head, entry.path):
            yield Change(entry.path, f"softens: an approval of the base goes or is another: {NOW}", None, True)


def _content(snapshot: Snapshot, path: str) -> bytes | None:
    """The bytes of a regular file of at most SIZE; None where there is none."""
    entry = next((entry for entry in snapshot.entries if entry.path == path and entry.kind == "file"), None)
    return None if entry is None else next(iter(snapshot.read([entry], SIZE)))[1]


def _file(snapshot: Snapshot, root: Root, key: str, name: str) -> tuple[str, bytes]:
    path = below(root.path, name)
    data = _content(snapshot, path)
    if data is None:
        hint = f"write it, as a regular file of at most {SIZE} bytes, or name another one"
        place = root.document.place(("trust", key))
        raise ConfigError(f"there is no file {name} with keys", place=place, hint=hint)
    return path, data


def place_of(root: Root) -> Place:
    """Where a root says which keys it trusts, or would."""
    return root.document.place(("trust",)) if root.config.trust.files else Place(below(root.path, CONFIG_NAME))
