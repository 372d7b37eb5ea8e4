"""Evaluation -> JUnit XML: red where the verdict is, and nowhere else; nothing that was not judged shows as a pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.evaluation import evaluate
from iscode.report import REPORTERS, Options
from iscode.report.escape import terminal
from iscode.source import MemorySnapshot


def suites(*evaluations: Any) -> ElementTree.Element:
    return ElementTree.fromstring(REPORTERS["junit"](evaluations, Options()))  # noqa: S314 - our own


def suite(evaluation: Any, rule: str = "test-rule") -> ElementTree.Element:
    [found] = [each for each in suites(evaluation) if each.get("name") == rule]
    return found


def only(evaluation: Any) -> ElementTree.Element:
    """What the only case of the rule holds."""
    [case] = suite(evaluation)
    [held] = case
    return held


def test_a_failure_that_blocks_says_message_place_requirements_and_remedy(world: Any) -> None:
    evaluation = world.rule(that="false", message="{self.id} <is> bad", at="self.label").judge(world.box(label="x"))
    [case] = suite(evaluation)
    assert ("test-rule", "Box:b") == (case.get("classname"), case.get("name"))
    [failure] = case
    assert ("failure", "b <is> bad", "high:violated") == (failure.tag, failure.get("message"), failure.get("type"))
    assert "\nc/0.yaml:4:1\nb <is> bad\nserves std:1.1 (Label of 1.1)\nfix: mend it\n" == failure.text


def test_an_error_is_an_error(world: Any) -> None:
    held = only(world.rule(that="1 / self.?size.orValue(0) > 1").judge(world.box()))
    assert ("error", "high:failed") == (held.tag, held.get("type"))


def test_suites_count_what_is_in_them(world: Any) -> None:
    world = world.rule(when="self.id != 'c'", that="self.id == 'a'").rule(id="mild", that="false", severity="low")
    found = suites(world.judge(world.box("a"), world.box("b"), world.box("c")))
    counts = {
        each.get("name"): {key: each.get(key) for key in ("tests", "failures", "errors", "skipped")} for each in found
    }
    assert {"tests": "2", "failures": "1", "errors": "0", "skipped": "0"} == counts["test-rule"]
    assert {"tests": "3", "failures": "0", "errors": "0", "skipped": "3"} == counts["mild"]
    totals = {key: sum(int(count[key] or 0) for count in counts.values()) for key in ("tests", "failures", "errors")}
    assert {key: str(value) for key, value in totals.items()} == {key: found.get(key) for key in totals}


def test_what_does_not_block_is_skipped_and_says_what_fails(world: Any, waived: Any) -> None:
    held = only(world.rule(that="false", severity="low").judge(world.box()))
    assert ("skipped", "fails without blocking: bad") == (held.tag, held.get("message"))
    held = only(waived)
    assert ("skipped", "waived by Leave:w until 2026-12-31: a | b must be: bad") == (held.tag, held.get("message"))


def test_a_known_failure_is_skipped_unless_it_blocks(world: Any) -> None:
    evaluation = world.rule(that="false").judge(world.box())
    for blocking, tag in ((True, "failure"), (False, "skipped")):
        known = tuple(each._replace(known=True, blocking=blocking) for each in evaluation.results if each.adverse)
        assert tag == only(replace(evaluation, results=known)).tag


def test_a_rule_that_applies_to_nothing_is_no_pass(world: Any) -> None:
    for judged in (world.rule(subject="Shelf"), world.rule(when="false")):
        held = only(judged.judge(world.box()))
        assert "skipped" == held.tag


def test_what_was_not_judged_for_want_of_a_base_is_no_pass(world: Any) -> None:
    assert "skipped" == only(world.rule(compare="changed").judge(world.box())).tag


def test_a_root_names_its_suites_and_every_root_has_all(world: Any) -> None:
    evaluation = world.rule().judge(world.box())
    found = suites(evaluation, replace(evaluation, root="a/b"))
    assert [None, "a/b"] == [each.get("package") for each in found if each.get("name") == "test-rule"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=8) | st.sampled_from(["]]>", "<!--", "&#0;", "\x00", "\ufffe", "\ud800", "\"'"]))
def test_whatever_others_wrote_the_report_is_xml_that_says_it(world: Any, label: str) -> None:
    world = world.rule(
        that="false",
        message="x{self.label}",
        remediation=label.encode("utf-8", "ignore").decode().strip("\x00\ufffe \n") or "x",
    )
    quoted = "".join(f"\\U{ord(character):08x}" for character in label)
    data = f'kind: Box\nid: b\nstatus: active\nlabel: "{quoted}"\n'.encode()
    evaluation = evaluate(MemorySnapshot({"c.yaml": data}), "", world.policy(records=["**"]), "2026-11-24")
    said = [result.message for result in evaluation.results if result.adverse]
    assert [terminal(text) for text in said] == [
        held.get("message") for case in suites(evaluation).iter("testcase") for held in case if held.tag == "failure"
    ]
