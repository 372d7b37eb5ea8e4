"""A workbook: sheets in their order, each cell read back as it was, no text a formula, the same bytes each time."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from iscode.document import write
from iscode.errors import UsageError
from iscode.report import REPORTERS, TABLES, Options
from iscode.report.xlsx.book import MARKS, Sheet, book, named
from iscode.report.xlsx.cells import LONGEST, cell, mark
from iscode.report.xlsx.sheets import provenance
from iscode.view import Column, Table, Unknown


def box(name: str = "b", **keys: Any) -> dict[str, Any]:
    return {"kind": "Box", "id": name, "status": "active", **keys}


BOXES: dict[str, Any] = {
    "id": "boxes",
    "title": "Boxes",
    "about": "Every box.",
    "page": 10,
    "rows": 'records("Box")',
    "columns": [
        {"id": "box", "title": "Box", "value": "self.id"},
        {"id": "made", "title": "Made", "value": "self.?made"},
        {"id": "words", "title": "Words", "value": "self.?words"},
        {"id": "size", "title": "Size", "value": "self.?size"},
        {"id": "failing", "title": "Failing", "value": "size(failures(self)) > 0"},
    ],
}
TEXTS = st.lists(
    st.sampled_from(
        ["=1+1", "+", "@SUM(A1)", "\t", "\n", "\r", "'", '"', "_x0041_", "<&>", "]]>", " ", "a", "世", "\x07"]
    )
).map("".join) | st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.floats(allow_nan=False, allow_infinity=False),
    TEXTS, st.builds(Unknown, TEXTS), st.lists(TEXTS), st.dates().map(str),
    st.lists(st.dictionaries(st.sampled_from("xy"), TEXTS, min_size=1)),
)  # fmt: skip


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))


def workbook(evaluation: Any, **options: bool) -> Any:
    return opened(REPORTERS["xlsx"]([evaluation], Options(**options)))


def values(sheet: Any) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.fixture
def boxes(world: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The world with a sheet of boxes, as what ships, and a rule that nobody breaks unless it says so."""

    def made(*views: dict[str, Any], **rule: Any) -> Any:
        found = world.rule(**rule)
        for view in views or (BOXES,):
            found = found.file(f"policies/sheets/{view['id']}.yaml", write(view))
        monkeypatch.setattr("iscode.view.shelf.shipped", lambda: found.shelves)
        return found

    return made


def test_a_view_is_a_sheet_with_days_numbers_and_truth_as_such(boxes: Callable[..., Any]) -> None:
    one = box(made="2026-02-28", words=["=1+1", "b"], size=3)
    sheets = workbook(boxes().judge(one))
    assert ["Boxes", "Results", "Provenance"] == sheets.sheetnames
    head, row = values(sheets["Boxes"])
    assert ["Box", "Made", "Words", "Size", "Failing", MARKS] == head
    assert ["b", datetime(2026, 2, 28), "=1+1\nb", 3, False] == row[:-1]
    assert "yyyy-mm-dd" == sheets["Boxes"]["B2"].number_format
    assert ["s", "d", "s", "n", "b"] == [one.data_type for one in sheets["Boxes"][2]][:-1]


def test_sheets_stand_in_the_order_of_their_pages(boxes: Callable[..., Any]) -> None:
    first = BOXES | {"id": "first", "title": "first", "page": 5}
    last = {key: value for key, value in BOXES.items() if key != "page"} | {"id": "last", "title": "last"}
    shelves = boxes(last, BOXES, first)
    assert ["first", "Boxes", "last", "Results", "Provenance"] == workbook(shelves.judge(box())).sheetnames


