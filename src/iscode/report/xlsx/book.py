"""Sheets -> the bytes of a workbook (Office Open XML): the same for the same sheets, and no text in it is a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from iscode.errors import UsageError
from iscode.evaluation.findings import State
from iscode.intake.filling import node_at
from iscode.intake.workbook import HINT, Cell
from iscode.report.escape import typed
from iscode.report.xlsx.cells import cell, mark
from iscode.view import Origin, Table

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MARKS: Final = "As exported"
"""The heading of the hidden column with the marks of the cells of each row, which go where the row goes."""
ROWS: Final = 1_048_575
"""Rows that a sheet has room for below its head."""
WIDTHS: Final = (9, 56)
"""Characters of the narrowest and the widest column."""
MEASURED: Final = 300
"""Rows by which the width of a column is chosen."""
TONES: Final = ("#E3F1E3", "#FFF4CC", "#FCE0C8", "#F6CACA")
"""What marks words that have an order, from the mildest to the worst; states of requirements likewise."""
EPOCH: Final = "1980-01-01"
"""The day of what has none, as in archives."""
STATES: Final = {"satisfied": 0, "not_assessed": 1, "not_satisfied": 3}
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\n]|[^\x00-\uffff]")
_WORD: Final = re.compile(r"[\w .:-]{1,100}", re.ASCII).fullmatch
_FORMULA: Final = re.compile(r"[\s'\"]*[=+@\uff1d\uff0b\uff0d\uff20-]").match
"""What would be a formula, were it typed: it is marked as quoted, so that it stays a text when somebody edits it."""
_CHOICES: Final = 255
"""Characters that a list of choices has room for."""
_TEXT: Final = 255
"""Longer texts are not formatted as text: some programs show a row of `#` for them."""


class Sheet(NamedTuple):
    """A table and where each cell of it comes from; without origins none of it is to be edited.

    One that is not `marked` cannot be told from an edited one when it is back.
    """

    table: Table
    origins: Sequence[Sequence[Origin | None]] = ()
    marked: bool = True


def book(sheets: Iterable[Sheet], title: str, as_of: str = EPOCH) -> bytes:
    """The workbook, a sheet each; it says that it is of the day `as_of`, for there is no clock.

    Raises UsageError where XlsxWriter is not installed.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise UsageError("a workbook needs XlsxWriter, which is not installed", hint=HINT) from None
    file = BytesIO()
    workbook = Workbook(file, {"in_memory": True})
    workbook.set_properties({"title": title, "comments": "", "created": datetime.fromisoformat(as_of)})
    styles = _Styles(workbook)
    names: set[str] = set()
    for sheet in sheets:
        _write(workbook.add_worksheet(named(sheet.table.title, names)), sheet, styles)
    workbook.close()
    return file.getvalue()


def named(title: str, taken: set[str]) -> str:
    """The name of a sheet, as programs take it: short, without what they forbid, and none of those `taken`."""
    plain = _FORBIDDEN.sub(" ", typed(title)).strip(" '")[:31].rstrip(" '") or "Sheet"
    name, number = plain, 1
    while name.casefold() in taken or name.casefold() == "history":
        number += 1
        name = f"{plain[: 30 - len(str(number))]} {number}"
    taken.add(name.casefold())
    return name


def headings(table: Table) -> tuple[str, ...]:
    """The headings of a table, each one once."""
    titles = [typed(column.title) for column in table.columns]
    return tuple(
        title if titles.count(title) == 1 else f"{title} ({column.id})"
        for title, column in zip(titles, table.columns, strict=True)
    )


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        plain = {"valign": "top", "text_wrap": True}
        head = plain | {"bold": True, "bottom": 1, "font_color": "#FFFFFF"}
        self.computed = workbook.add_format(head | {"bg_color": "#5B6470"})
        self.edited = workbook.add_format(head | {"bg_color": "#1F5C99"})
        self.plain = workbook.add_format(plain)
        self.text = workbook.add_format(plain | {"num_format": "@"})
        self.quoted = workbook.add_format(plain | {"num_format": "@", "quote_prefix": True})
        self.day = workbook.add_format(plain | {"num_format": "yyyy-mm-dd", "align": "left"})
        self.tones = [workbook.add_format({"bg_color": colour}) for colour in TONES]

    def of(self, held: Cell, *, days: bool) -> Format:
        """How a cell is shown, and what becomes of what somebody types into it: a text stays one."""
        if isinstance(held, date) or (held is None and days):
            return self.day
        if not isinstance(held, str):
            return self.plain if held is not None else self.text
        if _FORMULA(held):
            return self.quoted
        return self.text if len(held) <= _TEXT else self.plain


