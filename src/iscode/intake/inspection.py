"""The bytes of a workbook -> nothing, or why it is refused, before anything of it is understood.

Whoever sends a workbook may have made it to do harm. So each part is walked as plain XML: what is too large, refers to
something outside, declares entities, computes more than true and false, or counts its rows and cells otherwise than
they come is refused.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from iscode.errors import ConfigError, Place

MOST_PARTS: Final = 1000
MOST_BYTES: Final = 64 * 1024 * 1024
"""Of all parts together, unpacked."""
MOST_CELLS: Final = 500_000
MOST_PLACES: Final = 5_000_000
"""Of cells and the gaps before them: a row is kept from its first column to its last cell, whatever is between."""
LAST_ROW: Final = 100_000
LAST_COLUMN: Final = 256
_LIVE: Final = re.compile(
    r"(^|/)(externallinks|embeddings|activex|ctrlprops|querytables|macrosheets|customui|webextensions)/"
    r"|vbaproject|(^|/)connections\.xml$|(^|/)oleobject",
)
"""Parts that bring something else than cells: links, programs, queries, other files."""
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})").fullmatch
_BOOK: Final = re.compile(r"(^|/)workbook\.xml(\.rels)?$")
"""The parts that name the sheets, the list before its relations."""
TRUTH: Final = {"TRUE()": True, "FALSE()": False}
"""What LibreOffice writes for the values true and false: a formula that computes nothing."""
_WEIGHTLESS: Final = frozenset({"aca", "ca"})
"""Attributes of such a formula, which say when it is computed; all others make more of it."""
_MARKUP: Final = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[ \t\r\n\0]*<").match
"""What begins like XML in any encoding is walked, whatever its part is called: content types decide what is a sheet."""
_SPACES: Final = frozenset({"", "http://schemas.openxmlformats.org/spreadsheetml/2006/main"})
"""The namespace of sheets, and none. Below any root, openpyxl takes a row of it for one, and what stands in that for a
cell; so does the walk."""
_ROW: Final = re.compile(r"[1-9][0-9]{0,6}").fullmatch


def inspect(path: str, data: bytes) -> None:
    """Look at each part of a workbook; `path` names it in errors. Raises ConfigError for what should not be there."""
    _Inspection(path).inspect(data)


def name_of(column: int) -> str:
    """What spreadsheets call a column, counted from 0: A, B, … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def refused(path: str, message: str, hint: str = "save it anew in a spreadsheet program, as .xlsx") -> ConfigError:
    """The error of a workbook that is none, or should not be read."""
    return ConfigError(message, place=Place(path), hint=hint)


class _Formula:
    """The one formula that is open while a part is walked, if there is one."""

    def __init__(self) -> None:
        self._open = False
        self._text = ""

    def start(self, attributes: Mapping[str, str]) -> None:
        """It begins; what begins within another, or is said to be more than a formula of one cell, is no truth."""
        self._text = "" if attributes.keys() <= _WEIGHTLESS and not self._open else "more"
        self._open = True

    def more(self, text: str) -> None:
        """Any text of the part; as much is kept as tells."""
        if self._open and len(self._text) <= len("FALSE()"):
            self._text += text

    def is_truth(self) -> bool:
        """Whether it was true or false, now that it ends."""
        self._open = False
        return self._text in TRUTH


@dataclass(slots=True)
class _At:
    """How far the walk is in a part."""

    where: str
    row: int = 0
    column: int = 0
    """The row, and the column in it, that came last."""
    depth: int = 0
    inside: int = 0
    """The depth of the row that is open; 0 for none."""
    formula: _Formula = field(default_factory=_Formula)


def _of_sheets(name: str) -> str:
    """The name of an element without its namespace; empty where that is not the one of sheets."""
    space, _, local = name.rpartition(" ")
    return local if space in _SPACES else ""


