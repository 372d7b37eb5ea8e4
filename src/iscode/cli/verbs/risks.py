"""risks: a root -> its risk register."""

from __future__ import annotations

from typing import Any

import click

from iscode.cli import viewing


@click.command("risks", short_help="Print the risk register.")
@viewing.options()
def command(form: str, **asked: Any) -> int:
    """Print one register of the risks to information and by AI, highest first, of the root at or above PATH.

    Levels are those of the organisation's own matrix.
    """
    return viewing.show("risks", form, **asked)
