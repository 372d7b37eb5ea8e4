"""Results -> one finding for each requirement of the selected standards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from iscode.evaluation.result import Result
from iscode.policy import Policy

State = Literal["satisfied", "not_satisfied", "not_applicable", "not_assessed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the results say of one requirement. `results` are those that decided, in report order."""

    requirement: str
    state: State
    results: tuple[Result, ...]


def roll_up(policy: Policy, results: Iterable[Result]) -> tuple[Finding, ...]:
    """The findings in catalog order.

    Any failure or error, whatever its disposition: not satisfied. Else any pass: satisfied. Else nothing was
    assessed: a rule that met no record proves nothing.
    """
    by_rule: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_rule[result.rule].append(result)
    serving: dict[str, list[str]] = defaultdict(list)
    for bound in policy.bound:
        for requirement in bound.requirements:
            serving[requirement].append(bound.id)
    return tuple(
        _finding(name, [result for rule in serving[name] for result in by_rule[rule]]) for name in policy.selected
    )


def _finding(requirement: str, results: list[Result]) -> Finding:
    adverse = [result for result in results if result.adverse]
    if adverse:
        return Finding(requirement, "not_satisfied", tuple(sorted(adverse, key=lambda result: result.order)))
    passing = [result for result in results if result.outcome == "pass"]
    state: State = "satisfied" if passing else "not_assessed"
    return Finding(requirement, state, tuple(sorted(passing, key=lambda result: result.order)))
