"""The verdicts on a line of commits -> a picture (SVG): what blocks, and which requirements are satisfied, over time.

Nothing that anybody wrote is in it but days and numbers, and the same history gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from iscode.change.history import Point
from iscode.report.history import Frame, blocking, curve, satisfied
from iscode.report.options import Options

WIDTH, HEIGHT, EDGE, GAP = 800, 120, 40, 50
"""Of each of the two charts, in pixels."""
RED, GREEN, GREY = "#b3261e", "#1e7a34", "#6b6b6b"
HEAD: Final = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 2 * EDGE} {2 * HEIGHT + 2 * GAP + EDGE}" '
    'font-family="sans-serif" font-size="12" role="img">'
)


def report(points: Sequence[Point], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """The picture, UTF-8. Commits stand side by side in their order; one without a verdict is a gap in the line."""
    days = f"{points[0].as_of} to {points[-1].as_of}" if points else "no commit"
    title = f"{len(points)} commits, {days}"
    lines = [HEAD, f"<title>{title}</title>"]
    lines += _chart("results that block", blocking(points), RED, GAP)
    lines += _chart("requirements that are satisfied", satisfied(points), GREEN, 2 * GAP + HEIGHT)
    lines += [f'<text x="{EDGE}" y="{2 * (GAP + HEIGHT) + EDGE // 2}" fill="{GREY}">{title}</text>', "</svg>", ""]
    return "\n".join(lines).encode("utf-8")


def _chart(title: str, values: Sequence[int | None], colour: str, top: int) -> Iterator[str]:
    most = max((value for value in values if value is not None), default=0)
    bottom = top + HEIGHT
    yield f'<text x="{EDGE}" y="{top - 8}">{title}</text>'
    for number, y in ((most, top), (0, bottom)):
        yield f'<text x="{EDGE - 6}" y="{y + 4}" text-anchor="end" fill="{GREY}">{number}</text>'
        yield f'<path d="M{EDGE} {y}H{EDGE + WIDTH}" stroke="{GREY}" stroke-width="0.5"/>'
    path = curve(values, most or 1, Frame(EDGE, top, WIDTH, HEIGHT))
    yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
