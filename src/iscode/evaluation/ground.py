"""Snapshot, policy and day -> what rules are asked about: records, the base, requirements and facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from iscode.errors import Place, PolicyError
from iscode.evaluation.applicability import Applicability
from iscode.evaluation.applicability import rows as requirement_rows
from iscode.evaluation.approving import approvals, files
from iscode.evaluation.consent import Consents
from iscode.evaluation.renewals import Terms
from iscode.evaluation.result import Cause
from iscode.evaluation.selection import Selected, select
from iscode.evaluation.subjects import Past, World
from iscode.expr.time import timestamp_of_day
from iscode.facts import Facts, History, Traces
from iscode.facts.attestation import Approvals, payloads
from iscode.inventory import Inventory, Memo, Record
from iscode.policy import CONFIG_NAME, BoundRule, Policy, Scope
from iscode.policy.baseline import Baseline
from iscode.policy.changes import Change
from iscode.policy.root import folders
from iscode.rule import Context
from iscode.rule.subject import REQUIREMENT
from iscode.source import Snapshot, patterns


@dataclass(frozen=True)
class Base:
    """What a head is held against.

    Records are compared with those of `snapshot`, of the commit `sha` of the day `day` (`YYYY-MM-DD`, the
    committer's). What fails in `tip` as well is known; None: nothing is. `history` leads to the tip. `judges`: what
    softens a verdict counts only where the tip has it too. `adopted`: the tip has no such root, the head's was taken.
    """

    snapshot: Snapshot
    sha: str
    day: str
    tip: Snapshot | None = None
    history: History | None = None
    baseline: Baseline | None = None
    """The entries that the base's baseline has, where the base judges: only what both name counts. None: the head's."""
    judges: bool = False
    adopted: bool = False
    changes: tuple[Change, ...] = ()
    """What differs between the policies of tip and head."""
    left: tuple[str, ...] = ()
    """The commits that tip and head have in common last; none: `sha` alone. Commits are judged since then."""

    @property
    def named(self) -> bool:
        """Whether it was asked for: a work tree and an index are held against their commit by themselves."""
        return self.judges or self.adopted


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
    tip: Ground | None = None
    """The records of the base's tip, where what softens must be among them too."""
    consents: Consents | None = None
    """Who approved what softens, where there is such a tip."""
    approvals: Approvals | None = None
    """The signed approvals among the files."""
    terms: dict[tuple[Inventory, frozenset[str]], Terms] = field(default_factory=dict, repr=False)
    """What waivers of some kinds ever said, once somebody asked; beside some records it is the same on every day."""

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

    def on(self, day: str) -> Ground:
        """The same records as of another day."""
        signed = None if self.approvals is None else self.approvals.on(day)
        facts = None if self.facts is None else self.facts.on(signed)
        return replace(self, as_of=day, facts=facts, approvals=signed)

    def with_inventory(self, inventory: Inventory) -> Ground:
        """The same ground with other records, of which no history knows anything."""
        world = _world(inventory, self.root, self.policy, self.world.past, None, self.tip)
        return replace(self, world=world, facts=None)


def prepare(
    snapshot: Snapshot,
    root: str,
    policy: Policy,
    as_of: str,
    base: Base | None,
    history: History | None,
    memo: Memo | None = None,
    kin: Ground | None = None,
) -> Ground:
    """Read the records below `root`, and those of the base; arguments and errors are those of `evaluate`.

    `memo` is that of another ground under the same policy; `kin` is one that has the base and the signed approvals in
    common with this one as well.
    """
    limits = policy.config.document_limits()
    memo = Memo(policy.kinds, limits) if memo is None else memo.fitting(policy.kinds, limits)
    selected = select(snapshot, root, *policy.configs, nested=policy.nested)
    inventory = memo.take(snapshot, selected.entries)
    wanted = _of_root(root, policy, selected)
    before = memo.fitting(policy.kinds, policy.of_base.config.document_limits())
    signed = kin.approvals if kin else approvals(snapshot, root, policy, as_of, base, before, history)
    traces = Traces(snapshot, root, [part.signatures for part in policy.parts], selected.entries, selected.cut)
    ours, largest = _once_of_root(snapshot, root, policy), policy.config.artifact_bytes
    facts = Facts(snapshot, root, inventory, history, wanted, largest, signed, traces, ours)
    past = kin.world.past if kin else _past(base, root, policy.of_base, before) if base and policy.compares else None
    tip = (
        _tip(base.tip, base.history, root, policy.of_base, as_of, before, wanted)
        if base and base.tip and base.judges
        else None
    )
    world = _world(inventory, root, policy, past, facts, tip)
    found = Ground(policy, root, as_of, selected, world, facts, memo, tip, approvals=signed)
    return found if tip is None or base is None else replace(found, consents=_consents(found, snapshot, base, facts))


def _consents(ground: Ground, head: Snapshot, base: Base, facts: Facts) -> Consents | None:
    """Who approved what the head softens."""
    chain, tip = ground.policy.profile, base.tip
    demand, stated = chain.profile.gate.policy_change, chain.last("gate", "policy_change")  # the layers are the base's
    if tip is None or ground.approvals is None:
        return None
    return Consents(
        demand=None if demand == "report" else demand,
        grants=stated is not None and stated.profile.gate.policy_change != "report",
        head=head,
        tip=tip,
        left=base.left or (base.sha,),
        config=ground.place.path,
        inventory=ground.world.inventory,
        approvals=ground.approvals,
        facts=facts,
        spent=lambda: payloads(files(tip, ground.root)),
        leads=lambda: [commit.oid for commit in base.history.commits] if base.history else (),
    )


def _past(base: Base, root: str, policy: Policy, memo: Memo) -> Past:
    """The records as the base had them; none where it has none of this root: then each of the head's is new."""
    return Past(_taken(base.snapshot, root, policy, memo)[1], base.sha, base.day, base.left or (base.sha,))


def _tip(
    snapshot: Snapshot,
    history: History | None,
    root: str,
    policy: Policy,
    as_of: str,
    memo: Memo,
    wanted: Callable[[str], bool],
) -> Ground:
    """The records of the tip, and what led to them; no rule is asked about these."""
    selected, inventory = _taken(snapshot, root, policy, memo)
    ours = _once_of_root(snapshot, root, policy)
    facts = Facts(snapshot, root, inventory, history, wanted, ours=ours)
    return Ground(policy, root, as_of, selected, _world(inventory, root, policy, None, None, None), facts, memo)


def _taken(snapshot: Snapshot, root: str, policy: Policy, memo: Memo) -> tuple[Selected, Inventory]:
    """What a snapshot of the base holds."""
    selected = select(snapshot, root, *policy.configs, nested=policy.nested, past=True)
    return selected, memo.take(snapshot, selected.entries)


def _world(
    inventory: Inventory, root: str, policy: Policy, past: Past | None, facts: Facts | None, tip: Ground | None
) -> World:
    applicability = Applicability(inventory, None if tip is None else tip.world.applicability)
    rows = requirement_rows(policy.catalogs, applicability)
    outside = frozenset(_outside([inventory, *([past.inventory] if past else [])], root, policy))
    if tip is not None:
        outside -= {record for record in outside if _within(tip, record)}
    if inventory.all and outside.issuperset(inventory.all):
        decides = policy.profile.last("scope") or policy.profile.layers[-1]
        hint = "widen `scope`, or name another profile"
        place = decides.document.place(("scope",))
        raise PolicyError("no record is in the scope of the profile, so none would be judged", place=place, hint=hint)
    return World(inventory, past, applicability, rows, facts, outside)


def _within(tip: Ground, record: Record) -> bool:
    """Whether the tip has the record in scope: one that the head moves out of it by a tag or a path stays in."""
    before = tip.world.inventory.find(record.reference)
    return before is not None and before not in tip.world.outside


def _outside(inventories: Iterable[Inventory], root: str, policy: Policy) -> Iterator[Record]:
    """The records that every scope leaves out. The tags of an invalid record cannot be trusted."""
    prefix = f"{root}/" if root else ""
    for inventory in inventories if Scope() not in policy.scopes else ():
        for record in inventory.all:
            tags = record.value.get("tags", ()) if record.valid else None
            path = record.document.path.removeprefix(prefix)
            if not any(scope.covers(path, tags) for scope in policy.scopes):
                yield record


def _of_root(root: str, policy: Policy, selected: Selected) -> Callable[[str], bool]:
    """Whether a file of any commit, by its path from the top, may be a record of this root."""
    prefix = f"{root}/" if root else ""
    wanted = [patterns.compile(config.records) for config in policy.configs]
    return lambda path: (
        path.startswith(prefix)
        and not path.startswith(selected.cut)
        and any(one(path.removeprefix(prefix)) for one in wanted)
    )


def _once_of_root(snapshot: Snapshot, root: str, policy: Policy) -> Callable[[str], bool]:
    """Whether what lay at a path from the top in an earlier commit may have been of this root, which may have lain
    elsewhere then, or had its records elsewhere.

    What lay where another root is today was that one's. But what a root around this one has no more it may have given.
    """
    nested = policy.nested
    others = {one for one in folders(snapshot, past=True) if one != root and (nested is None or one in nested)}
    here = {entry.path for entry in snapshot.entries} if others else set[str]()

    def may_be(path: str) -> bool:
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if folder == root:
                return True
            if folder in others:
                return path not in here and (not folder or root.startswith(f"{folder}/"))
        return True

    return may_be
