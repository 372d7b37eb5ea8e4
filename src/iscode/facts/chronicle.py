"""A history, read once -> the past of one commit after the other on the way to its end, or of what is on the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property

from iscode.facts.lineage import Lineage, follow
from iscode.facts.past import History, NoHistory, Past, Steps
from iscode.source.history import LoggedCommit


class Chronicle:
    """What a history held at each of its commits. They are asked for in the order in which they were made.

    Nothing is read before somebody asks for the past of a record. All commits are of one root under one policy.
    """

    def __init__(self, history: History) -> None:
        self.history = history
        self.contents, self.signed = history.contents, history.signed
        self.verifies = cache(history.verifies)
        self._steps: Iterator[tuple[str, Lineage, set[str]]] | None = None
        self._now: tuple[str, Lineage] | None = None
        self._moved: set[str] = set()
        self._whole: Past | None = None

    def past(self, commit: str | None, wanted: Callable[[str], bool]) -> Past:
        """The past of a commit; None: of nothing.

        `wanted` tells whether a file at a path from the top may be a record of the root.
        """
        if commit is None:
            return Past(NoHistory(), wanted, dict, tuple)
        if self._whole is None:
            self._whole = Past(self, wanted, dict, tuple)
        return _Until(self, self._whole, commit)

    def moved(self, commit: str) -> set[str]:
        """The references whose versions may be others than at the commit that was asked for before; none were read."""
        if self._steps is None:
            return set()
        self.lineage(commit)
        moved, self._moved = self._moved, set()
        return moved

    def lineage(self, commit: str) -> Lineage:
        """The versions of each record at a commit: of this one, or of a later one than was asked for before."""
        if self._steps is None:
            assert self._whole is not None  # noqa: S101 - only a past asks
            self._steps = follow(self._whole.commits, self._whole.key)
        while self._now is None or self._now[0] != commit:
            oid, lineage, touched = next(self._steps)
            self._now = oid, lineage
            self._moved |= touched
        return self._now[1]

    @property
    def commits(self) -> Sequence[LoggedCommit]:
        """All of the history, newest first."""
        return self.history.commits

    @cached_property
    def by_id(self) -> dict[str, LoggedCommit]:
        """The commits by id."""
        return {commit.oid: commit for commit in self.commits}


class Still:
    """A history that stands while what is judged over it changes again and again: its past is read once."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.contents, self.signed, self.verifies = history.contents, history.signed, cache(history.verifies)
        self._past: Past | None = None

    @property
    def commits(self) -> Sequence[LoggedCommit]:
        """All of the history, newest first."""
        return self.history.commits

    def past(self, read: Callable[[History], Past]) -> Past:
        """The past that was read before, or the one that `read` reads of the history now."""
        if self._past is None:
            self._past = read(self.history)
        return self._past


class _Until(Past):
    """What a history held up to one of its commits. What blobs hold is shared by all of them."""

    def __init__(self, chronicle: Chronicle, whole: Past, commit: str) -> None:
        super().__init__(chronicle, lambda _: False, dict, tuple)
        self.share(whole)
        self._chronicle, self._whole, self._until = chronicle, whole, commit

    def steps(self, kinds: frozenset[str]) -> Steps:
        """What each commit of the whole history brought of records of these kinds."""
        return self._whole.steps(kinds)

    @cached_property
    def commits(self) -> tuple[LoggedCommit, ...]:
        """Oldest first."""
        known, behind, waiting = self._chronicle.by_id, set[str](), [self._until]
        while waiting:
            oid = waiting.pop()
            if oid not in behind:
                behind.add(oid)
                waiting += known[oid].parents
        return tuple(commit for commit in reversed(self._chronicle.commits) if commit.oid in behind)

    @cached_property
    def line(self) -> dict[str, None]:
        """The commits on the line of first parents that leads here, newest first; no others are looked at."""
        known, line, at = self._chronicle.by_id, dict[str, None](), self._until
        while at:
            line[at] = None
            at = next(iter(known[at].parents), "")
        return line

    @cached_property
    def records(self) -> Lineage:
        """The versions of each record, by reference."""
        return self._chronicle.lineage(self._until)