class _Inspection:
    """One walk over all parts of a workbook, that raises ConfigError at the first thing that should not be there."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._cells = 0
        self._places = 0
        self._titles: dict[str, str] = {}
        """The name of a sheet by the id of its relation, and by the end of its part."""

    def inspect(self, data: bytes) -> None:
        """Look at each part."""
        with self._unpacking():
            archive = ZipFile(BytesIO(data))
            parts = archive.infolist()
        self._parts(parts)
        for part in sorted(parts, key=lambda one: not _BOOK.search(one.filename.lower())):
            with self._unpacking():
                inside = archive.read(part)
            if part.filename.lower().endswith((".xml", ".rels", ".vml")) or _MARKUP(inside):
                self._walk(part.filename, inside)

    @contextmanager
    def _unpacking(self) -> Iterator[None]:
        try:
            yield
        except (
            BadZipFile,
            EOFError,
            NotImplementedError,
            OSError,
            ValueError,
            RuntimeError,
            zlib.error,
            struct.error,
        ) as error:
            raise refused(self._path, "this is no workbook: it cannot be unpacked") from error

    def _parts(self, parts: list[ZipInfo]) -> None:
        names = [part.filename.lower() for part in parts]
        if len(parts) > MOST_PARTS or len(set(names)) < len(names):
            raise refused(self._path, f"it has more than {MOST_PARTS} parts, or two of one name")
        if sum(part.file_size for part in parts) > MOST_BYTES:
            raise refused(self._path, f"unpacked it is larger than {MOST_BYTES} bytes", "split it")
        for part in parts:
            if part.flag_bits & 1:
                raise refused(self._path, "it is encrypted", "save it without a password")
            if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise refused(self._path, f"the part {part.filename} is packed in a way that no spreadsheet uses")
            if _LIVE.search(part.filename.lower()):
                message = f"the part {part.filename} brings in something else than cells: a link, a program, a query"
                raise refused(self._path, message, "save the sheets alone, without macros, links and objects")

    def _walk(self, part: str, data: bytes) -> None:
        at = _At(self._where(part))
        book = _BOOK.search(part.lower()) is not None

        def start(name: str, attributes: Mapping[str, str]) -> None:
            local = name.rpartition(" ")[2]
            if local == "Relationship":
                self._relationship(part, attributes)
            elif local == "sheet" and book:
                self._titles |= {
                    value: attributes.get("name", "") for key, value in attributes.items() if key.endswith(" id")
                }
            self._begin(at, name, attributes)

        def end(name: str) -> None:
            at.depth -= 1
            if at.depth < at.inside:
                at.inside = 0
            if _of_sheets(name) == "f" and not at.formula.is_truth():
                cell = f"{at.where}, cell {name_of(at.column - 1)}{at.row}"
                raise refused(self._path, f"{cell}: it holds a formula", "write the value there")

        def doctype(*_: object) -> None:
            raise refused(self._path, f"the part {part} declares a document type, as no spreadsheet program does")

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, at.formula.more
        parser.StartDoctypeDeclHandler = doctype
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise refused(self._path, f"the part {part} is no XML, line {error.lineno}") from error
        except (LookupError, ValueError) as error:
            raise refused(self._path, f"the part {part} is in an encoding that XML is not read in") from error

    def _begin(self, at: _At, name: str, attributes: Mapping[str, str]) -> None:
        """Take in what begins, where it is a row, stands in one as a cell, or is a formula."""
        at.depth += 1
        if at.inside and at.depth == at.inside + 1:
            at.column = self._column(at.where, attributes.get("r"), at.row, at.column)
        match _of_sheets(name):
            case "row":
                if at.inside:
                    raise refused(self._path, f"{at.where}: a row stands within row {at.row}")
                at.row, at.column, at.inside = self._row(at.where, attributes.get("r"), at.row), 0, at.depth
            case "f":
                at.formula.start(attributes)

    def _relationship(self, part: str, attributes: Mapping[str, str]) -> None:
        outside = attributes.get("TargetMode", "").lower() == "external"
        if outside and not attributes.get("Type", "").endswith("/hyperlink"):
            raise refused(self._path, f"the part {part} refers to something outside", "break the links and save it")
        if _BOOK.search(part.lower()) and attributes.get("Id") in self._titles:
            self._titles[attributes.get("Target", "").rpartition("/")[2].lower()] = self._titles[attributes["Id"]]

    def _where(self, part: str) -> str:
        title = self._titles.get(part.rpartition("/")[2].lower())
        return f"the part {part}" if title is None else f"sheet {title!r}"

    def _row(self, where: str, written: str | None, before: int) -> int:
        if written is not None and not _ROW(written):
            raise refused(self._path, f"{where}: a row is called {written[:20]!r}")
        row = before + 1 if written is None else int(written)
        if not before < row <= LAST_ROW:
            raise refused(self._path, f"{where}: row {row} comes behind row {before}, or is beyond row {LAST_ROW}")
        return row

    def _column(self, where: str, written: str | None, row: int, before: int) -> int:
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise refused(self._path, f"{where}, row {row}: there are more than {MOST_CELLS} cells", "split it")
        column = before + 1
        if written is not None:
            found = _REFERENCE(written)
            if found is None or int(found[2]) != row:
                raise refused(self._path, f"{where}: a cell of row {row} is called {written[:20]!r}")
            column = _number(found[1])
        if not before < column <= LAST_COLUMN:
            message = f"{where}, cell {name_of(column - 1)}{row}: it comes behind a later one, or is beyond column"
            raise refused(self._path, f"{message} {name_of(LAST_COLUMN - 1)}")
        self._places += column - before
        if self._places > MOST_PLACES:
            message = f"{where}, row {row}: there are more than {MOST_PLACES} cells and gaps before them"
            raise refused(self._path, message, "put the columns side by side, or split it")
        return column


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
