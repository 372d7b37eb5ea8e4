"""The schemas -> the page of kinds: what a record of each may hold, and which keywords a schema may use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from iscode.schema import Kind
from iscode.schema.expansion import ANNOTATIONS, ASSERTIONS, EXTENSIONS
from pages.markdown import page, section, table


def kinds_page(kinds: Iterable[Kind]) -> str:
    """docs/kinds.md."""
    return page("Kinds of records", _lines(kinds))


def _lines(kinds: Iterable[Kind]) -> Iterator[str]:
    yield "A record is one YAML file of a kind. The schema gives its shape; rules say what is complete."
    for kind in kinds:
        yield from section(kind.name)
        yield str(kind.schema.get("markdownDescription") or kind.schema.get("description", ""))
        yield ""
        yield from table(("key", "holds", "required", "meaning"), _rows(kind))
    yield from section("Keywords that a kind may use")
    yield "A schema must be typed, so that rules and editors know what a key holds. Another keyword is refused."
    yield ""
    for title, words in (("judged", ASSERTIONS), ("read by editors", ANNOTATIONS), ("iscode's own", EXTENSIONS)):
        yield f"- {title}: {', '.join(f'`{word}`' for word in sorted(words))}"


def _rows(kind: Kind) -> Iterator[tuple[str, ...]]:
    for name, field in kind.type.fields.items():
        node: dict[str, Any] = kind.schema["properties"][name]
        yield f"`{name}`", _holds(node), "yes" if field.required else "", node.get("description", "")


def _holds(node: dict[str, Any]) -> str:
    match node["type"]:
        case "array":
            return f"list of {_holds(node['items'])}"
        case "object" if "properties" in node:
            return ", ".join(f"`{key}`" for key in node["properties"])
        case "object":
            return f"map to {_holds(node['additionalProperties'])}"
    if "x-ref" in node:
        return "reference to " + " or ".join(node["x-ref"])
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return ", ".join(f"`{word}`" for word in node["enum"])
    if node.get("format") == "date":
        return "day"
    return {"string": "text", "boolean": "true or false"}.get(node["type"], str(node["type"]))
