"""Snapshot, policy and day -> what rules are asked about: records, the base, requirements and facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from iscode.errors import ConfigError, Place, PolicyError
from iscode.evaluation.applicability import Applicability
from iscode.evaluation.applicability import rows as requirement_rows
from iscode.evaluation.result import Cause
from iscode.evaluation.selection import Selected, select
from iscode.evaluation.subjects import Past, World
from iscode.expr.time import timestamp_of_day
from iscode.facts import Facts, History
from iscode.inventory import Inventory, Memo, Record
from iscode.policy import CONFIG_NAME, BoundRule, Policy, Scope
from iscode.policy.baseline import Baseline
from iscode.rule import Context
from iscode.rule.subject import REQUIREMENT
from iscode.source import Snapshot, patterns


@dataclass(frozen=True)
class Base:
    """What a head is held against.

    Records are compared with those of `snapshot`, of the commit `sha` of the day `day` (`YYYY-MM-DD`, the
    committer's). What fails in `tip` as well is known; None: nothing is. `history` leads to the tip.
    """

    snapshot: Snapshot
    sha: str
    day: str
    tip: Snapshot | None = None
    history: History | None = None
    baseline: Baseline | None = None
    """The entries that the base's baseline has, where the base judges: only what both name counts. None: the head's."""


@dataclass(frozen=True, eq=False)
class Ground:
    """All that a verdict of one root rests on. `facts` is None where nothing is known but the records."""

    policy: Policy
    root: str
    as_of: str
    selected: Selected
    world: World
    facts: Facts | None
    memo: Memo
    """What was read: for another snapshot under the same policy."""

    @property
    def place(self) -> Place:
        """Where a result stands that has no place of its own."""
        return Place(f"{self.root}/{CONFIG_NAME}" if self.root else CONFIG_NAME)

    def context(self) -> Context:
        """What expressions may ask, with nothing spent yet."""
        past = self.world.past
        base = None if past is None else {"sha": past.sha, "day": timestamp_of_day(past.day)}
        day = timestamp_of_day(self.as_of)
        return Context(self.world.inventory, day, self.facts, self.world.requirements, base, self.policy.config.steps)

    def idle(self, bound: BoundRule) -> Cause | None:
        """Why a rule is asked about nobody, if it is not; one about requirements always is."""
        if bound.file.rule.subject == REQUIREMENT:
            return None
        return self.world.applicability.silences(bound.requirements, self.policy.catalogs, self.as_of)

    def with_inventory(self, inventory: Inventory) -> Ground:
        """The same ground with other records, of which no history knows anything."""
        return replace(self, world=_world(inventory, self.root, self.policy, self.world.past, None), facts=None)


def prepare(
    snapshot: Snapshot,
    root: str,
    policy: Policy,
    as_of: str,
    base: Base | None,
    history: History | None,
    memo: Memo | None = None,
) -> Ground:
    """Read the records below `root`, and those of the base; arguments and errors are those of `evaluate`.

    `memo` is that of another ground under the same policy.
    """
    memo = memo or Memo(policy.kinds, policy.config.document_limits())
    selected = select(snapshot, root, policy.config)
    inventory = memo.take(snapshot, selected.entries)
    wanted = _of_root(root, policy, selected)
    facts = Facts(snapshot, root, inventory, history, wanted, policy.config.artifact_bytes)
    past = _past(base, root, policy, memo) if base is not None and policy.compares else None
    world = _world(inventory, root, policy, past, facts)
    return Ground(policy, root, as_of, selected, world, facts, memo)


def _past(base: Base, root: str, policy: Policy, memo: Memo) -> Past:
    try:
        selected = select(base.snapshot, root, policy.config)
    except ConfigError:  # the base holds no record of this root: each of the head's is new
        return Past(Inventory(policy.kinds, (), (), ()), base.sha, base.day)
    return Past(memo.take(base.snapshot, selected.entries), base.sha, base.day)


def _world(inventory: Inventory, root: str, policy: Policy, past: Past | None, facts: Facts | None) -> World:
    applicability = Applicability(inventory)
    rows = requirement_rows(policy.catalogs, applicability)
    outside = frozenset(_outside([inventory, *([past.inventory] if past else [])], root, policy))
    if inventory.all and outside.issuperset(inventory.all):
        decides = policy.profile.last("scope") or policy.profile.layers[-1]
        hint = "widen `scope`, or name another profile"
        place = decides.document.place(("scope",))
        raise PolicyError("no record is in the scope of the profile, so none would be judged", place=place, hint=hint)
    return World(inventory, past, applicability, rows, facts, outside)


def _outside(inventories: Iterable[Inventory], root: str, policy: Policy) -> Iterator[Record]:
    """The records that the scope of the profile leaves out. The tags of an invalid record cannot be trusted."""
    scope, prefix = policy.profile.profile.scope, f"{root}/" if root else ""
    for inventory in inventories if scope != Scope() else ():
        for record in inventory.all:
            tags = record.value.get("tags", ()) if record.valid else None
            if not scope.covers(record.document.path.removeprefix(prefix), tags):
                yield record


def _of_root(root: str, policy: Policy, selected: Selected) -> Callable[[str], bool]:
    """Whether a file of any commit, by its path from the top, may be a record of this root."""
    prefix = f"{root}/" if root else ""
    wanted = patterns.compile(policy.config.records)
    return lambda path: (
        path.startswith(prefix) and not path.startswith(selected.cut) and wanted(path.removeprefix(prefix))
    )
