"""A snapshot and its base -> the signed approvals that lie in it, held against the keys and people of the base."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from iscode.errors import RepositoryError
from iscode.evaluation.selection import select
from iscode.facts import History
from iscode.facts.attestation import Approvals, Trust
from iscode.facts.envelope import LARGEST
from iscode.facts.past import NoHistory
from iscode.inventory import Memo
from iscode.policy import Policy, trust
from iscode.policy.root import find, folders
from iscode.source import Snapshot

if TYPE_CHECKING:
    from iscode.evaluation.ground import Base

MOST: Final = 10_000
"""Envelopes of one root."""
MOST_BYTES: Final = 64 * 1024 * 1024
"""Bytes of all of them."""


def approvals(
    snapshot: Snapshot, root: str, policy: Policy, as_of: str, base: Base | None, memo: Memo, history: History | None
) -> Approvals:
    """The approvals below `root`, verified by what `history` verifies with; nothing is read before it is asked for.

    Keys and people are those of the base's tip. A commit that has no base is judged by its own, as by all of its
    policy; what has none and is no commit is trusted by nobody. So is a root that the base does not have.
    """
    source = (snapshot if snapshot.revision.kind == "commit" else None) if base is None else base.tip
    trusted = None if base is not None and base.adopted else source
    return Approvals(
        lambda: files(snapshot, root),
        lambda: None if trusted is None else _trust(trusted, root, policy, as_of, memo, base.history if base else None),
        lambda *asked: (history or NoHistory()).verifies(*asked),
    )


def _trust(
    source: Snapshot, root: str, policy: Policy, as_of: str, memo: Memo, history: History | None
) -> Trust | None:
    """What a snapshot trusts; None where it has no such root. `history` leads to it."""
    if root not in folders(source, past=True):
        return None
    found = find(source, root, search=False, binding=False)
    selected = select(source, root, found.config, nested=policy.nested, past=True)
    commit = source.revision.commit or ""
    signers, inventory = trust.signers(source, found), memo.take(source, selected.entries)
    return Trust(signers, inventory, as_of, commit, lambda: history.commits if history else ())


def files(snapshot: Snapshot, root: str) -> Iterator[tuple[str, bytes | None]]:
    """Path and bytes of each envelope; None for one that is too large, nothing for what is no regular file."""
    listed = trust.envelopes(snapshot, root)
    if len(listed) > MOST:
        raise RepositoryError(f"there are more than {MOST} approvals", hint="those of records that are gone can go too")
    regular, room = [entry for entry in listed if entry.kind == "file"], MOST_BYTES
    yield from ((entry.path, b"") for entry in listed if entry.kind != "file")
    for entry, data in snapshot.read(regular, LARGEST):
        room -= len(data or b"")
        if room < 0:
            raise RepositoryError(f"the approvals take more than {MOST_BYTES} bytes")
        yield entry.path, data
