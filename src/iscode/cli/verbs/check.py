"""check: roots -> reports and the exit code of the verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from iscode.cli import day, judging, reporting
from iscode.cli.door import FAILED, PASSED
from iscode.report import FOLDERS, REPORTERS
from iscode.rule.model import SEVERITIES

if TYPE_CHECKING:
    from iscode.cli.judging import Words


@click.command("check", short_help="Judge the records of a repository.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--staged", is_flag=True, help="Judge the index: what the next commit will hold.")
@click.option("--rev", metavar="REV", help="Judge a commit.")
@click.option("--base", metavar="REV", help="Judge by the policy of this commit too: a change cannot grade itself.")
@click.option(
    "--git-dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The repository, where it is a bare one; needs --rev.",
)
@click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names.")
@click.option("--as-of", type=day.Day(), help="The day of the verdict; default is today in UTC.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="Failures of this severity and worse block.")
@click.option("--ignore-waivers", is_flag=True, help="Block as if no waiver were in force.")
@click.option(
    "--existing",
    type=click.Choice(["report", "block"]),
    help="What becomes of failures that the base has too; default is what the profile says.",
)
@click.option("--new-only", is_flag=True, help="Leave out of the text what the base has too.")
@click.option("--all-results", is_flag=True, help="List the results that are no failures too.")
@click.option(
    "--soon",
    metavar="DAYS",
    type=click.IntRange(0, 3660),
    help="Say too what turns red in so many days by the calendar alone: text, markdown and comment do. Default is 30 "
    "for a work tree, and 0 with --staged or --rev.",
)
@click.option(
    "--links",
    metavar="URL",
    default="",
    help="Where a host shows the files that are judged: results in markdown and comment link to their lines there.",
)
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[:FILE]",
    help=f"{', '.join(REPORTERS)}, or {', '.join(FOLDERS)}:FOLDER; with a file it may be given several times.",
)
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(path_type=Path),
    help="Write the report here instead of standard output.",
)
def command(
    paths: tuple[Path, ...],
    *,
    new_only: bool,
    all_results: bool,
    soon: int | None,
    links: str,
    formats: tuple[str, ...],
    file: Path | None,
    **words: Unpack[Words],
) -> int:
    """Judge the records below each PATH, a folder at or below one that holds iscode.yaml; default is this folder.

    Without --staged or --rev the work tree is judged: tracked and untracked files that are not ignored. With --base,
    --staged or --rev each PATH is such a folder itself.
    """
    targets = reporting.targets(formats, file)
    if soon is None and (words.get("staged") or words.get("rev") is not None):
        soon = 0
    options = reporting.asking(soon, links=reporting.address(links), all_results=all_results, new_only=new_only)
    if words.get("git_dir") is not None and words.get("rev") is None:
        raise click.UsageError("--git-dir needs --rev: a bare repository has nothing else to judge")
    evaluations = [judging.evaluation(path, **words) for path in paths or (Path(),)]
    reporting.write(targets, evaluations, options)
    return PASSED if all(evaluation.verdict.passed for evaluation in evaluations) else FAILED
