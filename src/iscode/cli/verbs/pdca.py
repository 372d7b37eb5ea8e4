"""pdca: a root -> how plan, do, check and act stand in each standard, and the checks that fail."""

from __future__ import annotations

from typing import Any

import click

from iscode.cli import output, viewing
from iscode.cli.door import PASSED


@click.command("pdca", short_help="Print how plan, do, check and act stand.")
@viewing.options(("text", "json", "html"))
def command(form: str, **asked: Any) -> int:
    """Print four bars for each standard of the root at or above PATH: which rules of each phase pass.

    Below stands each check that fails, with what is open about it; one without is yet to be acted on.
    """
    from iscode.report import pdca as page
    from iscode.report.html import views
    from iscode.view import load, named, shelves_of
    from iscode.view.pdca import CHECKS, cycle

    found = viewing.evaluation(**asked)
    made = cycle(found, named(load(shelves_of(found.policy)), CHECKS))
    if form == "json":
        output.write_json(made.document())
    elif form == "html":
        output.write(views.phases(made))
    else:
        output.write(page.report(made))
    return PASSED
