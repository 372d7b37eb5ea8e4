"""What the command line asks of a report; it changes what is shown, never the verdict."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

BOLD: Final = "1"
DIM: Final = "2"
RED: Final = "31"
GREEN: Final = "32"
YELLOW: Final = "33"
CYAN: Final = "36"
"""How terminals call what text is shown in."""


class Options(Struct, frozen=True):
    """`all_results`: list the results that are no failure too. `colour`: the reader is a terminal that shows it.

    `new_only`: the text leaves out what is known; it is counted all the same.
    """

    all_results: bool = False
    colour: bool = False
    new_only: bool = False

    def paint(self, colour: str, text: str) -> str:
        """An escaped text in a colour, where the reader sees any."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.colour else text
