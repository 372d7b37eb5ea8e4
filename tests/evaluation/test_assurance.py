"""How far a requirement is shown: each step reached and missed, why, and what the next one asks for."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from iscode.document import read, write
from iscode.evaluation import evaluate
from iscode.evaluation.assurance import Assurances, Assured, Next
from iscode.evaluation.ground import Ground, prepare
from iscode.facts.approvals import content_digest
from iscode.policy import Config, Policy, bind_rules, shipped
from iscode.rule.lint import remarks
from iscode.rule.model import Rule
from iscode.source import MemorySnapshot
from iscode.testing.cases import CaseCommit
from iscode.testing.completion import completed
from iscode.testing.mutation import _changed
from iscode.testing.past import CasePast

ACME = Path(__file__).resolve().parents[2] / "examples" / "acme"
DAY, FUTURE = "2026-11-24", "2026-11-25"
YEAR, OVER_A_YEAR = "2025-11-24", "2025-11-23"
CYCLE, OVER_A_CYCLE = "2023-11-24", "2023-11-23"
AUTHOR = "author@case.example"
SUBJECT = "iso27001:A.5.1"
"""A control whose evidence may be a year old."""
PROOF = {"path": "artifacts/proof.txt", "sha256": sha256(b"proof").hexdigest()}
STEPS = ["declared", "present", "fresh", "approved", "measured", "tested"]

Records = Mapping[str, Mapping[str, Any]]
"""Records by reference, with the keys that the steps read; a record of no keys but `None` is left out."""


def held(person: str) -> list[dict[str, str]]:
    return [{"person": person, "from": "2020-01-01"}]


WHOLE: Records = {
    "Person:author": {"git_identities": [AUTHOR]},
    "Role:chief": {"holders": held("Person:chief"), "authorities": ["approve_policy"]},
    "Role:owner": {"holders": held("Person:owner"), "authorities": []},
    "Role:runner": {"holders": held("Person:runner"), "authorities": []},
    "Policy:p": {"approved": ("Person:chief", "2026-01-01")},
    "Control:c": {
        "satisfies": [SUBJECT],
        "owner": "Role:owner",
        "operator": "Role:runner",
        "policies": ["Policy:p"],
        "implementation": "implemented",
    },
    "Evidence:e": {
        "covers": [SUBJECT],
        "artifact": PROOF,
        "conclusion": "effective",
        "collected_on": DAY,
        "period": {"from": YEAR, "to": YEAR},
    },
    "ControlTest:t": {
        "targets": ["Control:c"],
        "performed_on": YEAR,
        "performed_by": "Person:tester",
        "sample": 1,
        "result": "pass",
    },
}
"""A requirement that has reached every step, by nothing more than each asks for."""
UNTESTED = {"ControlTest:t": {"performed_by": "Person:runner"}}
UNMEASURED = {"ControlTest:t": None}
AUDIT = {
    "scope": [SUBJECT],
    "type": "internal",
    "auditors": ["Person:auditor"],
    "performed_on": CYCLE,
    "findings": ["Finding:f"],
}
FINDING = {"against": [SUBJECT], "type": "minor", "closed_on": DAY}


def figures(*measurements: tuple[str, float], status: str = "active") -> dict[str, Any]:
    """No test, but a figure that should be 2 at least."""
    measure = {"unit": "x", "comparator": ">=", "target": 2.0}
    taken = [{"date": date, "value": value} for date, value in measurements]
    return {
        **UNMEASURED,
        "Objective:o": {"measure": measure, "measurements": taken, "status": status},
        "Control:c": {"effect_metric": "Objective:o"},
    }


def measured(**what: float) -> dict[str, Any]:
    """A test without a sample, which measured something else."""
    return {"ControlTest:t": {"sample": None, "measured": what}}


def audited(finding: Mapping[str, Any] = {}, **keys: Any) -> dict[str, Any]:
    """A test by who runs it, and an audit of the cycle that found something, which is closed by now."""
    return {**UNTESTED, "Audit:a": {**AUDIT, **keys}, "Finding:f": {**FINDING, **finding}}


@cache
def policy() -> Policy:
    """The shipped rules and steps."""
    return bind_rules(Config(version=1, profile="integrated"), shipped())


def changed(records: Records, *changes: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The records with keys set anew or, by None, left out; a record that is None goes, a new one comes."""
    found = {name: dict(keys) for name, keys in records.items()}
    for name, keys in (item for change in changes for item in change.items()):
        if keys is None:
            found.pop(name, None)
        else:
            merged = {**found.get(name, {}), **keys}
            found[name] = {key: value for key, value in merged.items() if value is not None}
    return found


