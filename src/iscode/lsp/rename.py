"""A record and another id for it -> the edits that call it so everywhere: of its id, and of each reference to it.

What is written is read again before it is offered: it holds what was there under the new name, or nothing is offered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from copy import deepcopy
from typing import Any, Final, NamedTuple

from lsprotocol import types as lsp

from iscode.document import Document, Pointer, read
from iscode.document.model import CEILING
from iscode.document.spots import Point, Spot
from iscode.document.writer import quoted, scalar
from iscode.errors import UsageError
from iscode.inventory import Record
from iscode.inventory.problems import folded
from iscode.lsp.naming import IDENTITY, Name, Naming, naming_at, words
from iscode.lsp.references import mentions
from iscode.lsp.text import Text
from iscode.lsp.view import View

NO_ID: Final = "this is no id of a record"


class _Edit(NamedTuple):
    """What stands from one point to another one is to be `text`."""

    start: Point
    end: Point
    text: str


def prepare_rename(view: View, path: str, text: Text, point: Point) -> lsp.PrepareRenamePlaceholder:
    """The id that may be renamed at a point. Raises UsageError, which says why, where none may be."""
    naming, record = _renamed(view, path, text, point)
    start, end = _id_of(text, naming.spot, record) or (naming.spot.start, naming.spot.end)
    return lsp.PrepareRenamePlaceholder(text.range(start, end), record.id)


def rename(view: View, path: str, text: Text, point: Point, wanted: str) -> lsp.WorkspaceEdit:
    """The edits that give the record at a point another id. Raises UsageError, which says why, where it cannot be."""
    naming, record = _renamed(view, path, text, point)
    _require_free(view, record, wanted)
    by_path: dict[str, list[Naming]] = defaultdict(list)
    for there, one in mentions(view, naming.name):
        by_path[there].append(one)
    changes: dict[str, list[lsp.TextEdit]] = {}
    for there, listed in sorted(by_path.items()):
        uri = view.uri(there)
        if uri is None:
            raise UsageError(f"{there} has a name that no editor can be told")
        held = view.text(there)
        edits = [_edit(held, one, record, wanted) for one in listed]
        known = view.record(there)
        before = read(there, held.data, CEILING) if known is None else known.document
        _require_same(before, held, listed, edits, record, wanted)
        changes[uri] = [lsp.TextEdit(held.range(one.start, one.end), one.text) for one in edits]
    return lsp.WorkspaceEdit(changes)


def _renamed(view: View, path: str, text: Text, point: Point) -> tuple[Naming, Record]:
    """What is to be renamed. Raises UsageError where that is not sure."""
    naming = naming_at(view, path, text, point)
    if naming is None or naming.name.what != "record":
        raise UsageError(NO_ID)
    claim = _claiming(view, naming.name)
    if not claim:
        raise UsageError(f"{naming.name.text} leads to no record")
    if len(claim) > 1:
        paths = " and ".join(record.document.path for record in claim)
        raise UsageError(f"{naming.name.text} is claimed by {paths}: which of them is meant nobody can know")
    if unread := view.inventory.unreadable:
        raise UsageError(f"{unread[0]} cannot be read, and may refer to {naming.name.text}: mend it first")
    return naming, claim[0]


def _claiming(view: View, name: Name) -> list[Record]:
    kind = name.text.partition(":")[0]
    return [record for record in view.inventory.of_kind(kind) if record.reference == name.text]


def _require_free(view: View, record: Record, wanted: str) -> None:
    """Raises UsageError where the schema refuses an id, or another record is called so, or nearly so."""
    for refusal in record.kind.refusals(_with_id(record, wanted)):
        if refusal.pointer == IDENTITY:
            raise UsageError(f"{refusal.message}: {refusal.hint}" if refusal.hint else refusal.message)
    for other in view.inventory.of_kind(record.kind.name):
        if other is not record and folded(other.id) == folded(wanted):
            raise UsageError(f"{other.reference} is there already: {other.document.path}")


def _with_id(record: Record, wanted: str) -> Any:
    """A document that holds no more than who the record is."""
    return read("", f"kind: {quoted(record.kind.name)}\nid: {quoted(wanted)}\n".encode("utf-8", "replace"))


def _id_of(text: Text, spot: Spot, record: Record) -> tuple[Point, Point] | None:
    """From where to where the id itself stands in an id or a reference; None where it is written in another way."""
    found = words(text, spot)
    if found is None:
        return None
    (line, _), (_, end) = found
    return (line, end - len(record.id)), (line, end)


def _edit(text: Text, naming: Naming, record: Record, wanted: str) -> _Edit:
    """No more than the id; the whole scalar only where it is written with escapes, or begins to need quotes."""
    found = _id_of(text, naming.spot, record)
    bare = found is not None and found[1] == naming.spot.end
    if found is None or (naming.own and bare and scalar(wanted) != wanted):
        whole = wanted if naming.own else f"{record.kind.name}:{wanted}"
        return _Edit(naming.spot.start, naming.spot.end, quoted(whole))
    return _Edit(*found, wanted)


def _require_same(
    before: Document, text: Text, listed: Iterable[Naming], edits: Iterable[_Edit], record: Record, wanted: str
) -> None:
    """Raises UsageError where a file would hold anything else than what it holds, under the new name."""
    path, expected = before.path, deepcopy(before.value)
    for one in listed:
        _put(expected, one.spot.pointer, wanted if one.own else f"{record.kind.name}:{wanted}")
    if expected is None or read(path, edited(text, edits).data, CEILING).value != expected:
        raise UsageError(f"{path} is written so that the id cannot be replaced in it: write it plainly first")


def edited(text: Text, edits: Iterable[_Edit]) -> Text:
    """A text with some edits of single lines done."""
    lines = text.source.splitlines(keepends=True) if set(text.source).isdisjoint(_OTHER_ENDS) else []
    for one in sorted(edits, reverse=True):
        (line, start), (last, end) = one.start, one.end
        if line != last or line >= len(lines):
            return Text("")
        lines[line] = lines[line][:start] + one.text + lines[line][end:]
    return Text("".join(lines), text.units)


_OTHER_ENDS: Final = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
"""What Python calls the end of a line and an editor does not; no record may hold it."""


def _put(value: Any, pointer: Pointer, text: str) -> None:
    for step in pointer[:-1]:
        value = value[step]
    value[pointer[-1]] = text
