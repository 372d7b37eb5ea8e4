"""Evaluation -> SARIF: failures alone, each at a place, under a name that lasts; what is waived is suppressed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from iscode.report import REPORTERS, Options, sarif


def runs(*evaluations: Any) -> list[Any]:
    return json.loads(REPORTERS["sarif"](evaluations, Options()))["runs"]  # type: ignore[no-any-return]


def results(*evaluations: Any) -> list[Any]:
    return [result for run in runs(*evaluations) for result in run["results"]]


def test_a_failure_has_its_rule_its_place_and_a_name_that_lasts(world: Any) -> None:
    evaluation = world.rule(that="false", message="{self.id} is bad", at="self.label").judge(world.box(label="x"))
    [failing] = [result for result in evaluation.results if result.adverse]
    expected = {
        "ruleId": "test-rule",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "b is bad"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "c/0.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 4, "startColumn": 1},
                }
            }
        ],
        "partialFingerprints": {"iscode/v1": failing.fingerprint},
        "properties": {
            "subject": "Box:b",
            "item": None,
            "outcome": "fail",
            "severity": "high",
            "blocking": True,
        },
    }
    assert [expected] == results(evaluation)


def test_a_rule_explains_itself_and_has_its_requirements_as_tags(world: Any) -> None:
    world = world.rule(that="false", title="It *holds*", requirements=["std:1.*"], severity="medium")
    [rule] = runs(world.judge(world.box()))[0]["tool"]["driver"]["rules"]
    assert ("test-rule", "TestRule", "warning") == (rule["id"], rule["name"], rule["defaultConfiguration"]["level"])
    assert ["std:1.1", "std:1.2", "std:1.10"] == rule["properties"]["tags"]
    assert "It *holds*." == rule["shortDescription"]["text"]
    assert "It *holds*. why" == rule["fullDescription"]["text"]
    served = "Serves std:1.1 (Label of 1.1), std:1.2 (Label of 1.2), std:1.10 (Label of 1.10)."
    assert f"It *holds*.\n\nwhy\n\nFix: mend it\n\n{served}" == rule["help"]["text"]
    listed = "- `std:1.1` Label of 1.1\n- `std:1.2` Label of 1.2\n- `std:1.10` Label of 1.10"
    assert f"It &#42;holds&#42;.\n\nwhy\n\n**Fix:** mend it\n\n{listed}" == rule["help"]["markdown"]


def test_what_passes_is_no_result_and_the_run_says_the_verdict(world: Any) -> None:
    [run] = runs(world.rule().judge(world.box()))
    assert ([], []) == (run["results"], run["tool"]["driver"]["rules"])
    properties = run["properties"]
    assert (True, 0, "2026-11-24", 6) == (
        *(properties[key] for key in ("passed", "blocking", "asOf")),
        properties["counts"]["pass"],
    )


def test_what_is_about_the_whole_repository_stands_at_its_configuration(world: Any) -> None:
    world = world.rule(subject="Repository", check=[{"that": "false", "message": "nothing there"}])
    [found] = results(world.judge(world.box()))
    assert "iscode.yaml" == found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_what_is_waived_is_suppressed_with_its_reason(waived: Any) -> None:
    [found] = results(waived)
    held = "waived by Leave:w until 2026-12-31: a | b must be"
    assert ("note", [{"kind": "external", "status": "accepted", "justification": held}]) == (
        found["level"],
        found["suppressions"],
    )
    assert f"bad; {held}" == found["message"]["text"]


def test_the_waivers_in_force_stand_with_the_run_and_what_is_said_of_them(waived: Any, unused: Any) -> None:
    told = {"record": "Leave:w", "until": "2026-12-31", "ignored": False, "hides": 1, "remarks": []}
    assert [told] == runs(waived)[0]["properties"]["waivers"]
    assert [{**told, "hides": 0, "remarks": ["unused: nothing that it is for fails"]}] == (
        runs(unused)[0]["properties"]["waivers"]
    )


def test_a_waiver_that_is_ignored_suppresses_nothing_and_is_said_to_be(ignored: Any) -> None:
    [run] = runs(ignored)
    [failing] = run["results"]
    assert ("error", True, False) == (failing["level"], failing["properties"]["blocking"], "suppressions" in failing)
    assert [("Leave:w", True, 1)] == [
        (each["record"], each["ignored"], each["hides"]) for each in run["properties"]["waivers"]
    ]


def test_what_is_known_is_unchanged_and_a_note_unless_it_blocks(world: Any) -> None:
    evaluation = world.rule(that="false").judge(world.box("a"), world.box("b"), world.box("c"))
    states = {"Box:a": (True, True), "Box:b": (True, False), "Box:c": (False, True)}
    known = [
        result._replace(known=states[result.subject][0], blocking=states[result.subject][1])
        for result in evaluation.results
        if result.adverse
    ]
    assert [("error", "unchanged"), ("note", "unchanged"), ("error", None)] == [
        (found["level"], found.get("baselineState")) for found in results(replace(evaluation, results=tuple(known)))
    ]


def test_what_does_not_block_is_a_warning_and_the_worst_stands_first(world: Any) -> None:
    world = world.rule(id="mild", that="false", severity="low").rule(id="hard", that="false", severity="blocker")
    found = results(world.judge(world.box()))
    assert [("hard", 0, "error"), ("mild", 1, "warning")] == [
        (each["ruleId"], each["ruleIndex"], each["level"]) for each in found
    ]


def test_other_places_are_related_and_what_only_follows_is_counted(world: Any) -> None:
    world = world.rule(needs=["shelf"], that="get(self.shelf).id != ''")
    [refused] = results(world.judge(world.box(shelf="Shelf:s"), world.stand(height="tall")))
    assert ("schema", 1) == (refused["ruleId"], refused["properties"]["notJudgedBecauseOfThis"])
    [one, other] = results(world.rule().judge(world.box("b"), world.box("b", label="x")))
    assert "c/1.yaml" == one["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert "c/0.yaml" == other["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_several_roots_are_runs_of_several_names(world: Any) -> None:
    evaluation = world.rule().judge(world.box())
    found = runs(evaluation, replace(evaluation, root="a b/ü"))
    assert ["iscode/", "iscode/a%20b/%C3%BC/"] == [run["automationDetails"]["id"] for run in found]


def test_what_github_would_refuse_is_left_out_and_counted(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("MOST", 3), ("TAGS", 2)):
        monkeypatch.setattr(sarif, name, value)
    world = world.rule(that="false", requirements=["*"]).rule(id="hard", that="self.id != 'b4'", severity="blocker")
    [run] = runs(world.judge(*(world.box(f"b{number}") for number in range(5))))
    assert ["hard", "test-rule", "test-rule"] == [found["ruleId"] for found in run["results"]]
    assert [["std:1.1"], ["std:1.1", "std:1.2"]] == [
        rule["properties"]["tags"] for rule in run["tool"]["driver"]["rules"]
    ]
    [said] = run["invocations"][0]["toolExecutionNotifications"]
    assert "3 more results did not fit here; the JSON report has all of them." == said["message"]["text"]


def test_rules_that_nobody_could_judge_are_named(world: Any) -> None:
    [run] = runs(world.rule().rule(id="later", compare="changed").judge(world.box()))
    [said] = run["invocations"][0]["toolExecutionNotifications"]
    assert "1 rule not judged for want of a base or of history: later." == said["message"]["text"]
