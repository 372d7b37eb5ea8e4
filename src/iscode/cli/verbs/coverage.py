"""coverage: a root -> each requirement with the rules that decide it, its state and its assurance."""

from __future__ import annotations

from typing import Any

import click

from iscode.cli import viewing


@click.command("coverage", short_help="Print which rules decide each requirement, and how it stands.")
@viewing.options()
def command(form: str, **asked: Any) -> int:
    """Print every requirement of the catalogs, as the root at or above PATH stands.

    Each with the rules that bind and decide it, its state, how far it is shown, and what no record can show.
    """
    from iscode.view.coverage import coverage

    return viewing.print_table(coverage(viewing.evaluation(**asked)), form)
