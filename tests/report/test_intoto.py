"""Evaluation -> in-toto: what did not run did not pass, and a statement is about one commit."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from iscode.errors import UsageError
from iscode.report import REPORTERS, Options
from iscode.source import Revision

COMMIT = Revision("commit", "a" * 40, "b" * 40)


def predicate(evaluation: Any) -> Any:
    return json.loads(REPORTERS["intoto-predicate"]([evaluation], Options()))


def test_a_statement_names_the_commit_and_holds_the_predicate(world: Any) -> None:
    found = replace(world.rule().judge(world.box()), revision=COMMIT)
    statement = json.loads(REPORTERS["intoto"]([found], Options()))
    assert {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"digest": {"gitCommit": "a" * 40}}],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": predicate(found),
    } == statement


def test_what_is_no_commit_and_what_is_several_roots_is_refused(world: Any) -> None:
    found = world.rule().judge(world.box())
    with pytest.raises(UsageError, match="about a commit"):
        REPORTERS["intoto"]([found], Options())
    for form in ("intoto", "intoto-predicate"):
        with pytest.raises(UsageError, match="several roots"):
            REPORTERS[form]([replace(found, revision=COMMIT)] * 2, Options())


def test_a_rule_that_met_nobody_is_in_no_list(world: Any) -> None:
    told = predicate(world.rule().rule(id="other", subject="Shelf").judge(world.box()))
    assert ("PASSED", [], []) == (told["result"], told["warnedTests"], told["failedTests"])
    assert "test-rule" in told["passedTests"]
    assert "other" not in told["passedTests"]


@pytest.mark.parametrize(
    ("severity", "word", "where"), [("high", "FAILED", "failedTests"), ("low", "WARNED", "warnedTests")]
)
def test_a_rule_that_blocks_failed_and_a_milder_one_warns(world: Any, severity: str, word: str, where: str) -> None:
    told = predicate(world.rule(that="false", severity=severity).judge(world.box()))
    assert (word, ["test-rule"]) == (told["result"], told[where])
    assert "test-rule" not in told["passedTests"]


def test_a_waived_failure_and_a_rule_that_could_not_be_judged_warn(world: Any, waived: Any) -> None:
    told = predicate(waived)
    assert ("WARNED", ["test-rule"]) == (told["result"], told["warnedTests"])
    unjudged = predicate(world.rule().rule(id="other", compare="changed").judge(world.box()))
    assert ("WARNED", [], []) == (unjudged["result"], unjudged["warnedTests"], unjudged["failedTests"])
    assert "other" not in unjudged["passedTests"]


def test_a_waiver_in_force_is_part_of_the_configuration_by_its_digest(waived: Any, unused: Any) -> None:
    [held] = [each for each in predicate(waived)["configuration"] if each["name"].startswith("waiver ")]
    source = waived.waivers[0].record.document.source
    assert {
        "name": "waiver Leave:w",
        "digest": {"sha256": sha256(source).hexdigest()},
        "annotations": {"path": "c/3.yaml", "until": "2026-12-31", "hides": "test-rule for Box:b", "ignored": "no"},
    } == held
    [held] = [each for each in predicate(unused)["configuration"] if each["name"].startswith("waiver ")]
    assert "nothing" == held["annotations"]["hides"]


def test_a_waiver_that_is_ignored_is_said_to_be(ignored: Any) -> None:
    told = predicate(ignored)
    [held] = [each for each in told["configuration"] if each["name"].startswith("waiver ")]
    assert ("FAILED", "yes", "test-rule for Box:b") == (
        told["result"],
        held["annotations"]["ignored"],
        held["annotations"]["hides"],
    )


def test_the_configuration_names_each_thing_that_decided_by_its_digest(acme: Any) -> None:
    evaluation = acme()
    first, content, *rules = predicate(evaluation)["configuration"]
    assert ("profile integrated", evaluation.policy.digest) == (first["name"], f"sha256:{first['digest']['sha256']}")
    assert "2026-11-24" == first["annotations"]["as_of"]
    assert evaluation.policy.content == f"sha256:{content['digest']['sha256']}"
    assert len(evaluation.policy.bound) == len(rules)
    home = Path(__file__).resolve().parents[2]
    for rule in rules:
        assert sha256((home / rule["name"]).read_bytes()).hexdigest() == rule["digest"]["sha256"]
