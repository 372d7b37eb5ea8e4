"""A schema file -> one closed tree without `$ref`, in the subset that can be typed.

A kind's schema is expanded before anything reads it, so neither validator ever resolves a reference: nothing
can be fetched, nothing can recurse, and rules, editors and both validators see the same tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs

from iscode.document import CEILING
from iscode.errors import Place, SchemaError
from iscode.expr.patterns import pattern_of

COMMON: Final = "common.schema.json"
"""The one file that others may refer to."""
LARGEST: Final = 20_000
"""Nodes of an expanded schema: definitions that refer to definitions could double it at every step."""

TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "object": (dict,), "array": (list,), "string": (str,), "number": (int, float), "integer": (int,),
    "boolean": (bool,),
}  # fmt: skip
"""Type -> what JSON reads its values as."""
_SCALARS: Final = ("string", "number", "integer", "boolean")
_GOES_WITH: Final[Mapping[str, tuple[str, ...]]] = {
    "properties": ("object",), "required": ("object",), "additionalProperties": ("object",),
    "items": ("array",), "minItems": ("array",), "maxItems": ("array",), "uniqueItems": ("array",), "x-key": ("array",),
    "format": ("string",), "pattern": ("string",), "minLength": ("string",), "maxLength": ("string",),
    "x-ref": ("string",), "x-requirement": ("string",), "x-path": ("string",), "x-scale": ("string",),
    "x-holders": ("array",), "x-authorities": ("array",), "x-since": ("string",), "x-until": ("string",),
    "minimum": ("number", "integer"), "maximum": ("number", "integer"), "enum": _SCALARS, "const": _SCALARS,
}  # fmt: skip
"""Keyword -> the types it judges. Beside another it would say nothing, and nobody would notice."""

ASSERTIONS: Final = frozenset({"type", *(word for word in _GOES_WITH if not word.startswith("x-"))})
ANNOTATIONS: Final = frozenset(
    {
        "$schema", "$id", "$comment", "title", "description", "markdownDescription", "enumDescriptions",
        "defaultSnippets",
    }
)  # fmt: skip
EXTENSIONS: Final = frozenset(
    {
        "x-ref", "x-key", "x-requirement", "x-path", "x-artifact", "x-scale", "x-identity",
        "x-past", "x-applicability", "x-applicable", "x-target", "x-waiver", "x-holders", "x-authorities",
        "x-since", "x-until", "x-folder",
    }
)  # fmt: skip
_OF_FILE: Final = ("$schema", "$id", "x-folder")
"""What a file says as a whole."""
_PROSE: Final = ANNOTATIONS - {"$schema", "$id"}
"""What may stand beside a `$ref` and changes nothing that is judged."""
_NAMES: Final = frozenset({"x-ref", "x-key"})
_NAME: Final = {"x-scale": re.compile(r".*"), "x-folder": re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)}
"""Keyword -> the form of its name."""

Schema = Mapping[str, Any]

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class Definitions:
    """The `$defs` that every file may refer to, each expanded once."""

    def __init__(self, common: Schema) -> None:
        self.written: Schema = common.get("$defs", {})
        self.expanded: dict[str, tuple[dict[str, Any], int, int]] = {}
        """By name: the tree, how many nodes it has, how many levels."""


def expand(path: str, node: Schema, definitions: Definitions) -> dict[str, Any]:
    """The tree of `node` with a definition in place of every `$ref`; keys beside a `$ref` win over its own.

    Both must be valid JSON Schemas. Raises SchemaError for what cannot be typed or judges nothing where it
    stands: a keyword outside the subset, a reference elsewhere, a cycle, a pattern that not both engines run.
    """
    return _Expansion(path, definitions).node(node, "", ())


def walk(schema: Schema) -> Iterator[Schema]:
    """Each node of an expanded schema, parents first."""
    yield schema
    for child in schema.get("properties", {}).values():
        yield from walk(child)
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            yield from walk(schema[keyword])


class _Expansion:
    """The walk over one file; it carries the file's path for the errors it raises."""

    def __init__(self, path: str, definitions: Definitions) -> None:
        self.path = path
        self.definitions = definitions
        self.nodes = 0

    def fail(self, pointer: str, message: str, hint: str = "") -> SchemaError:
        where = f" at {pointer}" if pointer else ""
        return SchemaError(f"{message}{where}", place=Place(self.path), hint=hint)

    def count(self, pointer: str, nodes: int, depth: int) -> None:
        self.nodes += nodes
        if self.nodes > LARGEST or depth > CEILING.depth:
            raise self.fail(pointer, "the schema is larger than any record", "flatten it")

    def node(self, node: object, pointer: str, open_references: tuple[str, ...], depth: int = 0) -> dict[str, Any]:
        """The expanded node. `depth` counts the levels that a record goes down to reach its value."""
        if not isinstance(node, dict):
            raise self.fail(pointer, "a schema must be an object")
        if "$ref" in node:
            return self.referred(node, pointer, open_references, depth)
        self.count(pointer, 1, depth)
        self.typed(node, pointer)
        expanded = dict(node)
        if "properties" in node:
            expanded["properties"] = {
                name: self.node(child, f"{pointer}/properties/{name}", open_references, depth + 1)
                for name, child in node["properties"].items()
            }
        for keyword in ("items", "additionalProperties"):
            if isinstance(node.get(keyword), dict):
                expanded[keyword] = self.node(node[keyword], f"{pointer}/{keyword}", open_references, depth + 1)
        self.check(expanded, pointer)
        return expanded

    def referred(self, node: Schema, pointer: str, open_references: tuple[str, ...], depth: int) -> dict[str, Any]:
        reference = node["$ref"]
        name = str(reference).removeprefix(f"{COMMON}#/$defs/").removeprefix("#/$defs/")
        if name not in self.definitions.written or name == reference:
            hint = f"name one of its $defs: {COMMON}#/$defs/…"
            raise self.fail(pointer, f"$ref {reference!r} does not lead into {COMMON}", hint)
        if name in open_references:
            raise self.fail(pointer, f"$ref {reference!r} leads back to itself", "a record's type is a finite tree")
        self.count(pointer, 0, depth + len(open_references))
        target, nodes, levels = self.definition(name, open_references, depth)
        self.count(pointer, nodes, depth + levels)
        beside = {keyword: value for keyword, value in node.items() if keyword != "$ref"}
        merged = {**target, **beside}
        if not beside.keys() <= _PROSE:
            for keyword in sorted(ASSERTIONS & target.keys()):
                if merged[keyword] != target[keyword]:
                    raise self.fail(pointer, f"{keyword!r} is given here and in $defs/{name}", "keep one of the two")
            self.typed(merged, pointer)
            self.check(merged, pointer)
        return merged

    def definition(self, name: str, open_references: tuple[str, ...], depth: int) -> tuple[dict[str, Any], int, int]:
        """A definition, expanded at its first use."""
        known = self.definitions.expanded.get(name)
        if known is None:
            alone = _Expansion(self.path, self.definitions)
            tree = alone.node(self.definitions.written[name], f"$defs/{name}", (*open_references, name), depth)
            known = self.definitions.expanded[name] = tree, alone.nodes, _levels(tree)
        return known

    def typed(self, node: Schema, pointer: str) -> None:
        """One type, and only keywords that judge values of it or are read by editors and rules."""
        kind = node.get("type")
        if not isinstance(kind, str) or kind not in TYPES:
            raise self.fail(pointer, "a node needs one `type`", f"one of {', '.join(sorted(TYPES))}")
        for keyword, value in node.items():
            if keyword not in ASSERTIONS | ANNOTATIONS | EXTENSIONS:
                raise self.fail(pointer, f"the keyword {keyword!r} cannot be typed", "see the subset in docs/kinds.md")
            if kind not in _GOES_WITH.get(keyword, TYPES):
                hint = f"it goes with {' or '.join(_GOES_WITH[keyword])}"
                raise self.fail(pointer, f"{keyword!r} says nothing of a value of type {kind}", hint)
            if keyword in _OF_FILE and pointer:
                raise self.fail(pointer, f"{keyword!r} belongs to the file, not to a part of it", "remove it")
            if keyword in EXTENSIONS and not _fits(keyword, value):
                wanted = "a list of names" if keyword in _NAMES else "a name" if keyword in _NAME else "true"
                raise self.fail(pointer, f"{keyword!r} must be {wanted}")

    def check(self, node: Schema, pointer: str) -> None:
        """What must hold between the keywords of one node."""
        match node["type"]:
            case "object":
                self.check_object(node, pointer)
            case "array":
                self.check_list(node, pointer)
        for word in (*node.get("enum", ()), *([node["const"]] if "const" in node else ())):
            if type(word) not in TYPES[node["type"]]:
                raise self.fail(pointer, f"{word!r} is no {node['type']}, so no record can have it")
        if node.get("enum", True) == []:
            raise self.fail(pointer, "'enum' has no words, so no record can have it")
        if "x-scale" in node and "enum" not in node:
            raise self.fail(pointer, "a scale needs its words in order", "write them as `enum`")
        if node.get("format", "date") != "date":
            raise self.fail(pointer, f"the format {node['format']!r} cannot be typed", "`date`, or a `pattern`")
        if problem := _problem(node.get("pattern", "")):
            raise self.fail(pointer, f"the pattern {node['pattern']!r} is none that {problem}")

    def check_object(self, node: Schema, pointer: str) -> None:
        """Closed, with keys that expressions can name, or a map."""
        rest, known = node.get("additionalProperties"), node.get("properties", {})
        if ("properties" in node) == isinstance(rest, dict) or not (rest is False or isinstance(rest, dict)):
            hint = "write `additionalProperties: false` beside `properties`"
            raise self.fail(pointer, "an object is either closed or a map", hint)
        for name in known:
            if _KEY.fullmatch(name) is None:
                raise self.fail(pointer, f"no expression can name the key {name!r}", "write it in snake_case")
        for name in node.get("required", ()):
            if name not in known:
                raise self.fail(pointer, f"{name!r} is required and not among the properties")

    def check_list(self, node: Schema, pointer: str) -> None:
        """Items of one type; where they have names, each has one."""
        if not isinstance(node.get("items"), dict):
            raise self.fail(pointer, "a list needs `items`")
        for name in node.get("x-key", ()):
            if name not in node["items"].get("required", ()):
                raise self.fail(pointer, f"{name!r} names the items and is not required in them", "require it there")


def _levels(schema: Schema) -> int:
    """The levels below a node of an expanded schema."""
    children = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return max((1 + _levels(child) for child in children if isinstance(child, dict)), default=0)


def _fits(keyword: str, value: object) -> bool:
    """Whether an own keyword has a value it can have."""
    if keyword in _NAMES:
        return isinstance(value, list) and bool(value) and all(isinstance(name, str) for name in value)
    if keyword in _NAME:
        return isinstance(value, str) and _NAME[keyword].fullmatch(value) is not None
    return value is True


@lru_cache(maxsize=1024)
def _problem(pattern: str) -> str:
    """Why a pattern cannot be run by RE2, which words refusals, and by the decider; empty when both run it."""
    try:
        pattern_of(pattern)
    except ValueError as error:
        return f"RE2 runs: {error}"
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, ValueError):
        return "JSON Schema has"
    return ""
