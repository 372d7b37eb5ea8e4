"""The proof of a result: the clauses in their order, their values, the lines that were read, what would turn it."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.evaluation.amendment import TRIES, _Trials
from iscode.evaluation.explanation import Clause, Explanation, Need, explain
from iscode.expr.trace import Trace

DAY, BEFORE = "2026-11-24", "2026-11-23"
PARTS = [{"name": "lid", "weight": 3}, {"name": "base"}, {"name": "side", "weight": 9}]


def proofs(world: Any, *records: Any, **config: Any) -> list[Explanation]:
    """The proof of each result of the test rule."""
    evaluation = world.judge(*records, **config)
    return [explain(evaluation, result) for result in evaluation.results if result.rule == "test-rule"]


def proof(world: Any, *records: Any, **config: Any) -> Explanation:
    """The proof of its only result."""
    [found] = proofs(world, *records, **config)
    return found


def told(found: Explanation) -> list[tuple[str, object]]:
    """Each step with what it came to."""
    return [
        (step.clause, step.value if isinstance(step, Need) else step.trace.error or step.trace.value)
        for step in found.steps
    ]


def amended(found: Explanation) -> tuple[Any, ...] | None:
    change = found.amendment
    return change and (change.record.reference, change.pointer, change.before, change.after)


# Steps


def test_a_pass_shows_every_clause_in_the_order_of_evaluation(world: Any) -> None:
    checks = [{"that": "self.size > 1", "message": "a"}, {"id": "two", "that": "self.size > 2", "message": "b"}]
    world = world.rule(when="has(self.label)", needs=["size"], check=checks)
    found = proof(world, world.box(label="x", size=3))
    assert [("when", True), ("needs:size", 3), ("check:0", True), ("two", True)] == told(found)


def test_the_last_step_is_the_one_that_decided(world: Any) -> None:
    checks = [
        {"that": "true", "message": "a"},
        {"that": "self.id == ''", "message": "b"},
        {"that": "1 / 0 > 0", "message": "c"},
    ]
    assert [("check:0", True), ("check:1", False)] == told(proof(world.rule(check=checks), world.box()))


def test_a_condition_that_is_false_is_all_there_is_to_show(world: Any) -> None:
    found = proof(world.rule(when="has(self.label)", needs=["size"]), world.box())
    assert [("when", False)] == told(found)


def test_what_is_needed_and_missing_stands_where_it_should_be(world: Any) -> None:
    found = proof(world.rule(needs=["label", "size"]), world.box(label="x"))
    assert [("needs:label", "x"), ("needs:size", None)] == told(found)
    assert [(True, "c/0.yaml:4:1"), (False, "c/0.yaml:2:1")] == [(step.met, str(step.place)) for step in found.steps]


def test_an_error_is_a_step_too(world: Any) -> None:
    found = proof(world.rule(that="1 / self.?size.orValue(0) > 0"), world.box())
    assert [("check:0", "division by zero")] == [(clause, str(value)) for clause, value in told(found)]


def test_a_clause_stands_at_its_line_of_the_rule(world: Any) -> None:
    world = world.rule()
    [step] = proof(world, world.box()).steps
    assert isinstance(step, Clause)
    document = world.policy().bound[0].file.document
    assert document.place(("check", 0, "that")) == step.place


def test_a_built_in_rule_has_no_clauses(world: Any) -> None:
    evaluation = world.rule().judge(world.box(size="big"))
    [result] = [result for result in evaluation.results if result.rule == "schema" and result.outcome == "fail"]
    found = explain(evaluation, result)
    assert (None, (), None) == (found.bound, found.steps, found.amendment)


def test_a_rule_that_was_not_run_has_no_steps(world: Any) -> None:
    found = proof(world.rule(), world.box(size="big"))
    assert ("invalid", ()) == (found.result.cause, found.steps)


# Items


def test_an_item_shows_what_was_asked_before_any_item_and_of_itself(world: Any) -> None:
    world = world.rule(
        each="self.?parts.orValue([])", where="item.name != 'base'", needs=["item.weight"], that="item.weight > 3"
    )
    found = {each.result.item: told(each) for each in proofs(world, world.box(parts=PARTS))}
    assert {"lid", "side"} == found.keys()
    assert [("where", True), ("needs:item.weight", 9), ("check:0", True)] == found["side"][1:]
    assert ["each", "where", "needs:item.weight", "check:0"] == [clause for clause, _ in found["lid"]]


def test_where_no_item_is_left_the_last_of_them_is_shown(world: Any) -> None:
    world = world.rule(each="self.?parts.orValue([])", where="item.name == 'none'", that="item.name == ''")
    assert ["each", "where"] == [clause for clause, _ in told(proof(world, world.box(parts=PARTS)))]


def test_a_let_of_the_subject_is_shown_with_each_item_that_reads_it(world: Any) -> None:
    lets = {"heavy": "self.?size.orValue(0) > 5", "own": "item.name + '!'", "idle": "self.id"}
    world = world.rule(each="self.?parts.orValue([])", let=lets, that="heavy || own == 'lid!'")
    found = {each.result.item: [let.clause for let in each.lets] for each in proofs(world, world.box(parts=PARTS))}
    assert {"lid": ["heavy", "own"], "base": ["heavy", "own"], "side": ["heavy", "own"]} == found
    values = {each.result.item: each.lets[1].trace.value for each in proofs(world, world.box(parts=PARTS))}
    assert {"lid": "lid!", "base": "base!", "side": "side!"} == values


# Lets


def test_only_lets_that_were_read_are_shown_also_those_read_by_others(world: Any) -> None:
    lets = {"one": "self.id", "two": "one + 'x'", "three": "two + 'y'", "four": "1 / 0"}
    found = proof(world.rule(let=lets, that="two == 'bx' || four > 0"), world.box())
    assert [("one", "b"), ("two", "bx")] == [(let.clause, let.trace.value) for let in found.lets]


def test_a_let_that_the_message_alone_reads_proves_nothing(world: Any) -> None:
    found = proof(world.rule(let={"one": "self.id"}, that="false", message="{one}"), world.box())
    assert ("b", ()) == (found.result.message, found.lets)


# Reads


def lines(found: Explanation) -> list[tuple[str, Any, bool]]:
    return [(f"{read.place.path}:{read.place.line}", read.value, read.decisive) for read in found.reads]


def test_each_key_that_was_read_has_its_line(world: Any) -> None:
    world = world.rule(when="self.status == 'active'", needs=["shelf"], that="get(self.shelf).?height.orValue(0) > 5")
    found = proof(world, world.box(shelf="Shelf:s"), world.stand(height=3))
    assert [
        ("c/0.yaml:3", "active", True),
        ("c/0.yaml:4", "Shelf:s", True),
        ("c/1.yaml:4", 3, True),
    ] == lines(found)


def test_what_is_not_there_was_read_too(world: Any) -> None:
    [read] = proof(world.rule(that="!has(self.size)"), world.box()).reads
    assert (("size",), False, None, 2) == (read.pointer, read.present, read.value, read.place.line)


def test_a_read_that_had_no_say_is_told_apart(world: Any) -> None:
    found = proof(world.rule(that="self.id == 'x' || self.status == 'active'"), world.box())
    assert [("c/0.yaml:2", "b", False), ("c/0.yaml:3", "active", True)] == lines(found)


def test_an_item_of_a_list_is_read_at_its_place(world: Any) -> None:
    found = proof(world.rule(that="self.?parts.orValue([]).exists(p, p.name == 'base')"), world.box(parts=PARTS))
    assert [("parts",), ("parts", 0, "name"), ("parts", 1, "name")] == [read.pointer for read in found.reads]


def test_the_reads_lead_from_a_part_of_the_expression_to_its_line(world: Any) -> None:
    found = proof(world.rule(that="self.id == 'b'"), world.box())
    [step] = found.steps
    assert isinstance(step, Clause)
    places = {part.text: found.reads.place(part) for part in step.trace.walk()}
    assert ("c/0.yaml:2:1", None) == (str(places["self.id"]), places["self.id == 'b'"])


def test_a_proof_repeats_the_result_of_every_subject(world: Any) -> None:
    world = world.rule(that="size(records('Box').filter(b, b.id <= self.id)) < 3", message="{self.id}")
    found = proofs(world, world.box("a"), world.box("b"), world.box("c"), world.box("d"))
    assert [("a", True), ("b", True), ("c", False), ("d", False)] == [
        (each.result.subject.removeprefix("Box:"), told(each)[-1][1]) for each in found
    ]


def test_of_two_files_with_one_id_each_has_a_proof_of_its_own(world: Any) -> None:
    world = world.rule(that="self.?size.orValue(0) > 1")
    found = proofs(world, world.box(size=1), world.box(size=2))
    assert {("c/0.yaml", False), ("c/1.yaml", True)} == {
        (each.result.origin.place.path, told(each)[-1][1]) for each in found
    }


# What would turn it


@pytest.mark.parametrize(
    ("keys", "record", "expected"),
    [
        ({"that": "self.status == 'retired' || self.?size.orValue(0) > 4"}, {"size": 4}, (("size",), 4, 5)),
        ({"that": "self.?size.orValue(0) >= 4"}, {"size": 1}, (("size",), 1, 4)),
        ({"that": "self.?size.orValue(9) < 4"}, {"size": 7}, (("size",), 7, 3)),
        ({"that": "self.?made.orValue(today) >= today"}, {"made": BEFORE}, (("made",), BEFORE, DAY)),
        ({"that": "!has(self.made) || self.made < today"}, {"made": DAY}, (("made",), DAY, BEFORE)),
        ({"that": "has(self.label)"}, {}, (("label",), None, "…")),
        ({"needs": ["made"]}, {}, (("made",), None, DAY)),
        ({"needs": ["words"]}, {}, (("words",), None, ["…"])),
        ({"needs": ["words"]}, {"words": []}, (("words",), [], ["…"])),
        ({"needs": ["shelf"]}, {}, (("shelf",), None, "Shelf:s")),
        ({"needs": ["parts"], "that": "self.parts[0].name != ''"}, {}, (("parts",), None, [{"name": "…"}])),
        ({"needs": ["proves"]}, {}, None),
        ({"that": "self.?size.orValue(0) > 3 && 1.0 / 0.0 > 5.0"}, {"size": 1}, (("size",), 1, 4)),
        ({"that": "self.id == 'other'"}, {}, None),
        ({"that": "false"}, {"size": 1}, None),
        ({"needs": ["label", "size"]}, {}, None),
        ({"that": "true"}, {}, None),
    ],
)  # fmt: skip
def test_one_change_that_would_make_a_failure_pass_is_found(world: Any, keys: Any, record: Any, expected: Any) -> None:
    found = amended(proof(world.rule(**keys), world.box(**record), world.stand()))
    assert (expected and ("Box:b", *expected)) == found


def test_the_change_may_be_in_another_record_that_was_read(world: Any) -> None:
    world = world.rule(needs=["shelf"], that="get(self.shelf).?height.orValue(0) > 5")
    found = amended(proof(world, world.box(shelf="Shelf:s"), world.stand(height=3)))
    assert ("Shelf:s", ("height",), 3, 6) == found


def test_the_change_of_an_item_mends_that_item(world: Any) -> None:
    world = world.rule(each="self.?parts.orValue([])", needs=["item.weight"], that="item.weight < 5")
    found = {each.result.item: amended(each) for each in proofs(world, world.box(parts=PARTS))}
    assert ("Box:b", ("parts", 1, "weight"), None, 0) == found["base"]
    assert ("Box:b", ("parts", 2, "weight"), 9, 4) == found["side"]


def test_a_word_of_an_enum_is_tried_and_the_change_is_not_made(world: Any) -> None:
    world = world.rule(status=["active", "retired"], that="self.status == 'retired'")
    evaluation = world.judge(world.box())
    [result] = [result for result in evaluation.results if result.rule == "test-rule"]
    assert ("Box:b", ("status",), "active", "retired") == amended(explain(evaluation, result))
    assert ["active"] == [record.status for record in evaluation.ground.world.inventory.all]


def test_a_change_that_only_makes_the_rule_not_apply_is_none(world: Any) -> None:
    world = world.rule(when="self.?size.orValue(0) > 3", that="self.?size.orValue(0) < 2")
    assert None is amended(proof(world, world.box(size=5)))


def test_what_the_message_names_is_tried_before_other_records(world: Any) -> None:
    large = "records('Box').filter(b, b.?size.orValue(0) > 5)"
    world = world.rule(let={"large": large}, that="large.exists(b, b.id == self.id)", message="{self.size}")
    boxes = [world.box(f"b{number}", size=1) for number in range(10, 50)]
    found = {each.result.subject: amended(each) for each in proofs(world, *boxes)}
    assert ("Box:b35", ("size",), 1, 5 + 1) == found["Box:b35"]


def test_the_work_is_bounded(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    changes = _Trials.changes

    def counted(self: _Trials, *arguments: Any) -> Any:
        for change in changes(self, *arguments):
            asked.append(change)
            yield change

    monkeypatch.setattr(_Trials, "changes", counted)
    words = {f"b{number}": number for number in range(60)}
    world = world.rule(that="records('Box').all(b, b.?size.orValue(0) > 1000 && b.?size.orValue(0) < 0)")
    boxes = [world.box(name, size=size) for name, size in words.items()]
    evaluation = world.judge(*boxes)
    failing = next(result for result in evaluation.results if result.rule == "test-rule")
    assert None is explain(evaluation, failing).amendment
    assert TRIES >= len(asked)


def test_traces_hold_the_values_of_the_records_themselves(world: Any) -> None:
    [step] = proof(world.rule(that="size(self.?parts.orValue([])) == 3"), world.box(parts=PARTS)).steps
    assert isinstance(step, Clause)
    read: Trace = step.trace.inner[0].inner[0]
    assert PARTS == read.value
