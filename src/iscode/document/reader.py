"""Bytes -> a Document: one pass over libyaml's events, values and their marks built as they come."""

from __future__ import annotations

import re
import unicodedata
from array import array
from contextlib import suppress
from typing import Any, Final, NoReturn

from iscode.document.encoding import barrier
from iscode.document.libyaml import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    YAMLError,
    events,
)
from iscode.document.model import CEILING, LINE_END, Document, Limits, Pointer, Refusal, placed, pointers
from iscode.document.scalar import STARTS, Unfit, resolve
from iscode.document.wording import AT_START, quoted, syntax_keyword, worded
from iscode.errors import Place

_REFUSALS: Final = 50
_ENTRY: Final = re.compile(r"\s*(- |[A-Za-z_][\w-]*:(\s|$))")
"""A line that reads as an entry of a mapping or a list."""
_NOT_TEXT: Final = frozenset({"true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL"})


def read(path: str, data: bytes, limits: Limits = Limits()) -> Document:  # noqa: B008 (frozen)
    """What the file at `path` holds, whose bytes are `data`: a value with places, or the refusals.

    Never raises because of `data`. Raises ContentError where PyYAML was installed without libyaml.
    """
    if stopped := barrier(path, data, limits):
        source = data if len(data) <= limits.file_bytes else b""
        return Document(path, None, (stopped,), source, {}, array("Q"))
    reader = _Reader(path, data, limits)
    tree = reader.document()
    refusals = tuple(sorted(reader.refusals, key=lambda refusal: refusal.place))
    return Document(path, None if refusals else tree, refusals, data, tree, reader.marks)


def known(path: str, data: bytes, value: dict[str, Any]) -> Document:
    """The document of a file whose bytes are known to hold `value`; where things stand in it is read when asked."""
    return Document(path, value, (), data, value, array("Q"), lambda: read(path, data, CEILING))


class _Stop(Exception):  # noqa: N818 (no error: the refusal is noted, reading ends)
    pass


