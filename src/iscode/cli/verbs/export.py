"""export: a root -> a document that tools of another trade read."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from iscode.cli import day, judging, output
from iscode.cli.door import PASSED
from iscode.report import EXPORTS, FOLDER_EXPORTS, Options

PACK: Final = "auditor-pack"
FORMATS: Final = (*EXPORTS, *FOLDER_EXPORTS, PACK)


@click.command("export", short_help="Write the records and their state for other tools.")
@click.argument("form", metavar="FORMAT", type=click.Choice(FORMATS))
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--rev", metavar="REV", help="Of a commit; PATH is the root itself then.")
@click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names.")
@click.option("--as-of", type=day.Day(), help="The day of the document; default is today in UTC.")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    help=f"Write it here instead of standard output; for {', '.join(FOLDER_EXPORTS)} a folder of its own.",
)
def command(
    form: str, path: Path, *, rev: str | None, profile: str | None, as_of: str | None, target: Path | None
) -> int:
    """Write what the root at or above PATH holds, and how it stands, in FORMAT.

    cyclonedx: AI systems, models and data with model cards, and how requirements are met. gemara: catalogs, their
    mapping and an evaluation log. xlsx: a workbook of registers. auditor-pack: a zip of all reports, the files that
    were judged, digests, and how to verify them.
    """
    from iscode.evaluation import evaluate
    from iscode.report.auditor_pack import pack
    from iscode.source.files import write_whole

    if form == PACK:
        if target is None:
            raise click.UsageError(f"{form} is an archive; name its file: -o pack.zip")
        arguments = judging.asked(path, rev=rev, profile=profile, as_of=as_of)
        write_whole(target, pack(arguments["snapshot"], evaluate(**arguments)))
        return PASSED
    if form in FOLDER_EXPORTS and target is None:
        raise click.UsageError(f"{form} is several files; name their folder: -o report/")
    evaluation = judging.evaluation(path, rev=rev, profile=profile, as_of=as_of)
    if target is None:
        output.write(EXPORTS[form]([evaluation], Options()))
    elif form in FOLDER_EXPORTS:
        output.write_folder(target, FOLDER_EXPORTS[form]([evaluation], Options()))
    else:
        write_whole(target, EXPORTS[form]([evaluation], Options()))
    return PASSED
