"""crosswalk: the shelves -> which requirement gives what to which of another standard, and to which law, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from iscode.cli import candidates, day, viewing
from iscode.cli.shelved import root_option, shelves
from iscode.report import TABLES

if TYPE_CHECKING:
    from pathlib import Path


@click.command("crosswalk", short_help="Print what requirements give another standard, and a law.")
@click.argument("end", metavar="[ID]", required=False, shell_complete=candidates.requirements)
@root_option
@click.option("--as-of", type=day.Day(), help="The day on which a law applies or not yet; default is today in UTC.")
@click.option("-f", "--format", "form", type=click.Choice(list(TABLES)), default="text", show_default=True)
def command(end: str | None, root: Path | None, as_of: str | None, form: str) -> int:
    """Print each pair of requirements that have to do with one another, and the places of laws and frameworks that
    they prepare for, with the day from which these apply; with ID, those of one requirement, one place or one law.
    """
    from iscode.errors import UsageError
    from iscode.policy import catalog, crosswalk, pointers
    from iscode.rule.hints import nearest
    from iscode.view.crosswalk import crosswalk as tabulate

    found = shelves(root)
    catalogs = catalog.load(found.below("policies/catalogs/", ".yaml"))
    pairs = crosswalk.load(found.below("policies/crosswalks/", ".yaml"), catalogs)
    pointing = pointers.load(found.below("policies/pointers/", ".yaml"), catalogs)
    ends = {
        *catalogs,
        *(name for one in pointing for name in (one.id, *(f"{one.id}:{spot.id}" for spot in one.places))),
    }
    if end is not None and end not in ends:
        raise UsageError(f"there is no requirement, place or law {end!r}", hint=nearest(end, ends))
    return viewing.print_table(tabulate(pairs, pointing, as_of or day.today(), end), form)
