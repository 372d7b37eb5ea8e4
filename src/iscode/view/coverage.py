"""An evaluation -> each requirement of the catalogs: the rules that decide it, its state, how far it is shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final, get_args

from iscode.evaluation import Evaluation
from iscode.evaluation.findings import State
from iscode.view.table import Column, Table

COLUMNS: Final = (
    Column("requirement", "Requirement"),
    Column("standard", "Standard", "data"),
    Column("label", "Label"),
    Column("deciding", "Rules"),
    Column("rules", "Decided by", "data"),
    Column("state", "State"),
    Column("assurance", "Assurance"),
    Column("unseen", "What no record can show", "data"),
)


def coverage(evaluation: Evaluation) -> Table:
    """One row for each requirement, in catalog order. One that the profile does not select has no state."""
    policy = evaluation.policy
    findings = {finding.requirement: finding for finding in evaluation.findings}
    rules: dict[str, list[str]] = defaultdict(list)
    for bound in policy.bound:
        for name in bound.requirements:
            rules[name].append(bound.id)
    rows = []
    for name, requirement in policy.catalogs.items():
        finding = findings.get(name)
        rows.append(
            (
                name,
                requirement.standard,
                requirement.label,
                len(rules[name]),
                rules[name],
                finding and finding.state,
                finding and finding.assurance,
                requirement.entry.unseen or None,
            )
        )
    return Table("Coverage of the requirements", COLUMNS, tuple(rows), _summary(evaluation, rules))


def _summary(evaluation: Evaluation, rules: dict[str, list[str]]) -> tuple[str, ...]:
    """What is decided, how it stands, and how far it is shown."""
    catalogs, findings = evaluation.policy.catalogs, evaluation.findings
    decided = sum(1 for name in catalogs if rules[name])
    twice = sum(1 for name in catalogs if len(rules[name]) > 1)
    states = Counter(finding.state for finding in findings)
    steps = Counter(finding.assurance or "none" for finding in findings)
    told = [f"{states[state]} {state.replace('_', ' ')}" for state in get_args(State)]
    if len(catalogs) > len(findings):
        told.append(f"{len(catalogs) - len(findings)} not selected")
    return (
        f"{decided}/{len(catalogs)} decided by at least one rule that binds, {twice} by several",
        f"state: {', '.join(told)}",
        f"assurance: {', '.join(f'{count} {step}' for step, count in steps.most_common())}",
        "`iscode requirements show ID` says what no record can show",
    )
