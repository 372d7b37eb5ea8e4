"""The scope of a profile -> the records that its rules judge; the built-in ones judge all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iscode.document import write
from iscode.errors import PolicyError
from iscode.evaluation import Base, evaluate
from iscode.report import REPORTERS, Options
from iscode.source import MemorySnapshot

DAY = "2026-11-24"
SCOPED = 'id: all\ntitle: All\nselect: {requirements: ["std:*"]}\nscope: '


def scoped(world: Any, scope: str) -> Any:
    """A world whose profile has a scope, with a rule that every Box fails, and tags on a Box."""
    box = json.loads(world.files["schemas/box.schema.json"])
    box["properties"]["tags"] = {"type": "array", "items": {"type": "string"}}
    world = world.file("schemas/box.schema.json", json.dumps(box)).rule(that="false")
    return world.file("policies/profiles/all.yaml", SCOPED + scope)


@pytest.mark.parametrize(
    ("scope", "judged"),
    [
        ("{}", [0, 1, 2, 3]),
        ('{paths: ["**"]}', [0, 1, 2, 3]),
        ('{paths: ["c/0.yaml", "c/1.yaml"]}', [0, 1]),
        ('{paths: ["**", "!c/1.yaml"]}', [0, 2, 3]),
        ("{tags: [red]}", [1, 2]),
        ("{tags: [red, blue]}", [1, 2, 3]),
        ('{paths: ["c/1.yaml", "c/3.yaml"], tags: [red]}', [1]),
    ],
)
def test_rules_judge_the_records_in_scope_and_tell_how_many_are_not(world: Any, scope: str, judged: list[int]) -> None:
    tags: list[dict[str, Any]] = [{}, {"tags": ["red"]}, {"tags": ["green", "red"]}, {"tags": ["blue"]}]
    evaluation = scoped(world, scope).judge(*(world.box(f"b{index}", **keys) for index, keys in enumerate(tags)))
    found = {each.subject: (each.outcome, each.cause) for each in evaluation.results if each.rule == "test-rule"}
    outside = ("not_applicable", "excluded")
    expected = {f"Box:b{index}": ("fail", "violated") if index in judged else outside for index in range(4)}
    assert (expected, 4 - len(judged)) == (found, evaluation.outside)
    assert 4 == evaluation.counts["schema"]["pass"]
    text = REPORTERS["text"]([evaluation], Options()).decode()
    assert (len(judged) < 4) == ("outside the scope of profile all, but by the built-in rules" in text)


def test_the_scope_of_a_root_is_relative_to_it(world: Any) -> None:
    policy = scoped(world, "{paths: [c/a.yaml]}").policy(records=["c/**"])
    files = {f"sub/c/{name}.yaml": write(world.box(name)).encode() for name in "ab"}
    found = evaluate(MemorySnapshot(files), "sub", policy, DAY)
    assert {"Box:a": "fail", "Box:b": "not_applicable"} == {
        each.subject: each.outcome for each in found.results if each.rule == "test-rule"
    }


def test_an_invalid_record_cannot_leave_the_scope_by_its_tags_but_by_its_path(world: Any) -> None:
    records = [world.box("b", size="x", tags=["green"]), world.box("c", tags=["red"])]
    by_tag, by_path = (scoped(world, scope).judge(*records) for scope in ("{tags: [red]}", "{paths: [c/1.yaml]}"))
    assert (1, 0) == (by_tag.counts["test-rule"]["error"], by_path.counts["test-rule"]["error"])
    assert [1, 1] == [found.counts["schema"]["fail"] for found in (by_tag, by_path)]


def test_a_kind_whose_tags_are_no_list_is_in_no_scope_of_tags(world: Any) -> None:
    box = json.loads(world.files["schemas/box.schema.json"])
    box["properties"]["tags"] = {"type": "integer"}
    world = scoped(world, "{tags: [red]}").rule(id="other", subject="Shelf")
    tagged = json.loads(world.files["schemas/shelf.schema.json"])
    tagged["properties"]["tags"] = {"type": "array", "items": {"type": "string"}}
    world = world.file("schemas/box.schema.json", json.dumps(box)).file("schemas/shelf.schema.json", json.dumps(tagged))
    evaluation = world.judge(world.box(tags=3), world.stand(tags=["red"]))
    assert (1, 1) == (evaluation.outside, evaluation.counts["other"]["pass"])


def test_a_record_out_of_scope_may_be_removed(world: Any) -> None:
    world = scoped(world, "{paths: ['c/**', '!c/a.yaml']}").rule(compare="removed", that="false", at="self")
    base, head = ({f"c/{name}.yaml": write(world.box(name)).encode() for name in names} for names in ("abc", "c"))
    policy = world.policy(records=["c/**"])
    found = evaluate(MemorySnapshot(head), "", policy, DAY, base=Base(MemorySnapshot(base), "0" * 40, DAY))
    assert {"Box:a": "excluded", "Box:b": "violated"} == {
        each.subject: each.cause for each in found.results if each.rule == "test-rule"
    }


def test_a_scope_without_any_record_is_refused_where_it_stands(world: Any) -> None:
    with pytest.raises(PolicyError, match="no record is in the scope") as refused:
        scoped(world, "{paths: [d/**]}").judge(world.box())
    assert "policies/profiles/all.yaml:4:1" == str(refused.value.place)
