"""A repository and a line of its commits -> the verdict on each; what did not change is kept from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iscode.change.history import Asked, Point
    from iscode.source import Repository


def verdicts(repository: Repository, asked: Asked, *, kept: bool = True) -> tuple[Point, ...]:
    """The verdicts, oldest first; `kept`: what was found before is known again, what is found now is kept."""
    from iscode.change.history import history
    from iscode.store import open_cache

    with open_cache(repository.common_dir if kept else None) as cache:
        return history(repository, asked, cache)


def latest(
    repository: Repository, rev: str | None, number: int, *, root: str, profile: str | None, last: str
) -> Sequence[Point]:
    """The last `number` of the commits that lead to `rev` or what is checked out, each with what it broke and mended.

    `root` is the path of the root in the repository, `last` the last day that counts. RepositoryError for a shallow
    clone, and where git does not tell all.
    """
    from iscode.change.history import Asked
    from iscode.policy import shipped
    from iscode.source.history import first_parents

    line, _ = first_parents(repository, repository.commit_id(rev or "HEAD"))
    before = max(0, len(line) - number - 1)  # one more, so that the first is compared with the one before it
    return verdicts(repository, Asked(line, before, root, profile, last, shipped()))[-number:]
