"""verify: a commit -> which of its approvals hold, by whom, and why the others do not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli import day, judging, output
from iscode.cli.door import FAILED, PASSED

if TYPE_CHECKING:
    from iscode.facts.attestation import Signed


@click.command("verify", short_help="Say which approvals hold, whose, and why others do not.")
@click.argument("rev", default="HEAD", metavar="[REV]")
@click.option("--base", metavar="REV", help="Whose keys and people count; default is the commit's own.")
@click.option("--path", default=".", type=click.Path(path_type=Path), help="The root, where it is not this folder.")
@click.option("--as-of", type=day.Day(), help="The day on which keys and people must count; default is today in UTC.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How it is told.")
def command(rev: str, *, base: str | None, path: Path, as_of: str | None, form: str) -> int:
    """List the approvals that lie in a commit: who signed which files, or why a signature counts for nothing (exit 1).

    Whether that is the content a rule or the gate asks for, `iscode check` says.
    """
    from iscode.errors import UsageError

    _, ground, _, _ = judging.held(path, base, as_of, rev=rev)
    approvals = ground.approvals
    if approvals is None or not (listed := approvals.all()):
        raise UsageError("there is no approval, so nothing was verified", hint="`iscode approve FILE` makes one")
    if form == "json":
        output.write_json([_row(each) for each in listed])
    else:
        output.write_table(
            (each.path, ", ".join(sorted(each.people)) or "nobody", "; ".join(each.flaws) or _files(each))
            for each in listed
        )
    return FAILED if any(each.flaws for each in listed) else PASSED


def _files(each: Signed) -> str:
    return ", ".join(file.path for file in each.statement.files) if each.statement else ""


def _row(each: Signed) -> dict[str, object]:
    files = each.statement.files if each.statement else ()
    return {
        "path": each.path,
        "people": sorted(each.people),
        "flaws": list(each.flaws),
        "base": each.statement.base if each.statement else None,
        "files": [file._asdict() for file in files],
    }
