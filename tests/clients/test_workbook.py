"""The workbooks and the lists of the model firms, as LibreOffice opens and writes them again: the same cells."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from iscode.report.escape import typed

pytestmark = [pytest.mark.clients, pytest.mark.slow]

Tool = Callable[[str], Path]
BOOK = "xlsx:Calc MS Excel 2007 XML"
LISTS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""Every sheet as a file of its own, in UTF-8, each cell as it is shown."""
LIVE = [
    '=HYPERLINK("http://a.example","b")',
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    " =1+1",
    "\t=1+1",
    "'=1+1",
    "2026-11-24",
]
FIRMS = pytest.mark.parametrize(
    ("firm", "hostile"),
    [("acme", False), ("harbor", False), ("nova", False), ("acme", True)],
    ids=["acme", "harbor", "nova", "acme, hostile"],
    indirect=["firm"],
)
READ = ("--rev", "HEAD", "--as-of", "2026-11-24")


def converted(tool: Tool, file: Path, form: str) -> list[Path]:
    """What LibreOffice makes of a file, in a profile of its own."""
    folder = file.parent / "again"
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    command = [tool("soffice"), "--headless", "--norestore", profile, "--convert-to", form, "--outdir", folder, file]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    assert 0 == done.returncode, done.stdout + done.stderr
    made = sorted(folder.iterdir())
    assert made, done.stdout + done.stderr
    return made


def make_hostile(firm: Any) -> int:
    """Titles that a spreadsheet would compute, were they no texts; how many records have one."""
    files = sorted((firm.top / "compliance").glob("*/*.yaml"))
    for number, file in enumerate(files):
        title = json.dumps(LIVE[number % len(LIVE)])
        text, changed = re.subn(
            r"^title: .*$", f"title: {title.replace(chr(92), chr(92) * 2)}", file.read_text(), flags=re.M
        )
        assert changed
        file.write_text(text)
    firm.commit()
    return len(files)


def cells(file: Path) -> dict[str, list[list[tuple[Any, bool]]]]:
    """Sheet -> rows -> what each cell holds, and whether it is a day."""
    book = openpyxl.load_workbook(file, data_only=True)
    return {page.title: [[(cell.value, cell.is_date) for cell in row] for row in page.iter_rows()] for page in book}


def shown(value: Any) -> str:
    """A value as LibreOffice shows it in these sheets."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case datetime():
            return value.date().isoformat()
    return str(value)


@FIRMS
def test_libreoffice_opens_the_workbook_and_writes_the_same_cells(
    tool: Tool, firm: Any, iscode: Any, tmp_path: Path, hostile: bool
) -> None:
    made = tmp_path / "book.xlsx"
    if hostile:
        assert make_hostile(firm) > len(LIVE)
    assert 0 == iscode("export", "xlsx", *READ, "-o", str(made)).code
    [again] = converted(tool, made, BOOK)
    ours = cells(made)
    assert ours == cells(again)
    held = [value for rows in ours.values() for row in rows for value in row]
    assert len(held) > 1000
    assert any(day and isinstance(value, datetime) for value, day in held)
    if hostile:
        assert {(typed(title), False) for title in LIVE} <= set(held)
    before, after = openpyxl.load_workbook(made), openpyxl.load_workbook(again)
    for page in before:
        other = after[page.title]
        assert page.auto_filter.ref == other.auto_filter.ref
        assert (page.print_title_rows, page.page_setup.orientation, page.page_setup.paperSize) == (
            other.print_title_rows,
            other.page_setup.orientation,
            other.page_setup.paperSize,
        )
    done = iscode("import", "xlsx", str(again))
    assert (0, "0 cells to write to 0 records; ") == (done.code, done.out[:31] or done.err[:31])


@FIRMS
def test_libreoffice_shows_each_cell_as_it_was_written(
    tool: Tool, firm: Any, iscode: Any, tmp_path: Path, hostile: bool
) -> None:
    made = tmp_path / "book.xlsx"
    if hostile:
        make_hostile(firm)
    assert 0 == iscode("export", "xlsx", *READ, "-o", str(made)).code
    read = {}
    for file in converted(tool, made, LISTS):
        with file.open(encoding="utf-8", newline="") as stream:
            read[file.stem.removeprefix("book-")] = list(csv.reader(stream))
    expected = {name: [[shown(value) for value, _ in row] for row in rows] for name, rows in cells(made).items()}
    assert expected == read


@FIRMS
def test_libreoffice_finds_nothing_to_compute_in_a_list_of_results(
    tool: Tool, firm: Any, iscode: Any, tmp_path: Path, hostile: bool
) -> None:
    made = tmp_path / "results.csv"
    if hostile:
        make_hostile(firm)
    assert iscode("check", *READ, "--all-results", "-f", f"csv:{made}").code in (0, 1)
    [again] = converted(tool, made, BOOK)
    [page] = openpyxl.load_workbook(again)
    assert page.max_row > 100
    assert set() == {cell.value for row in page.iter_rows() for cell in row if cell.data_type == "f"}


def test_what_would_be_computed_is_found(tool: Tool, tmp_path: Path) -> None:
    made = tmp_path / "bad.csv"
    made.write_text("a,b\n=1+1,2\n")
    [again] = converted(tool, made, BOOK)
    [page] = openpyxl.load_workbook(again)
    assert "f" == page["A2"].data_type
