"""The results of rules, and what built-in rules and waivers say on a day -> what fails on it, as a report has it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from iscode.change.moving_on import Moved
from iscode.change.standing import Standing
from iscode.change.verdicts import Standing as Stands
from iscode.evaluation import Result, builtin, known, waivers
from iscode.evaluation.ground import Ground
from iscode.evaluation.result import told_apart, worded
from iscode.evaluation.waivers import Waiver
from iscode.inventory import Record, problems
from iscode.policy.baseline import Baseline
from iscode.rule.subject import REQUIREMENT
from iscode.schema import fields


def settled(
    ground: Ground,
    standing: Standing,
    below: Below,
    agreed: Baseline,
    tip: Callable[[], Ground | None] = lambda: None,
    memory: known.Memory | None = None,
) -> list[Result]:
    """What fails or errs, in report order, with what is waived and what the baseline `agreed` on or a `tip` names."""
    ordered = sorted((*below.adverse, *standing.adverse), key=lambda result: result.order)
    disposed, _ = (ordered, ()) if ground.policy.ignore_waivers else waivers.applied(ordered, below.waivers)
    return sorted(known.told(disposed, ground, tip, agreed, memory), key=lambda result: result.order)


def stands(ground: Ground, standing: Standing, failing: Iterable[Result]) -> dict[str, Stands]:
    """How each requirement of the selected standards stands, as findings tell it."""
    by_rule: dict[str, list[Result]] = defaultdict(list)
    for result in failing:
        by_rule[result.rule].append(result)
    adverse: dict[str, list[Result]] = defaultdict(list)
    passing: Counter[str] = Counter()
    for bound in ground.policy.bound:
        alone, counts = bound.file.rule.subject == REQUIREMENT, standing.passing[bound.id]
        for name in bound.requirements:
            adverse[name] += [one for one in by_rule.get(bound.id, ()) if not alone or one.subject == name]
            passing[name] += standing.passes(bound.id, name) if alone else counts
    excluded = ground.world.applicability.excluded
    return {name: _state(adverse[name], passing[name], excluded=excluded(name)) for name in ground.policy.selected}


def _state(adverse: Sequence[Result], passing: int, *, excluded: bool) -> Stands:
    if adverse:
        waived = all(result.waiver is not None for result in adverse)
        return Stands(
            "not_satisfied", tuple(sorted({one.waiver.record for one in adverse if one.waiver})) if waived else ()
        )
    return Stands("satisfied" if passing else "not_applicable" if excluded else "not_assessed")


class Below:
    """What the built-in rules say of the records of a ground that moves on, and of its waivers on its day."""

    def __init__(self, ground: Ground) -> None:
        self._referring: dict[str, set[Record]] | None = None
        """Reference -> the records that hold it, once somebody asked."""
        self._look(ground, frozenset(ground.world.inventory.all), identities=True)
        self._waivers = waivers.read(ground)
        self._policy = _of_waivers(ground, self._waivers)

    @property
    def adverse(self) -> list[Result]:
        """What fails of it."""
        return [result for result in (*self._written, *self._policy) if result.adverse]

    @property
    def outcomes(self) -> Counter[str]:
        """How many results have each outcome."""
        counts = Counter[str](result.outcome for result in (*self._written, *self._policy))
        counts["pass"] += self._sound
        return counts

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """The waivers as they stand on the day."""
        return self._waivers

    def on(self, ground: Ground) -> bool:
        """Move on to another day, of the same records. Returns whether a waiver stands otherwise on it."""
        before, self._waivers = self._waivers, waivers.read(ground)
        if _told(before) == _told(self._waivers):
            return False
        self._policy = _of_waivers(ground, self._waivers)
        return True

    def to(self, ground: Ground, moved: Moved) -> None:
        """Move on to another commit."""
        self._waivers = waivers.read(ground)
        self._policy = _of_waivers(ground, self._waivers)
        held, names = self._held(ground, moved), moved.references
        looked = self._faulty | moved.records | {record for name in names for record in held.get(name, ())}
        files = Counter((record.reference, record.document.path) for record in moved.records)
        self._look(ground, looked, identities=self._claimed or any(count != 2 for count in files.values()))

    def _look(self, ground: Ground, looked: Collection[Record], *, identities: bool) -> None:
        """Look at the references of some records, of which the rest has nothing wrong, and at all ids if asked."""
        inventory, longest = ground.world.inventory, ground.policy.config.message
        dangling = list(problems.references(inventory, ground.policy.catalogs, looked))
        blamed = {problem.document for problem in dangling}
        self._faulty = frozenset(record for record in looked if record.document in blamed)
        claimed = list(problems.identities(inventory)) if identities else []
        self._claimed = bool(claimed)
        found = [*inventory.problems, *dangling, *claimed]
        self._written = list(told_apart(worded(builtin.failure(problem), longest) for problem in found))
        self._sound = sum(1 for _ in builtin.passing(inventory, found)) if found else _all(ground)

    def _held(self, ground: Ground, moved: Moved) -> dict[str, set[Record]]:
        """Who refers to whom, in the inventory as it is now."""
        records = ground.world.inventory.all
        if self._referring is None:
            self._referring = defaultdict(set)
            for record in records:
                for name in _names(record):
                    self._referring[name].add(record)
            return self._referring
        now = frozenset(records)
        for record in moved.records:
            for name in _names(record):
                (self._referring[name].add if record in now else self._referring[name].discard)(record)
        return self._referring


def _all(ground: Ground) -> int:
    """How many results the built-in rules have where nothing is wrong: one each a record, but for that on policy."""
    return len(ground.world.inventory.all) * (len(builtin.RULES) - 1)


def _of_waivers(ground: Ground, read: Iterable[Waiver]) -> list[Result]:
    longest = ground.policy.config.message
    return list(told_apart(worded(result, longest) for result in waivers.results(read)))


def _told(read: Iterable[Waiver]) -> list[tuple[str, str, tuple[object, ...]]]:
    """What of waivers the day decides."""
    return [(waiver.record.reference, waiver.state, waiver.flaws) for waiver in read]


def _names(record: Record) -> Iterator[str]:
    """The references that a record holds."""
    for path, _ in record.kind.references:
        yield from (target for _, target in fields.values(record.value, path) if isinstance(target, str))