def test_a_sheet_has_a_head_that_stays_filters_widths_and_fits_the_paper(boxes: Callable[..., Any]) -> None:
    sheet = workbook(boxes().judge(box(words=["a long text " * 9])))["Boxes"]
    assert ("B2", "A1:E2", "$1:$1") == (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows)
    assert ("landscape", "9", True) == (
        sheet.page_setup.orientation,
        str(sheet.page_setup.paperSize),
        sheet.page_setup.fitToWidth != 0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert [False, False, True] == [sheet.column_dimensions[name].hidden for name in "ACF"]
    assert 50 < sheet.column_dimensions["C"].width < 60
    assert sheet["C2"].alignment.wrap_text


def test_columns_that_repeat_a_field_have_a_head_of_their_own_colour(boxes: Callable[..., Any]) -> None:
    sheet = workbook(boxes().judge(box(size=1)))["Boxes"]
    computed, *edited, also_computed = (sheet[f"{name}1"].fill.fgColor.rgb for name in "ABCDE")
    assert computed == also_computed
    assert 1 == len({*edited})
    assert computed not in edited


def test_a_field_of_a_few_words_offers_them(boxes: Callable[..., Any]) -> None:
    columns = [*BOXES["columns"], {"id": "status", "title": "Status", "value": "self.status"}]
    sheet = workbook(boxes(BOXES | {"columns": columns}).judge(box()))["Boxes"]
    [offered] = sheet.data_validations.dataValidation
    assert ('"active,retired"', "F2") == (offered.formula1, str(offered.sqref))


def test_failures_are_listed_and_all_results_where_they_are_asked_for(boxes: Callable[..., Any]) -> None:
    judged = boxes(that="self.id != 'b'", message="bad {self.id}").judge(box(), box("c"))
    found = values(workbook(judged)["Results"])
    assert [
        "test-rule",
        "A rule",
        "high",
        "Box:b",
        None,
        "fail",
        True,
        None,
        "bad b",
        "std:1.1",
        "mend it",
        "c/0.yaml:2:1",
    ] == found[1][:-1]
    assert 2 == len(found)
    assert 1 + len(judged.results) == len(values(workbook(judged, all_results=True)["Results"]))


def test_what_it_rests_on_is_a_sheet(boxes: Callable[..., Any]) -> None:
    judged = boxes(that="false").judge(box())
    told = dict(row[:2] for row in values(workbook(judged)["Provenance"]))
    expected = {
        "Day": "2026-11-24",
        "Profile": "all",
        "Verdict": "failed",
        "Results that block": 1,
        "Results: fail": 1,
        "Records": 1,
        "Root": ".",
    }
    assert expected == {key: told[key] for key in expected}
    assert (judged.policy.digest, judged.policy.content) == (
        told["Profile and rules, digest"],
        told["Rules, schemas and policies that ship"],
    )


def test_a_view_that_cannot_be_told_says_so_and_is_not_just_empty(boxes: Callable[..., Any]) -> None:
    sheets = workbook(boxes().judge(box(), "kind: Box\nid: c\nstatus: active\nsize: many\n"))
    [[head, *_], [said, *_]] = values(sheets["Boxes"])
    assert "What is missing" == head
    assert "it cannot be told which rows the view 'boxes' has" in said
    assert said in [row[1] for row in values(sheets["Provenance"])]


def test_several_roots_have_their_sheets_one_after_the_other(boxes: Callable[..., Any]) -> None:
    judged = boxes().judge(box())
    sheets = opened(REPORTERS["xlsx"]([judged, replace(judged, root="b")], Options()))
    assert ["1 Boxes", "1 Results", "1 Provenance", "2 Boxes", "2 Results", "2 Provenance"] == sheets.sheetnames


@example([(3.9494716711227055e-101, 2.4755668035144647e-10)])
@given(st.lists(st.tuples(VALUES, VALUES), max_size=5))
def test_each_cell_is_read_back_as_it_was_and_none_is_a_formula(rows: list[tuple[Any, Any]]) -> None:
    data = book([Sheet(Table("T", (Column("a", "A"), Column("b", "B", days=True)), tuple(rows)))], "t")
    assert data == book([Sheet(Table("T", (Column("a", "A"), Column("b", "B", days=True)), tuple(rows)))], "t")
    [page] = opened(data).worksheets
    assert len(rows) in (page.max_row - 1, 0)
    for line, row in enumerate(rows, 2):
        held = [cell(row[0]), cell(row[1], days=True)]
        found = [page.cell(line, number) for number in (1, 2)]
        assert "f" not in [one.data_type for one in found]
        read = [one.value.date() if isinstance(one.value, datetime) else one.value for one in found]
        assert list(map(mark, "AB", held)) == list(map(mark, "AB", read)) == page.cell(line, 3).value.split(" ")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {part.date_time for part in archive.infolist()}
        assert not any(b"<f>" in archive.read(part) for part in archive.infolist())


def test_a_text_that_begins_like_a_formula_stays_one_when_somebody_edits_it() -> None:
    texts = ["=1+1", " @x", "plain", "-", '"=1"', "x" * 300]
    [page] = opened(book([Sheet(Table("T", (Column("a", "A"),), tuple((text,) for text in texts)))], "t")).worksheets
    assert [True, True, False, True, True, False] == [
        bool(one.quotePrefix) for [one] in page.iter_rows(min_row=2, max_col=1)
    ]
    assert {"@", "General"} == {one.number_format for [one] in page.iter_rows(min_row=2, max_col=1)}
    assert texts == [one.value for [one] in page.iter_rows(min_row=2, max_col=1)]


@pytest.mark.parametrize(
    ("value", "days", "expected"),
    [
        ("2026-11-24", True, date(2026, 11, 24)),
        ("2026-11-24", False, "2026-11-24"),
        ("1900-02-28", True, "1900-02-28"),
        ("soon", True, "soon"),
        (10**16, False, str(10**16)),
        (["a", "b"], False, "a\nb"),
        ([{"x": "a", "y": None}, {"x": "b", "y": True}], False, "a\nb, yes"),
        ("a\u202eb\x1b", False, "a\\u202eb\\x1b"),
        ([], False, None),
        (False, False, False),
        (Unknown("x"), False, "unknown: x"),
    ],
)
def test_a_value_becomes_a_cell(value: Any, days: bool, expected: Any) -> None:
    assert repr(expected) == repr(cell(value, days=days))


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    for text in ("x" * (LONGEST + 1), "😀" * LONGEST):
        held = cell(text)
        assert isinstance(held, str)
        assert held.endswith("…")
        assert LONGEST - 3 < len(held.encode("utf-16-le")) // 2 <= LONGEST


@given(st.lists(TEXTS, max_size=4))
def test_names_of_sheets_are_such_as_every_program_takes(titles: list[str]) -> None:
    taken: set[str] = set()
    names = [named(title, taken) for title in titles]
    assert len(titles) == len({name.casefold() for name in names} - {"history"})
    assert all(0 < len(name) <= 31 and not set("[]:*?/\\") & set(name) and name.strip("'") == name for name in names)
    if names:
        assert len(names) == len(
            opened(book([Sheet(Table(title, (Column("a", "A"),), ())) for title in titles], "t")).sheetnames
        )


def test_a_view_alone_is_a_workbook_without_marks() -> None:
    [page] = opened(TABLES["xlsx"](Table("Only: this", (Column("a", "A"), Column("b", "A")), (("x", 1),)))).worksheets
    assert ("Only  this", [["A (a)", "A (b)"], ["x", 1]]) == (page.title, values(page))


def test_without_the_library_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(UsageError) as raised:
        TABLES["xlsx"](Table("T", (Column("a", "A"),), ()))
    assert "iscode[reports]" in raised.value.hint


def test_the_waivers_in_force_stand_with_what_they_hide_and_what_is_said_of_them(waived: Any, unused: Any) -> None:
    hides = ["until 2026-12-31", "test-rule for Box:b"]
    said = ["until 2026-12-31", "unused: nothing that it is for fails"]
    for evaluation, words in ((waived, hides), (unused, said)):
        assert ("Waiver in force: Leave:w", words) in list(provenance(evaluation, []))
    ignored = replace(waived, policy=replace(waived.policy, ignore_waivers=True))
    assert ("Waiver in force: Leave:w", ["until 2026-12-31, ignored", hides[1]]) in list(provenance(ignored, []))
