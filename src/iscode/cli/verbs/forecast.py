"""forecast: a root and a number of days -> what turns red on which of them, if no record changes."""

from __future__ import annotations

from pathlib import Path

import click

from iscode.cli import day, judging, output
from iscode.cli.door import PASSED
from iscode.report import FORECASTS, Options


@click.command("forecast", short_help="Show what turns red by the calendar alone.")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option(
    "--days", type=click.IntRange(1, 3660), default=90, show_default=True, help="How many days to look ahead."
)
@click.option("--rev", metavar="REV", help="Of a commit; PATH is the root itself then.")
@click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names.")
@click.option("--as-of", type=day.Day(), help="The day from which to look ahead; default is today in UTC.")
@click.option("-f", "--format", "form", type=click.Choice(list(FORECASTS)), default="text", show_default=True)
def command(path: Path, *, days: int, rev: str | None, profile: str | None, as_of: str | None, form: str) -> int:
    """Say what turns red in the next days at the root at or above PATH, if no record changes.

    Reviews come due, evidence ages, waivers and acceptances end, rules begin to bind: each day gives what `check` would
    give on that day. It judges nobody: the exit code is 0, or 2 where nothing can be foreseen.
    """
    from iscode.change.forecast import forecast

    found = judging.unbased(path, rev=rev, profile=profile, as_of=as_of)
    output.write(FORECASTS[form](forecast(found, days), Options(colour=output.wants_colour())))
    return PASSED
