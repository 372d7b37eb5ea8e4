"""A workbook that came back -> the difference that its edits make to records, printed or written, and all the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from iscode.cli import judging, output
from iscode.cli.differing import difference
from iscode.cli.door import PASSED

if TYPE_CHECKING:
    from iscode.report.xlsx.returned import Edit, Left, Returned

SHOWN: Final = 1000
"""Cells without a place that are printed as text; JSON has all."""


def bring_back(file: Path, data: bytes, into: Path, *, write: bool, report: str) -> int:
    """Print what a workbook would change in the root at or above `into`, or write it; each cell without a place."""
    from iscode.intake.workbook import read_workbook
    from iscode.report.xlsx.returned import returned
    from iscode.source import files

    sheets = read_workbook(str(file), data)
    repository, _, evaluation = judging.alone(into, profile=None, as_of=None)
    found = returned(str(file), sheets, evaluation)
    if write:
        made = {path: after.source for path, (_, after) in found.documents.items()}
        files.write_new(repository.top, made, replace=True)
    if report == "json":
        output.write_json(_document(found, written=write))
    else:
        output.write("".join(f"{line}\n" for line in _lines(found, written=write)).encode("utf-8"))
    return PASSED


def _document(found: Returned, *, written: bool) -> dict[str, Any]:
    return {
        "written": written,
        "edits": [_edit(one) for one in found.edits],
        "unplaced": [_left(one) for one in found.left],
        "missing": list(found.missing),
    }


def _edit(one: Edit) -> dict[str, Any]:
    return {**one._asdict(), "pointer": list(one.pointer)}


def _left(one: Left) -> dict[str, Any]:
    return {**one._asdict(), "value": str(one.value) if isinstance(one.value, date) else one.value}


def _lines(found: Returned, *, written: bool) -> Iterator[str]:
    """The difference of each record, what has no place, and how many there are of each; nothing in it is live."""
    from iscode.report.escape import terminal
    from iscode.report.listing import counted

    for before, after in found.documents.values():
        yield from difference(before, after)
    for left in found.left[:SHOWN]:
        value = "empty" if left.value is None else " ".join(str(left.value).split())
        yield terminal(f"sheet {left.sheet!r}, cell {left.cell}: {value[:60]}: {left.reason}")
    for words in found.missing:
        yield terminal(f"{words}; nothing is taken out")
    conflicts = sum(left.conflict for left in found.left)
    placed = f"{counted(len(found.edits), 'cell')} {'written' if written else 'to write'} to "
    placed += counted(len(found.documents), "record")
    left_over = f"{counted(len(found.left), 'cell')} without a place, {conflicts} of them because the record changed"
    yield f"{placed}; {left_over}"
    if found.edits and not written:
        yield "nothing is written yet: give --write"