class _Reader:
    """The state of one pass. `marks` has one entry for each entry of `pointers(tree)`, in that order."""

    __slots__ = ("_data", "_limits", "_path", "_steps", "_wide", "marks", "next", "refusals")

    def __init__(self, path: str, data: bytes, limits: Limits) -> None:
        self._path = path
        self._data = data
        self._limits = limits
        self._wide = not data.isascii() or b"\\" in data
        self._steps: list[str | int] = []
        self.next = events(data)
        self.marks = array("Q")
        self.refusals: list[Refusal] = []

    def document(self) -> dict[str, Any]:
        """The root mapping; an empty one where reading had to stop."""
        try:
            return self._document()
        except _Stop:
            pass
        except YAMLError as error:
            self._syntax(error)
        except UnicodeDecodeError:
            self._note((), self.marks[-1] if self.marks else 0, "tag")
        return {}

    def _document(self) -> dict[str, Any]:
        self.next()
        if type(self.next()) is StreamEndEvent:
            self._note((), 0, "empty")
            return {}
        event = self.next()
        if type(event) is not MappingStartEvent:
            empty = type(event) is ScalarEvent and event.implicit[0] and not event.value
            self._refuse(event, "empty" if empty else "root")
            return {}
        self._decoration(event)
        tree = self._mapping()
        self.next()
        event = self.next()
        if type(event) is DocumentStartEvent:
            self._refuse(event, "second-document")
        return tree

    def _mapping(self) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        following, marks, refused, largest = self.next, self.marks, self._key_refused, self._limits.nodes
        start = len(marks)
        while type(event := following()) is not MappingEndEvent:
            mark = event.start_mark
            kept = len(marks)
            if kept >= largest:
                self._stop(event, "nodes", largest)
            marks.append(mark.line << 32 | mark.column)
            if refused(event, tree, start):
                self._value(following(), getattr(event, "value", ""), mark)
                del marks[kept:]
            else:
                tree[event.value] = self._value(following(), event.value, mark)
        if self._wide:
            self._variants(tree, start)
        return tree

    def _sequence(self) -> list[Any]:
        items: list[Any] = []
        following, marks, largest = self.next, self.marks, self._limits.nodes
        while type(event := following()) is not SequenceEndEvent:
            mark = event.start_mark
            if len(marks) >= largest:
                self._stop(event, "nodes", largest)
            marks.append(mark.line << 32 | mark.column)
            items.append(self._value(event, len(items), mark))
        return items

    def _key_refused(self, event: Any, tree: dict[str, Any], start: int) -> bool:
        """Whether `event` begins no key that may stand in `tree`, whose first entry has the mark `start`."""
        if type(event) is not ScalarEvent:
            self._value(event, "", event.start_mark)
            if type(event) is not AliasEvent:
                self._refuse(event, "key-type")
            return True
        key: str = event.value
        if event.tag is not None or event.anchor is not None:
            self._decoration(event)
        if key in tree:
            self._duplicate(event, tree, start)
        elif len(key) > self._limits.key:
            self._refuse(event, "key-size", str(self._limits.key))
        elif key.isidentifier() and key not in _NOT_TEXT:
            return False
        elif not key:
            self._refuse(event, "empty-key")
        elif not event.implicit[0]:
            return False
        elif key == "<<":
            self._refuse(event, "merge-key")
        elif not isinstance(value := resolve(key), str) or isinstance(value, Unfit):
            self._refuse(event, "key-type")
        else:
            return False
        return True

    def _duplicate(self, event: Any, tree: dict[str, Any], start: int) -> None:
        places = dict(zip(pointers(tree), self.marks[start:], strict=False))
        first = placed(self._path, places[(event.value,)]).line
        self._refuse(event, "duplicate-key", f"{quoted(event.value)} (first in line {first})", event.value)

    def _value(self, event: Any, step: str | int, place: Any) -> Any:
        """The value that `event` begins, of the entry or item `step` that stands at the mark `place`."""
        kind = type(event)
        if kind is ScalarEvent and event.tag is None and event.anchor is None:
            text: str = event.value
            if len(text) <= self._limits.scalar and (text[:1] not in STARTS or event.implicit[1]):
                return text
        if kind is AliasEvent:
            self._refuse(event, "alias", quoted("*" + event.anchor), step)
            return ""
        self._decoration(event, step)
        if kind is ScalarEvent:
            if len(event.value) > self._limits.scalar:
                self._refuse(event, "scalar-size", str(self._limits.scalar), step)
                return ""
            return self._plain(event, step, place) if event.implicit[0] else event.value
        if len(self._steps) + 2 > self._limits.depth:
            self._stop(event, "depth", self._limits.depth, step)
        self._steps.append(step)
        inner = self._mapping() if kind is MappingStartEvent else self._sequence()
        self._steps.pop()
        return inner

    def _plain(self, event: Any, step: str | int, place: Any) -> Any:
        value = resolve(event.value)
        if not isinstance(value, Unfit):
            return value
        if value == "null":
            named = f"the key {quoted(step)}" if isinstance(step, str) else "a list item"
            self._note((*self._steps, step), place.line << 32 | place.column, "null", named)
        else:
            self._refuse(event, value, "", step)
        return ""

    def _decoration(self, event: Any, *step: str | int) -> None:
        if event.tag is not None:
            self._refuse(event, "tag", quoted(event.tag.replace("tag:yaml.org,2002:", "!!")), *step)
        if event.anchor is not None:
            self._refuse(event, "anchor", quoted("&" + event.anchor), *step)

    def _variants(self, tree: dict[str, Any], start: int) -> None:
        """Refuse each key that equals an earlier one after NFC: once a mapping, else n keys cost n² steps."""
        if "".join(tree).isascii():
            return
        seen: set[str] = set()
        for pointer, mark in zip(pointers(tree), self.marks[start:], strict=False):
            if len(pointer) == 1:
                key = unicodedata.normalize("NFC", str(pointer[0]))
                if key in seen:
                    self._note((*self._steps, *pointer), mark, "key-variant", quoted(key))
                seen.add(key)

    def _syntax(self, error: YAMLError) -> None:
        """Refuse what is no YAML. Only the first error: what a parser says after it is guessed."""
        end, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        line, column = (end.line, end.column) if end else (0, 0)
        text = [*LINE_END.split(self._data.decode()), ""][line]
        before, character = text[:column], text[column : column + 1]
        word = syntax_keyword(getattr(error, "problem", ""), getattr(error, "context", ""), before, character)
        if start and (word in AT_START or not character):
            line, column = start.line, start.column
        if word == "trailing" and (swallowing := self._swallowing(line)):
            word, line, column = "quote", swallowing.line, swallowing.column
        detail = str(self._limits.depth) if word == "depth" else ""
        self._note(tuple(self._steps), line << 32 | column, word, detail)

    def _swallowing(self, line: int) -> Any:
        """Where a quoted value begins that ends in `line` and took whole entries for its text; None for any other.

        Its own quote is missing, and what ends it is one that was to begin or end another value.
        """
        last: Any = None
        following = events(self._data)
        with suppress(YAMLError):
            while True:
                event = following()
                last = event if type(event) is ScalarEvent else last
        if last is None or not last.style or last.style not in "\"'" or last.end_mark.line != line:
            return None
        lines = LINE_END.split(self._data.decode())[last.start_mark.line + 1 : line + 1]
        return last.start_mark if any(map(_ENTRY.match, lines)) else None

    def _stop(self, event: Any, word: str, limit: int, *step: str | int) -> NoReturn:
        self._refuse(event, word, str(limit), *step)
        raise _Stop

    def _refuse(self, event: Any, word: str, detail: str = "", *step: str | int) -> None:
        mark = event.start_mark
        self._note((*self._steps, *step), mark.line << 32 | mark.column, word, detail)

    def _note(self, pointer: Pointer, mark: int, word: str, detail: str = "") -> None:
        place: Place = placed(self._path, mark)
        if len(self.refusals) == _REFUSALS - 1:
            word, detail = "refusals", str(_REFUSALS - 1)
        self.refusals.append(Refusal(pointer, place, word, *worded(word, detail)))
        if word == "refusals":
            raise _Stop
