"""rules eval: an expression and a record -> its type, its value, and how it came about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli import day, judging, output
from iscode.cli.door import NO_VERDICT, PASSED

if TYPE_CHECKING:
    from iscode.evaluation.ground import Ground
    from iscode.inventory import Record


@click.command("eval")
@click.argument("expression", metavar="EXPR")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--record", "reference", metavar="REF", help="What `self` is, as Kind:id; default is the repository.")
@click.option("--as-of", type=day.Day(), help="What `today` is; default is today in UTC.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(expression: str, path: Path, *, reference: str | None, as_of: str | None, form: str) -> int:
    """Try an expression on the records of the root at or above PATH: `self`, `today`, and all that rules may call.

    Exit 0 when it has a value, 2 when it has none.
    """
    from iscode.errors import UsageError
    from iscode.evaluation.question import ask
    from iscode.expr import ExpressionError
    from iscode.report import answer
    from iscode.rule.hints import pointed

    if not expression.isascii() and any("\ud800" <= letter <= "\udfff" for letter in expression):
        raise UsageError("the expression is no UTF-8")
    ground = judging.ground(path, as_of=as_of)
    try:
        found = ask(ground, expression, _record(ground, reference))
    except ExpressionError as error:
        place = f"line {error.line}, column {error.column}"
        raise UsageError(f"{error.message} ({place})", hint=pointed(expression, error, whole=True)) from None
    if form == "json":
        output.write_json(answer.document(found))
    else:
        output.write(answer.report(found))
    return NO_VERDICT if found.trace.error else PASSED


def _record(ground: Ground, reference: str | None) -> Record | None:
    """The valid record of that reference. Raises UsageError where there is none."""
    from iscode.errors import UsageError
    from iscode.expr import did_you_mean

    if reference is None:
        return None
    inventory = ground.world.inventory
    record = inventory.find(reference)
    if record is None:
        hint = did_you_mean(reference, [held.reference for held in inventory.all])
        raise UsageError(f"there is no record {reference}", hint=hint)
    if not record.valid:
        place = record.refusals[0].place
        raise UsageError(f"{reference} is refused by its schema: {place}", hint="`iscode check` says why")
    return record
