"""A text and the units that an editor counts in -> points of ours to positions of the protocol, and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from lsprotocol.types import Position, Range

from iscode.document.model import LINE_END
from iscode.document.spots import Point

Units = Callable[[str], int]
"""A text -> its length as the editor counts: UTF-16 units unless it agreed on others."""


def utf16(text: str) -> int:
    """The length of a text in units of UTF-16: two for what lies beyond the first plane."""
    return len(text) + sum(letter > "\uffff" for letter in text)


@dataclass(frozen=True)
class Text:
    """What a buffer holds. Lines end where the protocol says, which is where libyaml ends them too."""

    source: str
    units: Units = field(default=utf16, compare=False)

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return LINE_END.split(self.source)

    @property
    def data(self) -> bytes:
        """The bytes that would be saved. Half a character, which no file can hold, becomes a `?`."""
        return self.source.encode("utf-8", "replace")

    def line(self, number: int) -> str:
        """A line from 0; empty where there is none."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def point(self, position: Position) -> Point:
        """Where a position is; the end of its line where the line ends before it."""
        line, left = self.line(position.line), position.character
        if line.isascii():
            return position.line, min(left, len(line))
        for column, letter in enumerate(line):
            left -= self.units(letter)
            if left < 0:
                return position.line, column
        return position.line, len(line)

    def position(self, point: Point) -> Position:
        """A point as the editor counts; the end of its line where the line ends before it."""
        return Position(point[0], self.units(self.line(point[0])[: point[1]]))

    def range(self, start: Point, end: Point) -> Range:
        """From a point to another one."""
        return Range(self.position(start), self.position(end))
