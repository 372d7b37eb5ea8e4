"""Commits, oldest first -> for each key (a record, a file) the chain of its versions, through renames and merges.

A key keeps its chain when it goes away and comes back: nothing resets where it came from.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count

from msgspec import Struct, field

from iscode.source.history import Change, LoggedCommit

Held = tuple[tuple[str, str], ...]
"""Where a key stands in a commit: (path, blob id), sorted; several where two files claim it, none where it is gone."""
KeyOf = Callable[[str, str], str | None]
"""(path, blob id) -> the key that the file stands for, if any."""


class Version(Struct, frozen=True, eq=False):
    """A state of one key, and the states that it came from.

    `commit` made it; None where a merge met the same state on several sides. `number` grows from old to new.
    """

    number: int
    commit: LoggedCommit | None
    held: Held
    before: tuple[Version, ...]

    def ancestry(self) -> list[Version]:
        """This version and all that led to it, oldest first."""
        found, waiting = {self}, [self]
        while waiting:
            for earlier in waiting.pop().before:
                if earlier not in found:
                    found.add(earlier)
                    waiting.append(earlier)
        return sorted(found, key=lambda version: version.number)


class Lineage(Struct, frozen=True):
    """`latest`: key -> its version in the last commit. `changed`: commit id -> the keys that it changed, sorted."""

    latest: Mapping[str, Version]
    changed: Mapping[str, list[str]]


def trace(commits: Sequence[LoggedCommit], key_of: KeyOf) -> Lineage:
    """The chains of all keys. `commits` come oldest first, each after its parents."""
    return _Trace(key_of).run(commits)


def follow(commits: Sequence[LoggedCommit], key_of: KeyOf) -> Iterator[tuple[str, Lineage, set[str]]]:
    """After each commit: its id, the chains as it leaves them, and the keys whose chains it touched.

    `commits` come oldest first. A lineage is good until the next one is asked for.
    """
    made = _Trace(key_of)
    for oid, state, touched in made.states(commits):
        made.changed[oid].sort()
        yield oid, Lineage(state, made.changed), touched


def changes(version: Version, read: Callable[[Version], object]) -> list[LoggedCommit]:
    """The commits that changed what `read` tells of a version, newest first.

    A merge that took one side's answer changed nothing, and what it left out on the other side is no part of this. Nor
    did who brought a first version of which `read` tells no more than of nothing.
    """
    nothing = read(Version(-1, None, (), ()))
    found: dict[str, LoggedCommit] = {}
    seen, waiting = {version}, [version]
    while waiting:
        at = waiting.pop()
        following = alike(at, read)
        if not following:
            following = at.before
            if at.commit is not None and (at.before or read(at) != nothing):
                found[at.commit.oid] = at.commit
        for earlier in following:
            if earlier not in seen:
                seen.add(earlier)
                waiting.append(earlier)
    return sorted(found.values(), key=lambda commit: (-commit.position, commit.oid))


def alike(version: Version, read: Callable[[Version], object]) -> tuple[Version, ...]:
    """The versions right before one of which `read` tells the same."""
    answer = read(version)
    return tuple(earlier for earlier in version.before if read(earlier) == answer)


class _Trace(Struct, eq=False):
    """The pass over the commits. A state maps each key to its version in one commit."""

    key_of: KeyOf
    numbers: Iterator[int] = field(default_factory=count)
    changed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def run(self, commits: Sequence[LoggedCommit]) -> Lineage:
        last = deque(self.states(commits), maxlen=1)
        return Lineage(last[0][1] if last else {}, {oid: sorted(keys) for oid, keys in self.changed.items()})

    def states(self, commits: Sequence[LoggedCommit]) -> Iterator[tuple[str, dict[str, Version], set[str]]]:
        """The state after each commit, and the keys that it touched; a state may be taken over by a later one."""
        states: dict[str, dict[str, Version]] = {}
        waiting = Counter(parent for commit in commits for parent in commit.parents)
        for commit in commits:
            parents = [states[parent] for parent in commit.parents]
            waiting.subtract(commit.parents)
            last = [states.pop(parent) for parent in dict.fromkeys(commit.parents) if not waiting[parent]]
            # A state that no other child waits for is taken over instead of copied.
            state = parents[0] if parents and len(parents) == len(last) == 1 else dict(parents[0]) if parents else {}
            touched = self.merge(commit, state, parents) if len(parents) > 1 else self.step(commit, state)
            states[commit.oid] = state
            yield commit.oid, state, touched

    def step(self, commit: LoggedCommit, state: dict[str, Version]) -> set[str]:
        moved = self.moved(state, commit.changes)
        for key, held in moved.items():
            earlier = state.get(key)
            if held != (earlier.held if earlier else ()):
                state[key] = self.version(key, commit, held, (earlier,) if earlier else ())
        return set(moved)

    def merge(self, commit: LoggedCommit, state: dict[str, Version], parents: list[dict[str, Version]]) -> set[str]:
        moved = self.moved(state, commit.changes)
        differing = (state.items() ^ other.items() for other in parents[1:])
        touched = {*moved, *(key for pairs in differing for key, _ in pairs)}
        for key in sorted(touched):
            sides = [parent[key] for parent in parents if key in parent]
            held = moved[key] if key in moved else state[key].held if key in state else ()
            same = tuple(dict.fromkeys(side for side in sides if side.held == held))
            if len(same) == 1:
                state[key] = same[0]
            elif same:
                state[key] = Version(next(self.numbers), None, held, same)
            elif sides or held:
                state[key] = self.version(key, commit, held, tuple(dict.fromkeys(sides)))
        return touched

    def version(self, key: str, commit: LoggedCommit, held: Held, before: tuple[Version, ...]) -> Version:
        self.changed[commit.oid].append(key)
        return Version(next(self.numbers), commit, held, before)

    def moved(self, state: Mapping[str, Version], changes: Iterable[Change]) -> dict[str, Held]:
        """Where the keys that a difference touches stand after it."""
        places: dict[str, dict[str, str]] = {}

        def place(key: str) -> dict[str, str]:
            return places.setdefault(key, dict(state[key].held) if key in state else {})

        for path, before, after in changes:
            if before is not None and (key := self.key_of(path, before)) is not None:
                place(key).pop(path, None)
            if after is not None and (key := self.key_of(path, after)) is not None:
                place(key)[path] = after
        return {key: tuple(sorted(held.items())) for key, held in places.items()}
