"""The schema of a field -> the words that may stand in it: records, requirements, words of a list, days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lsprotocol.types import CompletionItemKind

from iscode.document import Pointer
from iscode.lsp.hover import described
from iscode.lsp.view import KIND, Schema, View, waives
from iscode.report.escape import markdown
from iscode.schema import Kind


class Offer(NamedTuple):
    """One thing that may be written. `detail` is one line about it, `about` Markdown; `first`: it is asked for."""

    text: str
    detail: str
    kind: CompletionItemKind
    about: str = ""
    first: bool = False


def keys(view: View, kind: Kind, node: Schema) -> Iterator[Offer]:
    """The keys of a map."""
    required = node.get("required", ())
    for key, inner in node.get("properties", {}).items():
        words = "required" if key in required else _shape(inner)
        about = "\n\n".join(described(view, kind, inner))
        yield Offer(key, words, CompletionItemKind.Field, about, first=key in required)


def kinds(view: View) -> Iterator[Offer]:
    """The kinds that a record may be of."""
    for kind in view.policy.kinds.values():
        about = "\n\n".join(described(view, kind, kind.schema))
        yield Offer(kind.name, str(kind.schema.get("title", "")), CompletionItemKind.Class, about)


def values(view: View, kind: Kind, pointer: Pointer, node: Schema, path: str) -> Iterator[Offer]:
    """What may stand at a pointer of a record of a kind in the file at a path."""
    if pointer == (KIND,):
        yield from kinds(view)
    elif pointer == ("id",):
        yield Offer(path.rpartition("/")[2].partition(".")[0], "as the file", CompletionItemKind.Text)
    elif "x-ref" in node:
        yield from _references(view, node["x-ref"])
    elif "x-requirement" in node:
        yield from _requirements(view)
    elif "enum" in node:
        yield from _words(node)
    elif node.get("type") == "boolean":
        yield from (Offer(word, "", CompletionItemKind.Value) for word in ("true", "false"))
    elif node.get("format") == "date":
        yield Offer(f'"{view.judged.ground.as_of}"', "today", CompletionItemKind.Value)
    elif waives(kind):
        yield from _waived(view, pointer)


def _references(view: View, targets: list[str]) -> Iterator[Offer]:
    for name in targets:
        for record in view.inventory.of_kind(name):
            title, status = str(record.value.get("title", "")), str(record.status)
            about = f"{markdown(title)}\n\n{markdown(status)}, owned by {markdown(str(record.value.get('owner')))}"
            yield Offer(record.reference, title, CompletionItemKind.Reference, about)


def _requirements(view: View) -> Iterator[Offer]:
    selected = frozenset(view.policy.selected)
    for name, requirement in view.policy.catalogs.items():
        about = markdown(requirement.entry.intent)
        yield Offer(name, requirement.label, CompletionItemKind.Constant, about, first=name in selected)


def _words(node: Schema) -> Iterator[Offer]:
    said = node.get("enumDescriptions", ())
    for number, word in enumerate(node["enum"]):
        words = said[number] if number < len(said) else ""
        yield Offer(str(word), words, CompletionItemKind.EnumMember)


def _waived(view: View, pointer: Pointer) -> Iterator[Offer]:
    """What a waiver may name: rules and subjects, those first of which something fails."""
    failing = view.judged.failing
    if pointer[:1] == ("waives",):
        named = {result.rule for result in failing}
        for bound in view.policy.bound:
            if bound.file.rule.waivable:
                title = bound.file.rule.title
                yield Offer(bound.id, title, CompletionItemKind.Function, first=bound.id in named)
    elif pointer[:1] == ("subjects",):
        for subject in sorted({result.subject for result in failing}):
            yield Offer(subject, "something fails of it", CompletionItemKind.Reference)


def _shape(node: Schema) -> str:
    """What a field holds, in a few words."""
    inner = node.get("items", node) if node.get("type") == "array" else node
    many = "list of " if node.get("type") == "array" else ""
    if "x-ref" in inner:
        return many + " or ".join(inner["x-ref"])
    if "x-requirement" in inner:
        return f"{many}requirement"
    if inner.get("format") == "date":
        return f"{many}day"
    return many + ("word" if "enum" in inner else {"object": "map"}.get(inner["type"], str(inner["type"])))
