"""A scalar of a file and a place in its text -> the place in the file, whatever quotes or blocks it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from iscode.document.spots import Point, Spot

_BLOCK: Final = ("|", ">")


def points(lines: Sequence[str], spot: Spot) -> list[Point] | None:
    """Where each character of a scalar stands, and its end last; None where escapes hide that.

    `lines` are those of the file, without their ends.
    """
    written = list(_characters(lines, spot))
    opening = written[0][0] if written else ""
    at = 0
    if opening in ("'", '"'):
        at = 1
    elif opening in _BLOCK and "\n" in (character for character, _ in written):
        at = next(number for number, (character, _) in enumerate(written) if character == "\n") + 1
    found: list[Point] = []
    for wanted in spot.text:
        while at < len(written) and not _same(written[at][0], wanted):
            if not written[at][0].isspace():
                return None
            at += 1
        if at == len(written) or (opening == '"' and wanted == "\\"):
            return None
        found.append(written[at][1])
        at += 2 if opening == "'" and wanted == "'" else 1
    end = (found[-1][0], found[-1][1] + 1) if found else spot.start
    return [*found, end]


def _same(written: str, wanted: str) -> bool:
    """Whether a character is the one of the text: the end of a line that is folded reads as a blank."""
    return written == wanted or (wanted == " " and written == "\n")


def _characters(lines: Sequence[str], spot: Spot) -> list[tuple[str, Point]]:
    (first, begin), (last, end) = spot.start, spot.end
    found: list[tuple[str, Point]] = []
    for number in range(first, min(last, len(lines) - 1) + 1):
        line = lines[number]
        columns = range(begin if number == first else 0, end if number == last else len(line))
        found += [(line[column], (number, column)) for column in columns if column < len(line)]
        if number != last:
            found.append(("\n", (number, len(line))))
    return found
