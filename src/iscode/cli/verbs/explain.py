"""explain: the name of a result, rule, requirement or record -> why the verdict on it is what it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from iscode.cli import day, judging, output
from iscode.cli.door import PASSED

if TYPE_CHECKING:
    from iscode.evaluation import Evaluation, Result
    from iscode.report.overview import Overview


@click.command("explain", short_help="Show why a result is what it is: clauses, values, lines.")
@click.argument("what")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--subject", metavar="REF", help="The result of the rule WHAT about this record.")
@click.option("--item", metavar="ITEM", help="With --subject: about this item of it.")
@click.option("--staged", is_flag=True, help="Explain the index: what the next commit will hold.")
@click.option("--rev", metavar="REV", help="Explain a commit.")
@click.option("--profile", metavar="ID", help="Another profile than iscode.yaml names.")
@click.option("--as-of", type=day.Day(), help="The day of the verdict; default is today in UTC.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    what: str,
    path: Path,
    *,
    subject: str | None,
    item: str | None,
    staged: bool,
    rev: str | None,
    profile: str | None,
    as_of: str | None,
    form: str,
) -> int:
    """Explain WHAT, as `check` judges the root at or above PATH.

    WHAT is the fingerprint of a result or its first 8 digits or more, a rule or an alias, a requirement, or a record
    as Kind:id. A result is proven line by line; of the others the results are listed. Exit 0 whatever the verdict.
    """
    from iscode.cli import lookup

    evaluation = judging.evaluation(path, staged=staged, rev=rev, profile=profile, as_of=as_of)
    if subject is not None:
        found: Result | Overview = lookup.about(evaluation, what, subject, item)
    elif item is not None:
        raise click.UsageError("--item goes with --subject")
    else:
        found = lookup.named(evaluation, what)
    _report(evaluation, found, form)
    return PASSED


def _report(evaluation: Evaluation, found: Result | Overview, form: str) -> None:
    from iscode.evaluation.explanation import explain
    from iscode.report import Options, overview, proof, proof_json

    if isinstance(found, overview.Overview):
        output.write(overview.text(found)) if form == "text" else output.write_json(overview.document(found))
        return
    explanation = explain(evaluation, found)
    if form == "json":
        output.write_json(proof_json.document(evaluation, explanation))
    else:
        output.write(proof.report(evaluation, explanation, Options(colour=output.wants_colour())))
