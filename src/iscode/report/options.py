"""What the command line asks of a report; it changes what is shown, never the verdict."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """`all_results`: list the results that are no failure too. `colour`: the reader is a terminal that shows it."""

    all_results: bool = False
    colour: bool = False
