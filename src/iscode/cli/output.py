"""What the verbs print: reports to standard output, whole; colour where a person reads."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from iscode.document import canonical

COLUMN: Final = 48
"""Characters that a column of a table takes at most, for what is wider in one row is blank in all others."""


def write(data: bytes) -> None:
    """Bytes to standard output. Raises OSError where they cannot all be written."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Files of a report below a folder of their own, whose earlier report they replace.

    Raises UsageError, before anything is written, where the folder is a link, or holds a file that is none of them: a
    document of another day beside these would be read as one of them. What begins with a dot belongs to other tools.
    """
    from iscode.errors import UsageError
    from iscode.source.files import write_new

    if folder.is_symlink():
        raise UsageError(f"{folder} is a link", hint="name the folder itself")
    there = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir())
    for path in there:
        if path.as_posix() not in files and not any(part.startswith(".") for part in path.parts):
            raise UsageError(f"{folder} holds {path}, which is none of this report", hint="name an empty folder")
    write_new(folder, files, replace=True)


def write_json(value: Any) -> None:
    """A value to standard output, as RFC 8785 JSON."""
    write(canonical.dumps(value))


def write_table(rows: Iterable[Sequence[str]]) -> None:
    """Rows to standard output, columns aligned, the last one free; what is wider than a column pushes what follows."""
    from iscode.report.escape import cells, padded, terminal

    shown = [[terminal(cell) for cell in row] for row in rows]
    columns = range(len(shown[0]) - 1) if shown else ()
    widths = [min(COLUMN, max(cells(row[index]) for row in shown)) for index in columns]
    lines = ("  ".join([*map(padded, row, widths), row[-1]]).rstrip() for row in shown)
    write("".join(f"{line}\n" for line in lines).encode("utf-8"))


def wants_colour() -> bool:
    """Whether standard output is a terminal that shows colour; NO_COLOR and FORCE_COLOR decide before."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
