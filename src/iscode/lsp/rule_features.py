"""A point of a rule file -> what may follow in the expression there, and what a name in it means."""

from __future__ import annotations

import re
from typing import Final

from lsprotocol import types as lsp

from iscode.document.spots import Point
from iscode.lsp.formula import scope, written
from iscode.lsp.formula_offers import offered, said
from iscode.lsp.offers import Offer
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.report.escape import terminal

_REST: Final = re.compile(r"\w*")


def rule_completion(view: View, path: str, text: Text, point: Point) -> lsp.CompletionList | None:
    """The names that may stand at a point of an expression; None where none is written."""
    place = written(text, point)
    if place is None:
        return None
    word, listed = offered(view, scope(view, path, text, place), place.before)
    start = (point[0], point[1] - len(word))
    if start[1] < 0 or not text.line(point[0])[: point[1]].endswith(word):
        return None
    found = {one.text: _item(text, start, point, one) for one in reversed(listed)}
    return lsp.CompletionList(is_incomplete=False, items=list(reversed(found.values())))


def rule_hover(view: View, path: str, text: Text, point: Point) -> lsp.Hover | None:
    """What the name at a point of an expression means; None where none stands there."""
    row, column = point
    line = text.line(row)
    rest = _REST.match(line, min(column, len(line)))
    end = (row, rest.end() if rest is not None else column)
    place = written(text, end)
    if place is None:
        return None
    words = said(view, scope(view, path, text, place), place.before)
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, words)) if words else None


def _item(text: Text, start: Point, end: Point, offer: Offer) -> lsp.CompletionItem:
    about = lsp.MarkupContent(lsp.MarkupKind.Markdown, offer.about) if offer.about else None
    return lsp.CompletionItem(
        label=terminal(offer.text),
        kind=offer.kind,
        detail=terminal(offer.detail) or None,
        documentation=about,
        sort_text=f"{'0' if offer.first else '1'}{offer.text}",
        text_edit=lsp.TextEdit(text.range(start, end), offer.text),
    )