def _write(page: Worksheet, sheet: Sheet, styles: _Styles) -> None:
    table, titles = sheet.table, headings(sheet.table)
    rows = table.rows[:ROWS]
    edited = [any(origins[number] for origins in sheet.origins) for number in range(len(titles))]
    for number, title in enumerate(titles):
        page.write_string(0, number, title, styles.edited if edited[number] else styles.computed)
    if sheet.marked:
        page.write_string(0, len(titles), MARKS, styles.computed)
    widths = [len(title) + 3 for title in titles]
    for line, row in enumerate(rows, 1):
        held = [cell(value, days=column.days) for value, column in zip(row, table.columns, strict=True)]
        for number, one in enumerate(held):
            _put(page, line, number, one, styles.of(one, days=table.columns[number].days))
        if line <= MEASURED:
            widths = [max(width, _width(one)) for width, one in zip(widths, held, strict=True)]
        if sheet.marked:
            page.write_string(line, len(titles), " ".join(map(mark, titles, held)))
    narrowest, widest = WIDTHS
    for number, width in enumerate(widths):
        page.set_column(number, number, min(max(width, narrowest), widest))
    page.set_column(len(titles), len(titles), None, None, {"hidden": True})
    _set_up(page, len(rows), len(titles))
    _mark(page, sheet, len(rows), styles)


def _put(page: Worksheet, line: int, number: int, held: Cell, style: Format) -> None:
    match held:
        case None:
            page.write_blank(line, number, None, style)
        case bool():
            page.write_boolean(line, number, held, style)
        case int() | float():
            page.write_number(line, number, held, style)
        case date():
            page.write_datetime(line, number, datetime(held.year, held.month, held.day), style)
        case str():
            page.write_string(line, number, held, style)


def _width(held: Cell) -> int:
    """Characters that a cell would take on one line each."""
    return max(map(len, held.split("\n"))) + 1 if isinstance(held, str) else 11 if isinstance(held, date) else 6


def _set_up(page: Worksheet, rows: int, columns: int) -> None:
    """A head that stays, filters, and paper: landscape, as wide as a page, the head on each."""
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(rows, 1), columns - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.print_area(0, 0, max(rows, 1), columns - 1)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.set_footer("&L&A&R&P / &N")


def _mark(page: Worksheet, sheet: Sheet, rows: int, styles: _Styles) -> None:
    """Colours for words that have an order, and choices where a field takes only some words."""
    for number, column in enumerate(sheet.table.columns):
        tones = dict(_tones(column.words if column.show == "tone" else ()))
        if any(row[number] in get_args(State) for row in sheet.table.rows[:MEASURED] if isinstance(row[number], str)):
            tones = STATES
        for word, tone in tones.items():
            if _WORD(word):
                said = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": styles.tones[tone]}
                page.conditional_format(1, number, max(rows, 1), number, said)
        if choices := _choices(sheet, number):
            said = {"validate": "list", "source": choices}
            page.data_validation(1, number, max(rows, 1), number, said)


def _tones(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    for place, word in enumerate(words):
        yield word, place * (len(TONES) - 1) // max(len(words) - 1, 1)


def _choices(sheet: Sheet, number: int) -> list[str]:
    """The words that the fields behind a column take, where all take the same."""
    fields: list[Any] = [
        node_at(one.record.kind.schema, one.pointer) for origins in sheet.origins if (one := origins[number])
    ]
    words = [tuple(field.get("enum", ())) for field in fields]
    if not words or len(set(words)) > 1 or not all(map(_WORD, words[0])) or len(",".join(words[0])) > _CHOICES:
        return []
    return list(words[0])
