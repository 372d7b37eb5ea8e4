"""view: a root and the id of a view -> its table; without an id, the views that there are."""

from __future__ import annotations

from typing import Any

import click

from iscode.cli import viewing
from iscode.cli.door import PASSED


@click.command("view", short_help="Print any view, own ones of a pack included.")
@click.argument("name", metavar="[ID]", required=False)
@viewing.options()
def command(name: str | None, form: str, **asked: Any) -> int:
    """Print a view of the root at or above PATH; without ID, name every view."""
    if name is not None:
        return viewing.show(name, form, **asked)
    from iscode.view import Column, Table, load, shelves_of

    found = load(shelves_of(viewing.evaluation(**asked).policy)).values()
    columns = (Column("id", "View"), Column("title", "Title"), Column("about", "What it answers"))
    rows = tuple((file.view.id, file.view.title, file.view.about) for file in found)
    viewing.print_table(Table("Views", columns, rows), form)
    return PASSED
