"""What the command line asks of a report; it changes what is shown, never the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from iscode.change.difference import Difference
    from iscode.change.forecast import Forecast
    from iscode.change.history import Point
    from iscode.evaluation import Evaluation

BOLD: Final = "1"
DIM: Final = "2"
RED: Final = "31"
GREEN: Final = "32"
YELLOW: Final = "33"
CYAN: Final = "36"
"""How terminals call what text is shown in."""


def nothing(evaluation: Evaluation) -> None:
    """That nobody asked."""


class Options(Struct, frozen=True):
    """`all_results`: list the results that are no failure too. `colour`: the reader is a terminal that shows it.

    `new_only`: the text leaves out what is known; it is counted all the same. `links`: below which address a host
    shows the files of what was judged, with a `/` at its end; empty: Markdown links to none. `change`, `ahead`
    and `past` are asked by the reports that tell what the head changes, what turns red soon, and how the verdict went
    over the last commits; None: nobody wants to know.
    """

    all_results: bool = False
    colour: bool = False
    new_only: bool = False
    links: str = ""
    change: Callable[[Evaluation], Difference | None] = nothing
    ahead: Callable[[Evaluation], Forecast | None] = nothing
    past: Callable[[Evaluation], Sequence[Point] | None] = nothing

    def paint(self, colour: str, text: str) -> str:
        """An escaped text in a colour, where the reader sees any."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.colour else text
