"""One rule and one subject -> outcome, cause, clause and place, in the order of the rule format."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.errors import Place
from iscode.evaluation import Evaluation, Result, frame


@pytest.fixture(autouse=True, params=[0, frame.PATIENCE], ids=["at once", "one by one"])
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is made of both ways to judge: by the function of the rule, and by its expressions alone."""
    monkeypatch.setattr(frame, "PATIENCE", request.param)


def of_rule(evaluation: Evaluation, rule: str = "test-rule") -> list[Result]:
    return [result for result in evaluation.results if result.rule == rule]


def one(world: Any, *records: Any, **config: Any) -> Result:
    """The only result of the test rule."""
    [result] = of_rule(world.judge(*records, **config))
    return result


def told(result: Result) -> tuple[str, str | None, str | None]:
    return result.outcome, result.cause, result.clause


PARTS = [{"name": "lid", "weight": 3}, {"name": "base"}, {"name": "side", "weight": 9}]


# Outcome, cause and clause


@pytest.mark.parametrize(
    ("keys", "record", "expected"),
    [
        ({}, {}, ("pass", None, None)),
        ({"that": "false"}, {}, ("fail", "violated", "check:0")),
        ({"when": "false", "that": "false"}, {}, ("not_applicable", "condition", None)),
        ({"when": "false", "needs": ["label"]}, {}, ("not_applicable", "condition", None)),
        ({"needs": ["label"], "that": "false"}, {}, ("fail", "missing", "needs:label")),
        ({"needs": ["label"], "that": "self.label == 'x'"}, {"label": "x"}, ("pass", None, None)),
        ({"needs": ["label"], "each": "self.?words.orValue([])"}, {}, ("fail", "missing", "needs:label")),
        ({"each": "self.?words.orValue([])", "that": "item == ''"}, {}, ("not_applicable", "empty", None)),
        ({"each": "self.?words.orValue([])", "that": "item == ''"}, {"words": []}, ("not_applicable", "empty", None)),
        ({"that": "1 / self.?size.orValue(0) > 0"}, {}, ("error", "failed", "check:0")),
        ({"when": "1 / self.?size.orValue(0) > 0"}, {}, ("error", "failed", "when")),
        ({"each": "[1 / self.?size.orValue(0)]", "that": "item > 0"}, {}, ("error", "failed", "each")),
    ],
)
def test_the_first_clause_that_decides_names_the_cause(world: Any, keys: Any, record: Any, expected: Any) -> None:
    assert expected == told(one(world.rule(**keys), world.box(**record)))


@pytest.mark.parametrize(
    ("needs", "record", "outcome"),
    [
        ("label", {"label": ""}, "fail"),
        ("label", {"label": " "}, "pass"),
        ("words", {"words": []}, "fail"),
        ("words", {"words": [""]}, "pass"),
        ("parts", {"parts": []}, "fail"),
        ("size", {"size": 0}, "pass"),
    ],
)
def test_what_is_needed_must_be_there_and_not_empty(world: Any, needs: str, record: Any, outcome: str) -> None:
    assert outcome == one(world.rule(needs=[needs]), world.box(**record)).outcome


def test_checks_run_in_order_and_the_first_false_one_speaks(world: Any) -> None:
    checks = [
        {"that": "has(self.size)", "message": "no size"},
        {"id": "small", "that": "self.size > 5", "message": "{self.size} is small"},
        {"that": "false", "message": "last"},
    ]
    world = world.rule(check=checks)
    results = of_rule(world.judge(world.box("a"), world.box("b", size=1), world.box("c", size=9)))
    assert [("check:0", "no size"), ("small", "1 is small"), ("check:2", "last")] == [
        (result.clause, result.message) for result in results
    ]


def test_an_error_in_a_check_keeps_later_checks_from_deciding(world: Any) -> None:
    checks = [{"that": "1 / (size(self.id) - 1) > 0", "message": "x"}, {"that": "false", "message": "y"}]
    assert ("error", "failed", "check:0") == told(one(world.rule(check=checks), world.box()))


@pytest.mark.parametrize(
    ("start", "keys", "record"),
    [("size(self.id)", {}, {}), ("size(item)", {"each": "self.?words.orValue([])"}, {"words": ["a"]})],
)
def test_lets_upon_lets_upon_lets_are_judged_in_no_time(world: Any, start: str, keys: Any, record: Any) -> None:
    lets = {"l0": start, "l1": "l0"} | {f"l{i}": f"l{i - 1} > 9 ? l{i - 1} : l{i - 2}" for i in range(2, 40)}
    assert "pass" == one(world.rule(**keys, let=lets, that="l39 == 1"), world.box(**record)).outcome


