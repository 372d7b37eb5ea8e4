"""import: a foreign register and a mapping -> record files, and each cell that could not be placed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from iscode.cli import mappings, output, returning, shelved
from iscode.cli.door import PASSED

if TYPE_CHECKING:
    from iscode.intake import Intake, Unplaced

FORMATS: Final = (
    "csv", "json", "yaml", "model-card", "cyclonedx", "sbom", "sarif", "junit", "coverage", "metrics",
)  # fmt: skip
BACK: Final = "xlsx"
"""A workbook of ours, that comes back."""
SHOWN: Final = 60
"""Characters of a cell in the report as text."""
PRINTED: Final = 1000
"""Cells without a place that are printed as text; JSON has all."""


@click.command("import", short_help="Turn a foreign register into records.")
@click.argument("form", metavar="FORMAT", type=click.Choice([*FORMATS, BACK]))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--map", "mapping", metavar="MAP", help="A shipped mapping, or a file; FORMAT's own if left out.")
@click.option("--set", "given", metavar="NAME=VALUE", multiple=True, help="What the file does not say, by the mapping.")
@click.option(
    "--into",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="The root, or a folder that will be one; the root at or above this folder, if left out.",
)
@click.option("--replace", is_flag=True, help="Replace records that are there already.")
@click.option("--write", "written", is_flag=True, help="Write what a workbook changes; else it is only printed.")
@click.option("-f", "--format", "report", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    form: str,
    file: Path,
    *,
    mapping: str | None,
    given: tuple[str, ...],
    into: Path | None,
    replace: bool,
    written: bool,
    report: str,
) -> int:
    """Write a record below the root for each row of FILE, and report each cell that found no place.

    Registers are csv or json, cards yaml or model-card (the front matter of a README.md), bills of materials
    cyclonedx (a row for each component) or sbom (one row), and what tools found sarif, junit, coverage or metrics. A
    log of a tool that did not run is refused, and so is a file of which no record is made. Nothing is invented: what
    has no place is reported, what is not there stays away or is given by --set, and `iscode check` says what each
    record lacks. A format that says what is in its files has a shipped mapping; csv, json and yaml need --map.

    With xlsx and no --map, FILE is what `iscode export xlsx` wrote and somebody edited: print what that changes in the
    records of the root at or above DIR, and each cell that has no place; with --write, write it. Nothing else in a file
    changes. With --map, it is a register that somebody keeps as a workbook.
    """
    if form == BACK and mapping is None:
        if replace or given:
            raise click.UsageError("a workbook of ours knows its records: --set and --replace go with --map")
        return returning.bring_back(file, _bytes(file), into or Path(), write=written, report=report)
    if written:
        raise click.UsageError(f"what goes by a mapping is written at once: --write is for an {BACK} of ours")
    from iscode.document import write
    from iscode.intake import columns_given, convert, read_mapping, read_rows
    from iscode.source import files

    chosen = read_mapping(mappings.of_format(form) if mapping is None else mappings.named(mapping))
    if chosen.format != form:
        raise click.UsageError(f"the mapping {mapping} is for {chosen.format} files, not for {form}")
    into = _root(into)
    data = _bytes(file)
    known = columns_given(given, chosen.given) | _beside(file, into, data)
    rows = [row.with_known(known) for row in read_rows(form, str(file), data, chosen.sheet)]
    intake = _whole(convert(rows, chosen), len(rows), file)
    records = {path: write(record).encode("utf-8") for path, record in intake.records}
    files.write_new(into, records, replace=replace)
    if report == "json":
        output.write_json(_as_json(len(rows), intake))
    else:
        output.write_table(_lines(len(rows), intake, into))
    return PASSED


def _root(named: Path | None) -> Path:
    """The root that records are written to, which their paths and those of their files start from.

    Raises UsageError where no root is named or found, and where the named folder lies in one: records that are written
    for another folder name files that are not there.
    """
    from iscode.errors import UsageError

    found = shelved.root_above(named or Path())
    if named is not None:
        if found not in (None, named.resolve()):
            hint = f"leave --into out in that root, or name it: --into {found}"
            raise UsageError(f"{named} is no root: the iscode.yaml above it stands in {found}", hint=hint)
        return named
    if found is None:
        hint = "name the folder that holds it, or will: --into DIR; `iscode init` starts one"
        raise UsageError("there is no iscode.yaml here or above, so nothing says where records belong", hint=hint)
    return Path() if found == Path().resolve() else found


def _bytes(file: Path) -> bytes:
    if file.stat().st_size > mappings.LIMIT:
        raise click.UsageError(f"{file} is larger than {mappings.LIMIT} bytes; split it")
    return file.read_bytes()


def _beside(file: Path, into: Path, data: bytes) -> dict[str, object]:
    """What is known of the file itself; its path where it lies below the root."""
    there, root = file.resolve(), into.resolve()
    path = there.relative_to(root).as_posix() if there.is_relative_to(root) else None
    digest = hashlib.sha256(data).hexdigest()
    return {"@file.name": file.name, "@file.path": path, "@file.sha256": digest, "@file.size": len(data)}


def _whole(intake: Intake, rows: int, file: Path) -> Intake:
    """What was made of a file. Raises ConfigError where that is nothing: an empty import is no import."""
    from iscode.errors import ConfigError, Place

    if not intake.records:
        reasons = "; ".join(dict.fromkeys(": ".join(_line(cell)) for cell in intake.unplaced[:3]))
        why = f"none of its rows became one ({rows}); {reasons}" if rows else "it has no rows"
        hint = "look whether FORMAT is that of the file, and at the `when` and `needs` of the mapping"
        raise ConfigError(f"no record is made of this file: {why}", place=Place(str(file)), hint=hint)
    return intake


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
    lines = [_line(cell) for cell in intake.unplaced[:PRINTED]]
    written, left = len(intake.records), len(intake.unplaced)
    if left > PRINTED:
        lines.append((f"and {left - PRINTED} more cells without a place", "-f json lists all"))
    counted = f"{rows} rows, {written} records written to {into}, {left} cells without a place"
    return [*lines, (counted, "")]


def _line(cell: Unplaced) -> tuple[str, str]:
    where = f"row {cell.row}, {cell.column}" if cell.row else cell.column
    return where, f"{_short(cell.value)}: {cell.reason}"


def _short(value: object) -> str:
    text = "(empty)" if value is None else " ".join(str(value).split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
