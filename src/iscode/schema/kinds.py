"""The schema files of a shelf -> kinds, each with its type and its validator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, NoReturn

import jsonschema_rs
from msgspec import Struct

from iscode.document import Document, Refusal
from iscode.errors import Place, SchemaError
from iscode.expr import types
from iscode.expr.patterns import pattern_of
from iscode.schema import expansion, fields, wording

SUFFIX: Final = ".schema.json"
ACTIVE: Final = "active"
"""The status of a record in force: rules judge it, and it may prove something."""
ENVELOPE: Final = ("kind", "id", "status")
"""What the engine reads of every record."""
RESERVED: Final = frozenset({"Record", "Repository", "Requirement", "Commit", "File"})
"""Subjects of rules and results that are no kind."""

_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]*", re.ASCII)
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class Kind(Struct, frozen=True, dict=True):
    """What a record of one kind is: its expanded schema, its type, and the paths that carry references."""

    name: str
    path: str
    schema: Mapping[str, Any]

    @cached_property
    def slug(self) -> str:
        """The name as files spell it, e.g. `ai-system`."""
        return self.path.rsplit("/", 1)[-1].removesuffix(SUFFIX)

    @cached_property
    def folder(self) -> str:
        """The folder in which records of the kind are begun, where none stand anywhere yet."""
        return str(self.schema.get("x-folder", f"{self.slug}s"))

    @cached_property
    def type(self) -> types.ObjectType:
        """The type that expressions see."""
        return fields.object_type(self.schema, self.name, record=True)

    def marked(self, keyword: str) -> tuple[tuple[fields.Path, Any], ...]:
        """Each path that a keyword of ours marks, with the keyword's value."""
        return self._marks.get(keyword, ())

    @cached_property
    def _marks(self) -> dict[str, tuple[tuple[fields.Path, Any], ...]]:
        return fields.marks(self.schema)

    @cached_property
    def references(self) -> tuple[tuple[fields.Path, tuple[str, ...]], ...]:
        """Each path that holds references, with the kinds they may lead to."""
        return tuple((path, tuple(kinds)) for path, kinds in self.marked("x-ref"))

    @cached_property
    def requirements(self) -> tuple[fields.Path, ...]:
        """Each path that holds the id of a requirement."""
        return tuple(path for path, _ in self.marked("x-requirement"))

    @cached_property
    def keyed_lists(self) -> tuple[tuple[fields.Path, tuple[str, ...]], ...]:
        """Each list whose items have names of their own, with the keys that name them."""
        return tuple((path, tuple(keys)) for path, keys in self.marked("x-key"))

    @property
    def statuses(self) -> tuple[str, ...]:
        """The words that the status of a record may have."""
        return tuple(self.schema["properties"]["status"]["enum"])

    @cached_property
    def _validator(self) -> Any:
        return decider({keyword: value for keyword, value in self.schema.items() if not keyword.startswith("$")})

    def refusals(self, document: Document) -> tuple[Refusal, ...]:
        """Why a document is no valid record of this kind; empty when it is one. jsonschema-rs alone decides."""
        value = document.value
        if value is None:
            return document.refusals
        if self._validator.is_valid(value):
            return tuple(wording.repeated_items(document, self.keyed_lists))
        rust = next(iter(self._validator.iter_errors(value)))
        return wording.refusals(document, self.name, self.schema, (tuple(rust.instance_path), str(rust.kind.name)))


class Kinds(Mapping[str, Kind]):
    """All kinds by name, and the scales (ordered vocabularies) that their schemas declare.

    Raises SchemaError for a reference to an unknown kind, and for a scale with two orders.
    """

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._kinds = {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.name)}
        self.scales: dict[str, tuple[str, ...]] = {}
        for kind in self._kinds.values():
            for node in expansion.walk(kind.schema):
                for target in node.get("x-ref", ()):
                    if target not in self._kinds:
                        message = f"x-ref names the kind {target!r}, which no schema describes"
                        raise SchemaError(message, place=Place(kind.path), hint=f"one of: {', '.join(self._kinds)}")
                scale = node.get("x-scale")
                if scale is not None and self.scales.setdefault(scale, tuple(node["enum"])) != tuple(node["enum"]):
                    raise SchemaError(f"the scale {scale!r} has two orders", place=Place(kind.path))

    @cached_property
    def item_keys(self) -> dict[str, tuple[str, ...]]:
        """The keys that name an item, by the name of the item's type."""
        return {
            ".".join((kind.name, *(step for step in path if step != fields.EACH))): keys
            for kind in self.values()
            for path, keys in kind.keyed_lists
        }

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


