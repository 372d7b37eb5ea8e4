"""Snapshot, policy and day -> the evaluation. The spine: everything else is a caller of this one function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from iscode.evaluation import builtin, known, policy_changes, remarks, waivers
from iscode.evaluation.findings import Finding, roll_up
from iscode.evaluation.ground import Base, Ground, prepare
from iscode.evaluation.judge import judged
from iscode.evaluation.result import UNJUDGED, Result, told_apart, worded
from iscode.evaluation.verdict import Counts, Verdict, count, decide
from iscode.evaluation.waivers import Waiver
from iscode.facts import History
from iscode.inventory import Memo
from iscode.policy import Policy, baseline
from iscode.policy.baseline import Baseline
from iscode.policy.changes import Change
from iscode.source import Revision, Snapshot


@dataclass(frozen=True)
class Evaluation:
    """One snapshot under one policy at one day. Same in, same out; `results` has every result, passes too, in order."""

    policy: Policy
    revision: Revision
    root: str
    as_of: str
    results: tuple[Result, ...]
    findings: tuple[Finding, ...]
    verdict: Verdict
    counts: Mapping[str, Counts]
    """Rule -> outcome -> number of results, for each rule that binds and each built-in one, by id."""
    not_judged: tuple[str, ...]
    """Rules that could not be judged, wholly or in part, for want of a base or of history, by id."""
    waivers: tuple[Waiver, ...]
    """Every waiver, in force or not, by reference, with what it hides and what is to be said of it."""
    records: int
    outside: int
    """How many of the records the profile leaves to the built-in rules."""
    excluded: int
    nested: tuple[str, ...]
    """Folders below the root that are roots themselves: what they hold is not judged here."""
    base: Base | None
    """What it was held against."""
    policy_changes: tuple[Change, ...]
    """Each difference of policy between the tip of the base and the head, with what it would flip, by path."""
    agreed: Baseline = field(repr=False)
    """The entries of the baseline that count."""
    ground: Ground = field(repr=False, compare=False)
    """What it rests on: for a proof."""


def evaluate(
    snapshot: Snapshot,
    root: str,
    policy: Policy,
    as_of: str,
    *,
    base: Base | None = None,
    history: History | None = None,
    memo: Memo | None = None,
) -> Evaluation:
    """Judge the records below `root` (its path in the snapshot, "" for the top) as of a day `YYYY-MM-DD`.

    What is wrong in the data is a failing result. Raises ConfigError when no file is judged, RuleError when a rule
    does not compile, RepositoryError when the snapshot cannot be read whole.

    Rules that compare do so with `base`; what its tip or the baseline has too is known. `history` leads to the commit
    that is judged or checked out; it is read where a rule asks for it. `memo` is that of a ground under this policy.
    """
    ground = prepare(snapshot, root, policy, as_of, base, history, memo)
    read = waivers.read(ground)
    written = baseline.read(snapshot, root)
    agreed = written if base is None or base.baseline is None else written & base.baseline
    changes = policy_changes.told(ground, base, read, written)
    found = [
        *(
            policy_changes.waiting(result, policy)
            for result in builtin.results(ground.world.inventory, policy.catalogs)
        ),
        *waivers.results(read),
        *known.growth(ground, written, agreed),
        *policy_changes.refused(changes, ground),
        *judged(ground),
    ]
    said = (worded(result, policy.config.message) for result in found)
    ordered = sorted(told_apart(said), key=lambda result: result.order)
    disposed, hiding = waivers.applied(ordered, read)
    hiding = remarks.remarked(hiding, ordered, disposed, ground)
    disposed = tuple(ordered) if policy.ignore_waivers else disposed
    marked = known.told(disposed, ground, lambda: known.tip_of(ground, base), agreed)
    results = tuple(sorted(marked, key=lambda result: result.order))
    return Evaluation(
        policy=policy,
        revision=snapshot.revision,
        root=root,
        as_of=as_of,
        results=results,
        findings=roll_up(ground, results),
        verdict=decide(results),
        counts=_counted(policy, results),
        not_judged=not_judged(policy, {result.rule for result in results if result.cause in UNJUDGED}, base),
        waivers=hiding,
        records=len(ground.world.inventory.all),
        outside=len(ground.world.outside.intersection(ground.world.inventory.all)),
        excluded=ground.selected.excluded,
        nested=ground.selected.nested,
        base=base,
        policy_changes=_flipping(changes, results, snapshot, ground, base, history),
        agreed=agreed,
        ground=ground,
    )


def _flipping(
    changes: Sequence[Change],
    results: tuple[Result, ...],
    snapshot: Snapshot,
    ground: Ground,
    base: Base | None,
    history: History | None,
) -> tuple[Change, ...]:
    """The changes of policy; where one may soften, the head is judged by its own policy too, to say what it flips."""
    if base is None or not any(change.softens for change in changes):
        return tuple(changes)
    memo = ground.memo if ground.policy.also is None else None
    alone = replace(base, judges=False, baseline=None)
    own = evaluate(snapshot, ground.root, ground.policy.own, ground.as_of, base=alone, history=history, memo=memo)
    return policy_changes.with_flips(changes, results, own.results)


def not_judged(policy: Policy, lacking: Set[str], base: Base | None) -> tuple[str, ...]:
    """The rules that could not be judged, by id: those that were `lacking` something, and without a base all that need
    one.
    """
    waiting = {bound.id for bound in policy.bound if bound.needs_base} if base is None else set[str]()
    return tuple(sorted(lacking | waiting))


def _counted(policy: Policy, results: tuple[Result, ...]) -> dict[str, Counts]:
    by_rule: dict[str, list[Result]] = {
        rule: [] for rule in [*(rule.id for rule in builtin.RULES), *(bound.id for bound in policy.bound)]
    }
    for result in results:
        by_rule[result.rule].append(result)
    return {rule: count(by_rule[rule]) for rule in sorted(by_rule)}