def test_the_judged_status_is_what_the_rule_names(world: Any) -> None:
    records = [world.box("a"), world.box("b", status="retired")]
    assert ["Box:a"] == [result.subject for result in of_rule(world.rule().judge(*records))]
    both = world.rule(status=["retired", "active"]).judge(*records)
    assert ["Box:a", "Box:b"] == [result.subject for result in of_rule(both)]


def test_a_rule_about_records_judges_every_kind(world: Any) -> None:
    judged = world.rule(subject="Record").judge(world.box(), world.stand())
    assert ["Box:b", "Shelf:s"] == [result.subject for result in of_rule(judged)]


def test_a_rule_that_meets_no_record_has_no_result(world: Any) -> None:
    evaluation = world.rule().judge(world.stand())
    assert {"pass": 0, "fail": 0, "not_applicable": 0, "error": 0} == evaluation.counts["test-rule"]


# What blocks


@pytest.mark.parametrize("severity", ["blocker", "high", "medium", "low"])
def test_an_error_blocks_at_every_severity(world: Any, severity: str) -> None:
    world = world.rule(that="1 / (size(self.id) - 1) > 0", severity=severity)
    evaluation = world.judge(world.box(), fail_on="blocker")
    assert (False, 1) == (evaluation.verdict.passed, evaluation.verdict.blocking)


@pytest.mark.parametrize(("severity", "passed"), [("blocker", False), ("high", False), ("medium", True), ("low", True)])
def test_a_failure_blocks_where_the_gate_says_so(world: Any, severity: str, passed: bool) -> None:
    world = world.rule(that="false", severity=severity)
    assert passed == world.judge(world.box()).verdict.passed


@pytest.mark.parametrize(
    ("of_rule_", "of_check", "of_profile", "expected"),
    [
        ("high", None, None, "high"),
        ("high", "low", None, "low"),
        ("low", "blocker", None, "blocker"),
        ("low", "blocker", "medium", "medium"),
        ("low", "low", "medium", "low"),
        ("low", None, "blocker", "blocker"),
    ],
)
def test_the_severity_of_a_check_is_capped_by_the_profile(
    world: Any, of_rule_: str, of_check: str | None, of_profile: str | None, expected: str
) -> None:
    check = {"that": "false", "message": "m"} | ({"severity": of_check} if of_check else {})
    override = f"severity: {{test-rule: {of_profile}}}\n" if of_profile else ""
    profile = f'id: all\ntitle: All\nselect: {{requirements: ["*"]}}\n{override}'
    world = world.rule(severity=of_rule_, check=[check]).file("policies/profiles/all.yaml", profile)
    assert expected == one(world, world.box()).severity


# Items


def test_each_item_has_one_result_that_its_key_names(world: Any) -> None:
    world = world.rule(
        each="self.?parts.orValue([])",
        where="item.name != 'base'",
        that="item.?weight.orValue(0) < 5",
        at="item.weight",
    )
    results = of_rule(world.judge(world.box(parts=PARTS)))
    assert [("lid", "pass"), ("side", "fail")] == [(result.item, result.outcome) for result in results]
    assert ("parts", 2, "weight") == results[1].origin.pointer


def test_when_no_item_is_left_the_rule_does_not_apply(world: Any) -> None:
    world = world.rule(each="self.?parts.orValue([])", where="item.name == 'none'", that="item.name == ''")
    assert ("not_applicable", "empty", None) == told(one(world, world.box(parts=PARTS)))


def test_what_an_item_needs_is_asked_of_each(world: Any) -> None:
    world = world.rule(each="self.?parts.orValue([])", needs=["item.weight"], that="item.weight > 0")
    results = of_rule(world.judge(world.box(parts=PARTS)))
    assert ["pass", "fail", "pass"] == [result.outcome for result in sorted(results, key=lambda r: r.origin.pointer)]
    [failed] = [result for result in results if result.outcome == "fail"]
    assert ("base of Box:b has no weight", "needs:item.weight", ("parts", 1)) == (
        failed.message,
        failed.clause,
        failed.origin.pointer,
    )


def test_an_error_in_where_is_the_error_of_that_item_alone(world: Any) -> None:
    world = world.rule(each="self.?parts.orValue([])", where="6 / item.?weight.orValue(0) > 0", that="item.name != ''")
    results = {result.item: told(result) for result in of_rule(world.judge(world.box(parts=PARTS)))}
    expected = {"lid": ("pass", None, None), "base": ("error", "failed", "where")}
    assert expected == results


