"""Tables of views as text, Markdown, CSV and JSON: aligned, whole, and nothing live in them."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import cmarkgfm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.report import TABLES
from iscode.report.escape import cells, spreadsheet, terminal
from iscode.report.table_text import WIDTH, aligned, words, wrapped
from iscode.view import Column, Table, Unknown
from iscode.view.table import Place

COLUMNS = (Column("a", "First"), Column("b", "Second", "below"), Column("c", "Third", "data"))
HOSTILE = st.lists(
    st.sampled_from(["::error::", "=1+1", "\n", "|", "<b>", "@x", "\x1b[31m", "世界", " ", "-", "a"])
).map("".join)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    HOSTILE,
    st.text(st.characters(exclude_categories=["Cs"])),
    st.builds(Unknown, HOSTILE),
    st.lists(HOSTILE),
    st.lists(st.dictionaries(st.sampled_from("xy"), HOSTILE | st.none(), min_size=1)),
)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5)


def table(*rows: tuple[Any, ...], columns: tuple[Column, ...] = COLUMNS, **keys: Any) -> Table:
    return Table("Title", columns, rows, **keys)


def shown(form: str, found: Table) -> str:
    return TABLES[form](found).decode()


def test_text_has_short_cells_in_the_row_long_ones_below_and_others_not_at_all() -> None:
    found = table(("a", "below a", "x"), ("much longer", None, "y"), ("c", None, "z"), summary=("3 rows",))
    expected = "Title\n\nFirst\na\n    Second  below a\n\nmuch longer\nc\n\n3 rows\n"
    assert expected == shown("text", found)


def test_columns_are_aligned_and_the_widest_are_cut_to_what_fits() -> None:
    rows = [("id", "word " * 20, "end"), ("longer", "x", "y")]
    lines = list(aligned(rows, 40))
    assert all(len(line) <= 40 for line in lines)
    assert {line.index(word) for line in lines for word in ("word", "x", "y") if line.find(word) > 0} == {8, 37}
    assert 20 == " ".join(lines).count("word")


def test_a_table_without_rows_says_so() -> None:
    assert "Title\n\nnothing\n" == shown("text", table())


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, "-"),
        ([], "-"),
        ({}, "-"),
        (0, "0"),
        (False, "no"),
        (True, "yes"),
        ("a\nb", "a b"),
        ("a" * 1001, "a" * 999 + "…"),
        (["a", "b"], "a, b"),
        ([{"x": "a", "y": 1}, {"x": "b", "y": None}], "a, 1\nb"),
        (Unknown("why"), "unknown: why"),
    ],
)
def test_a_cell_is_worded_for_people(cell: Any, expected: str) -> None:
    assert expected == words(cell)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("Control:devices-and", 10, ["Control:", "devices-", "and"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("世界世界", 4, ["世界", "世界"]),
        ("世", 1, ["世"]),
        ("", 5, [""]),
        ("a\nb", 5, ["a", "b"]),
    ],
)
def test_a_text_is_broken_between_words_then_behind_marks_then_anywhere(
    text: str, width: int, expected: list[str]
) -> None:
    assert expected == list(wrapped(text, width))


@given(st.text(st.characters(exclude_categories=["C", "Z"])), st.integers(1, 20))
def test_no_letter_is_lost_where_a_text_is_broken(text: str, width: int) -> None:
    lines = list(wrapped(text, width))
    assert text == "".join(lines)
    assert all(cells(line) <= max(width, 2) for line in lines)


@pytest.mark.parametrize("place", ["row", "below"])
def test_a_word_that_a_break_brings_to_the_front_is_disarmed(place: Place) -> None:
    text = "x" * 100 + " y" * 3 + " ::error::" * 3
    columns = (Column("a", "Title", place), Column("b", "", "row"))
    found = table((text, None), columns=columns)
    assert "::error::" in shown("text", found)
    assert [] == [line for line in shown("text", found).splitlines() if line.strip().startswith("::")]


@given(ROWS)
def test_no_line_of_text_is_live_or_wider_than_a_terminal(rows: list[tuple[Any, ...]]) -> None:
    for line in shown("text", table(*rows)).split("\n"):
        assert line == terminal(line)
        assert cells(line) <= WIDTH + 3  # a word that is disarmed at the front takes three more


@given(ROWS)
def test_csv_has_a_row_a_row_and_no_formula(rows: list[tuple[Any, ...]]) -> None:
    read = list(csv.reader(io.StringIO(shown("csv", table(*rows)), newline="")))
    assert ["a", "b", "c"] == read[0]
    assert len(rows) == len(read) - 1
    for written, row in zip(rows, read[1:], strict=True):
        for cell, text in zip(written, row, strict=True):
            number = isinstance(cell, int) and not isinstance(cell, bool)
            assert number or not any(part.lstrip().startswith(tuple("=+-@\t\r")) for part in text.split("\n"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@a", "'@a"), (" =1", "' =1"), ("\t=1", r"\x09=1"), ("a=1", "a=1")],
)
def test_what_a_spreadsheet_would_compute_is_kept_from_it(text: str, expected: str) -> None:
    assert expected == spreadsheet(text)


def test_a_number_stays_a_number_in_csv_and_nothing_is_empty() -> None:
    assert "a,b,c\r\n-3,,yes\r\n" == shown("csv", table((-3, None, True)))


@given(ROWS)
def test_markdown_is_one_table_with_a_row_a_row_and_nothing_live(rows: list[tuple[Any, ...]]) -> None:
    html = cmarkgfm.github_flavored_markdown_to_html(shown("md", table(*rows)))
    assert len(rows) + 1 == html.count("<tr>")
    assert 3 * (len(rows) + 1) == html.count("<td>") + html.count("<th>")
    for live in ("<b>", "<a ", "<img", "<code><"):
        assert live not in html


def test_json_is_an_array_of_objects_in_which_the_unknown_is_told_from_nothing() -> None:
    found = table((1, Unknown("why"), None))
    assert [{"a": 1, "b": {"unknown": "why"}, "c": None}] == json.loads(shown("json", found))
