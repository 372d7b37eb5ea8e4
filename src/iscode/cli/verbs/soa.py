"""soa: a root -> its statement of applicability."""

from __future__ import annotations

from typing import Any

import click

from iscode.cli import viewing


@click.command("soa", short_help="Print the statement of applicability.")
@viewing.options()
def command(form: str, **asked: Any) -> int:
    """Print one statement of applicability over the Annex A controls of all standards, and own ones.

    Each with whether and why it applies, what drives it, who carries it out, what shows it, and how it stands in the
    root at or above PATH.
    """
    return viewing.show("soa", form, **asked)
