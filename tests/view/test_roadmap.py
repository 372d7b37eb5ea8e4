"""A roadmap over records: the stage reached, what is missing, and what can be used again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import convert

from iscode.document import write
from iscode.errors import PolicyError
from iscode.policy import roadmap
from iscode.policy.crosswalk import Pair
from iscode.policy.crosswalk import load as load_crosswalk
from iscode.policy.pointers import load as load_pointers
from iscode.view.roadmap import Way, chosen, ways

STAGES = [
    {"id": "one", "title": "First", "why": "w", "rules": ["small"]},
    {"id": "two", "title": "Second", "why": "w", "rules": ["named", "shelved"]},
]
SEA = "id: sea\ntitle: T\nedition: E\nrequirements: [{id: '1', kind: clause, label: L, phase: do}]\n"


def written(*stages: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"id": "way", "title": "The way", "stages": list(stages or STAGES)} | keys


@pytest.fixture
def road(world: Any) -> Any:
    """The world with three rules: a small box, a box with a label, a shelf that is high."""
    world = world.rule(id="small", that="self.?size.orValue(9) < 3", message="too big")
    world = world.rule(id="named", that="has(self.label)", message="no label", requirements=["std:1.2"])
    shelved = {"subject": "Shelf", "when": "has(self.height)", "requirements": ["std:2.1"]}
    return world.rule(id="shelved", that="self.?height.orValue(0) > 3", at="self.id", **shelved)


def gone(world: Any, *records: Any, way: dict[str, Any] | None = None, pairs: Any = (), **config: Any) -> Way:
    evaluation = world.judge(*records, **config)
    files = [("policies/roadmaps/way.yaml", write(way or written()).encode())]
    [found] = ways(roadmap.load(files, evaluation.policy.rules).values(), evaluation, pairs)
    return found


def missing(way: Way) -> list[list[str]]:
    return [[lacking.bound.id for lacking in stage.missing] for stage in way.stages]


def test_a_stage_is_reached_when_its_rules_pass(road: Any) -> None:
    way = gone(road, road.box(size=1, label="l"), road.stand(height=4))
    assert [True, True] == [stage.reached for stage in way.stages]
    assert ("two", [[], []]) == (way.reached, missing(way))


def test_what_fails_is_missing_with_what_it_says_and_holds_up_every_later_stage(road: Any) -> None:
    way = gone(road, road.box(size=5, label="l"), road.stand(height=4))
    assert [False, False] == [stage.reached for stage in way.stages]
    assert (None, [["small"], []]) == (way.reached, missing(way))
    assert ["too big"] == [result.message for result in way.stages[0].missing[0].failing]


def test_a_rule_that_nobody_is_there_to_be_judged_by_is_missing(road: Any) -> None:
    way = gone(road, road.box(size=1, label="l"))
    assert ("one", [[], ["shelved"]]) == (way.reached, missing(way))
    assert () == way.stages[1].missing[0].failing


def test_a_rule_that_does_not_apply_to_what_is_there_holds_nothing_up(road: Any) -> None:
    way = gone(road, road.box(size=1, label="l"), road.stand())
    assert ("two", 1, 1) == (way.reached, way.stages[1].passing, way.stages[1].not_applicable)


def test_a_stage_in_which_nothing_passes_is_not_reached(road: Any) -> None:
    only = written({"id": "one", "title": "First", "why": "w", "rules": ["shelved"]})
    way = gone(road, road.box(size=1), road.stand(), way=only)
    assert (None, [["shelved"]]) == (way.reached, missing(way))


def test_a_rule_that_errs_is_missing(road: Any) -> None:
    way = gone(road, road.box(size="big"), road.box("c", size=1, label="l"), road.stand(height=4))
    assert [["small"], ["named"]] == missing(way)


def test_rules_that_the_profile_does_not_bind_are_judged_with_its_parameters(road: Any) -> None:
    params = {"params": {"most": 3}, "that": "self.?size.orValue(9) < params.most"}
    road = road.rule(id="small", message="too big", **params)
    road = road.file(
        "policies/profiles/few.yaml", "id: few\ntitle: F\nselect: {rules: [named]}\nparams: {small: {most: 7}}\n"
    )
    box, stand = road.box(size=5, label="l"), road.stand(height=4)
    assert "two" == gone(road, box, stand, profile="few").reached
    assert [["small"], []] == missing(gone(road, box, stand))


def test_a_rule_about_requirements_is_asked_about_those_that_the_profile_does_not_select(world: Any) -> None:
    world = world.file("policies/catalogs/sea.yaml", SEA)
    keys = {"subject": "Requirement", "requirements": ["std:1.1", "sea:1"]}
    world = world.rule(id="shown", that='size(referrers(self, "Box.proves")) > 0', at="self.id", **keys)
    way = written({"id": "one", "title": "First", "why": "w", "rules": ["shown"]})
    only_std = gone(world, world.box(proves="std:1.1"), way=way)
    assert [["shown"]] == missing(only_std)
    assert ["sea:1"] == [result.subject for result in only_std.stages[0].missing[0].failing]
    assert "one" == gone(world, world.box(proves="std:1.1"), world.box("c", proves="sea:1"), way=way).reached


def test_what_is_satisfied_on_the_other_side_of_a_pair_can_be_used_again(road: Any) -> None:
    def pair(origin: str, to: str) -> Pair:
        keys = {"from": origin, "to": to, "relation": "helps", "reason": "r", "verified": "v", "confidence": "high"}
        return convert(keys, Pair)

    pairs = [pair("std:1.2", "std:1.1"), pair("std:1.1", "std:1.2"), pair("std:1.10", "std:1.1")]
    way = gone(road, road.box(size=5, label="l"), road.stand(height=4), pairs=pairs)
    assert tuple(pairs[:2]) == way.stages[0].missing[0].reuse


def test_the_document_has_the_keys_of_the_contract(road: Any) -> None:
    document = gone(road, road.box(size=5)).document()
    assert json.loads(json.dumps(document)) == document
    assert ("way", None) == (document["roadmap"], document["reached"])
    assert [("one", "First", False, ["small"]), ("two", "Second", False, ["named", "shelved"])] == [
        (stage["id"], stage["title"], stage["reached"], stage["missing"]) for stage in document["stages"]
    ]
    failure = {"rule": "small", "subject": "Box:b", "item": None, "message": "too big"}
    assert [failure] == document["stages"][0]["failing"]


def test_the_roadmap_of_the_profile_is_chosen_or_of_one_that_it_extends_else_all(road: Any) -> None:
    files = [(f"{name}.yaml", write(written(id=name)).encode()) for name in ("all", "other")]
    child = road.file("policies/profiles/child.yaml", "id: child\ntitle: C\nextends: all\n")
    alone = road.file("policies/profiles/alone.yaml", "id: alone\ntitle: A\nselect: {rules: [small]}\n")
    for found, profile, expected in (
        (road, "all", ["all"]),
        (child, "child", ["all"]),
        (alone, "alone", ["all", "other"]),
    ):
        evaluation = found.judge(found.box(size=1), profile=profile)
        roadmaps = roadmap.load(files, evaluation.policy.rules)
        assert expected == [one.id for one in chosen(roadmaps, evaluation)]


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (written({"id": "one", "title": "T", "why": "w", "rules": ["smal"]}), "there is no rule 'smal'"),
        (written({"id": "one", "title": "T", "why": "w", "rules": ["small", "small"]}), "stands on the way twice"),
        (written(STAGES[0], {**STAGES[1], "id": "one"}), "two stages are called 'one'"),
        (written(stages=[]), "is empty"),
        (written(stage=[]), "unknown key"),
    ],
)
def test_what_is_wrong_in_a_roadmap_is_told_with_its_place(road: Any, way: dict[str, Any], words: str) -> None:
    with pytest.raises(PolicyError, match=words) as error:
        roadmap.load([("policies/roadmaps/way.yaml", write(way).encode())], road.policy().rules)
    assert error.value.place is not None
    assert error.value.hint


def test_no_two_roadmaps_have_one_id(road: Any) -> None:
    data = write(written()).encode()
    with pytest.raises(PolicyError, match="described twice"):
        roadmap.load([("a.yaml", data), ("b.yaml", data)], road.policy().rules)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"from": "std:9"}, "std:9 is no requirement"),
        ({"to": "std:9"}, "std:9 is no requirement"),
        ({"relation": "hinders"}, "'hinders' is none of its relations"),
        ({"confidence": "sure"}, "none of its words"),
    ],
)
def test_what_is_wrong_in_a_crosswalk_is_told_with_its_place(world: Any, keys: dict[str, str], words: str) -> None:
    usual = {
        "from": "std:1.1",
        "to": "std:1.2",
        "relation": "helps",
        "reason": "r",
        "verified": "v",
        "confidence": "low",
    }
    body = {"id": "x", "title": "T", "relations": {"helps": "h"}, "mappings": [usual, usual | keys]}
    with pytest.raises(PolicyError, match=words) as error:
        load_crosswalk([("x.yaml", write(body).encode())], world.rule().policy().catalogs)
    assert error.value.place is not None
    assert error.value.place.line >= 12


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"requirements": ["std:9"]}, "std:9 is no requirement"),
        ({"applies": ["never"]}, "'never' is none of its dates"),
        ({"id": "Art. 1"}, "'Art. 1' is there twice"),
    ],
)
def test_what_is_wrong_in_pointers_is_told_with_its_place(world: Any, keys: dict[str, Any], words: str) -> None:
    usual = {"topic": "t", "requirements": ["std:1.1"], "confidence": "low"}
    body = {"id": "law", "title": "T", "source": "s", "notice": "n", "relation": "r", "verified": "v"}
    places = [{"id": "Art. 1"} | usual, {"id": "Art. 2"} | usual | keys]
    catalogs = world.rule().policy().catalogs
    data = write(body | {"places": places}).encode()
    with pytest.raises(PolicyError, match=words) as error:
        load_pointers([("law.yaml", data)], catalogs)
    assert error.value.place is not None
    assert error.value.place.line >= 12
    with pytest.raises(PolicyError, match="described twice"):
        load_pointers([(name, write(body | {"places": places[:1]}).encode()) for name in "ab"], catalogs)
