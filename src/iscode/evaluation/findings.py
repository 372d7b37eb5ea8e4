"""Results -> one finding for each requirement of the selected standards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from iscode.evaluation.applicability import Applicability
from iscode.evaluation.result import Result
from iscode.policy import Policy
from iscode.rule.subject import REQUIREMENT

State = Literal["satisfied", "not_satisfied", "not_applicable", "not_assessed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the results say of one requirement. `results` are those that decided, in report order."""

    requirement: str
    state: State
    results: tuple[Result, ...]


def roll_up(policy: Policy, applicability: Applicability, results: Iterable[Result]) -> tuple[Finding, ...]:
    """The findings in catalog order.

    Any failure or error, whatever its disposition: not satisfied. Else any pass: satisfied. Else declared not to
    apply: not applicable. Else nothing was assessed: a rule that met no record proves nothing. A result about a
    requirement speaks for that one alone.
    """
    by_rule: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        by_rule[result.rule].append(result)
    serving: dict[str, list[Result]] = defaultdict(list)
    for bound in policy.bound:
        alone = bound.file.rule.subject == REQUIREMENT
        for name in bound.requirements:
            serving[name] += [result for result in by_rule[bound.id] if not alone or result.subject == name]
    return tuple(_finding(name, serving[name], excluded=applicability.excluded(name)) for name in policy.selected)


def _finding(requirement: str, results: list[Result], *, excluded: bool) -> Finding:
    adverse = [result for result in results if result.adverse]
    if adverse:
        return Finding(requirement, "not_satisfied", tuple(sorted(adverse, key=lambda result: result.order)))
    passing = [result for result in results if result.outcome == "pass"]
    state: State = "satisfied" if passing else "not_applicable" if excluded else "not_assessed"
    return Finding(requirement, state, tuple(sorted(passing, key=lambda result: result.order)))
