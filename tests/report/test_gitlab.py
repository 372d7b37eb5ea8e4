"""Evaluation -> GitLab's Code Quality report: what fails, in GitLab's own words, each under a name of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from iscode.report import REPORTERS, Options


def issues(*evaluations: Any) -> list[Any]:
    return json.loads(REPORTERS["gitlab"](evaluations, Options()))  # type: ignore[no-any-return]


def test_a_failure_has_the_keys_that_gitlab_reads(world: Any) -> None:
    evaluation = world.rule(that="false", message="{self.id} is bad", at="self.label").judge(world.box(label="x"))
    [failing] = [result for result in evaluation.results if result.adverse]
    expected = {
        "description": "b is bad",
        "check_name": "test-rule",
        "fingerprint": failing.fingerprint,
        "severity": "critical",
        "location": {"path": "c/0.yaml", "lines": {"begin": 4}},
    }
    assert [expected] == issues(evaluation)


def test_each_severity_has_its_name_and_the_worst_stands_first(world: Any) -> None:
    for severity in ("low", "blocker", "medium", "high"):
        world = world.rule(id=f"x-{severity}", that="false", severity=severity)
    found = issues(world.judge(world.box()))
    assert [("x-blocker", "blocker"), ("x-high", "critical"), ("x-medium", "major"), ("x-low", "minor")] == [
        (each["check_name"], each["severity"]) for each in found
    ]


def test_what_passes_is_no_issue_and_what_is_waived_is_but_an_information(world: Any, waived: Any) -> None:
    assert [] == issues(world.rule().judge(world.box()))
    [found] = issues(waived)
    assert ("info", "bad; waived by Leave:w until 2026-12-31: a | b must be") == (
        found["severity"],
        found["description"],
    )


def test_one_failure_of_two_roots_has_two_fingerprints_and_the_same_ones_each_time(world: Any) -> None:
    evaluation = world.rule(that="false").judge(world.box())
    several = [evaluation, replace(evaluation, root="a"), replace(evaluation, root="b")]
    prints = [each["fingerprint"] for each in issues(*several)]
    assert 3 == len(set(prints))
    assert prints == [each["fingerprint"] for each in issues(*several)]
