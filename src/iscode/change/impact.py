"""Rules as somebody writes them, and the commits that led there -> what they would have said of each, and say now.

Each commit is judged from its blobs on the day that its committer claims, by the policy of the work tree with these
rules alone; a rule that compares holds it against its first parent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from iscode.errors import ConfigError, PolicyError, RuleError, SchemaError
from iscode.evaluation import Base, Evaluation, Result, evaluate
from iscode.evaluation.result import Outcome
from iscode.evaluation.verdict import Counts, count
from iscode.facts import Chronicle, History
from iscode.inventory import Inventory, Memo, Record
from iscode.policy import BoundRule, Policy, root
from iscode.policy.revised import Revision
from iscode.schema import fields
from iscode.source import Snapshot
from iscode.source.history import Ancestor, RepositoryHistory
from iscode.source.repository import Repository
from iscode.source.trail import Trail, open_trail


class Tried(NamedTuple):
    """A rule on trial as the profile would bind it; `selected`: as it does. `before`: as the last commit wrote it."""

    bound: BoundRule
    revision: Revision
    selected: bool
    before: BoundRule | None


class Desk(NamedTuple):
    """What the rules say something of now, as `evaluate` takes it.

    `tops` are the kinds whose records others hang on, e.g. those of systems: a report counts for each of them.
    `committed` is the policy of the last commit, which binds what each `before` of a rule on trial is; None: unknown.
    """

    snapshot: Snapshot
    root: str
    policy: Policy
    as_of: str
    base: Base | None
    history: History
    tops: frozenset[str] = frozenset()
    committed: Policy | None = None


class Said(NamedTuple):
    """What the rules say of one snapshot. `reason`: why they say nothing; then nothing else is there.

    `lacking` are the rules that wanted a base or a history for some subject. `owners`: subject -> who answers for it;
    `tops`: subject -> the records of the desk's top kinds that it is, refers to or is referred to by.
    """

    reason: str
    results: tuple[Result, ...] = ()
    lacking: frozenset[str] = frozenset()
    owners: Mapping[str, str] = {}
    tops: Mapping[str, tuple[str, ...]] = {}

    def counts(self, rule: str) -> Counts:
        """How many results of a rule have each outcome."""
        return count(result for result in self.results if result.rule == rule)


class Step(NamedTuple):
    """A commit, the day on which it was judged, and what the rules say of it."""

    commit: Ancestor
    as_of: str
    said: Said


class Row(NamedTuple):
    """Somebody whom a rule fails: now, or at some of the commits. `now` is None where it does not fail any more.

    `owner` answers for it, `tops` are what it hangs on, each as it was last known.
    `outcome` is what the rule says now; None where it is not asked about that any more, which is no pass.
    `before`: whether the rule failed it as it was at the last commit; None where there was no such rule.
    """

    subject: str
    item: str | None
    owner: str | None
    tops: tuple[str, ...]
    now: Result | None
    outcome: Outcome | None
    steps: tuple[Step, ...]
    before: bool | None


@dataclass(frozen=True)
class Impact:
    """What rules on trial say, commit by commit, oldest first, and of the work tree.

    `before`: what the rules as the last commit wrote them say of the work tree; a `reason` where nobody knows.
    """

    desk: Desk
    tried: tuple[Tried, ...]
    steps: tuple[Step, ...]
    now: Said
    before: Said

    @cached_property
    def unjudged(self) -> tuple[Step, ...]:
        """The commits of which nothing is said."""
        return tuple(step for step in self.steps if step.said.reason)

    def judged(self, rule: str) -> int:
        """At how many commits a rule could be asked about all that it judges."""
        return sum(not step.said.reason and rule not in step.said.lacking for step in self.steps)

    def failed(self, rule: str) -> int:
        """At how many commits a rule failed somebody, or erred."""
        return sum(any(one.rule == rule and one.adverse for one in step.said.results) for step in self.steps)

    def met(self, rule: str) -> bool:
        """Whether the rule passed or failed anybody at all."""
        said = [self.now, *(step.said for step in self.steps)]
        return any(one.rule == rule and one.outcome != "not_applicable" for each in said for one in each.results)

    def rows(self, tried: Tried) -> list[Row]:
        """Whom a rule fails: first those of now, then those of earlier commits, by owner and subject."""
        rule = tried.bound.id
        now, before = _adverse(self.now, rule), _adverse(self.before, rule)
        found = dict[str, tuple[Result, Said]]()
        held: dict[str, list[Step]] = {}
        for step in self.steps:
            for name, result in _adverse(step.said, rule).items():
                held.setdefault(name, []).append(step)
                found[name] = result, step.said
        for said, adverse in ((self.before, before), (self.now, now)):
            found |= {name: (one, said) for name, one in adverse.items()}
        was = None if tried.before is None or self.before.reason else before
        today = {one.fingerprint: one.outcome for one in self.now.results if one.rule == rule}
        spared = {one.subject for one in self.now.results if one.rule == rule and one.outcome == "not_applicable"}
        rows = [
            Row(
                subject=one.subject,
                item=one.item,
                owner=said.owners.get(one.subject),
                tops=said.tops.get(one.subject, ()),
                now=now.get(name),
                outcome=today.get(name, "not_applicable" if one.subject in spared else None),
                steps=tuple(held.get(name, ())),
                before=None if was is None else name in was,
            )
            for name, (one, said) in found.items()
        ]
        return sorted(rows, key=lambda row: (row.now is None, row.owner or "", row.subject, row.item or ""))


def owners(rows: Iterable[Row]) -> list[tuple[str | None, Counter[str]]]:
    """Who answers for those whom a rule fails, with how many: `fail`, `error` and `blocking` now, `earlier` before."""
    return _counted((row.owner, row) for row in rows)


def tops(rows: Iterable[Row]) -> list[tuple[str | None, Counter[str]]]:
    """What those whom a rule fails hang on, with how many, as of owners; who hangs on two counts for both."""
    return _counted((name, row) for row in rows for name in row.tops or (None,))


def _counted(rows: Iterable[tuple[str | None, Row]]) -> list[tuple[str | None, Counter[str]]]:
    counted: dict[str | None, Counter[str]] = {}
    for name, row in rows:
        mine = counted.setdefault(name, Counter())
        if row.now is None:
            mine["earlier"] += 1
        else:
            mine[row.now.outcome] += 1
            mine["blocking"] += row.now.blocking
    return sorted(counted.items(), key=lambda item: item[0] or "")


def impact(
    repository: Repository, desk: Desk, tried: Sequence[Tried], line: Sequence[Ancestor], left_out: int
) -> Impact:
    """What rules say of the work tree, and of each commit of a line of first parents but its first `left_out`.

    Raises what judging the work tree may raise; a commit that cannot be judged says why, and nothing else.
    """
    policy = replace(desk.policy, bound=tuple(one.bound for one in tried))
    now = _now(desk, policy)
    with open_trail(repository) as trail:
        steps = tuple(_steps(repository, trail, desk, policy, line, left_out))
    return Impact(desk, tuple(tried), steps, now, _before(desk, tried))


def _now(desk: Desk, policy: Policy) -> Said:
    base = None if desk.base is None else replace(desk.base, tip=None)  # else all that stands there already is known
    done = evaluate(desk.snapshot, desk.root, policy, desk.as_of, base=base, history=desk.history)
    return _said(done, desk.tops)


def _before(desk: Desk, tried: Iterable[Tried]) -> Said:
    """What the rules as the last commit has them say of what its profile covers of the work tree."""
    old = tuple(one.before for one in tried if one.before is not None)
    if not old or desk.committed is None:
        return Said("none of these rules was there before")
    policy = replace(desk.committed, bound=old, config=desk.policy.config)
    try:
        return _now(desk, policy)
    except (ConfigError, PolicyError, RuleError, SchemaError) as error:
        return Said(str(error))


def _steps(
    repository: Repository, trail: Trail, desk: Desk, policy: Policy, line: Sequence[Ancestor], left_out: int
) -> Iterator[Step]:
    chronicle, memo, day = Chronicle(RepositoryHistory(repository, line[-1].oid)), None, ""
    for index, commit in enumerate(line):
        day = max(day, min(commit.day, desk.as_of))
        if index < left_out:
            continue
        snapshot = trail.commit(commit.oid)
        try:
            root.find(snapshot, desk.root, search=False, binding=False)
            base = _parent(trail, line, index) if policy.compares else None
            done = evaluate(snapshot, desk.root, policy, day, base=base, history=chronicle, memo=memo)
        except (ConfigError, PolicyError, RuleError, SchemaError) as error:
            yield Step(commit, day, Said(str(error)))
            continue
        memo = _kept(done)
        yield Step(commit, day, _said(done, desk.tops))


def _parent(trail: Trail, line: Sequence[Ancestor], index: int) -> Base | None:
    """What a commit is held against: the one before it."""
    if index == 0:
        return None
    parent = line[index - 1]
    return Base(trail.commit(parent.oid), parent.oid, parent.day)


def _kept(done: Evaluation) -> Memo:
    return done.ground.memo


def _said(done: Evaluation, kinds: frozenset[str]) -> Said:
    rules = {bound.id for bound in done.policy.bound}
    results = tuple(result for result in done.results if result.rule in rules)
    inventory = done.ground.world.inventory
    found = (inventory.find(name) for name in {one.subject for one in results if one.adverse})
    records = [record for record in found if record is not None]
    named = {record.reference: record.value.get("owner") for record in records}
    held = {subject: owner for subject, owner in named.items() if isinstance(owner, str)}
    return Said("", results, frozenset(done.not_judged) & rules, held, _tops(records, inventory, kinds))


def _tops(records: Sequence[Record], inventory: Inventory, kinds: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The records of some kinds that each of the records is, refers to or is referred to by."""
    back: defaultdict[str, set[str]] = defaultdict(set)
    for kind in kinds if records else ():  # each top is read once, however many records fail
        for top in inventory.active(kind):
            for name in _referred(top):
                back[name].add(top.reference)
    return {
        record.reference: (record.reference,)
        if record.kind.name in kinds
        else tuple(sorted({*back.get(record.reference, ()), *_above(record, inventory, kinds)}))
        for record in records
    }


def _above(record: Record, inventory: Inventory, kinds: frozenset[str]) -> Iterator[str]:
    """The records of some kinds that a record refers to."""
    return (name for name in _referred(record) if name.partition(":")[0] in kinds and inventory.find(name))


def _referred(record: Record) -> set[str]:
    """What a record refers to."""
    values = (value for path, _ in record.kind.references for _, value in fields.values(record.value, path))
    return {value for value in values if isinstance(value, str)}


def _adverse(said: Said, rule: str) -> dict[str, Result]:
    """The results of a rule that fail or err, by fingerprint."""
    return {one.fingerprint: one for one in said.results if one.rule == rule and one.adverse}
