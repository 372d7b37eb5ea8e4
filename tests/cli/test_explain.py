"""explain, and rules eval: what a word names, how it is said, and what it exits with."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785

from iscode.cli import judging
from iscode.evaluation import Result
from iscode.evaluation.explanation import Need, explain
from iscode.report import Options, proof, proof_json

DAY = ("--as-of", "2026-11-24")
RULE = "ai-oversight-drilled"
SYSTEM = "AISystem:credit-scoring"


@pytest.fixture
def fingerprint(firm: Any, iscode: Any) -> str:
    """The result of one rule about one system of the example."""
    document = json.loads(iscode("explain", RULE, "--subject", SYSTEM, "-f", "json", *DAY).out)
    assert (RULE, SYSTEM) == (document["result"]["rule"], document["result"]["subject"])
    return str(document["result"]["fingerprint"])


def test_a_result_is_explained_by_its_fingerprint_or_enough_of_it(iscode: Any, fingerprint: str) -> None:
    pages = {iscode("explain", what, *DAY).out for what in (fingerprint, fingerprint[:8])}
    [page] = pages
    assert page.startswith(f"PASS  {SYSTEM}  by {RULE}\n")
    assert "credit-scoring.yaml:" in page


def test_a_failure_is_explained_with_exit_0_and_what_would_turn_it(firm: Any, iscode: Any) -> None:
    done = iscode("explain", RULE, "--subject", SYSTEM, "--as-of", "2028-11-24")
    assert (0, "") == (done.code, done.err)
    assert "It would pass if performed_on of ControlTest:oversight-drill-2026-11 were" in done.out


@pytest.mark.parametrize(
    ("what", "first"),
    [(RULE, RULE), ("AIS-021", RULE), ("iso42001:A.9.2", "iso42001:A.9.2"), (SYSTEM, SYSTEM), ("DOC-001", "schema")],
)
def test_rules_requirements_and_records_list_their_results(firm: Any, iscode: Any, what: str, first: str) -> None:
    done = iscode("explain", what, *DAY)
    assert (0, first) == (done.code, done.out.splitlines()[0])
    document = json.loads(iscode("explain", what, "-f", "json", *DAY).out)
    assert "iscode/overview/v1" == document["schema"]
    assert {SYSTEM} <= {result["subject"] for result in document["results"]}


def test_a_rule_with_items_needs_the_item_for_one_result(firm: Any, iscode: Any) -> None:
    where = ("explain", "evidence-is-current", "--subject", "Evidence:vulnerability-scan-2026-11")
    several = iscode(*where, *DAY)
    assert several.out.startswith("evidence-is-current about Evidence:vulnerability-scan-2026-11\n")
    assert iscode(*where, "--item", "iso27001:A.8.8", *DAY).out.startswith(
        "PASS  Evidence:vulnerability-scan-2026-11 iso27001:A.8.8  by evidence-is-current\n"
    )
    wrong = iscode(*where, "--item", "x", *DAY)
    assert (2, True) == (wrong.code, "iso27001:A.8.8" in wrong.err)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ai-oversight-driled",), 'did you mean "ai-oversight-drilled"?'),
        (("AISystem:credit-scorin",), 'did you mean "AISystem:credit-scoring"?'),
        (("iso42001:A.9.22",), "did you mean"),
        (("0123456789abcdef",), "is no result, rule, requirement or record here"),
        (("ai-oversight-driled", "--subject", SYSTEM), 'did you mean "ai-oversight-drilled"?'),
        ((RULE, "--subject", "AISystem:none"), "has no result about AISystem:none"),
        ((RULE, "--item", "x"), "--item goes with --subject"),
        ((RULE, "--staged", "--rev", "HEAD"), "give one"),
    ],
)
def test_what_names_nothing_is_refused_with_the_nearest(
    firm: Any, iscode: Any, words: tuple[str, ...], said: str
) -> None:
    done = iscode("explain", *words)
    assert (2, "") == (done.code, done.out)
    assert said in done.err


def test_the_index_and_a_commit_are_explained_as_they_are(firm: Any, iscode: Any) -> None:
    path = "compliance/ai-systems/credit-scoring.yaml"
    firm.change(path, "risk_tier: high", "risk_tier: low")
    tree = iscode("explain", RULE, "--subject", SYSTEM, *DAY).out
    index = iscode("explain", RULE, "--subject", SYSTEM, "--staged", *DAY).out
    commit = iscode("explain", RULE, "--subject", SYSTEM, "--rev", "HEAD", *DAY).out
    assert ["NOT APPLICABLE", "PASS", "PASS"] == [page.split("  ")[0] for page in (tree, index, commit)]
    assert "commit " in commit


def test_the_beginning_of_several_fingerprints_is_refused(
    firm: Any, iscode: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Result, "fingerprint", property(lambda result: "12345678" + result.rule))
    done = iscode("explain", "12345678", *DAY)
    assert (2, True) == (done.code, "begins the fingerprints of" in done.err)


def test_every_kind_of_result_of_the_example_has_a_proof_that_agrees_with_it(firm: Any) -> None:
    evaluation = judging.evaluation(firm.top, as_of="2027-11-24")
    kinds = {(result.rule, result.outcome, result.cause): result for result in evaluation.results}
    unasked = {"excluded", "not_due", "no_base", "invalid"}
    for result in kinds.values():
        found = explain(evaluation, result)
        page = proof.report(evaluation, found, Options()).decode()
        assert page.startswith(result.outcome.replace("_", " ").upper()), result
        assert rfc8785.dumps(proof_json.document(evaluation, found))
        compared = found.bound is not None and found.bound.file.rule.compare is not None
        if found.bound is None or result.cause in unasked or compared:
            continue
        last = found.steps[-1]
        if result.outcome in ("pass", "fail"):
            good = last.met if isinstance(last, Need) else last.trace.value
            assert (result.outcome == "pass") is good, result


# rules eval


def test_an_expression_has_type_value_and_trace(firm: Any, iscode: Any) -> None:
    done = iscode("rules", "eval", 'self.stage == "monitoring"', "--record", SYSTEM, *DAY)
    assert (0, "") == (done.code, done.err)
    assert ["type   bool", "value  true", ""] == done.out.splitlines()[:3]
    assert done.out.splitlines()[3].endswith("credit-scoring.yaml:7")


def test_without_a_record_an_expression_is_asked_of_the_repository(firm: Any, iscode: Any) -> None:
    done = iscode("rules", "eval", 'today == timestamp("2026-11-24T00:00:00Z") && size(records("Role")) > 3', *DAY)
    assert "type   bool\nvalue  true\n" == done.out.partition("\n\n")[0] + "\n"


def test_what_may_be_absent_is_said(firm: Any, iscode: Any) -> None:
    done = iscode("rules", "eval", "self.legal_basis", "--record", SYSTEM)
    assert "note   self.legal_basis may be absent; a rule must guard it" in done.out


def test_an_expression_in_json_has_every_part(firm: Any, iscode: Any) -> None:
    document = json.loads(iscode("rules", "eval", "self.id + '!'", "--record", SYSTEM, "-f", "json").out)
    assert ("iscode/answer/v1", SYSTEM, "string", '"credit-scoring!"') == (
        document["schema"],
        document["record"],
        document["type"],
        document["expression"]["value"],
    )


def test_an_expression_that_does_not_compile_is_marked(firm: Any, iscode: Any) -> None:
    done = iscode("rules", "eval", "self.stge == 1", "--record", SYSTEM)
    expected = """\
