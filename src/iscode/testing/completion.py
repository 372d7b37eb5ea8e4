"""A record with only what a rule reads -> one that its schema accepts: required keys are filled in with dull values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import re2

from iscode.errors import RuleError
from iscode.inventory.record import ACTIVE
from iscode.schema import Kind

Schema = Mapping[str, Any]

PLAIN_TEXTS: Final = ("x", "x-1", "X:x", "0" * 64, "a/b", "a@b.example", "1", "std:1.1", "sha256:" + "0" * 64)
"""Tried in turn where a text must have a form."""
A_DAY: Final = "2020-01-01"


def completed(record: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """The record with every key that its schema requires, at all depths. Raises RuleError where none can be made up."""
    return dict(_object({"status": ACTIVE, **record, "kind": kind.name}, kind.schema, kind.name))


def _complete(value: Any, schema: Schema, name: str) -> Any:
    if isinstance(value, dict) and "properties" in schema:
        return _object(value, schema, name)
    if isinstance(value, dict) and isinstance(schema.get("additionalProperties"), Mapping):
        return {key: _complete(item, schema["additionalProperties"], f"{name}.{key}") for key, item in value.items()}
    if isinstance(value, list) and "items" in schema:
        return [_complete(item, schema["items"], name) for item in value]
    return value


def _object(value: Mapping[str, Any], schema: Schema, name: str) -> dict[str, Any]:
    properties = schema["properties"]
    missing = [key for key in schema.get("required", ()) if key not in value]
    given = {key: _complete(item, properties.get(key, {}), f"{name}.{key}") for key, item in value.items()}
    return given | {key: _dull(properties[key], f"{name}.{key}") for key in missing}


def _dull(schema: Schema, name: str) -> Any:
    match schema["type"]:
        case "object":
            return _object({}, schema, name) if "properties" in schema else {}
        case "array":
            return [_dull(schema["items"], name)] * schema.get("minItems", 0)
        case "integer" | "number":
            return schema.get("minimum", min(1, schema.get("maximum", 1)))
        case "boolean":
            return False
        case _:
            return _text(schema, name)


def _text(schema: Schema, name: str) -> str:
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return str(schema["enum"][0])
    if schema.get("format") == "date":
        return A_DAY
    candidates = (*(f"{kind}:x" for kind in schema.get("x-ref", ())), *PLAIN_TEXTS)
    long_enough = (text.ljust(schema.get("minLength", 0), "x") for text in candidates)
    for text in long_enough:
        if "pattern" not in schema or re2.search(schema["pattern"], text) is not None:
            return text
    raise RuleError(f"no value could be made up for {name}", hint="give it in the case")
