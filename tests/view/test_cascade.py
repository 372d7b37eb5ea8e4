"""What rests on what: the worst below is seen at the top, and nothing that was not judged counts as satisfied."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert

from iscode.document import write
from iscode.errors import PolicyError, UsageError
from iscode.policy import Shelves
from iscode.view.cascade import CascadeModel, load
from iscode.view.web import WORST_FIRST, Web, _worst, web

CASCADE: dict[str, Any] = {"id": "boxes", "title": "What each box rests on", "start": ["Box"], "follow": ["Box.shelf"]}


@pytest.fixture
def tree(world: Any) -> Any:
    """The world in which a shelf may hang on another one and a box may lie on top; both have a rule."""
    shelf = json.loads(world.files["schemas/shelf.schema.json"])
    shelf["properties"] |= {"on": {"type": "array", "items": {"type": "string", "x-ref": ["Shelf"]}}}
    world = world.file("schemas/shelf.schema.json", json.dumps(shelf))
    world = world.rule(that="self.?size.orValue(0) < 3", message="too big")
    keys = {"subject": "Shelf", "when": "has(self.height)", "requirements": ["std:2.1"]}
    return world.rule(id="high", that="self.?height.orValue(0) > 3", message="too low", **keys)


def woven(world: Any, *records: Any, top: str | None = None, **keys: Any) -> Web:
    shelves = world.file("policies/cascades/boxes.yaml", write(CASCADE | keys)).shelves
    evaluation = world.judge(*records)
    [cascade] = load(shelves, evaluation.policy.kinds)
    return web(cascade, evaluation, top)


def states(found: Web) -> dict[str, tuple[str, str]]:
    return {name: (node.state, node.worst) for name, node in found.nodes.items()}


FOLLOW = {"follow": ["Box.shelf", "Shelf.on"]}


def test_what_fails_far_below_is_seen_at_the_top(tree: Any) -> None:
    found = woven(
        tree,
        tree.box(shelf="Shelf:s"),
        tree.stand("s", height=4, on=["Shelf:t"]),
        tree.stand("t", height=1),
        **FOLLOW,
    )
    assert {
        "Box:b": ("satisfied", "not_satisfied"),
        "Shelf:s": ("satisfied", "not_satisfied"),
        "Shelf:t": ("not_satisfied", "not_satisfied"),
    } == states(found)
    [served] = found.nodes["Shelf:t"].requirements
    assert ("std:2.1", "not_satisfied", ["too low"]) == (
        served.requirement,
        served.state,
        [result.message for result in served.failing],
    )


def test_what_no_rule_judged_is_not_satisfied_and_no_failure(tree: Any) -> None:
    found = woven(tree, tree.box(shelf="Shelf:s"), tree.stand("s"))
    assert {"Box:b": ("satisfied", "not_assessed"), "Shelf:s": ("not_assessed", "not_assessed")} == states(found)


def test_what_no_path_leads_to_does_not_matter(tree: Any) -> None:
    found = woven(tree, tree.box(shelf="Shelf:s"), tree.stand("s", height=4, on=["Shelf:t"]), tree.stand("t", height=1))
    assert ["Box:b", "Shelf:s"] == sorted(found.nodes)
    assert "satisfied" == found.nodes["Box:b"].worst


def test_records_that_point_at_one_belong_to_what_it_rests_on(tree: Any) -> None:
    found = woven(
        tree, tree.box(size=4, shelf="Shelf:s"), tree.stand("s", height=4), start=["Shelf"], back=["Box.shelf"]
    )
    assert ("satisfied", "not_satisfied") == states(found)["Shelf:s"]


def test_a_circle_of_references_ends(tree: Any) -> None:
    records = [
        tree.box(shelf="Shelf:s"),
        tree.stand("s", height=4, on=["Shelf:t"]),
        tree.stand("t", height=1, on=["Shelf:s"]),
    ]
    found = woven(tree, *records, **FOLLOW)
    assert ["not_satisfied"] * 3 == [node.worst for node in found.nodes.values()]
    assert ["Box:b", "Shelf:s", "Shelf:t"] == found.below("Box:b")


def test_a_refused_record_and_a_reference_that_leads_nowhere_are_seen_at_the_top(tree: Any) -> None:
    refused = woven(tree, tree.box(shelf="Shelf:s"), tree.stand("s", height="tall"))
    assert "not_satisfied" == refused.nodes["Box:b"].worst
    nowhere = woven(tree, tree.box(shelf="Shelf:gone"))
    assert ("not_satisfied", ()) == (nowhere.nodes["Box:b"].worst, nowhere.nodes["Box:b"].rests_on)


def test_any_record_can_be_the_top(tree: Any) -> None:
    found = woven(tree, tree.box(shelf="Shelf:s"), tree.stand("s", height=4), top="Shelf:s")
    assert (("Shelf:s",), ["Shelf:s"]) == (found.tops, list(found.nodes))
    with pytest.raises(UsageError) as error:
        woven(tree, tree.box(), top="Box:bb")
    assert ("there is no record Box:bb", 'did you mean "Box:b"?') == (error.value.message, error.value.hint)


def test_the_document_has_each_record_once_those_at_the_top_first(tree: Any) -> None:
    records = [tree.box("a", shelf="Shelf:s"), tree.box("b", shelf="Shelf:s"), tree.stand("s", height=4)]
    rows = list(woven(tree, *records).documents())
    assert [("Box:a", True), ("Box:b", True), ("Shelf:s", False)] == [(row["record"], row["top"]) for row in rows]
    assert {"record", "top", "state", "worst", "rests_on", "requirements"} == set(rows[0])
    assert [{"requirement": "std:1.1", "state": "satisfied", "failing": []}] == rows[0]["requirements"]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"start": ["Bux"]}, "'Bux' is no kind"),
        ({"follow": ["Box.shelv"]}, "'Box.shelv' holds no references"),
        ({"follow": ["Box"]}, "'Box' holds no references"),
        ({"follow": ["Bux.shelf"]}, "'Bux.shelf' holds no references"),
        ({"back": ["Box.size"]}, "'Box.size' holds no references"),
        ({"start": []}, "is empty"),
    ],
)
def test_what_is_wrong_in_a_cascade_is_told_at_its_place(tree: Any, keys: dict[str, Any], words: str) -> None:
    with pytest.raises(PolicyError, match=words) as error:
        woven(tree, tree.box(), **keys)
    assert error.value.place is not None
    assert error.value.place.line > 2


def test_no_two_cascades_have_one_id(tree: Any) -> None:
    data = write(CASCADE).encode()
    shelves = Shelves({"policies/cascades/a.yaml": data, "policies/cascades/b.yaml": data})
    assert convert(CASCADE, CascadeModel).start == ["Box"]
    with pytest.raises(PolicyError, match="described twice"):
        load(shelves, tree.policy().kinds)


NAMES = st.sampled_from("abcdef")
EDGES = st.fixed_dictionaries({name: st.lists(NAMES, max_size=3).map(tuple) for name in "abcdef"})
OWN = st.fixed_dictionaries({name: st.sampled_from(WORST_FIRST) for name in "abcdef"})


@given(EDGES, OWN)
def test_the_worst_of_a_record_is_the_worst_of_all_that_it_reaches(edges: Any, own: Any) -> None:
    def reached(name: str) -> set[str]:
        found, waiting = set(), [name]
        while waiting:
            if (one := waiting.pop()) not in found:
                found.add(one)
                waiting += edges[one]
        return found

    expected = {name: min((own[one] for one in reached(name)), key=WORST_FIRST.index) for name in edges}
    assert expected == _worst(edges, own)
