"""A workbook goes out, somebody edits it, and it comes back: only what was edited changes, and the rest is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest

RISK = "compliance/risks/officers-follow-the-score.yaml"
DAY = ("--as-of", "2026-11-24")


@pytest.fixture
def edit(firm: Any, iscode: Any) -> Callable[[Callable[[Any], None]], None]:
    """Edit an export of the example, as a spreadsheet program would."""

    def edited(change: Callable[[Any], None]) -> None:
        assert 0 == iscode("export", "xlsx", *DAY, "-o", "out.xlsx").code
        book = openpyxl.load_workbook(firm.top / "out.xlsx")
        change(book)
        book.save(firm.top / "out.xlsx")

    return edited


def set_cells(sheet: str, **cells: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for cell, value in cells.items():
            book[sheet][cell] = value

    return change


def test_a_workbook_that_nobody_edited_changes_nothing(edit: Any, iscode: Any) -> None:
    edit(lambda book: None)
    done = iscode("import", "xlsx", "out.xlsx", "-f", "json")
    assert (0, "") == (done.code, done.err)
    assert {"written": False, "edits": [], "unplaced": [], "missing": []} == json.loads(done.out)


def test_an_edit_is_printed_and_written_only_when_asked(firm: Any, edit: Any, iscode: Any) -> None:
    edit(set_cells("Risk register", D2="Role:ml-lead", H2=5, R2=date(2026, 11, 10), C2="ai\nlegal"))
    before = (firm.top / RISK).read_text(encoding="utf-8")
    done = iscode("import", "xlsx", "out.xlsx")
    assert (0, "") == (done.code, done.err)
    assert "-owner: Role:lending-lead\n+owner: Role:ml-lead\n" in done.out
    assert "nothing is written yet" in done.out
    assert before == (firm.top / RISK).read_text(encoding="utf-8")
    assert "4 cells written to 1 record; 0 cells" in iscode("import", "xlsx", "out.xlsx", "--write").out
    expected = before
    for old, new in (
        ("owner: Role:lending-lead\nstatus", "owner: Role:ml-lead\nstatus"),
        ("inherent: {likelihood: 4", "inherent: {likelihood: 5"),
        ('  date: "2026-11-09"\n  level', '  date: "2026-11-10"\n  level'),
        ("domains: [ai]", "domains: [ai, legal]"),
    ):
        assert 1 == expected.count(old)
        expected = expected.replace(old, new)
    assert expected == (firm.top / RISK).read_text(encoding="utf-8")
    assert "0 cells written to 0 records; 0 cells" in iscode("import", "xlsx", "out.xlsx", "--write").out


def test_rows_that_were_sorted_find_their_records(firm: Any, edit: Any, iscode: Any) -> None:
    def turned(book: Any) -> None:
        page = book["Risk register"]
        rows = [list(row) for row in page.iter_rows(min_row=2, values_only=True)]
        for number, row in enumerate(reversed(rows), 2):
            for place, value in enumerate(row, 1):
                page.cell(number, place).value = value
        page.cell(len(rows) + 1, 2).value = "Another title"

    edit(turned)
    [one] = json.loads(iscode("import", "xlsx", "out.xlsx", "-f", "json").out)["edits"]
    assert (RISK, ["title"], "Another title") == (one["path"], one["pointer"], one["after"])


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "reason"),
    [
        ("Risk register", "J2", "low", "it is worked out, or names the row"),
        ("Risk register", "A2", "another", "no row of the sheet begins with 'another'"),
        ("Risk register", "H2", "many", "a whole number belongs here"),
        ("Risk register", "H2", 9, "5"),
        ("Risk register", "R2", "soon", "this is no day"),
        ("Risk register", "B2", 7, "a text belongs here"),
        ("Risk register", "B2", None, "title"),
        ("Risk register", "Z2", "x", "no column of the sheet is called like this"),
        ("SoA", "C2", "maybe", "TRUE or FALSE belongs here"),
        ("Provenance", "B2", "x", "no workbook that can be brought back"),
        ("Provenance", "B4", "x", "this sheet only tells what was found"),
    ],
)
def test_an_edit_without_a_place_is_told_and_changes_nothing(
    firm: Any, edit: Any, iscode: Any, sheet: str, cell: str, value: Any, reason: str
) -> None:
    edit(set_cells(sheet, **{cell: value}))
    done = iscode("import", "xlsx", "out.xlsx", "--write")
    told = done.out + done.err
    assert reason in told
    assert (2 if "brought back" in reason else 0) == done.code
    assert "" == firm.git("status", "--porcelain", "compliance")
    assert "brought back" in reason or f"sheet '{sheet}', cell {cell}" in told


def test_what_changed_since_the_export_is_a_conflict_and_never_overwritten(firm: Any, edit: Any, iscode: Any) -> None:
    edit(set_cells("Risk register", D2="Role:ml-lead"))
    firm.change(RISK, "owner: Role:lending-lead", "owner: Role:security-officer")
    found = json.loads(iscode("import", "xlsx", "out.xlsx", "--write", "-f", "json").out)
    assert ([], ["D2"]) == (found["edits"], [one["cell"] for one in found["unplaced"] if one["conflict"]])
    assert "owner: Role:security-officer" in (firm.top / RISK).read_text(encoding="utf-8")


def test_a_change_beside_the_edit_is_kept(firm: Any, edit: Any, iscode: Any) -> None:
    edit(set_cells("Risk register", D2="Role:ml-lead"))
    firm.change(RISK, "title: Officers follow the score unread", "title: They do not read")
    assert "1 cell written to 1 record; 0 cells" in iscode("import", "xlsx", "out.xlsx", "--write").out
    text = (firm.top / RISK).read_text(encoding="utf-8")
    assert "title: They do not read\nowner: Role:ml-lead\n" in text


def test_rows_and_columns_that_are_gone_are_told(edit: Any, iscode: Any) -> None:
    def change(book: Any) -> None:
        book["Risk register"].delete_rows(2)
        book["Risk register"].delete_cols(3)
        book.create_sheet("Mine").append(["a note"])

    edit(change)
    found = json.loads(iscode("import", "xlsx", "out.xlsx", "-f", "json").out)
    assert [] == found["edits"]
    assert [
        "sheet 'Risk register': the column 'Domains' is not in it",
        "sheet 'Risk register': rows of today that are not in it: officers-follow-the-score",
    ] == found["missing"]
    assert [("Mine", "A1")] == [(one["sheet"], one["cell"]) for one in found["unplaced"]]


def test_without_its_marks_nothing_can_be_told(edit: Any, iscode: Any) -> None:
    edit(lambda book: book["SoA"].delete_cols(12))
    done = iscode("import", "xlsx", "out.xlsx")
    assert (2, "") == (done.code, done.out)
    assert "the hidden column 'As exported' is gone" in done.err


REGISTER = """\
format: xlsx
kind: Supplier
folder: compliance/suppliers
id: "{Name}"
fields:
  title: Name
  owner: {constant: "Role:security-officer"}
  status: {constant: active}
  provides: {column: What, values: {hosting: [cloud]}}
  criticality: {column: Class, values: {"1": high, "2": medium}}
  agreement.signed_on: Signed
