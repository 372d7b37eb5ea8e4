"""Evaluation -> the JSON that programs rely on: every key of the contract, canonical, the same bytes anywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785

from iscode import __version__
from iscode.report import REPORTERS, Options

RESULT = {
    "rule", "subject", "item", "outcome", "cause", "clause", "severity", "blocking", "message", "location", "related",
    "fingerprint", "waiver", "known",
}  # fmt: skip
TOP = {
    "schema", "tool", "options", "revision", "base", "as_of", "profile", "verdict", "rules", "results", "findings",
    "waivers", "excluded", "policy_changes",
}  # fmt: skip


def report(*evaluations: Any, **options: Any) -> Any:
    return json.loads(REPORTERS["json"](evaluations, Options(**options)))


@pytest.fixture
def failing(world: Any) -> Any:
    """One failure with a related record, one pass, one rule that meets nobody."""
    world = world.rule(let={"all": "records('Shelf')"}, that="size(all) > 9 || self.id == 'c'", at="self.label")
    world = world.rule(id="silent", subject="Shelf", status=["retired"])
    return world.judge(world.box(label="x"), world.box("c"), world.stand(), fail_on="low", limits={"depth": 9})


def test_every_key_of_the_contract_is_there_and_no_other(failing: Any) -> None:
    document = report(failing)
    assert set(document) == TOP
    assert {"name": "iscode", "version": __version__, "content": failing.policy.content} == document["tool"]
    assert {
        "fail_on": "low",
        "existing": None,
        "all_results": False,
        "new_only": False,
        "ignore_waivers": False,
        "root": "",
        "limits": {"depth": 9},
    } == document["options"]
    assert {"kind": "memory", "commit": None, "tree": None} == document["revision"]
    assert (None, "2026-11-24", 0, []) == tuple(
        document[key] for key in ("base", "as_of", "excluded", "policy_changes")
    )
    assert {"id": "all", "digest": failing.policy.digest} == document["profile"]
    assert {
        "passed": False,
        "blocking": 1,
        "not_judged": 0,
        "counts": {"pass": 16, "fail": 1, "not_applicable": 0, "error": 0, "waived": 0, "known": 0},
    } == document["verdict"]


def test_a_result_says_all_that_is_known_of_it(failing: Any) -> None:
    [result] = report(failing)["results"]
    assert set(result) == RESULT
    assert {
        "rule": "test-rule",
        "subject": "Box:b",
        "item": None,
        "outcome": "fail",
        "cause": "violated",
        "clause": "check:0",
        "severity": "high",
        "blocking": True,
        "message": "bad",
        "location": {"path": "c/0.yaml", "line": 4, "column": 1},
        "related": [{"path": "c/2.yaml", "line": 2, "column": 1, "message": "Shelf:s"}],
        "waiver": None,
        "known": False,
    } == {key: value for key, value in result.items() if key != "fingerprint"}
    assert next(each.fingerprint for each in failing.results if each.adverse) == result["fingerprint"]


def test_every_rule_is_counted_those_that_met_nobody_too(failing: Any) -> None:
    rules = {rule["id"]: rule for rule in report(failing)["rules"]}
    assert ["identity", "policy", "record", "reference", "schema", "silent", "test-rule", "yaml"] == list(rules)
    assert {
        "id": "test-rule",
        "severity": "high",
        "requirements": ["std:1.1"],
        "remediation": "mend it",
        "counts": {"pass": 1, "fail": 1, "not_applicable": 0, "error": 0},
    } == rules["test-rule"]
    assert {0} == set(rules["silent"]["counts"].values())
    assert ("blocker", [], 3) == (
        rules["yaml"]["severity"],
        rules["yaml"]["requirements"],
        rules["yaml"]["counts"]["pass"],
    )
    assert all(rules[name]["remediation"] for name in rules)


def test_findings_name_the_results_that_are_listed(failing: Any) -> None:
    document = report(failing)
    assert [
        {
            "requirement": "std:1.1",
            "state": "not_satisfied",
            "assurance": None,
            "results": [document["results"][0]["fingerprint"]],
        },
        *(
            {"requirement": name, "state": "not_assessed", "assurance": None, "results": []}
            for name in ("std:1.2", "std:1.10", "std:2.1")
        ),
    ] == document["findings"]


def test_a_satisfied_finding_names_its_passes_only_when_they_are_listed(world: Any) -> None:
    evaluation = world.rule().judge(world.box())
    assert [] == report(evaluation)["findings"][0]["results"]
    whole = report(evaluation, all_results=True)
    [fingerprint] = [result["fingerprint"] for result in whole["results"] if result["rule"] == "test-rule"]
    assert [fingerprint] == whole["findings"][0]["results"]


def test_all_results_lists_each_result(failing: Any) -> None:
    document = report(failing, all_results=True)
    assert (True, 17) == (document["options"]["all_results"], len(document["results"]))
    assert {"pass", "fail"} == {result["outcome"] for result in document["results"]}


def test_related_places_are_sorted_and_named_once(world: Any) -> None:
    world = world.rule(let={"one": "records('Shelf')", "two": "records('Shelf')"}, that="size(one) + size(two) > 9")
    document = report(world.judge(world.box(), world.stand("t"), world.stand("s")))
    assert ["c/1.yaml", "c/2.yaml"] == [related["path"] for related in document["results"][0]["related"]]


def test_the_bytes_are_canonical(failing: Any, world: Any) -> None:
    for evaluation in (failing, world.rule(that="false", message="{self.label}").judge(world.box(label='ü"\u2028\\'))):
        data = REPORTERS["json"]([evaluation], Options(all_results=True))
        assert rfc8785.dumps(json.loads(data)) == data


def test_several_roots_are_an_array(failing: Any) -> None:
    assert [report(failing)] * 2 == report(failing, failing)


def test_each_waiver_says_whom_it_is_for_what_it_hides_and_what_is_said_of_it(waived: Any, unused: Any) -> None:
    [told] = report(waived)["waivers"]
    [result] = report(waived)["results"]
    assert {
        "record": "Leave:w",
        "state": "in force",
        "waives": ["test-rule"],
        "subjects": ["Box:b"],
        "clause": None,
        "reason": "a | b must be",
        "requested_by": "Shelf:one",
        "approved_by": "Shelf:two",
        "starts": "2026-11-01",
        "expires": "2026-12-31",
        "renewals": 0,
        "flaws": [],
        "hides": [result["fingerprint"]],
        "remarks": [],
    } == told
    [told] = report(unused)["waivers"]
    assert ([], [{"word": "unused", "words": "nothing that it is for fails"}]) == (told["hides"], told["remarks"])
