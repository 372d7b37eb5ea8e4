"""A schema file -> one closed tree without `$ref`, in the subset that can be typed.

A kind's schema is expanded before anything reads it, so neither validator ever resolves a reference: nothing
can be fetched, nothing can recurse, and rules, editors and both validators see the same tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import re2

from iscode.errors import Place, SchemaError

COMMON: Final = "common.schema.json"
"""The one file that others may refer to."""

TYPES: Final = frozenset({"object", "array", "string", "number", "integer", "boolean"})
ASSERTIONS: Final = frozenset(
    {
        "type", "properties", "required", "additionalProperties", "items", "enum", "const", "format", "pattern",
        "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems",
    }
)  # fmt: skip
ANNOTATIONS: Final = frozenset(
    {
        "$schema",
        "$id",
        "$comment",
        "title",
        "description",
        "markdownDescription",
        "enumDescriptions",
        "defaultSnippets",
    }
)
EXTENSIONS: Final = frozenset(
    {
        "x-ref", "x-key", "x-requirement", "x-path", "x-artifact", "x-scale", "x-one-or-many", "x-identity",
        "x-past", "x-applicability", "x-applicable", "x-target", "x-waiver",
    }
)  # fmt: skip
ALLOWED: Final = ASSERTIONS | ANNOTATIONS | EXTENSIONS

Schema = Mapping[str, Any]


def expand(path: str, node: Schema, common: Schema) -> dict[str, Any]:
    """The tree of `node` with every `$ref` into `common` put in its place; keys beside a `$ref` win over its own.

    Raises SchemaError for a keyword outside the subset, a reference elsewhere, a cycle, or a pattern RE2 refuses.
    """
    return _Expansion(path, common).node(node, pointer="", open_references=())


def references(schema: Schema) -> Iterator[tuple[str, ...]]:
    """The kinds that each `x-ref` of an expanded schema names."""
    for node in walk(schema):
        if "x-ref" in node:
            yield tuple(node["x-ref"])


def walk(schema: Schema) -> Iterator[Schema]:
    """Each node of an expanded schema, parents first."""
    yield schema
    for child in schema.get("properties", {}).values():
        yield from walk(child)
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), Mapping):
            yield from walk(schema[keyword])


class _Expansion:
    """The walk over one file; it carries the file's path for the errors it raises."""

    def __init__(self, path: str, common: Schema) -> None:
        self.path = path
        self.definitions: Mapping[str, Schema] = common.get("$defs", {})

    def fail(self, pointer: str, message: str, hint: str = "") -> SchemaError:
        where = f" at {pointer}" if pointer else ""
        return SchemaError(f"{message}{where}", place=Place(self.path), hint=hint)

    def node(self, node: object, pointer: str, open_references: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(node, Mapping):
            raise self.fail(pointer, "a schema must be an object")
        if "$ref" in node:
            return self.referred(node, pointer, open_references)
        for keyword in node:
            if keyword not in ALLOWED:
                raise self.fail(pointer, f"the keyword {keyword!r} cannot be typed", "see the subset in docs/kinds.md")
        expanded = dict(node)
        self.check(expanded, pointer)
        if "properties" in expanded:
            expanded["properties"] = {
                name: self.node(child, f"{pointer}/properties/{name}", open_references)
                for name, child in expanded["properties"].items()
            }
        for keyword in ("items", "additionalProperties"):
            if isinstance(expanded.get(keyword), Mapping):
                expanded[keyword] = self.node(expanded[keyword], f"{pointer}/{keyword}", open_references)
        return expanded

    def referred(self, node: Schema, pointer: str, open_references: tuple[str, ...]) -> dict[str, Any]:
        reference = node["$ref"]
        name = str(reference).removeprefix(f"{COMMON}#/$defs/").removeprefix("#/$defs/")
        if name not in self.definitions or name == reference:
            raise self.fail(
                pointer,
                f"$ref {reference!r} does not lead into {COMMON}",
                f"name one of its $defs: {COMMON}#/$defs/…",
            )
        if name in open_references:
            raise self.fail(pointer, f"$ref {reference!r} leads back to itself", "a record's type is a finite tree")
        beside = {keyword: value for keyword, value in node.items() if keyword != "$ref"}
        target = self.node(self.definitions[name], f"$defs/{name}", (*open_references, name))
        clash = sorted(
            keyword for keyword in beside.keys() & target.keys() & ASSERTIONS if beside[keyword] != target[keyword]
        )
        if clash:
            raise self.fail(pointer, f"{clash[0]!r} is given here and in $defs/{name}", "keep one of the two")
        return self.node({**target, **beside}, pointer, open_references)

    def check(self, node: dict[str, Any], pointer: str) -> None:
        """What every typed node must have: one type, or a constant; closed objects; patterns that RE2 runs."""
        kind = node.get("type", "string" if "const" in node or "enum" in node else None)
        if kind not in TYPES:
            raise self.fail(pointer, "a node needs one `type`", f"one of {', '.join(sorted(TYPES))}")
        node["type"] = kind
        if kind == "object":
            rest = node.get("additionalProperties")
            if ("properties" in node) == isinstance(rest, Mapping) or not (rest is False or isinstance(rest, Mapping)):
                raise self.fail(
                    pointer,
                    "an object is either closed or a map",
                    "write `additionalProperties: false` beside `properties`",
                )
            for name in node.get("required", []):
                if name not in node.get("properties", {}):
                    raise self.fail(pointer, f"{name!r} is required and not among the properties")
        if kind == "array" and not isinstance(node.get("items"), Mapping):
            raise self.fail(pointer, "a list needs `items`")
        if "pattern" in node:
            try:
                re2.compile(node["pattern"])
            except re2.error as error:
                raise self.fail(pointer, f"the pattern {node['pattern']!r} is none that RE2 runs: {error}") from None