"""


def register(firm: Any, *rows: list[Any], more: tuple[str, ...] = (), mapping: str = REGISTER) -> None:
    """A workbook of one's own, and the mapping that it goes by."""
    book = openpyxl.Workbook()
    book.active.title = "Suppliers"
    for row in [["Name", "What", "Class", "Signed", "Note"], *rows]:
        book.active.append(row)
    for title in more:
        book.create_sheet(title).append(["a note"])
    book.save(firm.top / "own.xlsx")
    firm.write("own.map.yaml", mapping)


def test_a_register_that_others_keep_as_a_workbook_goes_by_a_mapping(firm: Any, iscode: Any) -> None:
    register(firm, ["North Hosting", "hosting", 1, date(2026, 3, 1), None], [None], ["Ink", "paper", 2, None, "x"])
    done = iscode("import", "xlsx", "own.xlsx", "--map", "own.map.yaml")
    assert (0, "") == (done.code, done.err)
    assert "2 rows, 2 records written to ., 2 cells without a place" in done.out
    assert ["row 4, What", "row 4, Note"] == [line.split("  ")[0] for line in done.out.splitlines()[:2]]
    text = (firm.top / "compliance/suppliers/north-hosting.yaml").read_text(encoding="utf-8")
    assert 'provides:\n  - cloud\ncriticality: high\nagreement:\n  signed_on: "2026-03-01"\n' in text


@pytest.mark.parametrize(
    ("rows", "more", "mapping", "why"),
    [
        ([["a"]], ("Notes",), REGISTER, "several sheets hold cells: 'Suppliers', 'Notes'"),
        ([["a"]], (), f"sheet: Gone\n{REGISTER}", "has no sheet 'Gone' with cells"),
        ([], (), REGISTER, "no record is made of this file: it has no rows"),
        ([["=1+1"]], (), REGISTER, "sheet 'Suppliers', cell A2: it holds a formula"),
    ],
)
def test_a_register_of_which_it_is_not_clear_what_it_holds_is_refused(
    firm: Any, iscode: Any, rows: list[Any], more: tuple[str, ...], mapping: str, why: str
) -> None:
    register(firm, *rows, more=more, mapping=mapping)
    done = iscode("import", "xlsx", "own.xlsx", "--map", "own.map.yaml")
    assert (2, "") == (done.code, done.out)
    assert why in done.err
    assert "" == firm.git("status", "--porcelain", "compliance")


def test_a_sheet_is_named_where_there_are_several(firm: Any, iscode: Any) -> None:
    register(firm, ["North Hosting", "hosting", 1], more=("Notes",), mapping=f"sheet: Suppliers\n{REGISTER}")
    assert 0 == iscode("import", "xlsx", "own.xlsx", "--map", "own.map.yaml").code


def test_a_workbook_of_ours_takes_no_mapping_and_a_register_needs_one(edit: Any, iscode: Any) -> None:
    edit(lambda book: None)
    assert 2 == iscode("import", "xlsx", "out.xlsx", "--map", "x").code
    assert 2 == iscode("import", "xlsx", "out.xlsx", "--set", "owner=Role:r").code
    assert 2 == iscode("import", "csv", "out.xlsx").code
    assert 2 == iscode("import", "csv", "out.xlsx", "--map", "x", "--write").code