@pytest.mark.parametrize(
    ("each", "that", "expected"),
    [
        ("self.?words.orValue([])", "item == ''", ["x", "y"]),
        ("[[1], [2]]", "size(item) == 0", ["0", "1"]),
        ("[3, 4]", "item == 0", ["3", "4"]),
        ("group(records('Box'), 'label')", "size(item.value) == 0", ["tall", "wide"]),
        ("records('Shelf')", "item.id == ''", ["Shelf:s"]),
        ("self.?parts.orValue([]).map(p, {'n': p.name})", "size(item) == 0", ["0", "1", "2"]),
    ],
)
def test_an_item_is_named_by_key_reference_value_or_index(
    world: Any, each: str, that: str, expected: list[str]
) -> None:
    records = [
        world.box("b", words=["x", "y"], label="wide", parts=PARTS),
        world.box("c", label="tall", status="active"),
        world.stand(),
    ]
    results = [
        result for result in of_rule(world.rule(each=each, that=that).judge(*records)) if result.subject == "Box:b"
    ]
    assert expected == [result.item for result in results]


def test_an_item_of_a_filtered_list_is_found_where_it_stands(world: Any) -> None:
    world = world.rule(
        each="self.?parts.orValue([]).filter(p, has(p.weight))", that="item.weight > 5", at="item.weight"
    )
    results = of_rule(world.judge(world.box(parts=PARTS)))
    assert [("lid", ("parts", 0, "weight"))] == [(r.item, r.origin.pointer) for r in results if r.outcome == "fail"]


def test_an_item_of_another_record_never_points_into_this_one(world: Any) -> None:
    world = world.rule(each="records('Shelf')", that="item.?height.orValue(0) > 0", at="item.status")
    result = one(world, world.box(), world.stand())
    assert ("fail", ("id",)) == (result.outcome, result.origin.pointer)


# Places


@pytest.mark.parametrize(
    ("at", "record", "line"),
    [
        ("self.id", {}, 2),
        ("self.label", {"label": "x"}, 4),
        ("self.label", {}, 2),
        ("self.status", {}, 3),
    ],
)
def test_a_failure_points_at_its_key_or_the_nearest_that_is_there(world: Any, at: str, record: Any, line: int) -> None:
    assert line == one(world.rule(that="false", at=at), world.box(**record)).origin.place.line


def test_what_is_missing_points_at_the_nearest_present_key(world: Any) -> None:
    result = one(world.rule(needs=["label"]), world.box())
    assert ("Box:b has no label", ("id",)) == (result.message, result.origin.pointer)


def test_a_failure_of_the_repository_stands_at_the_configuration(world: Any) -> None:
    world = world.rule(subject="Repository", check=[{"that": "size(records('Shelf')) > 0", "message": "no shelf"}])
    result = one(world, world.box())
    assert ("Repository", "iscode.yaml:1:1", "") == (result.subject, str(result.origin.place), result.origin.excerpt)


# Names that expressions use


def test_lets_are_lazy_and_keep_their_error(world: Any) -> None:
    lets = {"bad": "1 / (size(self.id) - 1)", "good": "size(self.id)"}
    assert "pass" == one(world.rule(let=lets, that="good == 1"), world.box()).outcome
    checks = [{"that": "good == 1 || bad > 0", "message": "x"}, {"that": "bad > 0", "message": "y"}]
    assert ("error", "failed", "check:1") == told(one(world.rule(let=lets, check=checks), world.box()))


def test_a_let_of_an_item_is_computed_for_each(world: Any) -> None:
    world = world.rule(
        each="self.?words.orValue([])", let={"long": "size(item)"}, that="long < 3", message="{item}: {long}"
    )
    results = of_rule(world.judge(world.box(words=["ab", "abcd"])))
    assert ["", "abcd: 4"] == [result.message for result in results]


def test_today_is_the_day_of_the_verdict_and_nothing_else(world: Any) -> None:
    world = world.rule(that="self.?made.orValue(today) >= today", message="{today}")
    records = [world.box(made="2026-06-01")]
    before, after = (of_rule(world.judge(*records, day=day))[0] for day in ("2026-06-01", "2026-06-02"))
    assert ("pass", "2026-06-02") == (before.outcome, after.message)


# What is related


def test_a_result_names_the_records_that_it_reached(world: Any) -> None:
    world = world.rule(needs=["shelf"], that="get(self.shelf).?height.orValue(0) > 0")
    result = one(world, world.box(shelf="Shelf:s"), world.stand())
    assert [("c/1.yaml:2:1", "Shelf:s")] == [(str(related.place), related.message) for related in result.related]


def test_a_result_names_the_first_five_records_of_its_list(world: Any) -> None:
    world = world.rule(let={"all": "records('Shelf')"}, that="size(all) > 9")
    result = one(world, world.box(), *(world.stand(f"s{number}") for number in range(7)))
    assert [f"Shelf:s{number}" for number in range(5)] == [related.message for related in result.related]


