"""What fails at a place of a record -> what can be written there: the field that is missing, the patch of a rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lsprotocol import types as lsp

from iscode.document import Document, Pointer, read
from iscode.document.editing import edited
from iscode.document.model import CEILING
from iscode.evaluation import Result
from iscode.evaluation.builtin import SCHEMA
from iscode.intake.filling import blank, filled
from iscode.inventory import Record
from iscode.lsp.edits import rewritten
from iscode.lsp.text import Text
from iscode.lsp.view import View, node_at
from iscode.report.escape import terminal
from iscode.rule import patch
from iscode.schema import Kind, fields

_NEEDS: Final = "needs:"


def mending(view: View, path: str, text: Text, results: Iterable[Result]) -> Iterator[lsp.CodeAction]:
    """The edits of a file that mend what results say of it, as far as anybody can know them.

    A field comes without a value: its schema refuses the blank until somebody has written what only they know.
    """
    uri, record = view.uri(path), view.record(path)
    document = read(path, text.data, CEILING)
    if uri is None or record is None or document.value is None:
        return
    seen: set[str] = set()
    for title, made in (*_missing(record, document, results), *_patched(view, record, document, results)):
        if made is not None and title not in seen:
            seen.add(title)
            edit = lsp.WorkspaceEdit({uri: rewritten(text, made.source.decode())})
            yield lsp.CodeAction(terminal(title), lsp.CodeActionKind.QuickFix, edit=edit)


def _missing(record: Record, document: Document, results: Iterable[Result]) -> Iterator[tuple[str, Document | None]]:
    """The fields that the schema or a rule misses."""
    results = list(results)
    lines = {result.origin.place.line for result in results if result.rule == SCHEMA}
    for refusal in record.refusals:
        if refusal.keyword == "required" and refusal.place.line in lines:
            yield _named(refusal.pointer), _with(record, document, refusal.pointer)
    for result in results:
        for one in result.whole:
            if one.cause == "missing" and one.item is None and (one.clause or "").startswith(_NEEDS):
                pointer = tuple((one.clause or "").removeprefix(_NEEDS).split("."))
                yield _named(pointer), _with(record, document, pointer)


def _named(pointer: Pointer) -> str:
    return f"Add {'.'.join(map(str, pointer))}"


def _with(record: Record, document: Document, pointer: Pointer) -> Document | None:
    """The document with a blank at a pointer, and with the maps that lead to it; None where it has something there."""
    held: Any = document.value
    for depth, step in enumerate(pointer):
        if isinstance(held, dict) and step not in held:
            above = node_at(record.kind.schema, pointer[:depth])
            node = node_at(record.kind.schema, pointer[: depth + 1])
            if above is None or node is None:
                return None
            rest = tuple(key for key in pointer[depth + 1 :] if isinstance(key, str))
            value = filled(node, {}, [rest], blank) if rest else blank(node)
            return edited(document, pointer[: depth + 1], value, list(above.get("properties", {})))
        try:
            held = held[step]
        except (KeyError, IndexError, TypeError):
            return None
    return None


def _patched(
    view: View, record: Record, document: Document, results: Iterable[Result]
) -> Iterator[tuple[str, Document | None]]:
    """What the checks that fail say may be written."""
    params = {bound.id: bound.params for bound in view.policy.bound}
    for result in results:
        file = view.policy.rules.by_id.get(result.rule)
        if file is None or result.subject != record.reference or result.rule not in params:
            continue
        for index, check in enumerate(file.rule.check):
            if check.patch and result.clause == (check.id or f"check:{index}"):
                values = patch.values(check, params[result.rule])
                said = ", ".join(f"{'.'.join(path)}: {value}" for path, value in values.items())
                yield f"Write {said} ({result.rule})", _written(view, record, document, values)


def _written(view: View, record: Record, document: Document, values: Mapping[tuple[str, ...], Any]) -> Document | None:
    """The document with values at paths; None where one has no place, or what would come of it is refused: by the
    schema, or since it refers to what is not there.
    """
    if not all(patch.fits(record.kind, path, value) for path, value in values.items()):
        return None
    made: Document | None = document
    for path, value in values.items():
        above = node_at(record.kind.schema, path[:-1]) or {}
        made = edited(made, path, value, list(above.get("properties", {}))) if made is not None else None
    if made is None or made.value == document.value:
        return None
    before = {(refusal.pointer, refusal.keyword) for refusal in record.kind.refusals(document)}
    after = {(refusal.pointer, refusal.keyword) for refusal in record.kind.refusals(made)}
    lost = _lost(view, record.kind, made.value) - _lost(view, record.kind, document.value)
    return made if after <= before and not lost else None


def _lost(view: View, kind: Kind, value: Any) -> set[tuple[Pointer, str]]:
    """The references to no record, and the ids of no requirement, with their places."""
    find, catalogs = view.inventory.find, view.policy.catalogs
    led = [one for path, _ in kind.references for one in fields.values(value, path)]
    served = [one for path in kind.requirements for one in fields.values(value, path)]
    lost = {(pointer, name) for pointer, name in led if isinstance(name, str) and find(name) is None}
    return lost | {(pointer, name) for pointer, name in served if isinstance(name, str) and name not in catalogs}
