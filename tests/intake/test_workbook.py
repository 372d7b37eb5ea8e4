"""The bytes of a workbook -> cells; what was made to do harm is refused before anything of it is understood."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.errors import ConfigError
from iscode.intake import inspection, read_rows, workbook
from iscode.intake.inspection import name_of
from iscode.intake.workbook import read_workbook


def book(*rows: list[Any]) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "One"
    for row in rows:
        made.active.append(row)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def repacked(part: str, old: bytes, new: bytes) -> bytes:
    """A workbook with other words in a part, or with one more part."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(book(["a"]))) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == part:
                assert old in data
                data = data.replace(old, new)
            after.writestr(name, data)
        if part not in before.namelist():
            after.writestr(part, new)
    return file.getvalue()


def test_cells_are_texts_numbers_truth_days_or_nothing() -> None:
    [sheet] = read_workbook(
        "x.xlsx", book(["a\r\nb", 1, 1.5, True, None, datetime(2026, 11, 24)], [], ["", date(2026, 1, 2)])
    )
    assert ("One", ("a\nb", 1, 1.5, True, None, date(2026, 11, 24))) == (sheet.name, sheet.rows[0])
    assert date(2026, 1, 2) == sheet.rows[2][1]


SHEET, ROW = "xl/worksheets/sheet1.xml", b'<row r="1"'


def formula(written: str) -> bytes:
    """A workbook whose only cell holds a formula with true as its value, as LibreOffice writes them."""
    cell = b'<c r="A1" t="inlineStr"><is><t>a</t></is></c>'
    return repacked(SHEET, cell, f'<c r="A1" t="b">{written}<v>1</v></c>'.encode())


@pytest.mark.parametrize(("written", "truth"), [("TRUE()", True), ("FALSE()", False)])
def test_true_and_false_stay_what_they_are_where_libreoffice_made_formulas_of_them(written: str, truth: bool) -> None:
    [sheet] = read_workbook("x.xlsx", formula(f'<f aca="false">{written}</f>'))
    assert ((truth,),) == sheet.rows


MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def other_root(rows: bytes) -> bytes:
    """A workbook whose sheet has another root than sheets have, which openpyxl reads all the same."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(book(["a"]))) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            made = b"<foo " + MAIN + b"><sheetData>" + rows + b"</sheetData></foo>"
            after.writestr(name, made if name == SHEET else before.read(name))
    return file.getvalue()


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet '


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no archive", "cannot be unpacked"),
        (book(["=1+1"]), "sheet 'One', cell A1: it holds a formula"),
        *(
            (formula(written), "sheet 'One', cell A1: it holds a formula")
            for written in (
                "<f>NOT(TRUE())</f>",
                "<f>true()</f>",
                "<f>TRUE()+1</f>",
                "<f/>",
                "<f>TRUE( )</f>",
                '<f t="array" ref="A1:A9">TRUE()</f>',
                '<f t="shared" si="0">TRUE()</f>',
                "<f>1+1<f>TRUE()</f></f>",
            )
        ),
        *(
            (
                other_root(f"<row><c><v>{number}</v></c></row>".encode()),
                "sheet 'One', cell A1: it holds a number larger",
            )
            for number in ("1e400", "-1e400")
        ),
        (book(["a"], ["b", "#REF!"]), "sheet 'One', cell B2: it holds an error, #REF!"),
        (repacked(SHEET, b"<worksheet ", ENTITIES), "declares a document type"),
        (repacked(SHEET, b'r="A1"', b'r="IW1"'), "sheet 'One', cell IW1: it comes behind a later one, or is beyond"),
        (repacked(SHEET, ROW, b'<row r="100001"'), "row 100001 comes behind row 0, or is beyond row 100000"),
        (repacked(SHEET, b'r="A1"', b'r="A2"'), "a cell of row 1 is called 'A2'"),
        (repacked("xl/externalLinks/externalLink1.xml", b"", b"<x/>"), "brings in something else than cells"),
        (repacked("xl/vbaProject.bin", b"", b"x"), "brings in something else than cells"),
        (
            repacked("_rels/.rels", b"<Relationship ", b'<Relationship TargetMode="External" '),
            "refers to something outside",
        ),
        (repacked("xl/styles.xml", b"<styleSheet", b"<styleSheet <"), "is no XML"),
        (
            repacked("xl/a.bin", b"", b'<?xml version="1.0" encoding="odd"?><x/>'),
            "in an encoding that XML is not read in",
        ),
        (repacked("xl/a.bin", b"", ENTITIES + b"/>"), "declares a document type"),
        (repacked("xl/a.bin", b"", b'<worksheet><row r="1"><c r="A2"/></row></worksheet>'), "is called 'A2'"),
        (other_root(b'<row r="900000000"><c/></row>'), "sheet 'One': a row is called '900000000'"),
        (other_root(b'<row r="300000"><c/></row>'), "sheet 'One': row 300000 comes behind row 0, or is beyond row"),
        (other_root(b'<row r="2"><c r="XFD2"><v>1</v></c></row>'), "sheet 'One', cell XFD2: it comes behind a later"),
        (other_root(b'<row r="2"><x r="XFD2"/></row>'), "sheet 'One', cell XFD2: it comes behind a later"),
        (other_root(b"<row><c><f>1+1</f></c></row>"), "sheet 'One', cell A1: it holds a formula"),
        (other_root(b"<row><x><f>TRUE()+1</f></x></row>"), "sheet 'One', cell A1: it holds a formula"),
        (other_root(b'<row r="1"><c><row r="2"/></c></row>'), "sheet 'One': a row stands within row 1"),
        (repacked(SHEET, ROW, b'<row r="one"'), "sheet 'One': a row is called 'one'"),
        (repacked("[Content_Types].xml", b"sheet.main+xml", b"other+xml"), "no workbook that can be read"),
    ],
)
def test_what_is_more_than_cells_is_refused_with_its_place(data: bytes, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        read_workbook("x.xlsx", data)
    assert said in raised.value.message
    assert "x.xlsx" == raised.value.place.path


@pytest.mark.parametrize(("limit", "most"), [("MOST_BYTES", 100), ("MOST_PARTS", 2), ("MOST_CELLS", 1)])
def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str, most: int) -> None:
    monkeypatch.setattr(inspection, limit, most)
    with pytest.raises(ConfigError, match=r"more than|larger than"):
        read_workbook("x.xlsx", book(["a", "b"]))


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        ("9007199254740991", 2**53 - 1),
        ("9007199254740992", "9007199254740992"),
        ("-12345678901234567890", "-12345678901234567890"),
        ("1.5", 1.5),
    ],
)
def test_a_number_that_no_record_keeps_exact_becomes_its_digits(number: str, cell: Any) -> None:
    rows = f'<row><c t="str"><v>name</v></c></row><row><c><v>{number}</v></c></row>'
    (row,) = read_rows("xlsx", "x.xlsx", other_root(rows.encode()))
    assert {"name": cell} == row.cells


def test_what_only_looks_like_a_row_or_a_formula_is_none() -> None:
    more = b'</sheetData><extLst xmlns:m="urn:m"><ext uri="u"><m:f>A1</m:f><m:row r="0"/></ext></extLst>'
    [sheet] = read_workbook("x.xlsx", repacked(SHEET, b"</sheetData>", more))
    assert (("a",),) == sheet.rows


@pytest.mark.parametrize("rows", [b'<row r="900000000"><c/></row>', b'<row><c r="D1"><v>1</v></c></row>'])
def test_rows_that_the_walk_did_not_see_are_bounded_as_they_come(monkeypatch: pytest.MonkeyPatch, rows: bytes) -> None:
    given: list[int] = []

    def counted(page: Any, path: str) -> Any:
        for row in foreign(page, path):
            given.append(len(row))
            yield row

    foreign = workbook._foreign_rows
    monkeypatch.setattr(workbook, "_foreign_rows", counted)
    monkeypatch.setattr(workbook, "inspect", lambda *_: None)
    monkeypatch.setattr(workbook, "LAST_ROW", 5)
    monkeypatch.setattr(workbook, "LAST_COLUMN", 3)
    with pytest.raises(ConfigError, match=r"it is beyond row 5, or longer than 3"):
        read_workbook("x.xlsx", other_root(rows))
    assert len(given) <= 6


def test_an_archive_of_a_later_version_than_can_be_read_is_refused() -> None:
    data = bytearray(book(["a"]))
    at = data.index(b"PK\x01\x02")
    data[at + 6] = 99
    with pytest.raises(ConfigError, match="cannot be unpacked") as raised:
        read_workbook("x.xlsx", bytes(data))
    assert NotImplementedError is type(raised.value.__cause__)


def test_gaps_before_cells_count_for_they_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    data = book(["a", None, "b"], [], [None, "c"])
    monkeypatch.setattr(inspection, "MOST_PLACES", 5)
    assert [3, 0, 2] == [len(row) for row in read_workbook("x.xlsx", data)[0].rows]
    monkeypatch.setattr(inspection, "MOST_PLACES", 4)
    with pytest.raises(ConfigError, match="sheet 'One', row 3: there are more than 4 cells and gaps before them"):
        read_workbook("x.xlsx", data)


def test_columns_are_called_as_spreadsheets_call_them() -> None:
    assert ["A", "Z", "AA", "ZZ", "AAA"] == [name_of(number) for number in (0, 25, 26, 701, 702)]


def test_a_part_that_cannot_be_inflated_is_refused() -> None:
    data = bytearray(book(["a" * 500, "b" * 500]))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        part = archive.getinfo(SHEET)
    begin = part.header_offset + 30 + len(SHEET)
    data[begin : begin + part.compress_size] = b"\xff" * part.compress_size
    with pytest.raises(ConfigError, match="cannot be unpacked"):
        read_workbook("x.xlsx", bytes(data))


def test_a_mistake_of_ours_is_no_broken_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(value: Any) -> Any:
        raise TypeError(value)

    monkeypatch.setattr(workbook, "_cell", wrong)
    with pytest.raises(TypeError):
        read_workbook("x.xlsx", book(["a"]))


WHOLE = book(["a", 1, date(2026, 1, 2)], ["b", 2.5, True])
with zipfile.ZipFile(BytesIO(WHOLE)) as PARTS:
    NAMES = PARTS.namelist()


def ends_in_sheets_or_an_error(data: bytes) -> bool:
    try:
        return all(sheet.rows is not None for sheet in read_workbook("x.xlsx", data))
    except ConfigError as error:
        return error.place is not None and error.hint != ""


@given(st.binary(max_size=400))
def test_any_bytes_end_in_an_error_with_a_next_step(data: bytes) -> None:
    assert ends_in_sheets_or_an_error(data)
    assert ends_in_sheets_or_an_error(WHOLE[: len(data) * 10] + data)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_workbook_with_other_bytes_ends_in_sheets_or_an_error(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, byte in changes:
        data[place] = byte
    assert ends_in_sheets_or_an_error(bytes(data))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(NAMES), st.integers(0, 3000), st.integers(0, 12), st.text(max_size=8))
def test_a_part_with_other_words_ends_in_sheets_or_an_error(part: str, place: int, length: int, text: str) -> None:
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(WHOLE)) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == part:
                at = place % (len(data) + 1)
                data = data[:at] + text.encode("utf-8", "surrogatepass") + data[at + length :]
            after.writestr(name, data)
    assert ends_in_sheets_or_an_error(file.getvalue())
