"""diff: a base and a head -> what the change breaks, mends and weakens, and 1 where something that blocks got worse."""

from __future__ import annotations

from pathlib import Path

import click

from iscode.cli import day, judging, output
from iscode.cli.door import FAILED, PASSED
from iscode.report import DIFFERENCES, Options


@click.command("diff", short_help="Show what a change breaks, mends and weakens.")
@click.argument("base", metavar="BASE")
@click.argument("head", metavar="[HEAD]", required=False)
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    default=".",
    help="The folder that holds iscode.yaml; default is this folder.",
)
@click.option("--staged", is_flag=True, help="The head is the index: what the next commit will hold.")
@click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names; it may only tighten.")
@click.option("--as-of", type=day.Day(), help="The day on which both are judged; default is today in UTC.")
@click.option("-f", "--format", "form", type=click.Choice(list(DIFFERENCES)), default="text", show_default=True)
def command(
    base: str, head: str | None, *, root: Path, staged: bool, profile: str | None, as_of: str | None, form: str
) -> int:
    """Compare the verdicts on the commits BASE and HEAD; without HEAD, on BASE and the work tree.

    Both are judged on one day by the policy of both, as `check --base` does. Exit 1: something that blocks got worse.
    What the base has too is no worse, and a failure that nobody asks about any more is not mended.
    """
    from iscode.change.difference import differ

    found = differ(judging.evaluation(root, base=base, rev=head, staged=staged, profile=profile, as_of=as_of))
    output.write(DIFFERENCES[form](found, Options(colour=output.wants_colour())))
    return FAILED if found.worse else PASSED