iscode: AISystem has no field "stge" (line 1, column 6)
  did you mean "stage"?
  self.stge == 1
       ^
"""
    assert (2, "", expected) == (done.code, done.out, done.err)


def test_an_expression_without_a_value_shows_its_error_and_is_no_success(firm: Any, iscode: Any) -> None:
    done = iscode("rules", "eval", "1 / (size(self.id) - 14)", "--record", SYSTEM)
    assert (2, True) == (done.code, "value  error: division by zero" in done.out)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("self.id", "--record", "AISystem:credit-scorin"), 'did you mean "AISystem:credit-scoring"?'),
        (("1 // \udcff",), "the expression is no UTF-8"),
        (("self.id",), 'Repository has no field "id"'),
    ],
)
def test_what_cannot_be_asked_is_refused(firm: Any, iscode: Any, words: tuple[str, ...], said: str) -> None:
    done = iscode("rules", "eval", *words)
    assert (2, "", True) == (done.code, done.out, said in done.err)


def test_a_record_that_its_schema_refuses_is_not_asked(firm: Any, iscode: Any) -> None:
    firm.change("compliance/ai-systems/credit-scoring.yaml", "stage: monitoring", "stage: unheard")
    done = iscode("rules", "eval", "self.id", "--record", SYSTEM)
    assert (2, True) == (done.code, "is refused by its schema: compliance/ai-systems/credit-scoring.yaml:7" in done.err)
