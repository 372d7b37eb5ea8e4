"""The bytes of a file and the name of its format -> rows; the form of each format stands in `forms`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from iscode.errors import UsageError
from iscode.intake.forms import bill, cards, coverage, junit, measures, sarif
from iscode.intake.forms.json_value import unfit
from iscode.intake.rows import Row, csv_rows, json_rows
from iscode.intake.sheets import sheet_rows

_LARGEST_FILE: Final = 64 * 1024 * 1024

FORMATS: Final[Mapping[str, Callable[[str, str], Iterator[Row]]]] = {
    "csv": csv_rows,
    "json": json_rows,
    "yaml": cards.card,
    "model-card": cards.front_matter,
    "cyclonedx": bill.components,
    "sbom": bill.inventory,
    "sarif": sarif.runs,
    "junit": junit.report,
    "coverage": coverage.report,
    "metrics": measures.report,
}
"""What `read_rows` reads as text, by the word of the command line."""
WORKBOOK: Final = "xlsx"
"""What it reads as bytes."""


def read_rows(
    format: str,  # noqa: A002 (the word of the command line)
    path: str,
    data: bytes,
    sheet: str | None = None,
) -> Sequence[Row]:
    """The rows of `data`; `path` names the file in errors, `format` is a key of `FORMATS`, all UTF-8, or `WORKBOOK`.

    `sheet` names the sheet of a workbook, None for the only one.

    Raises UsageError for another format, ConfigError for a file that is not what it is said to be, or does not say
    that it is whole.
    """
    if format == WORKBOOK:
        return tuple(sheet_rows(path, data, sheet))
    if format not in FORMATS:
        raise UsageError(f"there is no import format {format!r}", hint=f"one of: {', '.join(FORMATS)}")
    if len(data) > _LARGEST_FILE:
        raise unfit(path, f"the file is larger than {_LARGEST_FILE} bytes", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise unfit(path, "the file is not UTF-8", "save it as UTF-8 (in Excel: CSV UTF-8)", line) from None
    return tuple(FORMATS[format](path, text))
