"""Snapshot, policy and day -> the evaluation. The spine: everything else is a caller of this one function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iscode.errors import Place
from iscode.evaluation import builtin
from iscode.evaluation.findings import Finding, roll_up
from iscode.evaluation.judge import Judge, subjects
from iscode.evaluation.result import Result, told_apart
from iscode.evaluation.selection import select
from iscode.evaluation.verdict import Counts, Verdict, count, decide
from iscode.expr.time import timestamp_of_day
from iscode.inventory import Inventory, take
from iscode.policy import CONFIG_NAME, Policy
from iscode.rule import Context
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
    records: int
    excluded: int
    nested: tuple[str, ...]
    """Folders below the root that are roots themselves: what they hold is not judged here."""


def evaluate(snapshot: Snapshot, root: str, policy: Policy, as_of: str) -> Evaluation:
    """Judge the records below `root` (its path in the snapshot, "" for the top) as of a day `YYYY-MM-DD`.

    What is wrong in the data is a failing result. Raises ConfigError when no file is judged, RuleError when a rule
    does not compile, RepositoryError when the snapshot cannot be read whole.
    """
    limits = policy.config.document_limits()
    selected = select(snapshot, root, policy.config)
    inventory = take(selected.files(snapshot, limits.file_bytes), policy.kinds, limits)
    place = Place(f"{root}/{CONFIG_NAME}" if root else CONFIG_NAME)
    found = [*builtin.results(inventory, policy.catalogs), *_judged(inventory, policy, as_of, place)]
    results = tuple(sorted(told_apart(found), key=lambda result: result.order))
    return Evaluation(
        policy=policy,
        revision=snapshot.revision,
        root=root,
        as_of=as_of,
        results=results,
        findings=roll_up(policy, results),
        verdict=decide(results),
        counts=_counted(policy, results),
        records=len(inventory.all),
        excluded=selected.excluded,
        nested=selected.nested,
    )


def _judged(inventory: Inventory, policy: Policy, as_of: str, root: Place) -> Iterator[Result]:
    context = Context(inventory, timestamp_of_day(as_of))
    for bound in policy.bound:
        judge = None
        for subject in subjects(bound, inventory):
            judge = judge or Judge(bound, policy, context, root)  # only a rule that meets somebody is compiled
            yield from judge.results(subject)


def _counted(policy: Policy, results: tuple[Result, ...]) -> dict[str, Counts]:
    by_rule: dict[str, list[Result]] = {
        rule: [] for rule in [*(rule.id for rule in builtin.RULES), *(bound.id for bound in policy.bound)]
    }
    for result in results:
        by_rule[result.rule].append(result)
    return {rule: count(by_rule[rule]) for rule in sorted(by_rule)}
