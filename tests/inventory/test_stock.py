"""Files -> records that are found by name, by kind and by who refers to them; nothing is ever left out."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.document import Limits, write
from iscode.errors import Place
from iscode.inventory import File, Inventory, reference_to, take
from iscode.schema import Kinds

Stock = Callable[..., Inventory]
PERSON = {"kind": "Person", "id": "p"}


def of(data: bytes | None, *, regular: bool = True) -> File:
    return File("a.yaml", regular, data)


@pytest.mark.parametrize(
    ("file", "rule", "item", "message", "hint"),
    [
        (of(None, regular=False), "record", None, "no regular file", "replace the link"),
        (of(None), "yaml", " file-size", "larger than 1048576 bytes", "split it, or raise `limits.file_bytes`"),
        (of(b""), "yaml", " empty", "the file holds no record", "write one, or remove the file"),
        (of(b"# nothing\n"), "yaml", " empty", "the file holds no record", "write one, or remove the file"),
        (of(b"- a\n"), "yaml", " root", "the file is not a mapping", "begin with `kind:`"),
        (of(b"id: a\n"), "record", "/kind", "the file names no kind", "`kind:` is one of Person, Task"),
        (of(b"kind: Persn\nid: a\n"), "record", "/kind", '"Persn" is no kind', "did you mean `Person`?"),
        (of(b"kind: person\nid: a\n"), "record", "/kind", '"person" is no kind', "did you mean `Person`?"),
        (of(b"kind: [Person]\nid: a\n"), "record", "/kind", '["Person"] is no kind', "did you mean `Person`?"),
        (of(b"kind: 5\nid: a\n"), "record", "/kind", "5 is no kind", "`kind:` is one of Person, Task"),
        (of(b"kind: " + b"s" * 300), "record", "/kind", '"' + "s" * 58 + "… is no kind", "`kind:` is one of"),
        (of(b"kind: Person\nstatus: active\n"), "schema", "/id required", "Person needs `id`", "add `id:`"),
        (of(b"kind: Person\nid: 5\nstatus: active\n"), "schema", "/id type", "`id` must be text", "quote it"),
        (of(b"kind: Person\nid: ''\nstatus: active\n"), "schema", "/id minLength", "`id` has 0 characters", ""),
        (of(b"kind: Person\nid: [a]\nstatus: active\n"), "schema", "/id type", "`id` must be text, not a list", ""),
    ],
)
def test_a_file_that_is_no_record_is_a_problem_and_its_content_counts_as_unknown(
    kinds: Kinds, file: File, rule: str, item: str | None, message: str, hint: str
) -> None:
    inventory = take([file], kinds, Limits())
    [problem] = inventory.problems
    assert (rule, "File:a.yaml", item, "a.yaml") == (problem.rule, problem.subject, problem.item, problem.place.path)
    assert problem.message.startswith(message)
    assert problem.hint.startswith(hint)
    assert ((), ("a.yaml",)) == (inventory.all, inventory.unreadable)


def test_a_record_that_its_schema_refuses_stays_in_the_inventory_with_a_problem_for_each_refusal(stock: Stock) -> None:
    inventory = stock({"kind": "Person", "id": "p", "nme": "P", "age": 5})
    [record] = inventory.all
    assert (False, "Person:p") == (record.valid, record.reference)
    found = [(problem.rule, problem.subject, problem.item, problem.place) for problem in inventory.problems]
    expected = [
        ("schema", "Person:p", "/nme additionalProperties", Place("0.yaml", 3, 1)),
        ("schema", "Person:p", "/age additionalProperties", Place("0.yaml", 4, 1)),
    ]
    assert expected == found
    assert () == inventory.unreadable


def test_the_limits_are_those_that_are_given(stock: Stock) -> None:
    inventory = stock(PERSON, limits=Limits(nodes=2))
    assert ["nodes"] == [str(problem.item).split()[-1] for problem in inventory.problems]


def test_records_are_found_by_reference_whatever_their_status(stock: Stock) -> None:
    inventory = stock(PERSON, {"kind": "Person", "id": "q", "status": "draft"})
    found = inventory.find("Person:q")
    assert found is not None
    assert ("Person:q", "draft") == (reference_to(found.value), found.status)
    assert inventory.find("Person:P") is inventory.find("Task:p") is inventory.find("p") is None


def test_active_records_leave_out_drafts_and_keep_invalid_ones_whose_status_may_be_wrong(stock: Stock) -> None:
    inventory = stock(
        {"kind": "Person", "id": "c"},
        {"kind": "Person", "id": "b", "status": "draft"},
        {"kind": "Person", "id": "a", "status": "draft", "x": 1},
        {"kind": "Task", "id": "t"},
    )
    assert ["a", "c"] == [record.id for record in inventory.active("Person")]
    assert ["a", "b", "c"] == [record.id for record in inventory.of_kind("Person")]
    assert () == inventory.active("Nothing")


def test_referrers_are_the_active_records_that_hold_a_target_at_a_path_each_once(stock: Stock) -> None:
    inventory = stock(
        {"kind": "Task", "id": "b", "after": ["Person:p", "Person:p", "Task:a"]},
        {"kind": "Task", "id": "a", "after": ["Person:p"]},
        {"kind": "Task", "id": "c", "after": ["Person:p"], "status": "draft"},
        {"kind": "Task", "id": "d", "owner": "Person:p"},
    )
    path = ("after", "*")
    assert ["a", "b"] == [record.id for record in inventory.referrers("Task", path, "Person:p")]
    assert ["b"] == [record.id for record in inventory.referrers("Task", path, "Task:a")]
    assert ["d"] == [record.id for record in inventory.referrers("Task", ("owner",), "Person:p")]
    assert () == inventory.referrers("Task", path, "Person:q")


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(), size=st.integers(2, 8))
def test_the_order_of_files_changes_nothing(kinds: Kinds, seed: int, size: int) -> None:
    def seen(files: list[File]) -> list[Any]:
        inventory = take(files, kinds, Limits())
        return [[(record.reference, record.document.path) for record in inventory.all], inventory.find("Person:0")]

    records = [{"kind": "Person", "id": str(number // 2), "status": "active"} for number in range(size)]
    files = [File(f"{number}.yaml", True, write(record).encode()) for number, record in enumerate(records)]
    shuffled = random.Random(seed).sample(files, len(files))  # noqa: S311
    first, second = seen(files), seen(shuffled)
    assert first[0] == second[0]
    assert first[1].document.path == second[1].document.path
