"""What the command line asks of a report; it changes what is shown, never the verdict."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """`all_results`: list the results that are no failure too. `colour`: the reader is a terminal that shows it.

    `new_only`: the text leaves out what is known; it is counted all the same.
    """

    all_results: bool = False
    colour: bool = False
    new_only: bool = False
