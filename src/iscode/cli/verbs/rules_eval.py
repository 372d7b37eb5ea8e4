"""rules eval: an expression and a record -> its type, its value, and how it came about."""

from __future__ import annotations

from pathlib import Path

import click

from iscode.cli import asking, day, judging, output
from iscode.cli.door import NO_VERDICT, PASSED


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
    from iscode.report import answer

    asking.require_text(expression)
    ground = judging.ground(path, as_of=as_of)
    found = asking.ask(ground, expression, asking.record(ground, reference))
    if form == "json":
        output.write_json(answer.document(found))
    else:
        output.write(answer.report(found))
    return NO_VERDICT if found.trace.error else PASSED
