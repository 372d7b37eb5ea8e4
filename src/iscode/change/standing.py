"""A ground, then others that differ in a few records or in the day -> the results of each, judged anew where they may
have changed.

What a rule says of a subject is kept with all that it read and with the day on which a comparison with the calendar
turns. It stays true until one of these changes; so a day or a commit costs what it changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from iscode.change.watching import Key, Notes, holds_moving, watch_lets, watched
from iscode.evaluation.ground import Ground
from iscode.evaluation.judge import Judge
from iscode.evaluation.result import Cause, Result, told_apart, worded
from iscode.evaluation.subjects import Subject, subjects
from iscode.policy import BoundRule

Pair = tuple[str, str]
"""A rule and the name of whom it judges."""


class Held(NamedTuple):
    """What a rule says of a subject: good before the day `until` (its ordinal), while nothing of `reads` changes."""

    results: tuple[Result, ...]
    until: int
    reads: frozenset[Key]


class Standing:
    """The results of the rules that bind, over a ground that moves on. It begins with the judgement of all."""

    def __init__(self, ground: Ground) -> None:
        self.held: dict[Pair, Held] = {}
        self._subjects: dict[str, dict[str, list[Subject]]] = {}
        self._readers: dict[Key, set[Pair]] = defaultdict(set)
        self._idle: dict[str, Cause | None] = {}
        self._days: dict[int, set[Pair]] = defaultdict(set)
        self._begin(ground)

    @property
    def results(self) -> Iterator[Result]:
        """Every result, told apart and worded as in a report, in no order."""
        return (result for held in self.held.values() for result in held.results)

    def _begin(self, ground: Ground) -> None:
        policy = ground.policy
        for bound in policy.bound:
            named: dict[str, list[Subject]] = defaultdict(list)
            for subject in subjects(bound, ground.world):
                named[subject.name].append(subject)
            self._subjects[bound.id] = dict(named)
        self._idle = _idle(ground)
        self._judge(ground, {rule: set(named) for rule, named in self._subjects.items()})

    def on(self, ground: Ground) -> frozenset[Pair]:
        """Move on to a later day, of the same records. Returns whose results were judged anew."""
        today = _ordinal(ground)
        stale: dict[str, set[str]] = defaultdict(set)
        for day in [day for day in self._days if day <= today]:
            for rule, name in self._days.pop(day):
                if self.held[rule, name].until <= today:
                    stale[rule].add(name)
        idle = _idle(ground)
        for rule in (rule for rule, cause in idle.items() if cause != self._idle[rule]):
            stale[rule] = set(self._subjects[rule])
        self._idle = idle
        return self._judge(ground, stale)

    def _judge(self, ground: Ground, stale: Mapping[str, Collection[str]]) -> frozenset[Pair]:
        """Judge what is named, by rule; what was held of it is forgotten."""
        notes = Notes()
        context = watched(ground, notes)
        for bound in ground.policy.bound:
            names = stale.get(bound.id, ())
            if not names:
                continue
            with notes.apart() as of_rule:
                judge = Judge(bound, ground.policy, context, ground.place, self._idle[bound.id])
            watch_lets(judge.frames, notes)
            for name in names:
                with notes.apart() as noted:
                    listed = [result for one in self._subjects[bound.id][name] for result in judge.results(one)]
                noted.add(of_rule)
                self._hold(ground, bound, name, listed, noted)
        return frozenset((rule, name) for rule, names in stale.items() for name in names)

    def _hold(self, ground: Ground, bound: BoundRule, name: str, listed: Iterable[Result], noted: Notes) -> None:
        results = tuple(told_apart(worded(result, ground.policy.config.message) for result in listed))
        if any(holds_moving(each.basis) for result in results for each in result.whole):
            noted.turns(1)
        pair, until = (bound.id, name), _ordinal(ground) + noted.until
        for key in self.held[pair].reads if pair in self.held else ():
            self._readers[key].discard(pair)
        for key in noted.reads:
            self._readers[key].add(pair)
        self._days[until].add(pair)
        self.held[pair] = Held(results, until, frozenset(noted.reads))


def _ordinal(ground: Ground) -> int:
    return date.fromisoformat(ground.as_of).toordinal()


def _idle(ground: Ground) -> dict[str, Cause | None]:
    """Why each rule is asked about nobody, if it is not."""
    return {bound.id: ground.idle(bound) for bound in ground.policy.bound}
