"""A text, whole or half typed -> each key and value in it: what leads to it, and from where to where it stands.

Reading goes as far as the text is YAML. What is refused only later, by its meaning, is told here all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from iscode.document.encoding import barrier
from iscode.document.libyaml import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    YAMLError,
    events,
)
from iscode.document.model import Limits, Pointer

Point = tuple[int, int]
"""Line and column, both from 0, in code points."""


class Spot(NamedTuple):
    """One scalar. `pointer` leads to the entry or item that it is the key or the value of."""

    pointer: Pointer
    key: bool
    text: str
    start: Point
    end: Point
    flow: bool = False
    """Whether it stands in brackets."""


class Reached(NamedTuple):
    """What could be read of a text, and the line (from 0) that keeps the rest from being read, if one does."""

    spots: list[Spot]
    stopped: int | None


@dataclass
class _Open:
    """A mapping or list that is not closed yet. `step` is the key or index that the next value belongs to."""

    pointer: Pointer
    mapping: bool
    flow: bool
    step: str | int | None = field(default=None)


def spots(data: bytes, limits: Limits = Limits()) -> Iterator[Spot]:  # noqa: B008 (frozen)
    """The scalars of a file in its order, as far as it can be read within the limits; none of what no reader takes."""
    yield from reached(data, limits).spots


def reached(data: bytes, limits: Limits = Limits()) -> Reached:  # noqa: B008 (frozen)
    """The same, and what stopped the reading. Half typed is most often the line that it tells."""
    refused = barrier("", data, limits)
    if refused is not None:
        return Reached([], refused.place.line - 1)
    following = events(data)
    opened: list[_Open] = []
    found: list[Spot] = []
    try:
        while not isinstance(event := following(), DocumentEndEvent | type(None)):
            if isinstance(event, MappingEndEvent | SequenceEndEvent):
                opened.pop()
            elif isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent):
                found += _met(event, opened)
            if len(opened) > limits.depth:
                return Reached(found, event.start_mark.line)
    except YAMLError as error:
        return Reached(found, _culprit(error))
    except UnicodeDecodeError:
        return Reached(found, found[-1].end[0] if found else 0)
    return Reached(found, None)


def _culprit(error: Any) -> int:
    """The line at fault: where a quote or bracket was opened that stays open, else where reading ended."""
    begun = (error.context or "").startswith(("while scanning", "while parsing a flow"))
    mark = error.context_mark if begun and error.context_mark is not None else error.problem_mark
    return 0 if mark is None else int(mark.line)


def spot_at(found: Iterator[Spot], point: Point) -> Spot | None:
    """The scalar that a point is in, or right behind."""
    return next((spot for spot in found if spot.start <= point <= spot.end), None)


def _met(event: Any, opened: list[_Open]) -> Iterator[Spot]:
    """What an event says that begins a key or a value."""
    above = opened[-1] if opened else None
    scalar = isinstance(event, ScalarEvent)
    if above is not None and above.mapping and above.step is None:
        above.step = event.value if scalar else ""
        if scalar:
            yield _spot(event, (*above.pointer, above.step), key=True, flow=above.flow)
            return
        pointer: Pointer = (*above.pointer, "")
    elif above is None:
        pointer = ()
    else:
        if not above.mapping:
            above.step = 0 if above.step is None else int(above.step) + 1
        pointer = (*above.pointer, "" if above.step is None else above.step)
        if above.mapping:
            above.step = None
    if scalar:
        yield _spot(event, pointer, key=False, flow=above is not None and above.flow)
    elif not isinstance(event, AliasEvent):
        opened.append(_Open(pointer, isinstance(event, MappingStartEvent), bool(event.flow_style)))


def _spot(event: Any, pointer: Pointer, *, key: bool, flow: bool) -> Spot:
    start, end = event.start_mark, event.end_mark
    return Spot(pointer, key, event.value, (start.line, start.column), (end.line, end.column), flow)
