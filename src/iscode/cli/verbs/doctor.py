"""doctor: this machine and a folder -> what is installed and in order, and the next step for what is not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli.door import FAILED, PASSED

if TYPE_CHECKING:
    from iscode.cli.health import Reading


@click.command("doctor", short_help="Say what is installed and in order, and what to mend.")
@click.argument("folder", metavar="[PATH]", default=".", type=click.Path(path_type=Path))
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(folder: Path, form: str) -> int:
    """Look at the installation, and at the repository and the root that hold PATH, default this folder.

    Nothing is judged and nothing is changed. Exit 0 where all is well, 1 where something is to mend, 2 where no look is
    possible.
    """
    from iscode.cli.health import examine
    from iscode.errors import UsageError

    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", hint="name a folder in a repository")
    found = list(examine(folder))
    if form == "json":
        click.echo(json.dumps([asdict(reading) for reading in found], ensure_ascii=False))
    else:
        _print(found)
    return FAILED if any(reading.state == "mend" for reading in found) else PASSED


def _print(found: Sequence[Reading]) -> None:
    rows: list[tuple[str, str, str]] = []
    for reading in found:
        rows.append((reading.state, reading.name, reading.says))
        if reading.next:
            rows.append(("", "", f"next: {reading.next}"))
    count = sum(reading.state == "mend" for reading in found)
    rows.append(("", "", f"{count} to mend" if count else "nothing to mend"))
    try:
        from iscode.cli import output
    except ImportError:  # what is missing must not keep this verb from saying so
        click.echo("\n".join("  ".join(row) for row in rows))
    else:
        output.write_table(rows)
