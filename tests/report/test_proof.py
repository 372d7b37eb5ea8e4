"""Explanation -> a page and JSON: aligned, whole, and harmless on a terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785

from iscode.evaluation import Base, evaluate
from iscode.evaluation.explanation import Explanation, explain
from iscode.evaluation.result import Waived
from iscode.expr import NONE, Duration, Optional, Timestamp, timestamp_of_day
from iscode.expr.values import UInt
from iscode.report import Options, overview, proof, proof_json
from iscode.report.escape import cells
from iscode.report.shown import fitted, shown
from iscode.source import MemorySnapshot

RULE = {
    "title": "A box is small",
    "when": "has(self.size)",
    "needs": ["label"],
    "let": {"limit": "records('Shelf').map(s, s.?height.orValue(0)).sort().first().orValue(1)"},
    "each": "self.?parts.orValue([])",
    "that": "item.?weight.orValue(0) < limit && item.name != ''",
    "message": "{item.name} is too heavy for {limit}",
    "at": "item.weight",
}
PARTS = [{"name": "lid", "weight": 9}]


def page(world: Any, *records: Any, rule: str = "test-rule", colour: bool = False, **match: Any) -> str:
    """The page of the only result of the rule, or of the one that has these attributes."""
    evaluation, found = proven(world, *records, rule=rule, **match)
    return proof.report(evaluation, found, Options(colour=colour)).decode("utf-8")


def proven(world: Any, *records: Any, rule: str = "test-rule", **match: Any) -> tuple[Any, Explanation]:
    evaluation = world.judge(*records)
    results = [result for result in evaluation.results if result.rule == rule]
    [result] = [result for result in results if all(getattr(result, key) == value for key, value in match.items())]
    return evaluation, explain(evaluation, result)


def test_a_failure_is_shown_from_the_line_that_is_wrong_to_the_one_that_would_mend_it(world: Any) -> None:
    expected = """\
FAIL  Box:b lid  by test-rule
A box is small

  because   lid is too heavy for 5
  where     c/0.yaml:8:5
            |     weight: 9
            |     ^
  severity  high, blocks
  rule      rules/x/test-rule.yaml
  serves    std:1.1  Label of 1.1
  judged    as of 2026-11-24 by profile all, memory
  result    432484b4ec29e9ebce30bd8efbd303fb

1.  when: true  test-rule.yaml:14
    | has(self.size)
      has(self.size)                              true            0.yaml:4

2.  needs label: "x"  0.yaml:5

3.  each: [{name: "lid", weight: 9}]  test-rule.yaml:19
    | self.?parts.orValue([])
      self.?parts                                 [{name: "lid", weight: 9}]  0.yaml:6

4.  check:0: false  <- decided  test-rule.yaml:9
    | item.?weight.orValue(0) < limit && item.name != ''
      item.?weight.orValue(0) < limit             false
        item.?weight.orValue(0)                   9
          item.?weight                            9               0.yaml:8
        limit                                     5