def known(schemas: Mapping[str, Mapping[str, Any]]) -> Kinds:
    """The kinds of schemas that `load` expanded before, by the paths of their files."""
    return Kinds(Kind(schema["properties"]["kind"]["const"], path, schema) for path, schema in schemas.items())


def load(files: Iterable[tuple[str, bytes]]) -> Kinds:
    """The kinds of a shelf: (path, content) of each schema file, the common one among them.

    A file whose schema names no constant kind describes something else (a rule, a profile) and is no kind.
    Raises SchemaError with the file's place.
    """
    trees = {path: _parse(path, data) for path, data in files}
    common = next((tree for path, tree in trees.items() if path.rsplit("/", 1)[-1] == expansion.COMMON), {})
    definitions = expansion.Definitions(common)
    kinds: dict[str, Kind] = {}
    for path, tree in sorted(trees.items()):
        constant = tree.get("properties", {}).get("kind")
        if isinstance(constant, dict) and "const" in constant:
            kind = _kind(path, constant["const"], expansion.expand(path, tree, definitions))
            if kind.name in kinds:
                other = kinds[kind.name].path
                raise SchemaError(f"the kind {kind.name!r} is described twice, in {other} too", place=Place(path))
            kinds[kind.name] = kind
    if not kinds:
        raise SchemaError("no schema describes a kind", hint="a kind's schema has properties.kind.const")
    return Kinds(kinds.values())


def _kind(path: str, name: object, schema: Mapping[str, Any]) -> Kind:
    """The kind that an expanded schema describes, once the engine can rely on its envelope."""

    def fail(message: str, hint: str) -> NoReturn:
        raise SchemaError(message, place=Place(path), hint=hint)

    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        fail(f"{name!r} is no name of a kind", "a capital letter, then letters and digits")
    if name in RESERVED:
        fail(f"the name {name!r} already means something in rules and results", "choose another name for the kind")
    known = schema.get("properties", {})
    for key in ENVELOPE:
        if key not in schema.get("required", ()) or known[key]["type"] != "string":
            fail(f"a record of {name} may do without the text `{key}`", f"define `{key}` as a text and require it")
    if _takes_nothing(known["id"]):
        fail(f"the id of a {name} may be empty", "give it a pattern")
    if ACTIVE not in known["status"].get("enum", ()):
        fail(f"no record of {name} can be in force", f"write the words of `status` as an `enum` that has {ACTIVE!r}")
    return Kind(name, path, schema)


def _takes_nothing(text: Mapping[str, Any]) -> bool:
    """Whether the schema of a text accepts the empty one."""
    if "const" in text or "enum" in text:
        return "" in (text.get("const"), *text.get("enum", ()))
    shortest = text.get("minLength", 0)
    return shortest == 0 and ("pattern" not in text or pattern_of(text["pattern"]).search("") is not None)


def decider(schema: Mapping[str, Any]) -> Any:
    """What decides: patterns in linear time, days as expressions read them."""
    return jsonschema_rs.Draft202012Validator(
        dict(schema),
        formats={"date": fields.is_day},
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
    )


def _parse(path: str, data: bytes) -> dict[str, Any]:
    try:
        tree = json.loads(data, object_pairs_hook=_entries, parse_constant=_no_number)
        if b"\\u" in data:
            json.dumps(tree, ensure_ascii=False).encode()  # an escape can be half a character, which is none
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        detail = f": {error}" if isinstance(error, _RepeatError) else ""
        raise SchemaError(f"the schema is no JSON{detail}", place=Place(path, line, column)) from None
    if not isinstance(tree, dict):
        raise SchemaError("a schema must be an object", place=Place(path))
    try:
        jsonschema_rs.meta.validate({**tree, "$schema": _DIALECT})
    except jsonschema_rs.ValidationError as error:
        pointer = "/".join(map(str, error.instance_path)) or "its root"
        raise SchemaError(f"JSON Schema does not allow what stands at {pointer}", place=Place(path)) from None
    return tree


class _RepeatError(ValueError):
    pass


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _entries(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatError(f"the key {next(name for name in names if names.count(name) > 1)!r} stands twice")
    return entries
