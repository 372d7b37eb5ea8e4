"""Two kinds, and files that hold records of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from iscode.document import Limits, write
from iscode.inventory import File, Inventory, take
from iscode.schema import Kinds, load

TEXT: dict[str, Any] = {"type": "string"}


def described(kind: str, **keys: Any) -> bytes:
    """The schema of a kind whose id may be any text but the empty one."""
    envelope = {
        "kind": {"type": "string", "const": kind},
        "id": TEXT | {"minLength": 1},
        "status": TEXT | {"enum": ["draft", "active"]},
    }
    schema = {"type": "object", "required": list(envelope), "additionalProperties": False}
    return json.dumps(schema | {"properties": envelope | keys}).encode()


@pytest.fixture(scope="session")
def kinds() -> Kinds:
    """Task leads to Person and to requirements, in a list, an item and a map."""
    person = TEXT | {"x-ref": ["Person"]}
    steps = {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {"name": TEXT, "by": person},
    }
    task = described(
        "Task",
        owner=person,
        after={"type": "array", "items": TEXT | {"x-ref": ["Task", "Person"]}},
        steps={"type": "array", "items": steps, "x-key": ["name"]},
        asked={"type": "object", "additionalProperties": person},
        proves={"type": "array", "items": TEXT | {"x-requirement": True}},
    )
    return load([("person.schema.json", described("Person", name=TEXT)), ("task.schema.json", task)])


@pytest.fixture
def stock(kinds: Kinds) -> Callable[..., Inventory]:
    """Takes records (in files called 0.yaml, 1.yaml …, or as given) and whole files by path."""

    def taken(*records: dict[str, Any], limits: Limits = Limits(), **files: Any) -> Inventory:  # noqa: B008
        held = {
            f"{number}.yaml": {**record, "status": record.get("status", "active")}
            for number, record in enumerate(records)
        }
        held |= {path.replace("__", "/"): content for path, content in files.items()}
        return take(
            [
                content if isinstance(content, File) else File(path, True, write(content).encode())
                for path, content in held.items()
            ],
            kinds,
            limits,
        )

    return taken
