"""schema migrate: records of an older schema -> the difference that makes them records of this one, or written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iscode.cli import output
from iscode.cli.differing import difference
from iscode.cli.door import FAILED, PASSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from iscode.intake.migrating import Migrated
    from iscode.source import Repository


@click.command("migrate")
@click.argument("path", default=".", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--write", is_flag=True, help="Write the records; without it the difference is only shown.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(path: Path, *, write: bool, form: str) -> int:
    """Change the records of the root at or above PATH as the migrations that ship and those of its packs say, so that
    they fit the schemas that there are now. Comments, order and everything else in them stay.

    Exit 1 where a change cannot be made; then nothing is written. A second run finds nothing to do.
    """
    from iscode.source.files import write_new

    repository, found = _found(path)
    written = write and not found.conflicts
    if written and found.documents:
        made = {name: after.source for name, (_, after) in found.documents.items()}
        write_new(repository.top, made, replace=True)
    if form == "json":
        output.write_json(_document(found, written=written))
    else:
        output.write("".join(f"{line}\n" for line in _lines(found, written=written)).encode("utf-8"))
    return FAILED if found.conflicts else PASSED


def _found(path: Path) -> tuple[Repository, Migrated]:
    """What the migrations make of the work tree."""
    from iscode.evaluation.selection import select
    from iscode.intake.migrating import migrated
    from iscode.policy import migration, root, shipped, with_packs
    from iscode.schema import load
    from iscode.source import discover
    from iscode.source.plain import show

    repository = discover(path)
    snapshot = repository.worktree()
    found = root.find(snapshot, show(repository.prefix), search=True)
    shelves = with_packs(shipped(), snapshot, found)
    kinds = load(shelves.below("schemas/", ".schema.json"))
    changes = migration.load(shelves.below(migration.FOLDER, ".yaml"), kinds)
    entries = select(snapshot, found.path, found.config).entries
    return repository, migrated(snapshot, entries, kinds, changes, found.config.document_limits())


def _document(found: Migrated, *, written: bool) -> dict[str, Any]:
    return {
        "written": written,
        "records": found.records,
        "changes": [
            {"path": path, "migration": change.migration, "form": change.form, "at": ".".join(change.path)}
            for path, change in found.changes
        ],
        "conflicts": [
            {"path": one.place.path, "line": one.place.line, "column": one.place.column, "message": one.message}
            for one in found.conflicts
        ],
        "refused": [str(place) for place in found.refused],
        "unread": list(found.unread),
    }


def _lines(found: Migrated, *, written: bool) -> Iterator[str]:
    """The difference of each record, what cannot be changed, and how many there are; nothing in it is live."""
    from iscode.report.escape import terminal
    from iscode.report.listing import counted

    for before, after in found.documents.values():
        yield from difference(before, after)
    for conflict in found.conflicts:
        yield terminal(f"{conflict.place}: {conflict.message}")
        yield terminal(f"  {conflict.hint}")
    for path in found.unread:
        yield terminal(f"{path}: no record of a known kind, so it was not looked at")
    for place in found.refused:
        yield terminal(f"{place}: the schema still refuses it; `iscode check` says why")
    changed = f"{counted(len(found.changes), 'change')} of {counted(len(found.documents), 'record')}"
    yield f"{changed} {'written' if written else 'to write'}, {found.records} looked at"
    if found.conflicts:
        yield f"{counted(len(found.conflicts), 'change')} cannot be made, so nothing is written"
    elif found.documents and not written:
        yield "nothing is written yet: give --write"
