"""report: a root -> the page that a board reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iscode.cli import lookback, output, viewing
from iscode.cli.door import PASSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iscode.change.history import Point
    from iscode.evaluation import Evaluation


@click.group("report", short_help="Make the page that a board or an auditor reads.")
def command() -> None:
    """Make a report for people who read no records. It prints and never judges: the exit code is 0, or 2."""


@command.command("html", short_help="One HTML page that needs nothing beside it.")
@viewing.options(())
@click.option(
    "-o", "--output", "file", type=click.Path(path_type=Path), help="Write the page here instead of standard output."
)
@click.option(
    "--history",
    "commits",
    metavar="N",
    type=click.IntRange(1, 10_000),
    help="Show too how the verdict went over the last N commits.",
)
def html(file: Path | None, commits: int | None, **asked: Any) -> int:
    """Print one page of the root at or above PATH: verdict, themes, risks, systems, and every result with its proof."""
    from iscode.report import REPORTERS, Options
    from iscode.source.files import write_whole

    evaluation = viewing.evaluation(**asked)
    points = None if commits is None else _points(evaluation, commits, **asked)
    data = REPORTERS["html"]([evaluation], Options(past=lambda _: points))
    if file is None:
        output.write(data)
    else:
        write_whole(file, data)
    return PASSED


def _points(
    evaluation: Evaluation, number: int, *, path: Path, rev: str | None, profile: str | None, **_: Any
) -> Sequence[Point]:
    """The verdicts on the last commits of what is shown."""
    from iscode.source import discover

    root, last = evaluation.root, evaluation.as_of
    return lookback.latest(discover(path), rev, number, root=root, profile=profile, last=last)
