"""A small shelf of schemas: one kind that uses every keyword, and one that it refers to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from iscode.document import Document, read, write
from iscode.schema import Kinds, load

TEXT: dict[str, Any] = {"type": "string"}
IDENTITY = {"type": "string", "pattern": "^[a-z0-9-]+$", "description": "Its name."}
STATUS = {"type": "string", "enum": ["draft", "active", "retired"]}

COMMON: dict[str, Any] = {
    "$defs": {
        "id": IDENTITY,
        "status": STATUS,
        "date": {"type": "string", "format": "date"},
        "level": {"type": "string", "enum": ["low", "high"], "x-scale": "level"},
        "loop": {"type": "array", "items": {"$ref": "#/$defs/loop"}},
        "twice": {"type": "object", "additionalProperties": {"$ref": "#/$defs/again"}},
        "again": {"type": "array", "items": {"$ref": "#/$defs/twice"}},
    }
}


def described(name: str, properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """The schema of a kind with the envelope and these keys."""
    envelope = {
        "kind": {"type": "string", "const": name},
        "id": {"$ref": "common.schema.json#/$defs/id"},
        "status": {"$ref": "common.schema.json#/$defs/status"},
    }
    return {
        "type": "object",
        "required": ["kind", "id", "status", *required],
        "additionalProperties": False,
        "properties": envelope | properties,
    }


PART = {
    "type": "object",
    "required": ["name", "size"],
    "additionalProperties": False,
    "properties": {"name": TEXT, "size": {"type": "integer"}, "note": TEXT},
}
SITE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"keeper": {"type": "string", "x-ref": ["Owner"]}},
}
MACHINE = described(
    "Machine",
    {
        "owner": {"type": "string", "x-ref": ["Owner"]},
        "built": {"$ref": "#/$defs/date"},
        "level": {"$ref": "#/$defs/level"},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "share": {"type": "number"},
        "code": {"type": "string", "pattern": "^[A-Z]{2}$", "description": "Two capitals."},
        "label": {"type": "string", "minLength": 2, "maxLength": 4},
        "open": {"type": "boolean"},
        "tags": {"type": "array", "items": TEXT, "uniqueItems": True, "minItems": 1, "maxItems": 3},
        "numbers": {"type": "array", "items": {"type": "number"}, "uniqueItems": True},
        "pairs": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}, "uniqueItems": True},
        "parts": {"type": "array", "items": PART, "x-key": ["name", "size"]},
        "readings": {"type": "object", "additionalProperties": {"type": "number"}},
        "sites": {"type": "object", "additionalProperties": SITE},
        "proves": {"type": "array", "items": {"type": "string", "x-requirement": True}},
    },
    "owner",
)
OWNER = described("Owner", {"machines": {"type": "array", "items": {"type": "string", "x-ref": ["Machine", "Owner"]}}})


def loaded(*schemas: dict[str, Any], common: dict[str, Any] = COMMON) -> Kinds:
    """The kinds of these schemas, in files called after their numbers."""
    files = [("schemas/common.schema.json", json.dumps(common).encode())]
    files += [(f"schemas/{number}.schema.json", json.dumps(schema).encode()) for number, schema in enumerate(schemas)]
    return load(files)


@pytest.fixture(scope="session")
def schema_of() -> Callable[..., dict[str, Any]]:
    """Makes the schema of a kind: its name, its keys beside the envelope, which of them are required."""
    return described


@pytest.fixture(scope="session")
def shelf() -> Callable[..., Kinds]:
    """Loads schemas as one shelf."""
    return loaded


@pytest.fixture(scope="session")
def kinds() -> Kinds:
    """Machine and Owner."""
    return loaded(MACHINE, OWNER)


@pytest.fixture(scope="session")
def machine() -> Callable[..., Document]:
    """Makes a machine with these keys beside those it needs; a key that is None is left out."""

    def made(**keys: Any) -> Document:
        record = {"kind": "Machine", "id": "m", "status": "active", "owner": "Owner:o", **keys}
        return read("m.yaml", write({key: value for key, value in record.items() if value is not None}).encode())

    return made
