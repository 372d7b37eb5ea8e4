"""What a rule came to over all whom it judges: the worst counts, and silence is no pass."""

from __future__ import annotations

import pytest

from iscode.errors import Place
from iscode.evaluation.result import Cause, Origin, Outcome, Result
from iscode.view.verdicts import Verdict, verdicts


def result(outcome: Outcome, cause: Cause | None = None, rule: str = "r") -> Result:
    return Result(rule, "Box:b", None, outcome, cause, None, "high", False, "", Origin(None, (), Place("b.yaml")))


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([result("pass")], "pass"),
        ([result("pass"), result("not_applicable", "condition")], "pass"),
        ([result("pass"), result("fail", "violated")], "fail"),
        ([result("pass"), result("error", "failed")], "fail"),
        ([result("not_applicable", "condition"), result("not_applicable", "empty")], "not_applicable"),
        ([result("not_applicable", "excluded")], "not_applicable"),
        ([result("not_applicable", "not_due")], "not_assessed"),
        ([result("not_applicable", "no_base")], "not_assessed"),
        ([result("not_applicable", "condition"), result("not_applicable", "no_history")], "not_assessed"),
    ],
)
def test_a_rule_comes_to_the_worst_of_its_results(results: list[Result], expected: Verdict) -> None:
    assert {"r": expected} == verdicts(results)


def test_each_rule_comes_to_its_own_and_one_without_results_to_nothing() -> None:
    found = verdicts([result("pass"), result("fail", "violated", "s")])
    assert {"r": "pass", "s": "fail"} == found
    assert {} == verdicts([])
