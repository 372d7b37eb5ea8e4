"""history: a line of commits -> the verdict on each, what it broke or mended, and how requirements stood."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli import day, lookback, output
from iscode.cli.door import PASSED
from iscode.report import HISTORIES, TABLES, Options

if TYPE_CHECKING:
    from iscode.change.history import Point


@click.command("history", short_help="Print the verdict on each commit, and who broke what.")
@click.argument("commits", metavar="[RANGE]", default="HEAD")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    default=".",
    help="The folder that holds iscode.yaml; default is this one.",
)
@click.option("--git-dir", type=click.Path(path_type=Path, exists=True, file_okay=False), help="A bare repository.")
@click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names.")
@click.option("--as-of", type=day.Day(), help="The last day that is looked at; default is today in UTC.")
@click.option("--requirements", is_flag=True, help="Print for each requirement the days on which it was satisfied.")
@click.option("--no-cache", is_flag=True, help="Judge every commit anew, and keep nothing.")
@click.option("-f", "--format", "form", type=click.Choice(list(HISTORIES)), default="text", show_default=True)
def command(
    commits: str,
    *,
    root: Path,
    git_dir: Path | None,
    profile: str | None,
    as_of: str | None,
    requirements: bool,
    no_cache: bool,
    form: str,
) -> int:
    """Judge each commit on the line of first parents that leads to RANGE, a commit, or A..B: those of B without A's.

    Each is judged by its own policy, as `check --rev` does, on the day that its committer claims. Days never go back,
    and the last commit stands until --as-of. It judges nobody: the exit code is 0, or 2 where the history is not whole.
    """
    from iscode.change.history import Asked
    from iscode.policy import shipped
    from iscode.source import discover
    from iscode.source.history import first_parents
    from iscode.source.plain import show

    repository = discover(root, git_dir)
    first, dots, last = commits.rpartition("..")
    tip = repository.commit_id(last or "HEAD")
    line, left_out = first_parents(repository, tip, repository.commit_id(first or "HEAD") if dots else None)
    asked = Asked(line, left_out, show(repository.prefix), profile, as_of or day.today(), shipped())
    found = lookback.verdicts(repository, asked, kept=not no_cache)
    if requirements:
        return _effectiveness(found, asked.last, form)
    output.write(HISTORIES[form](found, Options(colour=output.wants_colour())))
    return PASSED


def _effectiveness(points: Sequence[Point], last: str, form: str) -> int:
    """Print how each requirement stood."""
    from iscode.change.effectiveness import effectiveness
    from iscode.policy import catalog, shipped
    from iscode.report.effectiveness import table

    if form not in TABLES:
        raise click.UsageError(f"-f {form} draws commits; leave --requirements out")
    rows = effectiveness(points)
    catalogs = catalog.load(shipped().below("policies/catalogs/", ".yaml"))
    labels = [catalogs[row.requirement].label if row.requirement in catalogs else "" for row in rows]
    output.write(TABLES[form](table(rows, labels, points[0].as_of if points else last, last)))
    return PASSED
