"""Cases with a past: commits, approvals and a base that the case makes up."""

import pytest

from iscode.errors import RuleError
from iscode.policy import bind_every_rule, shipped
from iscode.policy.shelves import Shelves
from iscode.testing import read_cases, run_cases

HEAD = """title: What holds
severity: high
requirements: [iso42001:6.1.2]
phase: do
rationale: because
remediation: mend it
"""

CRITERIA = """subject: Model
needs: [acceptance.criteria, evaluations]
let:
  criteria: history(self, "acceptance.criteria")
  results: history(self, "evaluations")
check:
  - that: criteria.last().value().position < results.last().value().position
    at: self.acceptance.criteria
    message: came late
"""
MODEL = '{kind: Model, id: m, evaluations: [{id: e}], acceptance: {criteria: [{metric: auc, comparator: ">=", threshold: 1.0}]}}'  # noqa: E501

APPROVED = """subject: Policy
needs: [approval.by]
let: {found: approval(self)}
check:
  - {id: fits, that: found.fits, message: it does not fit}
  - {id: own, that: '!(self.approval.by in found.authors)', at: self.approval.by, message: "{found.authors} wrote it"}
"""
PEOPLE = "{kind: Person, id: a, git_identities: [a@x.example]}, {kind: Person, id: b, git_identities: [b@x.example]}"
BY_B = '    approvals: {Policy:p: {by: Person:b, date: "2026-11-01"}}\n'

FELL = """subject: AISystem
compare: changed
when: has(self.risk_tier) && has(old.risk_tier)
check:
  - that: rank("level", self.risk_tier) >= rank("level", old.risk_tier)
    message: "fell since {base.day}"
"""


def said(rule: str, case: str) -> list[str]:
    """What differs from the expectation in one case of a made-up rule."""
    shelves = shipped()
    policy = bind_every_rule(Shelves({**shelves.files, "rules/made/made.yaml": f"id: made\n{HEAD}{rule}".encode()}))
    bound = next(bound for bound in policy.bound if bound.id == "made")
    text = f'rule: made\ncases:\n  - name: c\n    as_of: "2026-11-24"\n{case}'
    return [outcome.failure for outcome in run_cases(policy, bound, read_cases("c.test.yaml", text.encode(), "made"))]


@pytest.mark.parametrize(
    ("first", "expected"),
    [("{evaluations: []}", "pass"), ("{acceptance: {}}", "{fail: {at: acceptance.criteria, message: came late}}")],
)
def test_a_rule_sees_what_came_first(first: str, expected: str) -> None:
    case = f"""    given: [{MODEL}]
    history:
      - {{date: "2026-10-01", by: a@x.example, set: {{Model:m: {first}}}}}
      - {{date: "2026-10-02", by: a@x.example, set: {{Model:m: {{}}}}}}
    expect: {expected}
"""
    assert [""] == said(CRITERIA, case)


def test_what_no_commit_holds_is_not_applicable() -> None:
    assert [""] == said(CRITERIA, f"    given: [{MODEL}]\n    expect: {{not_applicable: {{cause: no_history}}}}\n")


@pytest.mark.parametrize(
    ("commits", "expected"),
    [
        (['by: a@x.example, set: {Policy:p: {}}'], "pass"),
        (['by: B@X.example, set: {Policy:p: {}}'], "{fail: {clause: own, message: Person:b wrote it}}"),
        (['by: a@x.example, with: [b@x.example], set: {Policy:p: {}}'], "{fail: {clause: own}}"),
        (['by: b@x.example, set: {Policy:p: {title: Old}}', 'by: a@x.example, set: {Policy:p: {}}'], "{fail: {clause: own}}"),  # noqa: E501
    ],
)  # fmt: skip
def test_an_approver_is_none_of_the_authors(commits: list[str], expected: str) -> None:
    history = "".join(f'      - {{date: "2026-10-0{day}", {commit}}}\n' for day, commit in enumerate(commits, 1))
    people = '      - {date: "2026-09-01", by: a@x.example, set: {Person:a: {}, Person:b: {}}}\n'
    given = f"    given: [{{kind: Policy, id: p, title: T}}, {PEOPLE}]\n"

    assert [""] == said(APPROVED, f"{given}{BY_B}    history:\n{people}{history}    expect: {expected}\n")


def test_an_approval_of_another_content_does_not_fit() -> None:
    digest = f'"sha256:{"0" * 64}"'
    policy = f'{{kind: Policy, id: p, approval: {{by: Person:b, date: "2026-11-01", digest: {digest}}}}}'
    history = '    history: [{date: "2026-10-01", by: a@x.example, set: {Policy:p: {}, Person:a: {}, Person:b: {}}}]\n'

    assert [""] == said(APPROVED, f"    given: [{policy}, {PEOPLE}]\n{history}    expect: {{fail: {{clause: fits}}}}\n")


def test_the_base_is_a_commit_of_the_history() -> None:
    case = """    given: [{kind: AISystem, id: s, risk_tier: low}]
    history:
      - {date: "2026-10-01", by: a@x.example, set: {AISystem:s: {risk_tier: high}}}
      - {date: "2026-10-02", by: a@x.example, set: {AISystem:s: {}}}
    base: %d
    expect: %s
"""
    assert [""] == said(FELL, case % (0, "{fail: {message: fell since 2026-10-01}}"))
    assert [""] == said(FELL, case % (1, "{not_applicable: {cause: condition}}"))


def test_a_base_outside_the_history_is_refused() -> None:
    with pytest.raises(RuleError, match="base is 1, and history has 0 commits"):
        said(FELL, "    given: [{kind: AISystem, id: s}]\n    base: 1\n    expect: pass\n")


def test_a_deleted_record_is_gone_from_the_base() -> None:
    case = """    given: [{kind: AISystem, id: s, risk_tier: low}]
    history:
      - {date: "2026-10-01", by: a@x.example, set: {AISystem:s: {risk_tier: high}, Person:p: {}}}
      - {date: "2026-10-02", by: a@x.example, delete: [AISystem:s]}
    base: 1
    expect: {not_applicable: {cause: condition}}
"""
    assert [""] == said(FELL, case)


NAMED = """subject: Commit
when: 'self.records.exists(r, r.startsWith("Policy:"))'
let: {change: 'find("Change", self.trailers[?"Change"].orValue([""])[0])'}
check:
  - {that: change.hasValue(), message: "{self.sha} names no change"}
"""


def test_each_commit_since_the_base_is_judged_by_itself() -> None:
    case = """    given:
      - {kind: Policy, id: p}
      - {kind: Change, id: c}
      - {kind: Person, id: a, git_identities: [a@x.example]}
    history:
      - {date: "2026-10-01", by: a@x.example, set: {Policy:p: {title: First}, Person:a: {}}}
      - {date: "2026-10-02", by: a@x.example, set: {Policy:p: {title: Second}}}
      - {date: "2026-10-03", by: a@x.example, set: {Policy:p: {}}, trailers: {Change: [c]}}
      - {date: "2026-10-04", by: a@x.example, set: {Change:c: {}}}
    base: 0
    expect: [{fail: {message: names no change}}, {pass: {}}, {not_applicable: {cause: condition}}]
"""
    assert [""] == said(NAMED, case)


def test_no_commit_is_judged_without_a_base() -> None:
    case = """    given: [{kind: Policy, id: p}]
    history: [{date: "2026-10-01", by: a@x.example, set: {Policy:p: {}}}]
    expect: pass
"""
    assert ["expected pass, but it said: nothing, for it met no subject"] == said(NAMED, case)
