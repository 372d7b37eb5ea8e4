"""The sheets of a workbook that came back, and the views that they were made of -> edits of records, and all the rest.

Nothing in the workbook says where to write. A row is found by its first cell among the rows that the views have now, a
column by its heading. A cell was edited where its mark is gone from the hidden column of its row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from iscode.document import Document, Pointer, edited, value_at
from iscode.errors import ConfigError, Place
from iscode.evaluation import Evaluation
from iscode.intake.filling import node_at
from iscode.intake.inspection import name_of
from iscode.intake.workbook import Cell, Sheet
from iscode.report.xlsx.book import MARKS, headings, named
from iscode.report.xlsx.cells import cell, mark
from iscode.report.xlsx.sheets import FORMAT, PROVENANCE, RESULTS, views
from iscode.report.xlsx.values import MisfitError, value_of
from iscode.view import Origin, Traced, UntoldError, trace

CONFLICT: Final = "the record changed since the export"
NAMED: Final = 5
"""Rows that are named where several are missing."""


class Edit(NamedTuple):
    """A cell that has its place: the record and the field, what stood there and what comes."""

    sheet: str
    cell: str
    record: str
    path: str
    pointer: Pointer
    before: Any
    after: Any


class Left(NamedTuple):
    """A cell that was edited and has no place, and why; `conflict`: the record changed since the export."""

    sheet: str
    cell: str
    value: Cell
    reason: str
    conflict: bool = False


class Returned(NamedTuple):
    """What came back."""

    documents: Mapping[str, tuple[Document, Document]]
    """Path from the top of the repository -> the record as it is, and as it was edited."""
    edits: tuple[Edit, ...]
    left: tuple[Left, ...]
    missing: tuple[str, ...]
    """Rows and columns that are not in the workbook any more, in words; nothing of them is taken out."""


class _Touched(NamedTuple):
    """A cell that has no mark in its row any more; `row` is the first cell of the row, which names it."""

    row: Cell
    heading: str
    cell: str
    value: Cell
    marks: frozenset[str]


class _LeftError(Exception):
    """Why an edit has no place."""

    def __init__(self, reason: str, *, conflict: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.conflict = reason, conflict


def returned(path: str, sheets: Sequence[Sheet], evaluation: Evaluation) -> Returned:
    """What somebody edited in a workbook of this root; `path` names it in errors.

    Raises ConfigError where it is no such workbook, or one in which edits cannot be told from what was exported.
    """
    _require_ours(path, sheets)
    known = dict(_known(evaluation))
    placing, missing = _Placing(), list[str]()
    for sheet in sheets:
        view = known.get(sheet.name, "the sheet is none of the export")
        for touched in _touched(path, sheet, view):
            placing.place(sheet.name, touched, view)
        missing += _missing(sheet, view) if isinstance(view, _View) else []
    return Returned(placing.changed, tuple(placing.edits), tuple(placing.left), tuple(missing))


def _require_ours(path: str, sheets: Sequence[Sheet]) -> None:
    told = {row[0]: row[1] for sheet in sheets if sheet.name == PROVENANCE for row in sheet.rows if len(row) > 1}
    if told.get("Format") != FORMAT:
        hint = "give what `iscode export xlsx` wrote of this root, with its sheet of provenance"
        raise ConfigError("this is no workbook that can be brought back", place=Place(path), hint=hint)


def _known(evaluation: Evaluation) -> Iterator[tuple[str, _View | str]]:
    """Each sheet by its name: the rows that its view has now, or why nothing of it can be brought back."""
    taken: set[str] = set()
    for file in views(evaluation):
        name = named(file.view.title, taken)
        try:
            yield name, _View(trace(file, evaluation))
        except UntoldError as error:
            yield name, error.message
    for name in (RESULTS, PROVENANCE):
        yield name, "this sheet only tells what was found"


class _View:
    """A view as it is now: its rows by what names them."""

    def __init__(self, traced: Traced) -> None:
        self.table, self.origins = traced
        self.headings = headings(self.table)
        self.rows: dict[Cell, list[int]] = {}
        for number, row in enumerate(self.table.rows):
            self.rows.setdefault(cell(row[0]), []).append(number)

    def field(self, touched: _Touched) -> tuple[Origin, Cell]:
        """The field that a cell repeats, and the cell as it would be now. Raises _LeftError."""
        numbers = self.rows.get(touched.row, [])
        if touched.heading not in self.headings:
            raise _LeftError("no column of the sheet is called like this")
        if len(numbers) != 1:
            reason = "no row of the sheet" if not numbers else "more than one row of the sheet"
            raise _LeftError(f"{reason} begins with {touched.row!r}: a record has a file, and `iscode new` begins one")
        place = self.headings.index(touched.heading)
        origin = self.origins[numbers[0]][place]
        if origin is None:
            raise _LeftError("it is worked out, or names the row: change the records that it is made of")
        return origin, cell(self.table.rows[numbers[0]][place], days=self.table.columns[place].days)


def _touched(path: str, sheet: Sheet, view: _View | str) -> Iterator[_Touched]:
    """The cells whose mark is gone; in a sheet of others every cell that holds something."""
    head = [None if one is None else str(one) for one in sheet.rows[0]] if sheet.rows else []
    if isinstance(view, _View):
        _require_whole(path, sheet.name, head)
    last = head.index(MARKS) if MARKS in head else None
    first = 0 if last is None else 1
    for number, row in enumerate(sheet.rows[first:], 1 + first):
        marks = frozenset() if last is None or last >= len(row) else frozenset(str(row[last]).split(" "))
        for place in range(max(len(row), len(head))):
            heading = (head[place] if place < len(head) else None) or ""
            held = row[place] if place < len(row) else None
            emptied = isinstance(view, _View) and heading in view.headings and marks
            if place != last and (held is not None or emptied) and mark(heading, held) not in marks:
                yield _Touched(row[0], heading, f"{name_of(place)}{number}", held, marks)


def _require_whole(path: str, name: str, head: Sequence[str | None]) -> None:
    told = [one for one in head if one is not None]
    if MARKS not in head:
        message = f"sheet {name!r}: the hidden column {MARKS!r} is gone, so edits cannot be told"
        raise ConfigError(message, place=Place(path), hint="edit a fresh export")
    if len(set(told)) < len(told):
        message = f"sheet {name!r}: two columns have one heading"
        raise ConfigError(message, place=Place(path), hint="take one of them out")


def _missing(sheet: Sheet, view: _View) -> Iterator[str]:
    """What is not in the sheet any more."""
    for heading in view.headings:
        if heading not in sheet.rows[0]:
            yield f"sheet {sheet.name!r}: the column {heading!r} is not in it"
    there = {row[0] for row in sheet.rows[1:] if row}
    gone = [str(name) for name in view.rows if name not in there]
    if gone:
        told = ", ".join(gone[:NAMED]) + (f" and {len(gone) - NAMED} more" if len(gone) > NAMED else "")
        yield f"sheet {sheet.name!r}: rows of today that are not in it: {told}"


class _Placing:
    """The records while they are edited, and what was found on the way."""

    def __init__(self) -> None:
        self._documents: dict[str, tuple[Document, Document]] = {}
        self._fields: dict[tuple[str, Pointer], Any] = {}
        self.edits: list[Edit] = []
        self.left: list[Left] = []

    @property
    def changed(self) -> dict[str, tuple[Document, Document]]:
        """The records that are not as they were, by path."""
        return {path: self._documents[path] for path in sorted(self._documents)}

    def place(self, sheet: str, touched: _Touched, view: _View | str) -> None:
        """Put a cell where it belongs, or tell why it has no place."""
        try:
            self._place(sheet, touched, view)
        except _LeftError as error:
            self.left.append(Left(sheet, touched.cell, touched.value, error.reason, error.conflict))

    def _place(self, sheet: str, touched: _Touched, view: _View | str) -> None:
        if isinstance(view, str):
            raise _LeftError(view)
        origin, now = view.field(touched)
        if mark(touched.heading, now) != mark(touched.heading, touched.value):
            self._edit(sheet, touched, origin, now)

    def _edit(self, sheet: str, touched: _Touched, origin: Origin, now: Cell) -> None:
        record, pointer = origin
        schema = node_at(record.kind.schema, pointer)
        if mark(touched.heading, now) not in touched.marks:
            raise _LeftError(f"{CONFLICT}: there it is {_said(now)}", conflict=True)
        before, after = value_at(record.value, pointer), _value(touched.value, schema)
        if not _same(_value(now, schema), before):
            raise _LeftError("the cell does not show the whole value: edit the record")
        path = record.document.path
        if not _same(self._fields.setdefault((path, pointer), after), after):
            raise _LeftError("another cell of this workbook says otherwise")
        was, current = self._documents.get(path, (record.document, record.document))
        made = edited(current, pointer, after, list(node_at(record.kind.schema, pointer[:-1]).get("properties", ())))
        if made is None:
            raise _LeftError(f"nothing else may change, and here it would: edit {record.document.place(pointer)}")
        for refusal in record.kind.refusals(made):
            raise _LeftError(refusal.message)
        self._documents[path] = was, made
        self.edits.append(Edit(sheet, touched.cell, record.reference, path, pointer, before, after))


def _value(held: Cell, schema: Mapping[str, Any]) -> Any:
    try:
        return value_of(held, schema)
    except MisfitError as error:
        raise _LeftError(str(error)) from None


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same to the type."""
    return repr(one) == repr(other)


def _said(held: Cell) -> str:
    return "empty" if held is None else repr(str(held))
