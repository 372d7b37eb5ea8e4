"""Migration files: steps that fit the schema, made in the order of their ids; all else is refused at its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iscode.document import Limits
from iscode.errors import PolicyError
from iscode.intake.migrating import migrated
from iscode.policy import migration
from iscode.schema import Kinds, kinds
from iscode.source import MemorySnapshot

TEXT: dict[str, Any] = {"type": "string"}


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def boat() -> str:
    """The schema of a kind, once its fields moved."""
    crew = closed(id=TEXT, name=TEXT, joined=TEXT) | {"required": ["id"]}
    words = ["active", "laid_up", "retired"]
    return json.dumps(
        {
            "$id": "boat.schema.json",
            "type": "object",
            "required": ["kind", "id", "status", "class"],
            "additionalProperties": False,
            "properties": {
                "kind": {"type": "string", "const": "Boat"},
                "id": TEXT | {"minLength": 1},
                "status": {"type": "string", "enum": words},
                "tags": {"type": "array", "items": {"type": "string", "enum": words}},
                "berth": closed(pier=TEXT, number={"type": "integer"}, harbour=TEXT),
                "crew": {"type": "array", "items": crew, "x-key": ["id"]},
                "metres": {"type": "integer"},
                "class": {"type": "string", "enum": ["pleasure", "cargo"]},
            },
        }
    )


def loaded(steps: str) -> dict[str, tuple[migration.Change, ...]]:
    text = f"id: m\ntitle: M\nkind: Boat\nsteps:\n  - {steps}\n"
    return migration.load([("m.yaml", text.encode())], shelf())


def shelf() -> Kinds:
    return kinds.load([("boat.schema.json", boat().encode())])


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("{}", "a step does one thing"),
        ("{rename: a, drop: b, to: c}", "a step does one thing"),
        ("{rename: length}", "it is no whole `rename`"),
        ("{drop: colour, to: metres}", "it is no whole `drop`"),
        ("{set: class, value: cargo, words: {a: b}}", "it is no whole `set`"),
        ("{rename: length, to: size.metres}", "`to` of a rename is a key"),
        ("{rename: metres, to: class}", "Boat.metres is in the schema still"),
        ("{drop: class}", "Boat.class is in the schema still"),
        ("{move: crew.name, to: id}", "Boat.crew.name is in the schema still"),
        ("{rename: length, to: depth}", "Boat.depth is not in the schema"),
        ("{move: length, to: berth.depth}", "Boat.berth.depth is not in the schema"),
        ("{set: depth, value: 1}", "Boat.depth is not in the schema"),
        ("{set: class, value: toy}", "Boat.class cannot be 'toy'"),
        ("{replace: status, words: {idle: gone}}", "Boat.status cannot be 'gone'"),
        ("{replace: status, words: {active: retired}}", "'active' is a word of Boat.status still"),
        ("{replace: id, words: {a: b}}", "Boat.id cannot be 'b'"),
        ("{rename: le ngth, to: metres}", "rename"),
        ("{shrink: length}", "unknown key"),
    ],
)
def test_a_step_that_does_not_fit_the_schema_is_refused_at_its_place(step: str, words: str) -> None:
    with pytest.raises(PolicyError) as error:
        loaded(step)
    assert words in error.value.message
    assert "m.yaml:5" in str(error.value.place)


def test_a_kind_that_is_not_there_is_refused() -> None:
    with pytest.raises(PolicyError, match="'Boot' is no kind"):
        migration.load([("m.yaml", b"id: m\ntitle: M\nkind: Boot\nsteps: [{drop: a}]\n")], shelf())


def test_migrations_are_made_in_the_order_of_their_ids_and_one_may_take_on_what_another_made() -> None:
    files = [
        ("b.yaml", b"id: b-2\ntitle: M\nkind: Boat\nsteps: [{rename: size, to: metres}]\n"),
        ("a.yaml", b"id: a-1\ntitle: M\nkind: Boat\nsteps: [{rename: length, to: size}]\n"),
    ]
    changes = migration.load(files, shelf())
    assert ["a-1", "b-2"] == [change.migration for change in changes["Boat"]]
    source = b"kind: Boat\nid: b\nstatus: active\nlength: 3 # over all\nclass: cargo\n"
    snapshot = MemorySnapshot({"b.yaml": source})
    found = migrated(snapshot, snapshot.entries, shelf(), changes, Limits())
    assert source.replace(b"length", b"metres") == found.documents["b.yaml"][1].source
    with pytest.raises(PolicyError, match=r"Boat\.size is not in the schema"):
        migration.load(files[1:], shelf())


def test_a_record_that_is_valid_stays_valid_or_is_a_conflict() -> None:
    changes = loaded("{set: berth.number, value: four}")
    source = b"kind: Boat\nid: b\nstatus: active\nclass: cargo\nberth: {pier: x}\n"
    snapshot = MemorySnapshot({"b.yaml": source})
    [conflict] = migrated(snapshot, snapshot.entries, shelf(), changes, Limits()).conflicts
    assert "it would be no valid record: " in conflict.message
    assert "b.yaml:5" in str(conflict.place)
