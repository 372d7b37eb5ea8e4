"""Records compared with the base, requirements as subjects, days from which a rule binds: on made-up rules."""

from collections.abc import Iterator

import pytest

from iscode.policy import Policy, bind_every_rule, shipped
from iscode.policy.shelves import Shelves
from iscode.testing import read_cases, run_cases

HEAD = """
title: What holds
severity: high
phase: do
rationale: because
remediation: mend it
"""

RULES = {
    "tier-kept": """
requirements: [iso42001:6.1.2]
subject: AISystem
compare: changed
when: has(self.risk_tier) && has(old.risk_tier)
check:
  - that: rank("level", self.risk_tier) >= rank("level", old.risk_tier)
    at: self.risk_tier
    message: "{self.id} fell from {old.risk_tier} to {self.risk_tier} since {base.day}"
""",
    "tier-known": """
requirements: [iso42001:6.1.2]
subject: AISystem
compare: changed
let: {before: 'old.?risk_tier.orValue("none")'}
check: [{that: before != "high", message: "it was {before}"}]
""",
    "metric-kept": """
requirements: [iso42001:6.1.2]
subject: AISystem
compare: changed
each: self.?fairness.?metrics.orValue([])
where: old_item.hasValue()
check:
  - that: item.threshold >= old_item.value().threshold
    at: item.threshold
    message: "{item.name} went from {old_item.threshold} to {item.threshold}"
""",
    "record-kept": """
requirements: [iso42001:7.5.3]
subject: Record
compare: removed
needs: [retain_until]
check: [{that: self.retain_until <= today, message: "{self.id} stays until {self.retain_until}"}]
""",
    "newcomer-owned": """
requirements: [iso42001:5.3]
subject: AISystem
compare: added
check: [{that: self.stage == "design", at: self.stage, message: "{self.id} came in {self.stage}"}]
""",
    "evidence-named": """
requirements: ["iso27001:A.5.*"]
subject: Requirement
when: has(self.soa) && self.soa.applicable
let: {found: 'referrers(self, "Evidence.covers")'}
check: [{that: size(found) > 0, at: self.soa.justification, message: "no evidence names {self.id}"}]
""",
    "later-binding": """
requirements: [iso42001:5.3]
effective_on: "2026-12-01"
subject: AISystem
check: [{that: self.stage == "design", message: "too early"}]
""",
    "excluded-silent": """
requirements: [iso27001:A.5.1, iso27001:A.5.2]
subject: AISystem
check: [{that: self.stage == "design", message: "not in design"}]
""",
}

METRIC = '{name: %s, slice: x, comparator: ">=", threshold: %s}'


def system(**keys: object) -> str:
    """An AI system as a case writes it."""
    more = "".join(f", {key}: {value}" for key, value in keys.items())
    return f"[{{kind: AISystem, id: s{more}}}]"


def metrics(*pairs: tuple[str, float]) -> str:
    return "{metrics: [" + ", ".join(METRIC % pair for pair in pairs) + "]}"


CASES = [
    ("tier-known", system(risk_tier="low"), system(risk_tier="high"), "{fail: {message: it was high}}"),
    (
        "tier-kept",
        system(risk_tier="low"),
        system(risk_tier="high"),
        "{fail: {at: risk_tier, message: since 2026-11-01}}",
    ),
    ("tier-kept", system(risk_tier="high"), system(risk_tier="low"), "pass"),
    ("tier-kept", system(risk_tier="low"), system(risk_tier="low"), "{not_applicable: {cause: condition}}"),
    ("tier-kept", system(risk_tier="low"), "[{kind: Person, id: p}]", "{not_applicable: {cause: condition}}"),
    ("tier-kept", system(risk_tier="low"), None, "{not_applicable: {cause: no_base}}"),
    (
        "metric-kept",
        system(fairness=metrics(("a", 0.7), ("b", 0.7))),
        system(fairness=metrics(("a", 0.8))),
        '{fail: {item: a/x, at: "fairness.metrics[0].threshold", message: from 0.8 to 0.7}}',
    ),
    (
        "metric-kept",
        system(fairness=metrics(("b", 0.7), ("a", 0.8))),
        system(fairness=metrics(("a", 0.8))),
        "{pass: {item: a/x}}",
    ),
    (
        "record-kept",
        system(),
        '[{kind: Evidence, id: e, retain_until: "2030-01-01"}]',
        "{fail: {subject: Evidence:e, message: stays until 2030-01-01}}",
    ),
    ("record-kept", system(), '[{kind: Evidence, id: e, retain_until: "2026-11-24"}]', "pass"),
    ("record-kept", system(), "[{kind: Evidence, id: e}]", "{fail: {cause: missing}}"),
    ("newcomer-owned", system(stage="monitoring"), "[{kind: Person, id: p}]", "{fail: {at: stage}}"),
    ("newcomer-owned", system(stage="monitoring"), system(), "{not_applicable: {cause: condition}}"),
    ("newcomer-owned", system(stage="monitoring"), None, "{not_applicable: {cause: no_base}}"),
]


