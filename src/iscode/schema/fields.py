"""An expanded schema -> the type that expressions see, and the paths that carry references.

A path is a tuple of keys; `*` stands for every item of a list or value of a map.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from iscode.expr import types
from iscode.expr.time import DAY_TEXT

Path = tuple[str, ...]
Schema = Mapping[str, Any]

EACH = "*"
"""In a path: every item of a list, every value of a map."""


def object_type(schema: Schema, name: str, *, record: bool = False) -> types.ObjectType:
    """The type of an expanded schema of a closed object; `name` is what messages call it, e.g. `AISystem.oversight`."""
    required = frozenset(schema.get("required", ()))
    return types.ObjectType(
        name,
        {
            key: types.Field(type_of(child, f"{name}.{key}"), key in required)
            for key, child in schema["properties"].items()
        },
        record,
    )


def type_of(schema: Schema, name: str) -> types.Type:
    """The type of an expanded schema; `name` is what messages call an object in it."""
    match schema["type"]:
        case "object" if "properties" in schema:
            return object_type(schema, name)
        case "object":
            return types.MapType(types.STRING, type_of(schema["additionalProperties"], name))
        case "array":
            return types.ListType(type_of(schema["items"], name))
        case "integer":
            return types.INTEGER
        case "number":
            return types.NUMBER
        case "boolean":
            return types.BOOL
        case _:
            return _text(schema)


def _text(schema: Schema) -> types.Type:
    if "x-ref" in schema:
        return types.RefString(tuple(schema["x-ref"]))
    if "const" in schema:
        return types.EnumString((schema["const"],), None)
    if "enum" in schema:
        return types.EnumString(tuple(schema["enum"]), schema.get("x-scale"))
    return types.DATE if schema.get("format") == "date" else types.STRING


def is_day(text: str) -> bool:
    """Whether a text is a day `YYYY-MM-DD` of the calendar, as expressions read it."""
    if DAY_TEXT.fullmatch(text) is None:
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def marks(schema: Schema) -> dict[str, tuple[tuple[Path, Any], ...]]:
    """Each keyword of ours -> the paths whose nodes carry it, with its value, in schema order. One walk for all."""
    found: dict[str, list[tuple[Path, Any]]] = {}
    for path, node in _paths(schema, ()):
        for keyword, value in node.items():
            if keyword.startswith("x-"):
                found.setdefault(keyword, []).append((path, value))
    return {keyword: tuple(places) for keyword, places in found.items()}


def leaf(schema: Schema, path: Path) -> types.Type:
    """The type of what stands at the end of a path of an expanded schema."""
    for step in path:
        below = schema["properties"][step] if "properties" in schema else schema.get("items")
        schema = below if below is not None else schema["additionalProperties"]
    return type_of(schema, path[-1])


def values(value: Any, path: Path) -> list[tuple[tuple[str | int, ...], Any]]:
    """What a record holds at a path: (pointer, value) for each place where the path is present, in document order."""
    found: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    for step in path:
        if step == EACH:
            found = [((*pointer, key), item) for pointer, held in found for key, item in _items(held)]
        else:
            found = [
                ((*pointer, step), held[step]) for pointer, held in found if isinstance(held, dict) and step in held
            ]
    return found


def _items(held: Any) -> Iterable[tuple[str | int, Any]]:
    """The items of a list by index, the entries of a map by key; nothing of what has none."""
    if isinstance(held, list):
        return enumerate(held)
    return held.items() if isinstance(held, dict) else ()


def _paths(schema: Schema, path: Path) -> Iterator[tuple[Path, Schema]]:
    yield path, schema
    for key, child in schema.get("properties", {}).items():
        yield from _paths(child, (*path, key))
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), Mapping):
            yield from _paths(schema[keyword], (*path, EACH))


def resolve(schema: Schema, dotted: str) -> tuple[Path, Schema] | None:
    """The path that `holders.person` means, through lists and maps, and its last node; None when there is none."""
    path: Path = ()
    node = schema
    for key in dotted.split("."):
        path, node = _inside(path, node)
        child = node.get("properties", {}).get(key)
        if child is None:
            return None
        path, node = (*path, key), child
    return _inside(path, node)


def _inside(path: Path, node: Schema) -> tuple[Path, Schema]:
    """Down to what lists and maps hold."""
    while (inner := node.get("items") or node.get("additionalProperties")) and "properties" not in node:
        path, node = (*path, EACH), inner
    return path, node
