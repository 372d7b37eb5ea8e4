"""The schema of a field -> a value that it takes, or a blank that it refuses until somebody fills it in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from iscode.errors import IscodeError
from iscode.expr.patterns import pattern_of

Schema = Mapping[str, Any]
Path = tuple[str, ...]

_TEXTS: Final = ("example", "2000-01-01", "Example:example", "x:example", "a@example.org", "example:A.1", "0" * 40,
                 "0" * 64, f"sha256:{'0' * 64}")  # fmt: skip
"""A text for each form that a text may have to have."""


class Examples:
    """Values that schemas take: for a record that is only judged and never written. References lead to real records."""

    def __init__(self, there: Callable[[Iterable[str]], list[str]]) -> None:
        self._there = there
        """Kinds -> references to their records."""

    def of(self, node: Schema) -> Any:
        """A value of this schema. Raises IscodeError where none of the known texts has the form that it wants."""
        match node["type"]:
            case "object":
                known: Mapping[str, Schema] = node.get("properties", {})
                return {key: self.of(known[key]) for key in _stated(node) or list(known)[:1]}
            case "array":
                return [self.of(node["items"])]
            case "integer" | "number":
                return node.get("minimum", node.get("maximum", 1))
            case "boolean":
                return False
            case _:
                return self._text(node)

    def _text(self, node: Schema) -> str:
        if "const" in node or "enum" in node:
            return str(node["const"] if "const" in node else node["enum"][0])
        kinds = node.get("x-ref", ())
        forms = [pattern_of(node["pattern"])] if "pattern" in node else []
        wanted = [*self._there(kinds), *(f"{kind}:example" for kind in kinds), *_TEXTS]
        if node.get("format") == "date":
            wanted = list(_TEXTS[1:2])
        for text in wanted:
            if all(form.search(text) for form in forms):
                return text
        raise IscodeError(f"no example has the form {node['pattern']}", hint="set the field with --set")


def blank(node: Schema) -> Any:
    """What stands where a value is to come: refused by the schema of the field, or as good as absent to a rule."""
    match node["type"]:
        case "object":
            return {key: blank(node["properties"][key]) for key in _stated(node)}
        case "array":
            return []
        case "string" if "const" in node:
            return node["const"]
        case _:
            return ""


def _stated(node: Schema) -> list[str]:
    """The keys of an object that want a word as soon as there is one: the required ones, and each yes or no."""
    required = node.get("required", ())
    return [key for key, inner in node.get("properties", {}).items() if key in required or inner["type"] == "boolean"]


def filled(schema: Schema, known: Mapping[str, Any], paths: Iterable[Path], fill: Any) -> dict[str, Any]:
    """`known`, and what `fill` makes of each field that the schema requires or that `paths` name; in schema order.

    The empty path names the object itself: then it states what an object states as soon as there is one.
    """
    named = set(paths)
    wanted = named - {()}
    keys = {
        *known,
        *schema.get("required", ()),
        *(path[0] for path in wanted),
        *(_stated(schema) if () in named else ()),
    }
    record: dict[str, Any] = {}
    for key, node in schema.get("properties", {}).items():
        if key not in keys:
            continue
        inner = [path[1:] for path in wanted if path[0] == key]
        if node["type"] == "object" and "properties" in node and (isinstance(known.get(key), dict) or any(inner)):
            record[key] = filled(node, known.get(key, {}), inner, fill)
        else:
            record[key] = known[key] if key in known else fill(node)
    return record


def node_at(schema: Schema, pointer: Sequence[str | int]) -> Schema:
    """The schema of what stands at a pointer of a record."""
    for step in pointer:
        if isinstance(step, int):
            schema = schema["items"]
        else:
            schema = schema["properties"][step] if "properties" in schema else schema["additionalProperties"]
    return schema
