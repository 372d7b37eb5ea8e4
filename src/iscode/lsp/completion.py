"""A point of a record that is being written -> what may stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lsprotocol import types as lsp

from iscode.document.cursor import Cursor, cursors
from iscode.document.spots import Point
from iscode.document.writer import quoted, scalar
from iscode.lsp import offers
from iscode.lsp.offers import Offer
from iscode.lsp.text import Text
from iscode.lsp.view import KIND, Schema, View, kind_typed, node_at
from iscode.report.escape import terminal
from iscode.schema import Kind

MOST: Final = 200
"""Words that are offered at once; where there are more, the editor asks again as the word grows."""


@dataclass(frozen=True)
class _Form:
    """How something is written where it is offered: around it, and between the end of a key and what follows."""

    before: str = ""
    after: str = ""


def completion(view: View, path: str, text: Text, point: Point) -> lsp.CompletionList | None:
    """What may be written at a point of the file at a path; None where nothing is known of it."""
    if path not in view.records:
        return None
    kind = kind_typed(view, text)
    found: list[lsp.CompletionItem] = []
    whole = True
    for cursor in cursors(text.source, point):
        listed = list(islice(_offered(view, kind, cursor, path), MOST + 1))
        whole = whole and len(listed) <= MOST
        found += [_item(text, cursor, offer, form) for offer, form in listed[:MOST]]
    return lsp.CompletionList(not whole, found) if found else None


def _offered(view: View, kind: Kind | None, cursor: Cursor, path: str) -> Iterator[tuple[Offer, _Form]]:
    """What fits the word that is there so far, with the form that it has there."""
    fitting = (one for one in _all(view, kind, cursor, path) if _fits(cursor.word, one[0]))
    yield from sorted(fitting, key=lambda one: not one[0].first)


def _all(view: View, kind: Kind | None, cursor: Cursor, path: str) -> Iterator[tuple[Offer, _Form]]:
    if kind is None:
        yield from _of_no_kind(view, cursor)
        return
    node = node_at(kind.schema, cursor.pointer)
    if node is None:
        return
    if cursor.key:
        yield from _keys(view, kind, cursor, node, "")
    elif node.get("type") == "array":
        before, after = ("- ", "") if cursor.alone and not cursor.flow else (" [" if cursor.joined else "[", "]")
        items = node["items"]
        if "properties" in items and cursor.alone:
            yield from _keys(view, kind, cursor, items, before)
        pointer = (*cursor.pointer, 0)
        for offer in offers.values(view, kind, pointer, items, path):
            yield offer, _Form(before, after)
    else:
        form = _Form(" " if cursor.joined else "")
        yield from ((offer, form) for offer in offers.values(view, kind, cursor.pointer, node, path))


def _of_no_kind(view: View, cursor: Cursor) -> Iterator[tuple[Offer, _Form]]:
    """A record begins with what it is."""
    if cursor.key and cursor.pointer == () and KIND not in cursor.keys:
        yield Offer(KIND, "what the record is", lsp.CompletionItemKind.Field, first=True), _Form(after=": ")
    elif not cursor.key and cursor.pointer == (KIND,):
        yield from ((offer, _Form(" " if cursor.joined else "")) for offer in offers.kinds(view))


def _keys(view: View, kind: Kind, cursor: Cursor, node: Schema, before: str) -> Iterator[tuple[Offer, _Form]]:
    for offer in offers.keys(view, kind, node):
        if offer.text not in cursor.keys:
            yield offer, _Form(before, _behind(cursor, node["properties"][offer.text]))


def _behind(cursor: Cursor, node: Schema) -> str:
    """What stands behind a key that is written anew: its colon, and the line that what it holds begins on."""
    holds = node.get("type") == "object" or "properties" in node.get("items", {})
    if cursor.flow or not holds:
        return ": "
    indent = "\n" + " " * (cursor.start[1] + 2)
    return f":{indent}- " if node.get("type") == "array" else f":{indent}"


def _fits(word: str, offer: Offer) -> bool:
    """Whether the letters of a word stand in what is offered, or in what is said of it, in their order."""
    letters: Iterable[str] = iter(f"{offer.text} {offer.detail}".casefold())
    return all(letter in letters for letter in word.casefold())


def _item(text: Text, cursor: Cursor, offer: Offer, form: _Form) -> lsp.CompletionItem:
    line = text.line(cursor.end[0])
    taken = cursor.key and line[cursor.end[1] :].lstrip().startswith(":")
    written = f"{form.before}{_written(cursor, offer.text)}{'' if taken else form.after}"
    about = lsp.MarkupContent(lsp.MarkupKind.Markdown, offer.about) if offer.about else None
    said = offer.kind in (lsp.CompletionItemKind.Reference, lsp.CompletionItemKind.Constant)
    return lsp.CompletionItem(
        label=terminal(offer.text),
        kind=offer.kind,
        detail=terminal(offer.detail) or None,
        documentation=about,
        sort_text=f"{'0' if offer.first else '1'}{offer.text}",
        filter_text=f"{offer.text} {offer.detail}" if said else None,
        insert_text_mode=lsp.InsertTextMode.AsIs,
        text_edit=lsp.TextEdit(text.range(cursor.start, cursor.end), written),
    )


def _written(cursor: Cursor, word: str) -> str:
    """A word as it stands in the text: in quotes where YAML would take it for something else."""
    if cursor.key or word.startswith('"'):
        return word.strip('"') if cursor.quoted else word
    if cursor.quoted or word in ("true", "false"):
        return word
    plain = scalar(word) == word and (not cursor.flow or set(word).isdisjoint(",[]{}"))
    return word if plain else quoted(word)
