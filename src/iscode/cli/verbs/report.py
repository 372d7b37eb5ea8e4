"""report: a root -> the page that a board reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from iscode.cli import output, viewing
from iscode.cli.door import PASSED


@click.group("report", short_help="Make the page that a board or an auditor reads.")
def command() -> None:
    """Make a report for people who read no records. It prints and never judges: the exit code is 0, or 2."""


@command.command("html", short_help="One HTML page that needs nothing beside it.")
@viewing.options(())
@click.option(
    "-o", "--output", "file", type=click.Path(path_type=Path), help="Write the page here instead of standard output."
)
def html(file: Path | None, **asked: Any) -> int:
    """Print one page of the root at or above PATH: verdict, themes, risks, systems, and every result with its proof."""
    from iscode.report import REPORTERS, Options
    from iscode.source.files import write_whole

    data = REPORTERS["html"]([viewing.evaluation(**asked)], Options())
    if file is None:
        output.write(data)
    else:
        write_whole(file, data)
    return PASSED
