"""`key.inner=value` as people type it, and the schema of a kind -> what a record holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from iscode.document import read
from iscode.errors import UsageError
from iscode.expr import did_you_mean
from iscode.schema import Kind

Schema = Mapping[str, Any]


def settled(kind: Kind, settings: Iterable[str]) -> dict[str, Any]:
    """The keys and values that `settings` name, nested; a text is taken as it stands, the rest is read as YAML.

    Raises UsageError for what is no setting, for a key that the kind does not have, and for a value that YAML refuses.
    """
    record: dict[str, Any] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise UsageError(f"{setting!r} sets nothing", hint="write KEY=VALUE, such as title=Chatbot")
        keys = name.split(".")
        node, held = kind.schema, record
        for key in keys[:-1]:
            node = _below(node, key, name, kind)
            held = held.setdefault(key, {})
            if not isinstance(held, dict):
                raise UsageError(f"{name} is set below a value", hint="set one or the other")
        held[keys[-1]] = _value(_below(node, keys[-1], name, kind), text, name)
    return record


def columns_given(settings: Iterable[str], names: Mapping[str, str]) -> dict[str, object]:
    """`name=value` as people type it -> the columns `@name` of a mapping that asks for these names.

    Raises UsageError for what no mapping asks for.
    """
    found: dict[str, object] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if name not in names or not equals:
            hint = f"one of: {', '.join(names)}" if names else "this mapping asks for nothing"
            raise UsageError(f"{setting!r} gives nothing that the mapping asks for", hint=hint)
        found[f"@{name}"] = value
    return found


def _below(node: Schema, key: str, name: str, kind: Kind) -> Schema:
    known: Mapping[str, Schema] = node.get("properties", {})
    if key not in known:
        hint = did_you_mean(key, known) or f"see `iscode schema show {kind.name}`"
        raise UsageError(f"a record of {kind.name} has no {name}", hint=hint)
    return known[key]


def _value(node: Schema, text: str, name: str) -> Any:
    if node["type"] == "string":
        return text
    document = read(name, f"value: {text}\n".encode())
    if document.value is None or list(document.value) != ["value"]:
        reason = document.refusals[0].message if document.refusals else "it is more than one value"
        raise UsageError(
            f"{name} cannot be set to {text!r}: {reason}", hint="write it as in a record: true, 12, [a, b]"
        )
    return document.value["value"]
