"""The one clock: the day on which a verdict is given, in UTC, unless the caller names another."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    _Kind = click.ParamType[str]
else:
    _Kind = click.ParamType  # generic in the newest versions of click alone, and older ones will do


class Day(_Kind):
    """A day of the calendar, `YYYY-MM-DD`."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The day as text; a usage error for anything else."""
        text = str(value)
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                return datetime.date.fromisoformat(text).isoformat()
        except ValueError:
            pass
        raise click.BadParameter(f"{text!r} is no day, write e.g. 2026-11-24", ctx, param)


def today() -> str:
    """The day in UTC, on the runner's clock."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()
