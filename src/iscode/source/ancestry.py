"""Two commits -> the last ones from which both descend: where a branch left another."""

from __future__ import annotations

import re

from iscode.errors import RepositoryError
from iscode.source.git import Git

_LISTED = re.compile(rb"(?:[0-9a-f]{40}(?:[0-9a-f]{24})?\n)*")


def merge_bases(git: Git, one: str, other: str) -> tuple[str, ...]:
    """Return the full ids of all merge bases of two commits, sorted; none where their histories never met.

    RepositoryError where git does not answer whole.
    """
    # Nothing marks the end of this answer. Asked both ways round, one that was cut short differs from the other.
    found, again = _asked(git, one, other), _asked(git, other, one)
    if found != again:
        raise RepositoryError("git merge-base broke off")
    return found


def _asked(git: Git, one: str, other: str) -> tuple[str, ...]:
    code, printed = git.call("merge-base", "--all", one, other, codes=(0, 1))
    if not _LISTED.fullmatch(printed) or (code == 0) != bool(printed):
        raise RepositoryError("git merge-base broke off")
    return tuple(sorted(printed.decode("ascii").split()))
