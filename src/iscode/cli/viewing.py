"""The words that all verbs of views share -> the evaluation that a view is of, and its report on standard output."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from iscode.cli import day, judging, output
from iscode.cli.door import PASSED
from iscode.report import TABLES

if TYPE_CHECKING:
    from iscode.evaluation import Evaluation
    from iscode.view import Table

Command = Callable[..., int]


def options(formats: Iterable[str] = TABLES) -> Callable[[Command], Command]:
    """PATH, --rev, --profile, --as-of and -f for a verb, which gets them by these names (`form` is the format).

    Without formats there is no -f.
    """
    listed = list(formats)
    words = [
        click.argument("path", default=".", type=click.Path(path_type=Path)),
        click.option("--rev", metavar="REV", help="Of a commit; PATH is the root itself then."),
        click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names."),
        click.option("--as-of", type=day.Day(), help="The day of the view; default is today in UTC."),
    ]
    if listed:
        words.append(
            click.option("-f", "--format", "form", type=click.Choice(listed), default="text", show_default=True)
        )

    def decorate(command: Command) -> Command:
        for word in reversed(words):
            command = word(command)
        return command

    return decorate


def evaluation(path: Path, *, rev: str | None, profile: str | None, as_of: str | None) -> Evaluation:
    """What a view is of: the root at or above `path`, judged."""
    return judging.evaluation(path, rev=rev, profile=profile, as_of=as_of)


def show(name: str, form: str, **asked: Any) -> int:
    """Print a view of the shelves, or of the packs of the root, as a table."""
    from iscode.view import load, named, shelves_of, tabulate

    found = evaluation(**asked)
    print_table(tabulate(named(load(shelves_of(found.policy)), name), found), form)
    return PASSED


def print_table(table: Table, form: str) -> int:
    """Print a table in a format."""
    output.write(TABLES[form](table))
    return PASSED