def test_a_list_that_cannot_be_had_is_no_reason_to_name_the_others(world: Any) -> None:
    lets = {"bad": "[1 / (size(self.id) - 1)]", "good": "records('Shelf')"}
    world = world.rule(let=lets, that="size(good) > 9 && size(bad) > 9")
    assert ["Shelf:s"] == [related.message for related in one(world, world.box(), world.stand()).related]


def test_a_reference_that_leads_nowhere_is_an_error_of_the_rule_that_follows_it(world: Any) -> None:
    result = one(world.rule(needs=["shelf"], that="get(self.shelf).id != ''"), world.box(shelf="Shelf:none"))
    assert ("error", "unresolved", "check:0") == told(result)
    assert result.blocking


# Invalid records


def test_a_rule_is_not_run_on_a_record_that_its_schema_refuses(world: Any) -> None:
    result = one(world.rule(when="false"), world.box(size="big"))
    assert ("error", "invalid", None) == told(result)
    assert [("c/0.yaml", 4)] == [(related.place.path, related.place.line) for related in result.related]


def test_an_invalid_record_of_any_status_is_judged_since_its_status_may_be_wrong(world: Any) -> None:
    assert "error" == one(world.rule(), world.box(status="retierd")).outcome


@pytest.mark.parametrize(
    "that",
    [
        "get(self.shelf).id != ''",
        "find('Shelf', 's').hasValue()",
        "size(records('Shelf')) > 0",
    ],
)
def test_a_rule_that_would_be_handed_an_invalid_record_errs(world: Any, that: str) -> None:
    world = world.rule(needs=["shelf"], that=that)
    result = one(world, world.box(shelf="Shelf:s"), world.stand(height="tall"))
    assert ("error", "invalid", "check:0") == told(result)


def test_the_refusal_that_keeps_a_rule_from_judging_is_related(world: Any) -> None:
    world = world.rule(needs=["shelf"], that="get(self.shelf).id != ''")
    result = one(world, world.box(shelf="Shelf:s"), world.stand(height="tall"))
    assert [("c/1.yaml", 4)] == [(related.place.path, related.place.line) for related in result.related]


def test_the_refusal_that_a_shared_let_met_is_related_for_each_subject(world: Any) -> None:
    shared = {"near": "records('Shelf')", "far": "near.map(s, s.id)"}
    world = world.rule(let=shared, that="size(far) == size(near)")
    results = of_rule(world.judge(world.box("a"), world.box("b"), world.stand(height="tall")))
    assert [("error", "invalid", "check:0")] * 2 == [told(result) for result in results]
    expected = [(Place("c/2.yaml", 4, 1), '`height` must be a whole number, not text ("tall")')]
    assert [expected] * 2 == [[(each.place, each.message) for each in result.related] for result in results]
    sound = of_rule(world.judge(world.box("a"), world.box("b"), world.stand()))
    assert [("pass", ())] * 2 == [(result.outcome, result.related) for result in sound]


@pytest.mark.parametrize("text", ["kind: Boxx\nid: x\n", "a: [", "", "- a\n", "kind: Shelf\nid: 3\nstatus: active\n"])
def test_a_file_that_cannot_be_read_makes_every_count_over_records_an_error(world: Any, text: str) -> None:
    world = world.rule(subject="Repository", check=[{"that": "size(records('Box')) > 0", "message": "no box"}])
    assert ("error", "invalid", "check:0") == told(one(world, world.box(), text))
    assert "pass" == one(world, world.box()).outcome


def test_a_broken_record_does_not_keep_the_others_from_being_judged(world: Any) -> None:
    world = world.rule(that="self.id != 'c'")
    results = of_rule(world.judge(world.box("a"), "kind: Box\nkind: Box\n", world.box("b", size="x"), world.box("c")))
    assert [("Box:a", "pass"), ("Box:b", "error"), ("Box:c", "fail")] == [(r.subject, r.outcome) for r in results]


# Cost


def test_an_expression_that_costs_too_much_is_an_error_and_the_next_subject_starts_anew(world: Any) -> None:
    world = world.rule(
        let={"w": "self.?words.orValue([])"}, that="w.all(a, w.all(b, w.all(c, a != b || b == c || a != c)))"
    )
    results = of_rule(world.judge(world.box("a", words=["x"] * 200), world.box("b", words=["x"])))
    assert [("error", "cost", "check:0"), ("pass", None, None)] == [told(result) for result in results]


def test_what_all_subjects_share_costs_none_of_them(world: Any) -> None:
    shared = {"pairs": "records('Box').map(a, size(records('Box').filter(b, a.id == b.id)))"}
    world = world.rule(let=shared, that="pairs.all(p, p == 1)")
    boxes = [world.box(f"b{number}") for number in range(300)]
    assert {"pass"} == {result.outcome for result in of_rule(world.judge(*boxes))}
