"""A text as it is to be, or a file to come -> the edits of an editor that make it so."""

from __future__ import annotations

from lsprotocol import types as lsp

from iscode.document.model import LINE_END
from iscode.document.spots import Point
from iscode.lsp.text import Text


def rewritten(text: Text, source: str) -> list[lsp.TextEdit]:
    """The one edit by which a text becomes another one: only what differs, in whole lines."""
    old, new = text.source, source
    begin = _line_start(old, _alike(old, new, min(len(old), len(new))))
    end = _alike(old[::-1], new[::-1], min(len(old), len(new)) - begin)
    while end and not _begins_line(old, len(old) - end):
        end -= 1
    stop = len(old) - end
    return [lsp.TextEdit(text.range(_point(old, begin), _point(old, stop)), new[begin : len(new) - end])]


def created(uri: str, source: str) -> lsp.WorkspaceEdit:
    """A new file; it is not made where there is one."""
    about = lsp.OptionalVersionedTextDocumentIdentifier(uri)
    start = lsp.Position(0, 0)
    written = lsp.TextDocumentEdit(about, [lsp.TextEdit(lsp.Range(start, start), source)])
    return lsp.WorkspaceEdit(document_changes=[lsp.CreateFile(uri), written])


def _alike(one: str, other: str, most: int) -> int:
    """How many characters two texts begin with in common, at most so many."""
    return next((number for number in range(most) if one[number] != other[number]), most)


def _line_start(source: str, offset: int) -> int:
    """Where the line begins that an offset stands in; between the two characters of a line end it is the one before."""
    return max((end.end() for end in LINE_END.finditer(source) if end.end() <= offset), default=0)


def _begins_line(source: str, offset: int) -> bool:
    """Whether a line begins at an offset, or nothing follows; between the two characters of a line end none does."""
    if offset in (0, len(source)):
        return True
    return source[offset - 1] == "\n" or (source[offset - 1] == "\r" and source[offset] != "\n")


def _point(source: str, offset: int) -> Point:
    lines = LINE_END.split(source[:offset])
    return len(lines) - 1, len(lines[-1])
