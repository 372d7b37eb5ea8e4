"""What the tip of the base has too is known: shown, counted, and never a way to pass with something worse."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.document import write
from iscode.evaluation import Base, Evaluation, Result, evaluate
from iscode.evaluation.known import identity, nameable
from iscode.policy.baseline import Baseline
from iscode.report import REPORTERS, Options
from iscode.source import MemorySnapshot

DAY = "2026-11-24"
LARGE = "self.?size.orValue(0) <= 3"
SAYS = "{self.id} is {self.size}"
Records = dict[str, dict[str, Any] | str]


def files(records: Records, *, root: bool = True) -> MemorySnapshot:
    texts = {path: record if isinstance(record, str) else write(record) for path, record in records.items()}
    return MemorySnapshot(
        {path: text.encode() for path, text in texts.items()} | ({"iscode.yaml": b""} if root else {})
    )


def held(
    world: Any, head: Records, tip: Records | None, *, baseline: Baseline | None = None, **options: Any
) -> Evaluation:
    """The evaluation of a head that is held against a tip; both are records by path."""
    config = {key: options.pop(key) for key in ("profile", "limits") if key in options}
    policy = replace(world.policy(records=["c/**"], **config), **options)
    before = None if tip is None else files(tip)
    base = None if before is None else Base(before, "0" * 40, DAY, tip=before, baseline=baseline)
    return evaluate(files(head), "", policy, DAY, base=base)


def boxes(world: Any, **sizes: int) -> Records:
    return {f"c/{name}.yaml": world.box(name, size=size) for name, size in sizes.items()}


def failing(evaluation: Evaluation) -> list[Result]:
    return [result for result in evaluation.results if result.adverse]


def known(evaluation: Evaluation) -> set[tuple[str, str]]:
    return {(result.rule, result.subject) for result in evaluation.results if result.known}


@pytest.fixture
def sized(world: Any) -> Any:
    """A world with a rule that large boxes fail."""
    return world.rule(LARGE, SAYS)


def test_a_failure_that_the_tip_has_too_is_shown_and_counted_and_does_not_block(sized: Any) -> None:
    found = held(sized, boxes(sized, a=9, b=1), boxes(sized, a=9))
    [result] = failing(found)
    assert ("Box:a", True, False, "fail") == (result.subject, result.known, result.blocking, result.outcome)
    assert (True, 0, 1, 1) == (
        found.verdict.passed,
        found.verdict.blocking,
        found.verdict.known,
        found.verdict.counts["fail"],
    )
    assert "not_satisfied" == found.findings[0].state


def test_a_failure_that_only_the_head_has_blocks_beside_a_known_one(sized: Any) -> None:
    found = held(sized, boxes(sized, a=9, b=8), boxes(sized, a=9, b=1))
    assert {("test-rule", "Box:a")} == known(found)
    assert [False, True] == [result.blocking for result in failing(found)]
    assert not found.verdict.passed


@pytest.mark.parametrize("tip", [None, {}], ids=["no tip", "no records"])
def test_without_a_tip_that_can_be_judged_nothing_is_known(sized: Any, tip: Records | None) -> None:
    assert not known(held(sized, boxes(sized, a=9), tip))


def test_where_the_tip_has_no_such_root_nothing_is_known(sized: Any) -> None:
    records = boxes(sized, a=9)
    base = Base(files(records, root=False), "0" * 40, DAY, tip=files(records, root=False))
    found = evaluate(files(records), "", sized.policy(records=["c/**"]), DAY, base=base)
    assert not known(found)


@pytest.mark.parametrize("where", ["command", "profile"])
def test_what_is_known_blocks_where_the_policy_says_so(sized: Any, where: str) -> None:
    records = boxes(sized, a=9)
    hard = "id: hard\ntitle: Hard\nextends: all\ngate: {existing: block}\n"
    sized = sized.file("policies/profiles/hard.yaml", hard)
    options = {"existing": "block"} if where == "command" else {"profile": "hard"}
    found = held(sized, records, records, **options)
    assert ({("test-rule", "Box:a")}, 1) == (known(found), found.verdict.blocking)


def test_the_command_may_report_what_the_profile_blocks(sized: Any) -> None:
    records = boxes(sized, a=9)
    hard = "id: hard\ntitle: Hard\nextends: all\ngate: {existing: block}\n"
    sized = sized.file("policies/profiles/hard.yaml", hard)
    assert held(sized, records, records, profile="hard", existing="report").verdict.passed


@given(before=st.integers(0, 9), after=st.integers(0, 9))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_message_tells_otherwise_is_not_known(sized: Any, before: int, after: int) -> None:
    found = held(sized, boxes(sized, a=after), boxes(sized, a=before))
    assert (after > 3 and before == after) == bool(known(found))
    assert (after <= 3 or before == after) == found.verdict.passed


@given(head=st.dictionaries(st.sampled_from("abcd"), st.integers(2, 5)), more=st.integers(4, 5), tip=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_failing_record_more_never_turns_a_failure_into_a_pass(
    sized: Any, head: dict[str, int], more: int, tip: st.DataObject
) -> None:
    before = boxes(sized, **tip.draw(st.dictionaries(st.sampled_from("abcde"), st.integers(2, 5), min_size=1)))
    fewer = held(sized, boxes(sized, z=1, **head), before)
    assert fewer.verdict.passed or not held(sized, boxes(sized, z=1, **head, e=more), before).verdict.passed


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9)),
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 9)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_known_is_what_both_say_of_one_subject_by_one_rule(
    sized: Any, head: dict[str, int], tip: dict[str, int]
) -> None:
    two = sized.rule("self.?size.orValue(0) <= 6", SAYS, id="other-rule")
    found = held(two, boxes(two, z=1, **head), boxes(two, z=1, **tip))
    limits = {"test-rule": 3, "other-rule": 6}
    assert known(found) == {
        (rule, f"Box:{name}")
        for name, size in head.items()
        for rule, limit in limits.items()
        if size > limit and tip.get(name) == size
    }


def test_an_item_without_a_name_is_known_only_as_long_as_it_is_the_same(world: Any) -> None:
    world = world.rule(
        "item.?weight.orValue(0) <= 3", "heavy", at="self.id", needs=["parts"], each="self.parts.map(p, p)"
    )
    rows = 'self.parts.map(p, {"what": p.name})'
    world = world.rule("false", "bad", id="nameless", needs=["parts"], each=rows)

    def with_parts(*names: str) -> Records:
        return {"c/a.yaml": world.box("a", parts=[{"name": name, "weight": 9} for name in names])}

    same, other = (held(world, with_parts(name, "x"), with_parts("n", "x")) for name in ("n", "m"))
    assert 4 == same.verdict.known
    assert [("0", False), ("1", True)] == [
        (result.item, result.known) for result in failing(other) if result.rule == "nameless"
    ]


def test_an_item_with_a_name_is_known_wherever_it_stands(world: Any) -> None:
    world = world.rule("item.?weight.orValue(0) <= 3", "heavy", at="self.id", needs=["parts"], each="self.parts")
    parts = [{"name": name, "weight": 9} for name in "nm"]
    note = {"c/a.yaml": world.box("a", parts=[{**part, "note": "new"} for part in reversed(parts)])}
    assert 2 == held(world, note, {"c/a.yaml": world.box("a", parts=parts)}).verdict.known


def test_behind_a_record_that_its_schema_refuses_nothing_changes_unseen(sized: Any) -> None:
    tip: Records = {"c/a.yaml": sized.box("a", size=1, nonsense=1)}
    assert held(sized, tip, tip).verdict.passed
    worse = held(sized, {"c/a.yaml": sized.box("a", size=9, nonsense=1)}, tip)
    assert {"schema", "test-rule"} == {result.rule for result in failing(worse) if result.blocking}


def test_behind_an_error_nothing_of_the_record_changes_unseen(world: Any) -> None:
    world = world.rule("1 / (self.size - self.size) > 1 || self.label == 'x'", "bad", needs=["size", "label"])
    tip: Records = {"c/a.yaml": world.box("a", size=1, label="y")}
    [error] = failing(held(world, tip, tip))
    assert ("error", True) == (error.outcome, error.known)
    [error] = failing(held(world, {"c/a.yaml": world.box("a", size=1, label="z")}, tip))
    assert ("error", False, True) == (error.outcome, error.known, error.blocking)


def test_what_differs_behind_the_end_of_a_long_message_is_not_known(world: Any) -> None:
    world = world.rule("self.label == ''", "{self.label}", needs=["label"])
    start, limits = "x" * 60, {"message": 50}

    def labelled(label: str) -> Records:
        return {"c/a.yaml": world.box("a", label=label)}

    assert 1 == held(world, labelled(start + "1"), labelled(start + "1"), limits=limits).verdict.known
    other = held(world, labelled(start + "2"), labelled(start + "1"), limits=limits)
    assert (0, f"{'x' * 49}…") == (other.verdict.known, failing(other)[0].message)


def test_what_the_built_in_rules_refuse_is_known_too(sized: Any) -> None:
    tip: Records = {
        "c/a.yaml": sized.box("a", shelf="Shelf:gone"),
        "c/b.yaml": "no: [yaml",
        "c/c.yaml": {"kind": "Bax", "id": "c"},
    }
    found = held(sized, tip, tip)
    assert {"reference", "yaml", "record"} == {rule for rule, _ in known(found)}
    assert found.verdict.passed
    again = held(sized, tip | {"c/a.yaml": sized.box("a", shelf="Shelf:lost")}, tip)
    assert [("reference", "Box:a")] == [(result.rule, result.subject) for result in failing(again) if result.blocking]


def test_what_a_rule_that_compares_says_is_of_the_change_and_never_known(world: Any) -> None:
    world = world.rule("false", "{self.id} came", compare="added")
    records = boxes(world, a=1)
    before = files({"c/z.yaml": world.box("z")})
    base = Base(before, "0" * 40, DAY, tip=files(records))
    found = evaluate(files(records), "", world.policy(records=["c/**"]), DAY, base=base)
    assert [(False, True)] == [(result.known, result.blocking) for result in failing(found)]


@pytest.mark.parametrize("rows", ["[{1: 2.5}]", "[{true: today}]", "[[self.?label]]", "[[days(1)]]", "[[[self]]]"])
def test_an_item_of_any_value_is_known_again(world: Any, rows: str) -> None:
    world = world.rule("false", "bad", each=rows)
    records: Records = {"c/a.yaml": world.box("a", label="\u2028")}
    found = held(world, records, records)
    assert found.verdict.known == len(failing(found)) > 0


def test_a_rule_that_blocks_nowhere_is_not_judged_on_the_tip(world: Any) -> None:
    mild = world.rule(LARGE, SAYS, severity="medium")
    records = boxes(mild, a=9)
    found = held(mild, records, records)
    assert [(False, False)] == [(result.known, result.blocking) for result in failing(found)]


def test_a_known_failure_that_is_too_mild_to_block_does_not_block_where_known_ones_do(world: Any) -> None:
    checks = [
        {"that": LARGE, "message": "large", "severity": "high"},
        {"that": "self.?size.orValue(0) <= 1", "message": "middling", "severity": "low"},
    ]
    world = world.rule(check=checks)
    records = boxes(world, a=9, b=2)
    found = held(world, records, records, existing="block")
    assert [(True, True), (True, False)] == [(result.known, result.blocking) for result in failing(found)]


def test_two_files_of_one_identity_are_known_by_their_paths(sized: Any) -> None:
    tip: Records = {"c/a.yaml": sized.box("a", size=9), "c/b.yaml": sized.box("a", size=9)}
    assert 4 == held(sized, tip, tip).verdict.known
    moved: Records = {"c/a.yaml": sized.box("a", size=9), "c/d.yaml": sized.box("a", size=9)}
    assert {"c/a.yaml"} == {
        result.origin.place.path
        for result in failing(held(sized, moved, tip))
        if result.known and result.rule != "identity"
    }


def test_a_file_that_moved_keeps_its_known_failures(sized: Any) -> None:
    tip = boxes(sized, a=9)
    assert 1 == held(sized, {"c/deep/b.yaml": tip["c/a.yaml"]}, tip).verdict.known


def test_a_baseline_makes_known_what_it_names_and_nothing_else(sized: Any) -> None:
    first = held(sized, boxes(sized, a=9), None)
    entries = nameable(first.results)
    found = evaluated(sized, boxes(sized, a=9, b=9), entries)
    assert [("Box:a", True, False), ("Box:b", False, True)] == [
        (result.subject, result.known, result.blocking) for result in failing(found)
    ]
    assert not evaluated(sized, boxes(sized, a=8), entries).verdict.known
    assert evaluated(sized, boxes(sized, a=9), entries, existing="block").verdict.passed


def test_an_entry_holds_only_where_base_and_head_both_have_it(sized: Any) -> None:
    records = boxes(sized, a=9, b=9)
    both = nameable(held(sized, records, None).results)
    only = frozenset(entry for entry in both if entry.message == "a is 9")
    assert {("test-rule", "Box:a")} == known(evaluated(sized, records, both, of_base=only))
    assert {("test-rule", "Box:a")} == known(evaluated(sized, records, only, of_base=both))


def test_a_baseline_that_grew_fails_and_covers_neither_itself_nor_other_policy(sized: Any) -> None:
    records = boxes(sized, a=9)
    entries = nameable(held(sized, records, None).results)
    grown = evaluated(sized, records, entries, of_base=frozenset())
    [policy] = [result for result in failing(grown) if result.rule == "policy"]
    assert ("File:iscode-baseline.json", True, False) == (policy.subject, policy.blocking, policy.known)
    both = frozenset({identity(policy)})
    covering = evaluated(sized, records, entries | both, of_base=both)
    assert [(identity(policy), False, True)] == [
        (identity(result), result.known, result.blocking) for result in failing(covering) if result.rule == "policy"
    ]
    assert identity(policy) not in nameable(covering.results)


def test_a_failure_that_does_not_block_enters_no_baseline(world: Any) -> None:
    mild = world.rule(LARGE, SAYS, severity="medium")
    assert not nameable(held(mild, boxes(mild, a=9), None).results)


def evaluated(
    world: Any, head: Records, entries: Baseline, *, of_base: Baseline | None = None, **options: Any
) -> Evaluation:
    """The evaluation of a head with this baseline, judged by a base with that one, if any."""
    from iscode.policy import baseline

    policy = replace(world.policy(records=["c/**"]), **options)
    texts = {path: write(record).encode() for path, record in head.items() if not isinstance(record, str)}
    snapshot = MemorySnapshot(texts | {"iscode-baseline.json": baseline.write(entries)})
    base = None if of_base is None else Base(MemorySnapshot({}), "0" * 40, DAY, baseline=of_base)
    return evaluate(snapshot, "", policy, DAY, base=base)


def test_the_reports_tell_what_is_known_and_how_much(sized: Any) -> None:
    found = held(sized, boxes(sized, a=9, b=9), boxes(sized, a=9, b=9))
    document = json.loads(REPORTERS["json"]([found], Options(new_only=True)))
    assert [True, True] == [result["known"] for result in document["results"]]
    assert (2, True, None) == (
        document["verdict"]["counts"]["known"],
        document["options"]["new_only"],
        document["options"]["existing"],
    )
    text = REPORTERS["text"]([found], Options()).decode()
    assert "a is 9 (known, does not block)" in text
    assert "results: 10 pass, 2 fail, 0 not applicable, 0 error; 2 known" in text
    assert text.endswith("PASSED; 2 known results do not block; 1 requirement not satisfied without blocking\n")


def test_the_text_may_leave_out_what_is_known_and_says_so(sized: Any) -> None:
    found = held(sized, boxes(sized, a=9, b=9), boxes(sized, a=9))
    text = REPORTERS["text"]([found], Options(new_only=True)).decode()
    assert ("a is 9" in text, "b is 9" in text) == (False, True)
    assert "not shown: 1 known result\n" in text
    assert text.endswith("FAILED: 1 result blocks; 1 known result does not block\n")
    hard = held(sized, boxes(sized, a=9), boxes(sized, a=9), existing="block")
    assert "a is 9 (known)\n" in REPORTERS["text"]([hard], Options()).decode()
    assert "block" == json.loads(REPORTERS["json"]([hard], Options()))["options"]["existing"]
