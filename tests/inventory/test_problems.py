"""Records that do not fit together -> problems with the place, the next step and an identity of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any

import pytest

from iscode.document import Limits, write
from iscode.errors import Place
from iscode.inventory import File, Inventory, take
from iscode.inventory.problems import identities, references
from iscode.schema import Kinds

Stock = Callable[..., Inventory]
PERSON = {"kind": "Person", "id": "ann"}
REQUIREMENTS = ("std:1", "std:1.1", "other:A.5")


def wrong(inventory: Inventory, requirements: Collection[str] = REQUIREMENTS) -> list[tuple[str | None, str, str]]:
    """Item, message and hint of each reference that leads nowhere."""
    return [(problem.item, problem.message, problem.hint) for problem in references(inventory, requirements)]


def test_references_that_lead_to_records_of_any_status_are_good(stock: Stock) -> None:
    task = {"owner": "Person:ann", "after": ["Task:t", "Person:ann"], "asked": {"x": "Person:ann"}, "proves": ["std:1"]}
    inventory = stock(PERSON | {"status": "draft"}, {"kind": "Task", "id": "t", **task})
    assert [] == wrong(inventory)


@pytest.mark.parametrize(
    ("keys", "item", "message", "hint"),
    [
        ({"owner": "Person:anne"}, "/owner target", "`owner` refers to Person:anne, and no record has that id",
         "did you mean Person:ann?"),
        ({"owner": "Person:zzzzzz"}, "/owner target", "`owner` refers to Person:zzzzzz, and", "write the record"),
        ({"owner": "Person:"}, "/owner target", "`owner` refers to Person:, and", ""),
        ({"owner": "Person:ANN"}, "/owner target", "`owner` refers to Person:ANN, and", ""),
        ({"owner": "Task:t"}, "/owner kind", "`owner` refers to Task:t; a reference here leads to Person", ""),
        ({"owner": "Persn:ann"}, "/owner kind", "`owner` refers to Persn:ann; a", "did you mean Person:ann?"),
        ({"owner": "ann"}, "/owner kind", "`owner` refers to ann; a reference here leads to Person", ""),
        ({"owner": ""}, "/owner kind", "`owner` refers to ; a reference here leads to Person", ""),
        ({"owner": "s" * 500}, "/owner kind", f"`owner` refers to {'s' * 59}…; a reference", ""),
        ({"after": ["Task:t", "Task:u"]}, "/after/1 target", "`after` refers to Task:u, and", "write the"),
        ({"after": ["Thing:t"]}, "/after/0 kind", "`after` refers to Thing:t; a reference here leads to Task or", ""),
        ({"steps": [{"name": "a"}, {"name": "b", "by": "Person:x"}]}, "/steps/1/by target", "`by` refers to", ""),
        ({"asked": {"a/b~": "Person:x"}}, "/asked/a~1b~0 target", "`a/b~` refers to Person:x", ""),
        ({"proves": ["std:1.2"]}, "/proves/0 requirement", "std:1.2 is no requirement of a", "did you mean std:1.1?"),
        ({"proves": ["std:1", "std:*"]}, "/proves/1 requirement", "std:* is no requirement of a", "did you mean"),
    ],
)  # fmt: skip
def test_a_reference_that_leads_nowhere_is_a_problem_at_its_place(
    stock: Stock, keys: dict[str, Any], item: str, message: str, hint: str
) -> None:
    [found] = wrong(stock(PERSON, {"kind": "Task", "id": "t", **keys}))
    assert item == found[0]
    assert found[1].startswith(message)
    assert found[2].startswith(hint)


def test_a_problem_names_its_record_and_points_at_the_line(stock: Stock) -> None:
    inventory = stock({"kind": "Task", "id": "t", "after": ["Task:t", "Task:u"]})
    [problem] = references(inventory, REQUIREMENTS)
    expected = ("reference", "Task:t", Place("0.yaml", 5, 5))
    assert expected == (problem.rule, problem.subject, problem.place)


def test_references_of_a_record_that_its_schema_refuses_wait_until_it_is_mended(stock: Stock) -> None:
    assert [] == wrong(stock({"kind": "Task", "id": "t", "owner": "Person:x", "colour": 1}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann", "ann"),
        ("ann", "ANN"),
        ("ann", "\uff41nn"),
        ("stra\u00dfe", "STRASSE"),
        ("\u00e9", "e\u0301"),
        ("ann", "a\u200bnn"),
        ("ann", "ann\u2060"),
        ("ann", "\u00adann"),
        ("ann", "a\u202enn"),
    ],
    ids=ascii,
)
def test_two_ids_that_can_be_taken_for_one_are_a_problem_of_both(stock: Stock, one: str, other: str) -> None:
    inventory = stock({"kind": "Person", "id": one}, {"kind": "Person", "id": other})
    found = {problem.place.path: problem for problem in identities(inventory)}
    assert {"0.yaml", "1.yaml"} == set(found)
    assert f"Person:{one} claims the identity of 1.yaml" == found["0.yaml"].message
    assert ("identity", "0.yaml", 2) == (found["0.yaml"].rule, found["0.yaml"].item, found["0.yaml"].place.line)
    assert [Place("1.yaml", 2, 1)] == [related.place for related in found["0.yaml"].related]


def test_a_record_that_is_invalid_still_claims_its_id(stock: Stock) -> None:
    inventory = stock(PERSON, PERSON | {"colour": 1})
    assert 2 == len(list(identities(inventory)))


@pytest.mark.parametrize(("kind", "id"), [("Task", "ann"), ("Person", "anne"), ("Person", "ann-")])
def test_ids_that_differ_or_belong_to_several_kinds_are_told_apart(stock: Stock, kind: str, id: str) -> None:  # noqa: A002
    assert [] == list(identities(stock(PERSON, {"kind": kind, "id": id})))


@pytest.mark.parametrize(
    ("one", "other"), [("a/b.yaml", "a/B.yaml"), ("A/b.yaml", "a/b.yaml"), ("\u00e9.yaml", "E\u0301.yaml")]
)
def test_paths_that_some_file_systems_hold_once_are_a_problem_of_both(kinds: Kinds, one: str, other: str) -> None:
    files = [
        File(path, True, write({"kind": "Person", "id": f"p{number}", "status": "active"}).encode())
        for number, path in enumerate((one, other))
    ]
    messages = [problem.message for problem in identities(take(files, kinds, Limits()))]
    assert [
        f"Person:p0 has the path of {other} but for case",
        f"Person:p1 has the path of {one} but for case",
    ] == messages


def test_a_thousand_files_of_one_id_name_a_few_others_each(stock: Stock) -> None:
    found = list(identities(stock(*[PERSON] * 1000)))
    assert 1000 == len(found)
    assert {5} == {len(problem.related) for problem in found}
    assert all(problem.place.path not in [related.place.path for related in problem.related] for problem in found)


def test_guesses_end_before_they_cost_more_than_the_rest(stock: Stock) -> None:
    people = [{"kind": "Person", "id": f"person-{number}"} for number in range(2000)]
    task = {"kind": "Task", "id": "t", "after": [f"Person:persn-{number}" for number in range(2000)]}
    inventory = stock(*people, task)
    start = time.process_time()
    hints = [problem.hint for problem in references(inventory, REQUIREMENTS)]
    assert time.process_time() - start < 5
    assert 2000 == len(hints)
    assert 50 == sum(hint.startswith("did you mean") for hint in hints)
