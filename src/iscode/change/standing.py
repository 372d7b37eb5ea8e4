"""A ground, then others that differ in a few records or in the day -> the results of each, only what moved judged anew.

What a rule says of a subject is kept with all that it read and with the day on which a comparison with the calendar
turns. It stays true until one of these changes; so a day or a commit costs what it changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from msgspec import structs

from iscode.change.moving_on import Moved
from iscode.change.watching import FILE, REFERRERS, Key, Notes, holds_moving, watch_lets, watched
from iscode.evaluation.ground import Ground
from iscode.evaluation.judge import Judge
from iscode.evaluation.result import UNJUDGED, Cause, Result, told_apart, worded
from iscode.evaluation.subjects import Subject, subjects
from iscode.inventory import Inventory
from iscode.policy import BoundRule
from iscode.schema import fields

Pair = tuple[str, str]
"""A rule and the name of whom it judges."""


class Held(NamedTuple):
    """What a rule says of a subject: good before the day `until` (its ordinal), while nothing of `reads` changes."""

    results: tuple[Result, ...]
    until: int
    reads: frozenset[Key]


class Standing:
    """The results of the rules that bind, over a ground that moves on. It begins with the judgement of all."""

    def __init__(self, ground: Ground, rules: tuple[BoundRule, ...] | None = None) -> None:
        """Judge all whom `rules` judge; by default these are all that bind."""
        self._rules = ground.policy.bound if rules is None else rules
        self.outcomes: Counter[str] = Counter()
        """How many results have each outcome."""
        self.passing: Counter[str] = Counter()
        """Rule -> how many of its results pass."""
        self.paths: dict[str, set[fields.Path]] = defaultdict(set)
        """Kind -> the paths at which somebody looked for those that refer to something."""
        self._held: dict[Pair, Held] = {}
        self._adverse: dict[Pair, tuple[Result, ...]] = {}
        self._unjudged: Counter[str] = Counter()
        self._readers: dict[Key, set[Pair]] = defaultdict(set)
        self._days: dict[int, set[Pair]] = defaultdict(set)
        self._subjects = {bound.id: _named(bound, ground) for bound in self._rules}
        self._idle = self._silent(ground)
        self._judge(ground, {rule: set(named) for rule, named in self._subjects.items()})

    @property
    def adverse(self) -> Iterator[Result]:
        """Every result that fails or errs, told apart and worded as in a report, in no order."""
        return (result for results in self._adverse.values() for result in results)

    @property
    def unjudged(self) -> set[str]:
        """The rules that lacked a base or a history for some subject."""
        return {rule for rule, count in self._unjudged.items() if count}

    @property
    def files(self) -> set[str]:
        """The files that some rule asked about, by path from the top, whether they are there or not."""
        return {key[1] for key, readers in self._readers.items() if key[0] == FILE and readers}

    def passes(self, rule: str, name: str) -> int:
        """How many results of a rule pass about a subject."""
        held = self._held.get((rule, name))
        return 0 if held is None else sum(result.outcome == "pass" for result in held.results)

    def on(self, ground: Ground) -> bool:
        """Move on to a later day, of the same records. Returns whether anything was judged anew."""
        return self._judge(ground, self._lapsed(ground))

    def to(self, ground: Ground, moved: Moved) -> None:
        """Move on to another commit, on the same day or later."""
        stale = self._lapsed(ground)
        for rule, name in {pair for key in moved.keys for pair in self._readers.get(key, ())}:
            stale[rule].add(name)
        alone = replace(ground, world=structs.replace(ground.world, inventory=_alone(ground, moved), standing={}))
        kinds = {record.kind.name for record in moved.records}
        for bound in self._rules:
            if kinds.isdisjoint(bound.subjects):
                continue
            removed = bound.file.rule.compare == "removed"
            found, held = _named(bound, ground if removed else alone), self._subjects[bound.id]
            for name in moved.references:
                if name in found:
                    held[name] = found[name]
                    stale[bound.id].add(name)
                elif held.pop(name, None) is not None:
                    stale[bound.id].discard(name)
                    self._forget((bound.id, name))
        self._judge(ground, stale)

    def _lapsed(self, ground: Ground) -> dict[str, set[str]]:
        """Whom the day has judged anew, by rule."""
        today, stale = _ordinal(ground), defaultdict[str, set[str]](set)
        for day in [day for day in self._days if day <= today]:
            for rule, name in self._days.pop(day):
                held = self._held.get((rule, name))
                if held is not None and held.until <= today:
                    stale[rule].add(name)
        before, self._idle = self._idle, self._silent(ground)
        for rule in (rule for rule, cause in self._idle.items() if cause != before[rule]):
            stale[rule] = set(self._subjects[rule])
        return stale

    def _judge(self, ground: Ground, stale: Mapping[str, Collection[str]]) -> bool:
        """Judge what is named, by rule; what was held of it is forgotten. Returns whether there was anything."""
        notes = Notes()
        context = watched(ground, notes)
        for bound in self._rules:
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
                self._forget((bound.id, name))
                self._hold(ground, (bound.id, name), listed, noted)
        return any(stale.values())

    def _silent(self, ground: Ground) -> dict[str, Cause | None]:
        """Why each rule is asked about nobody, if it is not."""
        return {bound.id: ground.idle(bound) for bound in self._rules}

    def _hold(self, ground: Ground, pair: Pair, listed: Iterable[Result], noted: Notes) -> None:
        results = tuple(told_apart(worded(result, ground.policy.config.message) for result in listed))
        if any(holds_moving(each.basis) for result in results if result.adverse for each in result.whole):
            noted.turns(1)
        for key in noted.reads:
            self._readers[key].add(pair)
            if key[0] == REFERRERS:
                self.paths[key[1]].add(key[2])
        until = _ordinal(ground) + noted.until
        self._days[until].add(pair)
        self._held[pair] = Held(results, until, frozenset(noted.reads))
        self._count(pair[0], results, 1)
        if adverse := tuple(result for result in results if result.adverse):
            self._adverse[pair] = adverse

    def _forget(self, pair: Pair) -> None:
        held = self._held.pop(pair, None)
        if held is None:
            return
        for key in held.reads:
            self._readers[key].discard(pair)
        self._count(pair[0], held.results, -1)
        self._adverse.pop(pair, None)

    def _count(self, rule: str, results: Iterable[Result], by: int) -> None:
        for result in results:
            self.outcomes[result.outcome] += by
            if result.outcome == "pass":
                self.passing[rule] += by
            elif result.cause in UNJUDGED:
                self._unjudged[rule] += by


def _named(bound: BoundRule, ground: Ground) -> dict[str, list[Subject]]:
    """Whom a rule judges, by name: two files may claim one."""
    named: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects(bound, ground.world):
        named[subject.name].append(subject)
    return dict(named)


def _alone(ground: Ground, moved: Moved) -> Inventory:
    """The records of a ground that are called as one that moved."""
    inventory = ground.world.inventory
    kinds = {record.kind.name for record in moved.records}
    found = (one for kind in kinds for one in inventory.of_kind(kind) if one.reference in moved.references)
    return Inventory(inventory.kinds, found, (), ())


def _ordinal(ground: Ground) -> int:
    return date.fromisoformat(ground.as_of).toordinal()
