"""One root as it lies on somebody's desk, edit after edit -> what fails in it, of which only what moved is judged anew.

The work tree is read once; what is typed lies over it. What is said is what `check` would say, were it all saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from iscode.change.course import is_policy
from iscode.change.moving_on import moved
from iscode.change.settling import Below, settled, stands
from iscode.change.standing import Standing
from iscode.change.verdicts import Standing as Stands
from iscode.evaluation import Base, Result, known
from iscode.evaluation.ground import Ground, prepare
from iscode.evaluation.selection import select
from iscode.facts import History, Still
from iscode.policy import Policy, baseline
from iscode.source import Entry, NamedSnapshot, OverlaySnapshot, Snapshot


class Judged(NamedTuple):
    """What lies on a desk: its ground, every result that fails or errs in the order of a report, and how each
    requirement of the selected standards stands.
    """

    ground: Ground
    failing: tuple[Result, ...]
    requirements: Mapping[str, Stands]


class Desk:
    """The work tree of a root under its policy, as of one day; arguments are those of `evaluate`, and the format of
    object ids.

    What is open and not saved is laid over it, but for files that policy is made of: who changes policy takes another
    desk. So does whoever met an error, which may be any that `evaluate` raises.
    """

    def __init__(
        self,
        object_format: str,
        snapshot: Snapshot,
        root: str,
        policy: Policy,
        as_of: str,
        base: Base | None,
        history: History,
    ) -> None:
        self._format, self._base, self._history = object_format, base, Still(history)
        self._below: Snapshot = self._named(snapshot, root, policy)
        self._snapshot, self._over = self._below, dict[str, bytes]()
        self._agreed = baseline.read(snapshot, root)
        ground = prepare(self._below, root, policy, as_of, base, self._history)
        self._known = known.Memory()
        self._tip = cache(lambda: known.tip_of(ground, base))
        self._judge_whole(ground)

    @property
    def files(self) -> set[str]:
        """The files that rules asked about, by path from the top, whether they are there or not."""
        return self._standing.files

    def renew(self, snapshot: Snapshot) -> None:
        """Take what was saved since then: the work tree as it lies there now, under the same policy and base."""
        self._below = self._named(snapshot, self.judged.ground.root, self.judged.ground.policy)
        self.lay(self._over)

    def lay(self, buffers: Mapping[str, bytes]) -> Judged:
        """Judge the work tree under these files, by path from the top; those laid before are taken away."""
        before = self.judged.ground
        over = {path: data for path, data in buffers.items() if not is_policy(path, before.root, before.policy)}
        snapshot = OverlaySnapshot(self._below, over) if over else self._below
        typed = {path for path in {*over, *self._over} if over.get(path) != self._over.get(path)}
        entries = set(self._snapshot.entries) ^ set(snapshot.entries)
        entries |= {entry for entry in snapshot.entries if entry.path in typed}
        self._snapshot, self._over = snapshot, over
        if entries:
            self._move(before, self._prepared(before, before), entries)
        return self.judged

    def with_files(self, files: Mapping[str, bytes]) -> Ground:
        """The ground as it would be with these files, by path from the top, over all there is. Nothing is judged."""
        of = self.judged.ground
        snapshot = OverlaySnapshot(self._snapshot, files)
        return prepare(snapshot, of.root, of.policy, of.as_of, self._base, self._history, of.memo, of)

    def _move(self, before: Ground, ground: Ground, entries: Iterable[Entry]) -> None:
        """Judge what one ground has otherwise than the one before; all of it where that decides what applies."""
        found = moved(before, ground, entries, (), self._standing.paths, committed=False)
        if found is None:
            self._agreed = baseline.read(self._snapshot, before.root)
            self._judge_whole(self._prepared(before, None))
            return
        path = baseline.path_below(before.root)
        if any(entry.path == path for entry in entries):
            self._agreed = baseline.read(self._snapshot, before.root)
        ground.world.inventory.inherit(before.world.inventory, {record.kind.name for record in found.records})
        self._standing.to(ground, found)
        self._builtin.to(ground, found)
        self._settle(ground)

    def _prepared(self, of: Ground, kin: Ground | None) -> Ground:
        return prepare(self._snapshot, of.root, of.policy, of.as_of, self._base, self._history, of.memo, kin)

    def _judge_whole(self, ground: Ground) -> None:
        self._standing, self._builtin = Standing(ground), Below(ground)
        self._settle(ground)

    def _settle(self, ground: Ground) -> None:
        failing = settled(ground, self._standing, self._builtin, self._agreed, self._tip, self._known)
        self.judged = Judged(ground, tuple(failing), stands(ground, self._standing, failing))

    def _named(self, snapshot: Snapshot, root: str, policy: Policy) -> Snapshot:
        """The snapshot in which records are known by their content, so that what is not touched is read once."""
        chosen = select(snapshot, root, *policy.configs, nested=policy.nested).entries
        return NamedSnapshot(snapshot, chosen, self._format, policy.config.document_limits().file_bytes)
