"""How far a requirement is shown -> labelled notes: the step it stands on, why, and what the next one asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from iscode.evaluation.assurance import Assured

FIRST: Final = 4
"""Records behind a step that are named; the rest is counted."""


def notes(assured: Assured) -> Iterator[tuple[str, str]]:
    """(label, text) of each, as it is and yet to be escaped. Where nothing is asked that is said, once."""
    yield "assurance", assured.step or ("none" if assured.asked else "none is asked: it is declared not to apply")
    for reached in assured.reached:
        more = len(reached.by) - FIRST
        named = ", ".join(reached.by[:FIRST]) + (f" and {more} more" if more > 0 else "")
        yield "why", f"{reached.step.id}: {reached.step.title}" + (f" ({named})" if named else "")
    if assured.next is not None:
        yield "next", f"{assured.next.step}: {assured.next.text}"
