"""A message with {holes} -> text with the values in it. Our own parser: nothing in a value is ever interpreted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from iscode.expr import EvaluationError
from iscode.expr.time import Duration, Timestamp, day_of
from iscode.expr.values import ABSENT, Optional

NOTHING: Final = "none"
"""What stands for a value that is not there."""
LIMIT: Final = 4000
"""Characters of a message that are put together, however many the report of a result then keeps."""
FIRST: Final = 5
"""Items of a list that are named; the rest is counted."""

PATH: Final = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*", re.ASCII)
"""A name, or a path of names, as rules write them in `needs`, `at` and messages."""

_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class Hole(Struct, frozen=True):
    """A place for a value: a variable's name and the keys below it."""

    name: str
    keys: tuple[str, ...]


class Unsaid(Struct, frozen=True):
    """The parts of a message that names some of them only; as text it names all."""

    values: list[Any]

    def __str__(self) -> str:
        return "".join(show(value, None) for value in self.values)


class Message(Struct, frozen=True):
    """A parsed message: text and holes in turn."""

    parts: tuple[str | Hole, ...]

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The holes in order."""
        return tuple(part for part in self.parts if isinstance(part, Hole))

    def text(self, read: Callable[[str], Any]) -> str:
        """The message with each hole filled; `read` gives a variable's value and may raise EvaluationError."""
        return self.told(read)[0]

    def told(self, read: Callable[[str], Any]) -> tuple[str, Unsaid | None]:
        """The text, and the values behind it where it tells only a part of them; None where it tells all."""
        values = [part if isinstance(part, str) else _value(part, read) for part in self.parts]
        words = "".join(map(show, values))
        if len(words) > LIMIT:
            return f"{words[: LIMIT - 1]}…", Unsaid(values)
        return words, Unsaid(values) if any(map(_counted, values)) else None


def parse(text: str) -> Message:
    """The parts of a message. Raises ValueError for a brace that is neither doubled nor part of a hole."""
    parts: list[str | Hole] = []
    end = 0
    for match in _PART.finditer(text):
        parts.append(text[end : match.start()])
        end = match.end()
        if match[1] is None:
            if match[0] in "{}":
                raise ValueError(f"a single {match[0]!r}: write {match[0] * 2} to print a brace")
            parts.append(match[0][0])
        elif PATH.fullmatch(match[1]):
            name, *keys = match[1].split(".")
            parts.append(Hole(name, tuple(keys)))
        else:
            raise ValueError(f"{{{match[1]}}} is no name or path: put the expression into `let`")
    parts.append(text[end:])
    return Message(tuple(part for part in parts if part != ""))


def show(value: object, first: int | None = FIRST) -> str:
    """A value as a message prints it: days, a record as `Kind:id`, a list by its `first` items; None: by all."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case Timestamp():
            return day_of(value)
        case Duration():
            return _days(value)
        case Optional():
            return NOTHING if value.content is ABSENT else show(value.content, first)
        case float():
            return f"{value:.10g}"
        case Mapping():
            return f"{value['kind']}:{value['id']}" if _is_record(value) else _listed(list(value), first)
        case list() | tuple():
            return _listed(value, first)
        case _:
            return str(value)


def _value(hole: Hole, read: Callable[[str], Any]) -> Any:
    try:
        value = read(hole.name)
    except EvaluationError:
        return NOTHING
    for key in hole.keys:
        if isinstance(value, Optional):
            value = value.content
        if not isinstance(value, Mapping) or key not in value:
            return NOTHING
        value = value[key]
    return value


def _counted(value: object) -> bool:
    """Whether some items of the value are only counted in its text."""
    match value:
        case Optional():
            return _counted(value.content)
        case Mapping():
            return len(value) > FIRST and not _is_record(value)
        case list() | tuple():
            return len(value) > FIRST or any(_counted(item) for item in value)
        case _:
            return False


def _is_record(value: Mapping[Any, Any]) -> bool:
    return "kind" in value and "id" in value


def _listed(values: list[Any] | tuple[Any, ...], first: int | None) -> str:
    if not values:
        return NOTHING
    shown = values[:first]
    named = ", ".join(show(value, first) for value in shown)
    return named if len(shown) == len(values) else f"{named} and {len(values) - len(shown)} more"


def _days(value: Duration) -> str:
    return f"{value.days} day" if abs(value.days) == 1 else f"{value.days} days"