def written(name: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The record, whole; `approved: (by, day)` becomes an approval that fits, as the rest of it says."""
    kind, _, identity = name.partition(":")
    approved = keys.get("approved")
    given = {key: value for key, value in keys.items() if key != "approved"}
    record = completed({"id": identity, **given}, policy().kinds[kind])
    if approved:
        record["approval"] = {"by": approved[0], "date": approved[1], "digest": content_digest(record)}
    return record


def ground(records: Records, *, committed: bool = True, files: Mapping[str, bytes] | None = None) -> Ground:
    """What the steps are asked about; one commit by the author holds every record, unless none is `committed`."""
    rows = [written(name, keys) for name, keys in records.items()]
    texts = {f"{row['kind']}:{row['id']}": (f"compliance/{row['kind']}/{row['id']}.yaml", write(row)) for row in rows}
    commits = [CaseCommit(date="2026-01-01", by=AUTHOR, set={name: {} for name in texts})] if committed else []
    past = CasePast(commits, rows, lambda row: (texts[f"{row['kind']}:{row['id']}"][0], write(dict(row)).encode()))
    held = {path: text.encode() for path, text in texts.values()} | {PROOF["path"]: b"proof"} | dict(files or {})
    found = prepare(MemorySnapshot(held), "", policy(), DAY, None, past if committed else None)
    assert files or all(record.valid for record in found.world.inventory.all)
    return found


def assured(records: Records, requirement: str = SUBJECT, **how: Any) -> Assured:
    return Assurances(ground(records, **how))[requirement]


def decided(**entry: Any) -> dict[str, Any]:
    """A statement that decides on the requirement."""
    row = {"requirement": SUBJECT, "applicable": True, "justification": "because", **entry}
    return {"StatementOfApplicability:s": {"standard": "iso27001", "entries": [row]}}


CASES: dict[str, tuple[str | None, tuple[Mapping[str, Any], ...]]] = {
    "it has all": ("tested", ()),
    # declared
    "nothing names it": (None, ({"Control:c": {"satisfies": ["iso27001:A.8.8"]}},)),
    "its control is retired": (None, ({"Control:c": {"status": "retired"}},)),
    "the statement alone says that it applies": (
        "declared", ({"Control:c": None, "ControlTest:t": None, "Evidence:e": None}, decided()),
    ),
    "its control is only planned": ("declared", ({"Control:c": {"implementation": "planned"}, "Evidence:e": None},)),
    # present
    "no evidence covers it": ("declared", ({"Evidence:e": {"covers": ["iso27001:A.8.8"]}},)),
    "the evidence is a draft": ("declared", ({"Evidence:e": {"status": "draft"}},)),
    "the evidence says that it does not work": ("declared", ({"Evidence:e": {"conclusion": "not_effective"}},)),
    "the evidence says nothing of working": ("declared", ({"Evidence:e": {"conclusion": "informational"}},)),
    "the evidence is of tomorrow": ("declared", ({"Evidence:e": {"collected_on": FUTURE}},)),
    "the file of the evidence is another one": (
        "declared", ({"Evidence:e": {"artifact": {**PROOF, "sha256": "0" * 64}}},),
    ),
    "the file of the evidence is gone": ("declared", ({"Evidence:e": {"artifact": {**PROOF, "path": "gone"}}},)),
    # fresh
    "the evidence is older than a year": (
        "present", ({"Evidence:e": {"period": {"from": OVER_A_YEAR, "to": OVER_A_YEAR}}},),
    ),
    "the evidence has expired": ("present", ({"Evidence:e": {"valid_until": "2026-11-23"}},)),
    "the evidence is about days to come": ("present", ({"Evidence:e": {"period": {"from": DAY, "to": FUTURE}}},)),
    "the evidence is older than its control allows": ("present", ({"Control:c": {"evidence": {"max_age_days": 364}}},)),
    "the evidence is as old as its control allows": ("tested", ({"Control:c": {"evidence": {"max_age_days": 365}}},)),
    "it works in part and nobody works on it": ("present", ({"Evidence:e": {"conclusion": "partly"}},)),
    "it works in part and a finding is open": (
        "tested", ({"Evidence:e": {"conclusion": "partly"}, "Finding:f": {"about": ["Evidence:e"]}},),
    ),
    # approved
    "nothing is approved": ("fresh", ({"Policy:p": {"approved": None}},)),
    "the approval is of tomorrow": ("fresh", ({"Policy:p": {"approved": ("Person:chief", FUTURE)}},)),
    "who approved wrote it": (
        "fresh",
        ({"Role:chief": {"holders": held("Person:author")},
          "Policy:p": {"approved": ("Person:author", "2026-01-01")}},),
    ),
    "who approved might not": ("fresh", ({"Role:chief": {"authorities": ["accept_risk"]}},)),
    "the approved policy is retired": ("fresh", ({"Policy:p": {"status": "retired"}},)),
    "the control itself is approved": (
        "tested", ({"Policy:p": {"approved": None}, "Control:c": {"approved": ("Person:chief", DAY)}},),
    ),
    "an approved policy that answers it": (
        "tested", ({"Control:c": {"policies": None}, "Policy:p": {"covers": [SUBJECT]}},),
    ),
    # measured
    "nobody tested": ("approved", (UNMEASURED,)),
    "the test has no sample": ("approved", ({"ControlTest:t": {"sample": 0}},)),
    "the test failed": ("approved", ({"ControlTest:t": {"result": "fail"}},)),
    "the test is older than a year": ("approved", ({"ControlTest:t": {"performed_on": OVER_A_YEAR}},)),
    "the test measured hours of outage": ("tested", (measured(rto_hours=0.0),)),
    "the test measured hours of loss": ("tested", (measured(rpo_hours=0.0),)),
    "the test counted what came back": ("tested", (measured(records_restored=1),)),
    "the test measured nothing": ("approved", (measured(),)),
    "the test is of other things, shown by this evidence": (
        "tested", ({"ControlTest:t": {"targets": [], "evidence": ["Evidence:e"]}},),
    ),
    "a figure is met": ("measured", (figures((YEAR, 2.0), (OVER_A_YEAR, 1.0)),)),
    "the newest figure is missed": ("approved", (figures((YEAR, 2.0), (DAY, 1.0)),)),
    "the newest figure is of tomorrow": ("measured", (figures((YEAR, 2.0), (FUTURE, 1.0)),)),
    "the figure is older than a year": ("approved", (figures((OVER_A_YEAR, 2.0)),)),
    "the figure was never taken": ("approved", (figures(),)),
    "the figure is retired": ("approved", (figures((YEAR, 2.0), status="retired"),)),
    # tested
    "who runs it tested": ("measured", (UNTESTED,)),
    "who owns it tested": ("measured", ({"ControlTest:t": {"performed_by": "Person:owner"}},)),
    "nobody knows who tested": ("measured", ({"ControlTest:t": {"performed_by": None}},)),
    "nobody is known to own or run it": (
        "measured", ({"Role:owner": {"holders": []}, "Role:runner": {"holders": []}},),
    ),
    "an audit looked at it": ("tested", (audited(),)),
    "the audit is older than a cycle": ("measured", (audited(performed_on=OVER_A_CYCLE),)),
    "the audit is yet to come": ("measured", (audited(performed_on=None),)),
    "the audit has no auditor": ("measured", (audited(auditors=[]),)),
    "one of the auditors owns it": ("measured", (audited(auditors=["Person:auditor", "Person:owner"]),)),
    "nobody is known to own or run what was audited": (
        "measured", (audited(), {"Role:owner": {"holders": []}, "Role:runner": {"holders": []}}),
    ),
    "the audit was of a supplier": ("measured", (audited(type="supplier"),)),
    "what the audit found against it is open": ("measured", (audited({"closed_on": None}),)),
    "what the audit found may only become one": ("tested", (audited({"closed_on": None, "type": "observation"}),)),
    "what the audit found is against another": ("tested", (audited({"closed_on": None, "against": []}),)),
}  # fmt: skip
"""What is so -> the step that the requirement stands on."""


@pytest.mark.parametrize("case", CASES)
def test_a_requirement_stands_on_the_last_step_that_it_reached_with_all_before(case: str) -> None:
    step, changes = CASES[case]
    found = assured(changed(WHOLE, *changes))
    assert step == Assurances(ground(changed(WHOLE, *changes))).step(SUBJECT)
    reached = STEPS[: STEPS.index(step) + 1] if step else []
    following = STEPS[len(reached)] if step != "tested" else None
    assert (step, reached, following) == (
        found.step,
        [each.step.id for each in found.reached],
        found.next.step if found.next else None,
    )
    assert found.next is None or "could not be judged" not in found.next.text


DOCUMENTS: dict[str, tuple[str, Mapping[str, Any]]] = {
    "iso27001:4.1": ("Organization:d", {}),
    "iso42001:4.2": ("Organization:d", {}),
    "iso27001:4.3": ("Scope:d", {"system": ["isms"]}),
    "iso42001:4.3": ("Scope:d", {"system": ["aims"]}),
    "iso27001:5.2": ("Policy:d", {"level": "policy", "topics": ["information_security"]}),
    "iso42001:5.2": ("Policy:d", {"level": "policy", "topics": ["ai"]}),
    "iso42001:A.2.2": ("Policy:d", {"level": "policy", "topics": ["ai"]}),
    "iso27001:6.1.2": ("RiskCriteria:d", {}),
    "iso42001:6.1.3": ("StatementOfApplicability:d", {"standard": "iso42001"}),
    "iso27001:9.2.2": ("AuditProgramme:d", {}),
    "iso42001:9.2.2": ("AuditProgramme:d", {"standards": ["iso42001"]}),
}
"""A requirement that wants something written -> the record that it is."""


def documented(requirement: str, **keys: Any) -> dict[str, Any]:
    """A document of the requirement, reviewed a year ago, and a control of it."""
    name, told = DOCUMENTS[requirement]
    review = {"last": YEAR, "interval_days": 365}
    return {"Control:c": {"satisfies": [requirement]}, name: {**told, "review": review, **keys}}


@pytest.mark.parametrize("requirement", DOCUMENTS)
def test_a_record_that_is_what_shall_be_written_shows_it(requirement: str) -> None:
    found = assured(changed(WHOLE, {"Evidence:e": None}, documented(requirement)), requirement)
    assert (DOCUMENTS[requirement][0],) == found.reached[1].by
    assert "present" != found.step


@pytest.mark.parametrize(
    ("requirement", "keys"),
    [
        ("iso27001:4.3", {"system": ["aims"]}),
        ("iso27001:5.2", {"level": "procedure"}),
        ("iso27001:5.2", {"topics": ["ai"]}),
        ("iso42001:6.1.3", {"standard": "iso27001"}),
        ("iso42001:9.2.2", {"standards": ["iso27001"]}),
    ],
)
def test_a_record_of_another_standard_or_purpose_shows_nothing(requirement: str, keys: dict[str, Any]) -> None:
    assert (
        "declared" == assured(changed(WHOLE, {"Evidence:e": None}, documented(requirement, **keys)), requirement).step
    )


def test_a_document_of_these_standards_is_none_of_another() -> None:
    of = ground(changed(WHOLE, {"Organization:d": {}, "Control:c": {"satisfies": ["std:4.1"]}}))
    row = {**of.world.requirements["iso27001:4.1"], "id": "std:4.1", "standard": "std"}
    found = Assurances(replace(of, world=structs.replace(of.world, requirements={"std:4.1": row})))["std:4.1"]
    assert "declared" == found.step


@pytest.mark.parametrize(
    ("review", "fresh"),
    [
        ({"last": YEAR, "interval_days": 365}, True),
        ({"last": YEAR, "interval_days": 364}, False),
        ({"last": OVER_A_YEAR, "interval_days": 1000}, False),
        ({"last": FUTURE, "interval_days": 365}, False),
        ({"interval_days": 365}, False),
        (None, False),
    ],
)
def test_a_record_that_shows_it_is_fresh_within_the_interval_of_its_review(review: object, fresh: bool) -> None:
    records = changed(WHOLE, {"Evidence:e": None}, documented("iso27001:4.3", review=review))
    assert (2 + fresh) == min(len(assured(records, "iso27001:4.3").reached), 3)


def test_an_audit_programme_is_approved_by_who_reports_and_any_other_document_by_who_decides() -> None:
    for name, authority, fits in (
        ("iso27001:9.2.2", "report_performance", True),
        ("iso27001:9.2.2", "approve_policy", False),
        ("iso27001:4.3", "approve_policy", True),
        ("iso27001:4.3", "report_performance", False),
    ):
        role = {"Role:chief": {"authorities": [authority]}, "Policy:p": {"approved": None}, "Evidence:e": None}
        records = changed(WHOLE, role, documented(name, approved=("Person:chief", DAY)))
        assert fits == (len(assured(records, name).reached) > 3)


def test_who_owns_a_document_does_not_test_it() -> None:
    tested = {"Audit:a": {**AUDIT, "scope": ["iso27001:4.3"], "auditors": ["Person:author"], "findings": []}}
    owner = {"Role:writer": {"holders": held("Person:author")}}
    for of_whom, step in (("Role:writer", "measured"), ("Role:owner", "tested")):
        records = changed(WHOLE, UNTESTED, tested, owner, documented("iso27001:4.3", owner=of_whom))
        records["ControlTest:t"]["performed_by"] = "Person:runner"
        assert step == assured(records, "iso27001:4.3").step


def test_each_step_names_the_records_that_show_it() -> None:
    found = assured(changed(WHOLE, decided(), audited(), {"ControlTest:t": WHOLE["ControlTest:t"]}))
    assert [
        ("Control:c", "StatementOfApplicability:s"), ("Evidence:e",), ("Evidence:e",), ("Policy:p",),
        ("ControlTest:t",), ("Audit:a", "ControlTest:t"),
    ] == [reached.by for reached in found.reached]  # fmt: skip


def test_the_next_step_names_what_there_is() -> None:
    found = assured(changed(WHOLE, {"Evidence:e": {"period": {"from": OVER_A_YEAR, "to": OVER_A_YEAR}}}))
    assert found.next is not None
    assert "fresh" == found.next.step
    assert "365 days" in found.next.text
    assert "Evidence:e" in found.next.text


def test_what_the_next_step_asks_for_is_no_longer_than_a_message() -> None:
    config = policy().config
    short = structs.replace(config, limits=structs.replace(config.limits, message=20))
    of = replace(ground({"Control:c": {"satisfies": [SUBJECT]}}), policy=replace(policy(), config=short))
    found = Assurances(of)[SUBJECT].next
    assert found is not None
    assert 20 == len(found.text)


# What applies


def test_a_control_that_is_left_out_has_no_assurance() -> None:
    assert Assured() == assured(changed(WHOLE, decided(applicable=False)))


def test_a_clause_applies_whatever_a_statement_says() -> None:
    records = changed(WHOLE, {"Control:c": {"satisfies": ["iso27001:4.4"]}, "Evidence:e": {"covers": ["iso27001:4.4"]}})
    records |= decided(requirement="iso27001:4.4", applicable=False)
    assert "tested" == assured(records, "iso27001:4.4").step


def test_without_steps_nothing_is_asked(world: Any) -> None:
    findings = world.rule().judge(world.box()).findings
    assert [(None, None)] * 4 == [(finding.assurance, finding.next) for finding in findings]


# What errs


def test_a_record_that_is_refused_ends_the_way_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {
        "compliance/x.yaml": write({"kind": "Evidence", "id": "x", "status": "active", "covers": [SUBJECT]}).encode()
    }
    found = assured(WHOLE, files=broken)
    assert "declared" == found.step
    assert (
        Next("present", "whether it is reached could not be judged: Evidence:x is refused by its schema") == found.next
    )


def test_an_approval_that_no_commit_holds_is_none_and_that_is_said() -> None:
    found = assured(WHOLE, committed=False)
    assert "fresh" == found.step
    assert found.next is not None
    assert "could not be judged: no commit holds Policy:p as it is judged" in found.next.text


def test_a_control_that_names_no_record_ends_the_way() -> None:
    found = assured(changed(WHOLE, {"Control:c": {"effect_metric": "Objective:none"}}))
    assert ("approved", "measured") == (found.step, found.next and found.next.step)


def test_only_true_reaches_a_step() -> None:
    of = ground(WHOLE)
    steps = policy().assurance
    assert steps is not None
    compiled = steps.bound.compiled

    def odd(*_: object) -> object:
        return 1

    checks = (replace(compiled.checks[0], that=odd), *compiled.checks[1:])
    bound = copy.copy(steps.bound)
    bound.__dict__["compiled"] = replace(compiled, checks=checks)
    of = replace(of, policy=replace(policy(), assurance=structs.replace(steps, bound=bound)))
    assert None is Assurances(of)[SUBJECT].step


# The data


def test_the_steps_are_those_of_the_contract_in_their_order() -> None:
    steps = policy().assurance
    assert steps is not None
    assert STEPS == [step.id for step in steps.steps]


def test_nothing_in_the_steps_is_what_rules_are_warned_of() -> None:
    steps = policy().assurance
    assert steps is not None
    plain = replace(steps.bound, file=replace(steps.bound.file, written=None))
    assert [] == list(remarks(plain.file, plain.compiled, covered=True))


def test_a_mutation_of_a_step_breaks_a_case() -> None:
    steps = policy().assurance
    assert steps is not None
    cases = [(SUBJECT, step, ground(changed(WHOLE, *changes))) for step, changes in CASES.values()]
    documents = changed(WHOLE, {"Evidence:e": None}, documented("iso27001:4.3"))
    cases.append(("iso27001:4.3", "fresh", ground(documents)))

    def noticed(rule: Rule) -> bool:
        file = replace(steps.bound.file, rule=rule, written=None)
        wrong = replace(
            policy(), assurance=structs.replace(steps, bound=replace(steps.bound, file=file, params=rule.params))
        )
        return any(step != Assurances(replace(of, policy=wrong))[of_what].step for of_what, step, of in cases)

    assert [] == [change for change, rule in _changed(steps.bound.file.rule) if not noticed(rule)]


# What a loss does


@cache
def example() -> tuple[dict[str, bytes], CasePast]:
    """The files of the example, and a history of one commit that holds its records."""
    files = {path.relative_to(ACME).as_posix(): path.read_bytes() for path in ACME.rglob("*") if path.is_file()}
    held = {path: data for path, data in files.items() if path.startswith("compliance/")}
    rows = {path: read(path, data).value or {} for path, data in held.items()}
    where = {f"{row['kind']}:{row['id']}": path for path, row in rows.items()}
    commit = CaseCommit(date="2026-01-01", by="nobody@case.example", set={name: {} for name in where})
    past = CasePast(
        [commit], list(rows.values()), lambda row: ((path := where[f"{row['kind']}:{row['id']}"]), held[path])
    )
    return files, past


@cache
def of_example() -> Ground:
    files, past = example()
    return prepare(MemorySnapshot(files), "", policy(), DAY, None, past)


PROVING = ("evidence", "control-tests", "audits", "objectives", "policies")


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_shows_a_requirement_is_never_lost_to_its_gain(data: st.DataObject) -> None:
    files, past = example()
    proving = sorted(path for path in files if path.startswith(tuple(f"compliance/{kind}/" for kind in PROVING)))
    gone = set(data.draw(st.lists(st.sampled_from(proving), min_size=1, max_size=12)))
    left = {path: content for path, content in files.items() if path not in gone}
    before = of_example()
    after = Assurances(prepare(MemorySnapshot(left), "", policy(), DAY, None, past, before.memo))
    whole = whole_example()
    assert [] == [name for name in after if len(after[name].reached) > len(whole[name].reached)]


@cache
def whole_example() -> Assurances:
    return Assurances(of_example())


def test_the_example_has_requirements_on_several_steps() -> None:
    steps = {name: found.step for name, found in whole_example().items()}
    assert {None, "approved", "measured", "tested"} == set(steps.values())
    alone = Assurances(of_example())
    assert steps == {name: alone.step(name) for name in alone}
    assert [found.asked for found in whole_example().values()] == [alone.asks(name) for name in alone]


def test_no_verdict_follows_from_it() -> None:
    files, _ = example()
    few = {path: files[path] for path in sorted(files) if not path.startswith("compliance/assets/")}
    found, without = (
        evaluate(MemorySnapshot(few), "", replace(policy(), assurance=steps), DAY)
        for steps in (policy().assurance, None)
    )
    assert found.verdict == without.verdict
    assert [result[:9] for result in found.results] == [result[:9] for result in without.results]
    assert any(finding.assurance for finding in found.findings)
    assert not any(finding.assurance for finding in without.findings)