@pytest.fixture(scope="module")
def policy() -> Policy:
    """The shipped shelves with the rules of this module beside them."""
    shelves = shipped()
    made = {f"rules/made/{name}.yaml": f"id: {name}{HEAD}{body.lstrip()}".encode() for name, body in RULES.items()}
    return bind_every_rule(Shelves({**shelves.files, **made}))


def failures(policy: Policy, rule: str, case: str) -> Iterator[str]:
    """What differs from the expectation in one case of a rule."""
    bound = next(bound for bound in policy.bound if bound.id == rule)
    text = f'rule: {rule}\ncases:\n  - name: c\n    as_of: "2026-11-24"\n{case}'
    for outcome in run_cases(policy, bound, read_cases("c.test.yaml", text.encode(), rule)):
        yield outcome.failure


@pytest.mark.parametrize(("rule", "given", "base", "expected"), CASES)
def test_a_rule_that_compares_says(policy: Policy, rule: str, given: str, base: str | None, expected: str) -> None:
    before = f'    base: {base}\n    base_day: "2026-11-01"\n' if base else ""

    assert [""] == list(failures(policy, rule, f"    given: {given}\n{before}    expect: {expected}\n"))


def test_a_requirement_is_judged_by_itself_and_points_at_its_decision(policy: Policy) -> None:
    case = """    given: [{kind: Evidence, id: e, covers: ["iso27001:A.5.1"]}]
    soa: {"iso27001:A.5.1": {}, "iso27001:A.5.2": {}, "iso27001:A.5.3": {applicable: false}}
    expect:
      - {pass: {subject: "iso27001:A.5.1"}}
      - {fail: {subject: "iso27001:A.5.2", at: "entries[1].justification"}}
      - {not_applicable: {subject: "iso27001:A.5.3", cause: condition}}
"""
    assert [""] == list(failures(policy, "evidence-named", case))


@pytest.mark.parametrize(
    ("soa", "expected"),
    [
        (
            '"iso27001:A.5.1": {applicable: false}, "iso27001:A.5.2": {applicable: false}',
            "{not_applicable: {cause: excluded}}",
        ),
        ('"iso27001:A.5.1": {applicable: false}, "iso27001:A.5.2": {}', "{fail: {subject: AISystem:s}}"),
        ('"iso27001:A.5.1": {applicable: false}', "{fail: {subject: AISystem:s}}"),
        (
            '"iso27001:A.5.1": {target_date: "2026-11-25"}, "iso27001:A.5.2": {target_date: "2027-01-01"}',
            "{not_applicable: {cause: not_due}}",
        ),
        (
            '"iso27001:A.5.1": {target_date: "2026-11-24"}, "iso27001:A.5.2": {applicable: false}',
            "{fail: {subject: AISystem:s}}",
        ),
    ],
)
def test_only_a_rule_whose_every_control_is_excluded_or_not_due_is_silent(
    policy: Policy, soa: str, expected: str
) -> None:
    case = f"    given: {system(stage='monitoring')}\n    soa: {{{soa}}}\n    expect: {expected}\n"

    assert [""] == list(failures(policy, "excluded-silent", case))


@pytest.mark.parametrize(("as_of", "blocks"), [("2026-11-30", False), ("2026-12-01", True)])
def test_a_failure_blocks_from_the_day_on_which_the_rule_binds(policy: Policy, as_of: str, blocks: bool) -> None:
    from dataclasses import replace

    from iscode.evaluation import evaluate
    from iscode.source import MemorySnapshot

    bound = [bound for bound in policy.bound if bound.id == "later-binding"]
    record = b"kind: AISystem\nid: s\ntitle: S\nowner: Role:r\nstatus: active\npurpose: p\nstage: monitoring\n"
    evaluation = evaluate(MemorySnapshot({"compliance/s.yaml": record}), "", replace(policy, bound=tuple(bound)), as_of)

    assert [("fail", blocks)] == [(r.outcome, r.blocking) for r in evaluation.results if r.rule == "later-binding"]


def test_rules_that_had_nothing_to_compare_with_are_counted_as_not_judged(policy: Policy) -> None:
    from iscode.evaluation import evaluate
    from iscode.source import MemorySnapshot

    record = b"kind: AISystem\nid: s\ntitle: S\nowner: Role:r\nstatus: active\npurpose: p\nstage: monitoring\n"
    evaluation = evaluate(MemorySnapshot({"compliance/s.yaml": record}), "", policy, "2026-11-24")

    comparing = {bound.id for bound in policy.bound if bound.file.rule.compare}
    assert {"metric-kept", "newcomer-owned", "record-kept", "tier-kept"} <= comparing
    assert comparing <= set(evaluation.not_judged)
