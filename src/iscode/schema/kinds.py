"""The schema files of a shelf -> kinds, each with its type and its validator."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import jsonschema_rs

from iscode.document import Document, Refusal
from iscode.errors import Place, SchemaError
from iscode.expr import types
from iscode.schema import expansion, fields, wording

SUFFIX: Final = ".schema.json"
STATUS: Final = "status"


@dataclass(frozen=True)
class Kind:
    """What a record of one kind is: its expanded schema, its type, and the paths that carry references."""

    name: str
    path: str
    schema: Mapping[str, Any]

    @cached_property
    def slug(self) -> str:
        """The name as files spell it, e.g. `ai-system`."""
        return self.path.rsplit("/", 1)[-1].removesuffix(SUFFIX)

    @cached_property
    def type(self) -> types.ObjectType:
        """The type that expressions see."""
        of_record = fields.type_of(self.schema, self.name, record=True)
        if not isinstance(of_record, types.ObjectType):
            raise SchemaError("the schema of a kind must be an object", place=Place(self.path))
        return of_record

    @cached_property
    def references(self) -> tuple[tuple[fields.Path, tuple[str, ...]], ...]:
        """Each path that holds references, with the kinds they may lead to."""
        return fields.reference_paths(self.schema)

    @cached_property
    def requirements(self) -> tuple[fields.Path, ...]:
        """Each path that holds the id of a requirement."""
        return fields.requirement_paths(self.schema)

    @cached_property
    def keyed_lists(self) -> tuple[tuple[fields.Path, tuple[str, ...]], ...]:
        """Each list whose items have names of their own, with the keys that name them."""
        return fields.keyed_lists(self.schema)

    @cached_property
    def _validator(self) -> Any:
        return jsonschema_rs.Draft202012Validator(
            dict(self.schema), validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
        )

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
    """All kinds by name, and the scales (ordered vocabularies) that their schemas declare."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self._kinds = {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.name)}
        self.scales: dict[str, tuple[str, ...]] = {}
        for kind in self._kinds.values():
            for node in expansion.walk(kind.schema):
                if "x-scale" in node:
                    self._add_scale(kind, node["x-scale"], tuple(node["enum"]))
            for targets in expansion.references(kind.schema):
                for target in targets:
                    if target not in self._kinds:
                        raise SchemaError(
                            f"x-ref names the kind {target!r}, which no schema describes",
                            place=Place(kind.path),
                        )

    def _add_scale(self, kind: Kind, name: str, words: tuple[str, ...]) -> None:
        if self.scales.setdefault(name, words) != words:
            raise SchemaError(f"the scale {name!r} has two orders", place=Place(kind.path))

    @cached_property
    def item_keys(self) -> dict[str, tuple[str, ...]]:
        """The keys that name an item, by the name of the item's type."""
        return {name: keys for kind in self.values() for name, keys in fields.item_keys(kind.schema, kind.name)}

    @cached_property
    def statuses(self) -> tuple[str, ...]:
        """The words a record's status may have, over all kinds."""
        words = (node["enum"] for kind in self.values() if (node := kind.schema["properties"].get(STATUS)))
        return tuple(dict.fromkeys(word for vocabulary in words for word in vocabulary))

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


def load(files: Iterable[tuple[str, bytes]]) -> Kinds:
    """The kinds of a shelf: (path, content) of each schema file, the common one among them.

    A file whose schema names no constant kind describes something else (a rule, a profile) and is no kind.
    Raises SchemaError with the file's place.
    """
    trees = {path: _parse(path, data) for path, data in files}
    common = next((tree for path, tree in trees.items() if path.rsplit("/", 1)[-1] == expansion.COMMON), {})
    kinds: dict[str, Kind] = {}
    for path, tree in sorted(trees.items()):
        constant = tree.get("properties", {}).get("kind", {})
        if isinstance(constant, dict) and "const" in constant:
            name = str(constant["const"])
            if name in kinds:
                raise SchemaError(f"the kind {name!r} is described twice", place=Place(path))
            kinds[name] = Kind(name, path, expansion.expand(path, tree, common))
    if not kinds:
        raise SchemaError("no schema describes a kind", hint="a kind's schema has properties.kind.const")
    return Kinds(kinds.values())


def _parse(path: str, data: bytes) -> dict[str, Any]:
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        raise SchemaError("the schema is no JSON", place=Place(path, line, column)) from None
    if not isinstance(tree, dict):
        raise SchemaError("a schema must be an object", place=Place(path))
    return tree
