"""cascade: a root -> what its records rest on, down to requirements, and how that stands."""

from __future__ import annotations

from typing import Any

import click

from iscode.cli import output, viewing
from iscode.cli.door import PASSED


@click.command("cascade", short_help="Show what a record rests on, and how that stands.")
@viewing.options(("text", "json", "html"))
@click.option("--record", "reference", metavar="REF", help="Begin with this record, as Kind:id, and show all below it.")
def command(reference: str | None, form: str, **asked: Any) -> int:
    """Print what the records of the root at or above PATH rest on, from the top down to requirements.

    A record is shown as the worst that it rests on: what lapsed far below is seen at the top. Without --record the way
    down to all that is not satisfied is printed, and the rest is counted.
    """
    from iscode.report import cascade as page
    from iscode.report.html import views
    from iscode.view import shelves_of
    from iscode.view.cascade import load
    from iscode.view.web import web

    found = viewing.evaluation(**asked)
    cascades = load(shelves_of(found.policy), found.policy.kinds)
    webs = [web(cascade, found, reference) for cascade in cascades]
    if form == "json":
        output.write_json([document for one in webs for document in one.documents()])
    elif form == "html":
        output.write(views.cascades(webs))
    else:
        output.write(page.report(webs, whole=reference is not None))
    return PASSED
