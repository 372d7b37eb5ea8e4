"""Snapshots of one root, commit after commit -> the verdict on each, of which only what moved is judged anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from iscode.change.moving_on import moved
from iscode.change.settling import Below, settled, stands
from iscode.change.standing import Standing
from iscode.change.verdicts import Failing, Verdict
from iscode.evaluation import OUTCOMES, Result
from iscode.evaluation.evaluate import not_judged
from iscode.evaluation.ground import Ground, prepare
from iscode.facts import Chronicle, History
from iscode.policy import CONFIG_NAME, Policy, Shelves, baseline, root, with_packs
from iscode.policy.baseline import Baseline
from iscode.policy.gate import bind_root
from iscode.source import Entry, Snapshot


@dataclass
class _Place:
    """Where a course has come to."""

    entries: Sequence[Entry]
    ground: Ground
    standing: Standing
    below: Below
    chronicle: Chronicle
    agreed: Baseline


class Course:
    """The commits of one root in their order. `history` leads to the last of them, `shelves` are those that ship."""

    def __init__(self, path: str, profile: str | None, history: History, shelves: Shelves) -> None:
        self._path, self._profile, self._history, self._shelves = path, profile, history, shelves
        self._at: _Place | None = None

    def lose(self) -> None:
        """Forget where the course is: the next commit is judged whole."""
        self._at = None

    def verdict(self, snapshot: Snapshot, as_of: str, until: str) -> Verdict:
        """The verdict on a commit as of a day, and how requirements stand on each day before `until`.

        Days never go back from one commit to the next. Raises what binding its policy and reading its records may.
        """
        at = self._at = self._moved(snapshot, as_of)
        failing = settled(at.ground, at.standing, at.below, at.agreed)
        found = _verdict(at, failing)
        held = stands(at.ground, at.standing, failing)
        turns = [(as_of, held)]
        for day in _days(as_of, until):
            at.ground = at.ground.on(day)
            anew, lapsed = at.standing.on(at.ground), at.below.on(at.ground)
            if anew or lapsed:
                now = stands(at.ground, at.standing, settled(at.ground, at.standing, at.below, at.agreed))
                if now != held:
                    turns.append((day, {name: one for name, one in now.items() if held.get(name) != one}))
                    held = now
        return found._replace(turns=tuple(turns))

    def _moved(self, snapshot: Snapshot, as_of: str) -> _Place:
        at = self._at
        if at is None:
            return self._fresh(snapshot, as_of)
        entries = _differing(at.entries, snapshot.entries)
        policy = at.ground.policy
        if any(is_policy(entry.path, self._path, policy) for entry in entries):
            return self._fresh(snapshot, as_of)
        ground = prepare(snapshot, self._path, policy, as_of, None, at.chronicle, at.ground.memo)
        inventory = ground.world.inventory
        past = at.chronicle.moved(str(snapshot.revision.commit))
        found = moved(at.ground, ground, entries, past, at.standing.paths)
        if found is None:
            return self._whole(snapshot, ground, at.chronicle)
        inventory.inherit(at.ground.world.inventory, {record.kind.name for record in found.records})
        at.standing.to(ground, found)
        path = baseline.path_below(self._path)
        agreed = baseline.read(snapshot, self._path) if any(one.path == path for one in entries) else at.agreed
        at.below.to(ground, found)
        return _Place(snapshot.entries, ground, at.standing, at.below, at.chronicle, agreed)

    def _fresh(self, snapshot: Snapshot, as_of: str) -> _Place:
        """Bind the policy of a commit, and judge all."""
        found = root.find(snapshot, self._path, search=False, binding=False)
        policy = bind_root(found, with_packs(self._shelves, snapshot, found), self._profile)
        chronicle = Chronicle(self._history)
        ground = prepare(snapshot, self._path, policy, as_of, None, chronicle)
        return self._whole(snapshot, ground, chronicle)

    def _whole(self, snapshot: Snapshot, ground: Ground, chronicle: Chronicle) -> _Place:
        agreed = baseline.read(snapshot, self._path)
        return _Place(snapshot.entries, ground, Standing(ground), Below(ground), chronicle, agreed)


def _differing(before: Sequence[Entry], after: Sequence[Entry]) -> list[Entry]:
    """The entries that one of two commits has and the other has not; what they have alike is one object in both."""
    one, other = ({id(entry): entry for entry in entries} for entries in (before, after))
    return [entry for key, entry in (one | other).items() if (key in one) != (key in other)]


def is_policy(path: str, root: str, policy: Policy) -> bool:
    """Whether the policy of a root, or which files are its records, may rest on the file at a path from the top."""
    prefix = f"{root}/" if root else ""
    packs = tuple(f"{prefix}{path}/" for path in policy.config.folders)
    trusted = {prefix + file for file in policy.config.trust.files}
    named = path.rpartition("/")[2].casefold() == CONFIG_NAME or path in trusted
    return named or path.startswith(packs)


def _days(after: str, before: str) -> Iterator[str]:
    """The days between two days, without either."""
    first, last = date.fromisoformat(after).toordinal() + 1, date.fromisoformat(before).toordinal()
    return (date.fromordinal(day).isoformat() for day in range(first, last))


def _verdict(at: _Place, failing: Sequence[Result]) -> Verdict:
    counts = at.standing.outcomes + at.below.outcomes
    blocking = sum(result.blocking for result in failing)
    disposed = {
        "waived": sum(result.waiver is not None for result in failing),
        "known": sum(result.known for result in failing),
    }
    lacking = not_judged(at.ground.policy, at.standing.unjudged, None)
    kept = tuple(Failing.of(result) for result in failing)
    return Verdict(
        blocking == 0, "", blocking, {name: counts[name] for name in OUTCOMES} | disposed, len(lacking), kept, ()
    )
