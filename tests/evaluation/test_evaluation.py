"""The spine: snapshot, policy and day -> results in order, findings, verdict; nothing vacuous, nothing twice."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from iscode.errors import ConfigError, RuleError
from iscode.evaluation import OUTCOMES, Evaluation, Finding, Result, evaluate
from iscode.evaluation.selection import select
from iscode.policy import Config
from iscode.source import MemorySnapshot
from iscode.source.snapshot import entry

BOX = b"kind: Box\nid: b\nstatus: active\n"


def adverse(evaluation: Evaluation, rule: str) -> list[Result]:
    return [result for result in evaluation.results if result.rule == rule and result.adverse]


def judged(world: Any, files: dict[str, bytes], **config: Any) -> Evaluation:
    return evaluate(MemorySnapshot(files), "", world.rule().policy(**config), "2026-11-24")


# Identity and order


def test_a_fingerprint_is_the_digest_of_rule_subject_and_item(world: Any) -> None:
    world = world.rule(each="self.?words.orValue([])", that="item != ''")
    found = {result.item: result.fingerprint for result in world.judge(world.box(words=["x"])).results}
    assert sha256(b'["test-rule","Box:b","x"]').hexdigest()[:32] == found["x"]
    assert sha256(b'["yaml","Box:b",null]').hexdigest()[:32] in {
        result.fingerprint for result in world.judge(world.box()).results
    }


def test_a_fingerprint_survives_a_moved_file_and_a_new_line(world: Any) -> None:
    world = world.rule(that="false")
    one = world.judge(world.box())
    other = world.judge(world.stand(), "# a comment\nkind: Box\nid: b\nstatus: active\n")
    assert adverse(one, "test-rule")[0].fingerprint == adverse(other, "test-rule")[0].fingerprint
    assert adverse(one, "test-rule")[0].origin.place != adverse(other, "test-rule")[0].origin.place


def test_two_files_that_claim_one_id_are_told_apart_by_their_path(world: Any) -> None:
    results = adverse(world.rule(that="false").judge(world.box(), world.box()), "test-rule")
    expected = [sha256(f'["test-rule","Box:b",null,"c/{name}.yaml"]'.encode()).hexdigest()[:32] for name in (0, 1)]
    assert expected == [result.fingerprint for result in results]


def test_three_refusals_of_one_key_are_told_apart(world: Any) -> None:
    results = adverse(world.rule().judge("kind: Box\nkind: Box\nkind: Box\nid: b\n"), "yaml")
    own = [b'["yaml","File:c/0.yaml","/kind duplicate-key"]', b'["yaml","File:c/0.yaml","/kind duplicate-key","1"]']
    assert [sha256(words).hexdigest()[:32] for words in own] == [result.fingerprint for result in results]


def test_no_two_results_share_a_fingerprint(world: Any) -> None:
    world = world.rule(each="self.?words.orValue([])", that="item != 'x'")
    broken = "kind: Box\nid: b\nid: b\nid: b\n"
    records = [world.box(words=["x", "x", "x"]), world.box(words=["x", "y"]), broken, broken, world.box(size="x")]
    found = [result.fingerprint for result in world.judge(*records).results]
    assert sorted(set(found)) == sorted(found)


def test_results_stand_by_subject_rule_item_and_clause(world: Any) -> None:
    world = world.rule(id="zz").rule(id="aa", each="self.?words.orValue([])", that="item != ''")
    evaluation = world.judge(world.box("z", words=["b", "a"]), world.box("a"), world.stand(), "kind: [\n")
    keys = [(result.subject, result.rule, result.item or "", result.clause or "") for result in evaluation.results]
    assert sorted(keys) == keys


# Nothing vacuous


@pytest.mark.parametrize(
    ("files", "config"),
    [
        ({}, {}),
        ({"README.md": b""}, {}),
        ({"compliance/a.json": b"{}"}, {}),
        ({"other/a.yaml": BOX}, {}),
        ({"compliance/a.yaml": BOX}, {"exclude": ["*"]}),
        ({"compliance/a.yaml": BOX}, {"exclude": ["compliance/"]}),
        ({"compliance/a.yaml": BOX}, {"records": ["!compliance/**"]}),
        ({"compliance/a.yaml": BOX, "compliance/iscode.yaml": b""}, {}),
    ],
)
def test_no_file_to_judge_is_no_verdict(world: Any, files: dict[str, bytes], config: Any) -> None:
    with pytest.raises(ConfigError, match="no file holds a record") as refused:
        judged(world, files, **config)
    assert "iscode.yaml:1:1" == str(refused.value.place)


def test_the_error_says_how_much_is_left_out(world: Any) -> None:
    with pytest.raises(ConfigError) as refused:
        judged(world, {"compliance/a.yaml": BOX, "compliance/b.yaml": BOX}, exclude=["*.yaml"])
    assert "`exclude` leaves out 2 files" in refused.value.hint


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("kind: Boxx\nid: b\nstatus: active\n", "record", "did you mean `Box`?"),
        ("id: b\nstatus: active\n", "record", "the file names no kind"),
        ("kind: [Box]\nid: b\n", "record", "is no kind"),
        ("kind: 3\nid: b\n", "record", "is no kind"),
        ("kind: box\nid: b\nstatus: active\n", "record", "is no kind"),
        ("", "yaml", "the file holds no record"),
        ("# nothing\n", "yaml", ""),
        ("kind: Box\nid: b\nid: b\n", "yaml", ""),
        ("kind: Box\nid: b\n---\nkind: Box\n", "yaml", ""),
        ("- kind: Box\n", "yaml", ""),
        ("<<<<<<< HEAD\nkind: Box\n", "yaml", ""),
        ("kind: Box\nid: 3\nstatus: active\n", "schema", "quote it"),
        ("kind: Box\nid: ''\nstatus: active\n", "schema", "`id`"),
        ("kind: Box\nstatus: active\n", "schema", "needs `id`"),
        ("kind: Box\nid: b\nstatus: active\nsiez: 3\n", "schema", "did you mean `size`?"),
        ("kind: Box\nid: b\nstatus: active\nshelf: Shelf:x\n", "reference", "no record has that id"),
        ("kind: Box\nid: b\nstatus: active\nshelf: Box:b\n", "reference", "leads to Shelf"),
        ("kind: Box\nid: b\nstatus: active\nproves: std:9.9\n", "reference", "is no requirement"),
    ],
)
def test_a_file_among_the_records_that_is_no_record_fails(world: Any, text: str, rule: str, words: str) -> None:
    evaluation = world.rule().judge(text, world.stand())
    [result, *_] = adverse(evaluation, rule)
    assert (False, "fail", True, "c/0.yaml") == (
        evaluation.verdict.passed,
        result.outcome,
        result.blocking,
        result.origin.place.path,
    )
    assert words in result.message


@pytest.mark.parametrize("kind", ["symlink", "gitlink", "other"])
@pytest.mark.parametrize("name", ["compliance/a.yaml", "compliance", "compliance/deep"])
def test_what_is_no_regular_file_and_could_hold_a_record_fails(world: Any, kind: Any, name: str) -> None:
    snapshot = MemorySnapshot({"compliance2/b.yaml": BOX})
    snapshot.entries = tuple(sorted((*snapshot.entries, entry(name.encode(), kind)), key=lambda item: item.name))
    policy = world.rule().policy(records=["compliance/**/*.yaml", "compliance2/*.yaml"])
    evaluation = evaluate(snapshot, "", policy, "2026-11-24")
    assert [(f"File:{name}", True)] == [(r.subject, r.blocking) for r in adverse(evaluation, "record")]


def test_a_link_that_no_pattern_reaches_is_not_judged(world: Any) -> None:
    snapshot = MemorySnapshot({"compliance/b.yaml": BOX})
    snapshot.entries = (*snapshot.entries, entry(b"vendor", "symlink"))
    evaluation = evaluate(snapshot, "", world.rule().policy(records=["compliance/**/*.yaml"]), "2026-11-24")
    assert [] == adverse(evaluation, "record")


def test_a_file_beyond_the_limit_fails_and_is_not_read(world: Any) -> None:
    evaluation = world.rule().judge("#" * 200, world.box(), limits={"file_bytes": 100})
    assert ["larger than 100 bytes: split it, or raise `limits.file_bytes` in iscode.yaml"] == [
        result.message for result in adverse(evaluation, "yaml")
    ]


def test_ids_and_paths_that_can_be_taken_for_one_another_fail(world: Any) -> None:
    evaluation = world.rule().judge(world.box("Straße"), world.box("STRASSE"), world.box("\uff42"), world.box("b"))
    assert 4 == len(adverse(evaluation, "identity"))
    files = {"compliance/a.yaml": BOX, "compliance/A.yaml": BOX.replace(b"id: b", b"id: c")}
    assert 2 == len(adverse(judged(world, files), "identity"))


def test_a_rule_that_does_not_compile_is_no_verdict_once_it_meets_somebody(world: Any) -> None:
    world = world.rule(that="self.siez > 3")
    with pytest.raises(RuleError, match=r"rules/x/test-rule\.yaml:\d+:\d+"):
        world.judge(world.box())


# Roots


def test_only_what_lies_below_the_root_is_judged_and_nested_roots_are_named(world: Any) -> None:
    files = {
        "iscode.yaml": b"",
        "a/iscode.yaml": b"",
        "a/compliance/x.yaml": BOX,
        "a/compliance/sub/iscode.yaml": b"",
        "a/compliance/sub/y.yaml": b"kind: Nope\n",
        "ab/compliance/z.yaml": b"kind: Nope\n",
    }
    evaluation = evaluate(MemorySnapshot(files), "a", world.rule().policy(), "2026-11-24")
    assert (True, 1, ("a/compliance/sub",)) == (evaluation.verdict.passed, evaluation.records, evaluation.nested)
    assert "a/compliance/x.yaml" == evaluation.results[0].origin.place.path


def test_a_nested_root_that_is_no_regular_file_is_no_verdict() -> None:
    snapshot = MemorySnapshot({"compliance/b.yaml": BOX})
    snapshot.entries = (*snapshot.entries, entry(b"compliance/ISCODE.yaml", "symlink"))
    with pytest.raises(ConfigError, match="no regular file"):
        select(snapshot, "", Config(version=1, profile="p"))


def test_what_is_left_out_is_counted(world: Any) -> None:
    files = {f"compliance/{name}.yaml": BOX.replace(b"id: b", f"id: {name}".encode()) for name in "abc"}
    evaluation = judged(world, files | {"other.yaml": b""}, exclude=["b.yaml", "c.yaml", "other.yaml"])
    assert (1, 2) == (evaluation.records, evaluation.excluded)


# Counts, verdict, findings


def test_every_binding_and_built_in_rule_is_counted(world: Any) -> None:
    evaluation = world.rule(that="self.id != 'b'").rule(id="silent", subject="Shelf").judge(world.box(), world.box("c"))
    built_in = ["identity", "policy", "record", "reference", "schema", "yaml"]
    assert sorted([*built_in, "silent", "test-rule"]) == list(evaluation.counts)
    zero = dict.fromkeys(OUTCOMES, 0)
    assert zero | {"pass": 1, "fail": 1} == evaluation.counts["test-rule"]
    assert zero == evaluation.counts["silent"]
    assert zero | {"pass": 11, "fail": 1} == evaluation.verdict.counts


def test_the_verdict_passes_exactly_when_nothing_blocks(world: Any) -> None:
    world = world.rule(that="self.id == 'b'", severity="medium").rule(id="hard", that="self.id != 'x'")
    mild, hard = world.judge(world.box("c")), world.judge(world.box("x"))
    assert [(True, 0), (False, 1)] == [(each.verdict.passed, each.verdict.blocking) for each in (mild, hard)]


def finding(evaluation: Evaluation, requirement: str) -> Finding:
    [found] = [found for found in evaluation.findings if found.requirement == requirement]
    return found


def test_findings_are_rolled_up_for_every_requirement_in_catalog_order(world: Any) -> None:
    world = (
        world.rule(id="good", requirements=["std:1.1", "std:1.10"])
        .rule(id="bad", requirements=["std:1.10"], that="self.id == 'c'", severity="low")
        .rule(id="unmet", requirements=["std:1.2"], subject="Shelf")
        .rule(id="apart", requirements=["std:2.1"], when="false")
    )
    evaluation = world.judge(world.box("b"), world.box("c"))
    assert [
        ("std:1.1", "satisfied", 2),
        ("std:1.2", "not_assessed", 0),
        ("std:1.10", "not_satisfied", 1),
        ("std:2.1", "not_assessed", 0),
    ] == [(found.requirement, found.state, len(found.results)) for found in evaluation.findings]
    assert evaluation.verdict.passed


def test_an_error_leaves_a_requirement_unsatisfied(world: Any) -> None:
    evaluation = world.rule(that="1 / (size(self.id) - 1) > 0").judge(world.box("b"), world.box("cc"))
    assert "not_satisfied" == finding(evaluation, "std:1.1").state


def test_a_broken_record_leaves_no_requirement_satisfied_that_it_was_judged_for(world: Any) -> None:
    world = world.rule()
    assert "satisfied" == finding(world.judge(world.box("b")), "std:1.1").state
    assert "not_satisfied" == finding(world.judge(world.box("b"), world.box("c", size="x")), "std:1.1").state
