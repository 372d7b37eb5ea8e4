"""check: roots -> reports and the exit code of the verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from iscode.cli import day, judging, output
from iscode.cli.door import FAILED, PASSED
from iscode.report import FOLDERS, REPORTERS, Options
from iscode.rule.model import SEVERITIES

if TYPE_CHECKING:
    from iscode.cli.judging import Words
    from iscode.evaluation import Evaluation

FORMATS = (*REPORTERS, *FOLDERS)


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
    formats: tuple[str, ...],
    file: Path | None,
    **words: Unpack[Words],
) -> int:
    """Judge the records below each PATH, a folder at or below one that holds iscode.yaml; default is this folder.

    Without --staged or --rev the work tree is judged: tracked and untracked files that are not ignored. With --base,
    --staged or --rev each PATH is such a folder itself.
    """
    targets = _targets(formats, file)
    if words.get("git_dir") is not None and words.get("rev") is None:
        raise click.UsageError("--git-dir needs --rev: a bare repository has nothing else to judge")
    evaluations = [judging.evaluation(path, **words) for path in paths or (Path(),)]
    _report(evaluations, targets, all_results=all_results, new_only=new_only)
    return PASSED if all(evaluation.verdict.passed for evaluation in evaluations) else FAILED


def _targets(formats: tuple[str, ...], file: Path | None) -> dict[Path | None, str]:
    """Where each report goes that is asked for, with its format; None is standard output."""
    targets: dict[Path | None, str] = {}
    for text in formats or ("text",):
        name, colon, named = text.partition(":")
        if name not in FORMATS:
            raise click.UsageError(f"{name!r} is no format, there are {', '.join(FORMATS)}")
        if colon and not named:
            raise click.UsageError(f"{text!r} names no file behind the colon")
        where = Path(named) if colon else file
        if name in FOLDERS and where is None:
            raise click.UsageError(f"{name} is several files; name their folder: -f {name}:report/")
        if where in targets:
            raise click.UsageError("two reports for one place; name a file for each: -f json:report.json")
        targets[where] = name
    if file is not None and file not in targets:
        raise click.UsageError("-o names a file, and every report has one of its own")
    return targets


def _report(
    evaluations: list[Evaluation], targets: dict[Path | None, str], *, all_results: bool, new_only: bool
) -> None:
    from iscode.source.files import write_whole

    for where, name in targets.items():
        if where is not None and name in FOLDERS:
            output.write_folder(where, FOLDERS[name](evaluations, Options(all_results)))
            continue
        colour = where is None and output.wants_colour()
        data = REPORTERS[name](evaluations, Options(all_results, colour, new_only))
        if where is None:
            output.write(data)
        else:
            write_whole(where, data)
