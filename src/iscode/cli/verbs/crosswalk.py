"""crosswalk: the shelves -> which requirement of one standard gives what to which of another, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from iscode.cli import candidates, viewing
from iscode.cli.shelved import root_option, shelves
from iscode.report import TABLES

if TYPE_CHECKING:
    from pathlib import Path


@click.command("crosswalk", short_help="Print what one standard's requirements give another's.")
@click.argument("requirement", metavar="[ID]", required=False, shell_complete=candidates.requirements)
@root_option
@click.option("-f", "--format", "form", type=click.Choice(list(TABLES)), default="text", show_default=True)
def command(requirement: str | None, root: Path | None, form: str) -> int:
    """Print each pair of requirements that have to do with one another; with ID, those of one requirement."""
    from iscode.errors import UsageError
    from iscode.policy import catalog, crosswalk
    from iscode.view.crosswalk import crosswalk as table

    found = shelves(root)
    catalogs = catalog.load(found.below("policies/catalogs/", ".yaml"))
    if requirement is not None and requirement not in catalogs:
        raise UsageError(f"there is no requirement {requirement!r}", hint=catalogs.nearest(requirement))
    pairs = crosswalk.load(found.below("policies/crosswalks/", ".yaml"), catalogs)
    return viewing.print_table(table(pairs, requirement), form)