let limit: 5  test-rule.yaml:18
    | records('Shelf').map(s, s.?height.orValue(0)).sort().first().orValue(1)
      records('Shelf').map(s, s.?height.orValue…  5
        records('Shelf').map(s, s.?height.orVal…  [5]
          records('Shelf').map(s, s.?height.orV…  [5]
            records('Shelf')                      [Shelf:s]
            with s = Shelf:s
              s.?height.orValue(0)                5
                s.?height                         5               1.yaml:4

It would pass if parts[0].weight of Box:b were 4 (it is 9).
  c/0.yaml:8:5
That is how rule and records hang together. A record may say only what is so.

What was read
  c/0.yaml  Box:b
        4  size
        5  label
        6  parts
        8  parts[0].weight
  c/1.yaml  Shelf:s
        4  height
"""
    assert expected == page(world.rule(**RULE), world.box(size=1, label="x", parts=PARTS), world.stand(height=5))


def test_the_clause_that_decided_says_so_and_a_pass_has_none(world: Any) -> None:
    world = world.rule(that="self.id == 'a'")
    assert 1 == page(world, world.box("b")).count("<- decided")
    assert 0 == page(world, world.box("a")).count("<- decided")


@pytest.mark.parametrize(
    ("keys", "record", "words"),
    [
        ({"when": "false"}, {}, "its condition is false"),
        ({"each": "self.?words.orValue([])", "that": "item == ''"}, {}, "there is no item to judge"),
        ({"that": "git(self).stale"}, {}, "no commit holds this yet"),
    ],
)
def test_what_did_not_apply_says_why(world: Any, keys: Any, record: Any, words: str) -> None:
    found = page(world.rule(**keys), world.box(**record))
    assert found.startswith("NOT APPLICABLE")
    assert words in found


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"needs": ["label"]}, 'It would pass if label of Box:b were there, for instance as "…".\n  c/0.yaml:2:1\n'),
        ({"that": "self.id == ''"}, "No change of one key that it read was found that would make it pass.\n"),
    ],
)
def test_what_would_turn_a_failure_is_said_or_that_nothing_was_found(world: Any, keys: Any, words: str) -> None:
    assert words in page(world.rule(**keys), world.box())


def test_a_record_that_has_not_changed_is_said_to_be_unchanged(world: Any) -> None:
    policy = world.rule(compare="changed", that="self.id == old.id").policy(records=["c/**"])
    snapshot = MemorySnapshot({"c/0.yaml": b"kind: Box\nid: b\nstatus: active\n"})
    base = Base(snapshot, "0" * 40, "2026-11-24")
    evaluation = evaluate(snapshot, "", policy, "2026-11-24", base=base)
    [result] = [result for result in evaluation.results if result.rule == "test-rule"]
    found = proof.report(evaluation, explain(evaluation, result), Options()).decode()
    assert "  because   the rule does not apply: what it compares has not changed\n" in found


def test_an_error_is_shown_where_it_arose(world: Any) -> None:
    found = page(world.rule(that="1 / self.?size.orValue(0) > 0"), world.box())
    assert "1.  check:0: error: division by zero  <- decided" in found
    assert "1 / self.?size.orValue(0)                   error: division by zero" in found


def test_a_waiver_is_named_with_its_reason_and_its_end(world: Any) -> None:
    evaluation, found = proven(world.rule(that="self.id == 'a'"), world.box())
    waived = found.result._replace(waiver=Waived("Waiver:w", "Until it is moved", "2027-01-31"), blocking=False)
    said = proof.report(evaluation, explain(evaluation, waived), Options()).decode()
    assert "  severity  high, does not block\n  waived    by Waiver:w until 2027-01-31: Until it is moved\n" in said


def test_a_built_in_rule_has_a_page_too(world: Any) -> None:
    found = page(world.rule(), world.box(size="big"), rule="schema", outcome="fail")
    assert found.startswith("FAIL  Box:b /size type  by schema\nEvery record has the shape of its kind\n")
    assert "rule      built in" in found


def test_of_long_walks_and_lists_the_page_tells_a_part_and_counts_the_rest(world: Any) -> None:
    found = page(world.rule(that="self.?words.orValue([]).all(w, w != '')"), world.box(words=["x"] * 40))
    assert 5 == found.count("with w = ")
    assert "… 35 more" in found
    assert '["x", "x", "x", "x", … 36 more]' in found


def test_no_line_of_a_trace_is_wider_than_a_page(world: Any) -> None:
    word = "w" * 70
    world = world.rule(
        that=f"self.?label.orValue('{word}') == '{word}x' || self.?words.orValue([]).exists(w, w == 'q')"
    )
    found = page(world, world.box(label="l" * 90, words=["v" * 90]))
    assert [] == [line for line in found.splitlines() if cells(line) > 100 and not line.lstrip().startswith("|")]


def test_nothing_that_a_record_holds_reaches_the_terminal_alive(world: Any) -> None:
    live = "\x1b[31mx\u202e"
    world = world.rule(
        that="self.label == self.words[0] || self.?shelf.orValue('') == 'Shelf:y'", needs=["label", "words"]
    )
    found = page(world, world.box(label=live, words=[f"{live}z"]))
    assert "\x1b" not in found
    assert "\u202e" not in found


def test_colour_is_painted_only_where_it_is_wanted(world: Any) -> None:
    world = world.rule(that="self.id == 'a'")
    plain, coloured = page(world, world.box()), page(world, world.box(), colour=True)
    assert "\x1b[" not in plain
    assert "\x1b[31mFAIL\x1b[0m" in coloured


def test_many_records_and_lines_are_counted(world: Any) -> None:
    world = world.rule(that="records('Shelf').all(s, s.id != '') && self.status == 'active'")
    found = page(world, world.box(), *(world.stand(f"s{number:02}") for number in range(12)))
    assert "  … 5 more records" in found


# JSON


def test_the_document_holds_every_part_and_is_canonical(world: Any) -> None:
    evaluation, found = proven(world.rule(**RULE), world.box(size=1, label="x", parts=PARTS), world.stand(height=5))
    document = proof_json.document(evaluation, found)
    assert document == json.loads(rfc8785.dumps(document))
    assert ["when", "needs:label", "each", "check:0"] == [step["clause"] for step in document["steps"]]
    check = document["steps"][-1]["expression"]
    assert ("false", True, False) == (check["value"], check["evaluated"], check["parts"][1]["evaluated"])
    assert {"record": "Box:b", "pointer": ["parts", 0, "weight"], "before": 9, "after": 4} == {
        key: value for key, value in document["amendment"].items() if key != "location"
    }
    assert ["limit"] == [let["clause"] for let in document["lets"]]
    assert ["std:1.1"] == [requirement["id"] for requirement in document["rule"]["requirements"]]
    assert {"path": "c/0.yaml", "line": 5, "column": 1} == document["steps"][1]["location"]
    assert {"c/0.yaml", "c/1.yaml"} == {read["location"]["path"] for read in document["reads"]}


def test_the_document_of_a_built_in_rule_has_no_rule(world: Any) -> None:
    evaluation, found = proven(world.rule(), world.box(size="big"), rule="schema", outcome="fail")
    document = proof_json.document(evaluation, found)
    assert (None, [], None) == (document["rule"], document["steps"], document["amendment"])


# Overviews


def test_a_rule_lists_all_its_results_failures_first(world: Any) -> None:
    evaluation = world.rule(that="self.id != 'b'").judge(world.box("a"), world.box("b"))
    found = overview.text(overview.of_rule(evaluation, "test-rule")).decode().splitlines()
    assert ["test-rule", "  title     A rule", "  rule      rules/x/test-rule.yaml"] == found[:3]
    assert "  results   1 pass, 1 fail, 0 not applicable, 0 error" in found
    listed = [line for line in found if "Box:" in line]
    assert ["fail", "pass"] == [line.split()[0] for line in listed]
    assert found[-1].startswith(f"`iscode explain {listed[0].split()[-1]}` shows")


def test_a_built_in_rule_and_a_record_have_overviews(world: Any) -> None:
    evaluation = world.rule().judge(world.box())
    assert ("title", "Every record has the shape of its kind") == overview.of_rule(evaluation, "schema").notes[0]
    record = overview.of_record(evaluation, "Box:b")
    assert ((("where", "c/0.yaml:2:1"),), {"Box:b"}) == (record.notes, {result.subject for result in record.results})


def test_a_requirement_tells_its_state_its_rules_and_what_decided(world: Any) -> None:
    evaluation = world.rule(that="self.id != 'b'").judge(world.box("a"), world.box("b"))
    found = overview.of_requirement(evaluation, evaluation.findings[0])
    notes = (("label", "Label of 1.1"), ("state", "not satisfied"), ("rule", "test-rule: A rule"))
    assert (notes, ["Box:b"]) == (found.notes, [result.subject for result in found.results])
    empty = overview.of_requirement(evaluation, evaluation.findings[1])
    assert overview.text(empty).endswith(b"0 pass, 0 fail, 0 not applicable, 0 error\n")


def test_an_overview_in_json_has_each_result_in_full(world: Any) -> None:
    evaluation = world.rule().judge(world.box())
    document = overview.document(overview.of_rule(evaluation, "test-rule"))
    assert [("Box:b", "pass")] == [(result["subject"], result["outcome"]) for result in document["results"]]


# Values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"),
        (7, "7"),
        (UInt(7), "7"),
        (0.1 + 0.2, "0.3"),
        ('a"b', '"a\\"b"'),
        ("x" * 70, f'"{"x" * 59}…"'),
        (None, "nothing"),
        (NONE, "nothing"),
        (Optional("x"), '"x"'),
        (timestamp_of_day("2026-11-24"), "2026-11-24"),
        (Timestamp(1, 0), "1970-01-01T00:00:01Z"),
        (Duration(86400, 0), "1 day"),
        (Duration(-172800, 0), "-2 days"),
        (Duration(3600, 0), "3600s"),
        ({"kind": "Box", "id": "b", "size": 1}, "Box:b"),
        ({"a": 1, "b": "x"}, '{a: 1, b: "x"}'),
        ([], "[]"),
        ({}, "{}"),
        ([1, 2, 3, 4, 5, 6], "[1, 2, 3, 4, … 2 more]"),
        ([[[1, 2]]], "[[[… 2]]]"),
    ],
)
def test_a_value_is_shown_short(value: object, expected: str) -> None:
    assert expected == shown(value)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("日本語", 6, "日本語"), ("日本語", 5, "日本…")],
)
def test_a_text_is_cut_to_the_columns_that_it_takes(text: str, width: int, expected: str) -> None:
    assert expected == fitted(text, width)
