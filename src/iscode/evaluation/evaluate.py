"""Snapshot, policy and day -> the evaluation. The spine: everything else is a caller of this one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from iscode.errors import ConfigError, Place
from iscode.evaluation import builtin
from iscode.evaluation.applicability import Applicability
from iscode.evaluation.applicability import rows as requirement_rows
from iscode.evaluation.findings import Finding, roll_up
from iscode.evaluation.judge import Judge
from iscode.evaluation.result import UNJUDGED, Result, told_apart
from iscode.evaluation.selection import Selected, select
from iscode.evaluation.subjects import Past, World, subjects
from iscode.evaluation.verdict import Counts, Verdict, count, decide
from iscode.expr.time import timestamp_of_day
from iscode.facts import Facts, History
from iscode.inventory import Inventory, take
from iscode.policy import CONFIG_NAME, Policy
from iscode.rule import Context
from iscode.rule.requirement import NAME as REQUIREMENT
from iscode.source import Revision, Snapshot, patterns


@dataclass(frozen=True)
class Base:
    """What records are compared with: a snapshot, and its commit's id and day (`YYYY-MM-DD`, the committer's)."""

    snapshot: Snapshot
    sha: str
    day: str


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
    records: int
    excluded: int
    nested: tuple[str, ...]
    """Folders below the root that are roots themselves: what they hold is not judged here."""


def evaluate(
    snapshot: Snapshot,
    root: str,
    policy: Policy,
    as_of: str,
    *,
    base: Base | None = None,
    history: History | None = None,
) -> Evaluation:
    """Judge the records below `root` (its path in the snapshot, "" for the top) as of a day `YYYY-MM-DD`.

    What is wrong in the data is a failing result. Raises ConfigError when no file is judged, RuleError when a rule
    does not compile, RepositoryError when the snapshot cannot be read whole.

    Rules that compare do so with `base`. `history` leads to the commit that is judged or checked out; it is read
    where a rule asks for it.
    """
    selected, inventory = _inventory(snapshot, root, policy)
    world = _world(inventory, root, policy, base)
    facts = Facts(snapshot, root, inventory, history, _of_root(root, policy, selected))
    place = Place(f"{root}/{CONFIG_NAME}" if root else CONFIG_NAME)
    found = [*builtin.results(inventory, policy.catalogs), *_judged(world, policy, as_of, place, facts)]
    results = tuple(sorted(told_apart(found), key=lambda result: result.order))
    return Evaluation(
        policy=policy,
        revision=snapshot.revision,
        root=root,
        as_of=as_of,
        results=results,
        findings=roll_up(policy, world.applicability, results),
        verdict=decide(results),
        counts=_counted(policy, results),
        not_judged=_not_judged(policy, results, base),
        records=len(inventory.all),
        excluded=selected.excluded,
        nested=selected.nested,
    )


def _inventory(snapshot: Snapshot, root: str, policy: Policy) -> tuple[Selected, Inventory]:
    limits = policy.config.document_limits()
    selected = select(snapshot, root, policy.config)
    return selected, take(selected.files(snapshot, limits.file_bytes), policy.kinds, limits)


def _world(inventory: Inventory, root: str, policy: Policy, base: Base | None) -> World:
    past = None
    if base is not None:
        try:
            past = Past(_inventory(base.snapshot, root, policy)[1], base.sha, base.day)
        except ConfigError:  # the base holds no record of this root: each of the head's is new
            past = Past(Inventory(policy.kinds, (), (), ()), base.sha, base.day)
    applicability = Applicability(inventory)
    return World(inventory, past, applicability, requirement_rows(policy.catalogs, applicability))


def _judged(world: World, policy: Policy, as_of: str, root: Place, facts: Facts) -> Iterator[Result]:
    past = world.past
    base = None if past is None else {"sha": past.sha, "day": timestamp_of_day(past.day)}
    context = Context(world.inventory, timestamp_of_day(as_of), facts, world.requirements, base)
    for bound in policy.bound:
        about_requirements = bound.file.rule.subject == REQUIREMENT
        idle = None if about_requirements else world.applicability.silences(bound.requirements, policy.catalogs, as_of)
        judge = None
        for subject in subjects(bound, world):
            judge = judge or Judge(bound, policy, context, root, idle)  # only a rule that meets somebody is compiled
            yield from judge.results(subject)


def _not_judged(policy: Policy, results: Iterable[Result], base: Base | None) -> tuple[str, ...]:
    lacking = {result.rule for result in results if result.cause in UNJUDGED}
    if base is None:
        lacking |= {bound.id for bound in policy.bound if bound.file.rule.compare is not None}
    return tuple(sorted(lacking))


def _of_root(root: str, policy: Policy, selected: Selected) -> Callable[[str], bool]:
    """Whether a file of any commit, by its path from the top, may be a record of this root."""
    prefix = f"{root}/" if root else ""
    cut = tuple(f"{folder}/" for folder in selected.nested)
    wanted = patterns.compile(policy.config.records)
    return lambda path: path.startswith(prefix) and not path.startswith(cut) and wanted(path.removeprefix(prefix))


def _counted(policy: Policy, results: tuple[Result, ...]) -> dict[str, Counts]:
    by_rule: dict[str, list[Result]] = {
        rule: [] for rule in [*(rule.id for rule in builtin.RULES), *(bound.id for bound in policy.bound)]
    }
    for result in results:
        by_rule[result.rule].append(result)
    return {rule: count(by_rule[rule]) for rule in sorted(by_rule)}
