"""import: a foreign register and a mapping -> record files, and each cell that could not be placed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from iscode.cli import output, returning
from iscode.cli.door import PASSED

if TYPE_CHECKING:
    from iscode.document import Document
    from iscode.intake import Intake, Unplaced

FORMATS: Final = (
    "csv", "json", "yaml", "model-card", "cyclonedx", "sbom", "sarif", "junit", "coverage", "metrics",
)  # fmt: skip
BACK: Final = "xlsx"
"""A workbook of ours, that comes back."""
SHIPPED: Final = "mappings"
LIMIT: Final = 64 * 1024 * 1024
SHOWN: Final = 60
"""Characters of a cell in the report as text."""


@click.command("import", short_help="Turn a foreign register into records.")
@click.argument("form", metavar="FORMAT", type=click.Choice([*FORMATS, BACK]))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--map", "mapping", metavar="MAP", help="A mapping file, or the name of a shipped one.")
@click.option("--set", "given", metavar="NAME=VALUE", multiple=True, help="What the file does not say, by the mapping.")
@click.option("--into", metavar="DIR", default=".", type=click.Path(path_type=Path, file_okay=False), help="The root.")
@click.option("--replace", is_flag=True, help="Replace records that are there already.")
@click.option("--write", "written", is_flag=True, help="Write what a workbook changes; else it is only printed.")
@click.option("-f", "--format", "report", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    form: str,
    file: Path,
    *,
    mapping: str | None,
    given: tuple[str, ...],
    into: Path,
    replace: bool,
    written: bool,
    report: str,
) -> int:
    """Write a record below DIR for each row of FILE, and report each cell that found no place.

    Registers are csv or json, cards yaml or model-card (the front matter of a README.md), bills of materials
    cyclonedx (a row for each component) or sbom (one row), and what tools found sarif, junit, coverage or metrics. A
    log of a tool that did not run is refused. Nothing is invented: what has no place is reported, what is not there
    stays away, and `iscode check` says what each record lacks.

    With xlsx, FILE is what `iscode export xlsx` wrote and somebody edited: print what that changes in the records of
    the root at or above DIR, and each cell that has no place; with --write, write it. Nothing else in a file changes.
    """
    if form == BACK:
        if mapping is not None or replace or given:
            raise click.UsageError("a workbook knows its records: --map, --set and --replace are for what others wrote")
        return returning.bring_back(file, _bytes(file), into, write=written, report=report)
    if mapping is None or written:
        raise click.UsageError(f"{form} needs --map, and writes at once: --write is for {BACK}")
    from iscode.document import write
    from iscode.intake import columns_given, convert, read_mapping, read_rows
    from iscode.source import files

    chosen = read_mapping(_mapping(mapping))
    if chosen.format != form:
        raise click.UsageError(f"the mapping {mapping} is for {chosen.format} files, not for {form}")
    data = _bytes(file)
    known = columns_given(given, chosen.given) | _beside(file, into, data)
    rows = [row.with_known(known) for row in read_rows(form, str(file), data)]
    intake = convert(rows, chosen)
    records = {path: write(record).encode("utf-8") for path, record in intake.records}
    files.write_new(into, records, replace=replace)
    if report == "json":
        output.write_json(_as_json(len(rows), intake))
    else:
        output.write_table(_lines(len(rows), intake, into))
    return PASSED


def _bytes(file: Path) -> bytes:
    if file.stat().st_size > LIMIT:
        raise click.UsageError(f"{file} is larger than {LIMIT} bytes; split it")
    return file.read_bytes()


def _beside(file: Path, into: Path, data: bytes) -> dict[str, object]:
    """What is known of the file itself; its path where it lies below the root."""
    there, root = file.resolve(), into.resolve()
    path = there.relative_to(root).as_posix() if there.is_relative_to(root) else None
    digest = hashlib.sha256(data).hexdigest()
    return {"@file.name": file.name, "@file.path": path, "@file.sha256": digest, "@file.size": len(data)}


def _mapping(name: str) -> Document:
    """The document of a mapping: a file if there is one of that name, else a shipped one."""
    from iscode import content
    from iscode.errors import ConfigError
    from iscode.schema.model import parse
    from iscode.source import FolderSnapshot

    if Path(name).is_file():
        return parse(name, _bytes(Path(name)), ConfigError)
    snapshot = FolderSnapshot(content.home(), only=(SHIPPED,))
    shipped = {Path(entry.path).stem: entry for entry in snapshot.entries if entry.kind == "file"}
    if name not in shipped:
        raise ConfigError(f"there is no mapping {name!r}", hint=f"name a file, or one of: {', '.join(sorted(shipped))}")
    [(entry, data)] = snapshot.read([shipped[name]], LIMIT)
    return parse(entry.path, data or b"", ConfigError)


def _as_json(rows: int, intake: Intake) -> dict[str, object]:
    return {
        "rows": rows,
        "records": [path for path, _ in intake.records],
        "unplaced": [
            {"row": cell.row, "column": cell.column, "value": cell.value, "reason": cell.reason}
            for cell in intake.unplaced
        ],
    }


def _lines(rows: int, intake: Intake, into: Path) -> list[tuple[str, str]]:
    lines = [(_where(cell), f"{_short(cell.value)}: {cell.reason}") for cell in intake.unplaced]
    written, left = len(intake.records), len(intake.unplaced)
    counted = f"{rows} rows, {written} records written to {into}, {left} cells without a place"
    return [*lines, (counted, "")]


def _where(cell: Unplaced) -> str:
    return f"row {cell.row}, {cell.column}" if cell.row else cell.column


def _short(value: object) -> str:
    text = "(empty)" if value is None else " ".join(str(value).split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
