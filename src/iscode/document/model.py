"""One file -> its value, where each key and item of it stands, and what was refused in it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct, field

from iscode.errors import Place

Pointer = tuple[str | int, ...]
"""The keys and list indexes (from 0) that lead from the root to a node; `()` is the root."""

LINE_END = re.compile(r"\r\n|\r|\n")
"""The ends of lines that editors and libyaml both count."""


class Limits(Struct, frozen=True):
    """What one file may cost. Each is checked before the work it bounds is done."""

    file_bytes: int = 1024 * 1024
    """Bytes of a file."""
    depth: int = 32
    """Mappings and lists inside each other, the root counted."""
    nodes: int = 20_000
    """Mapping entries and list items of a file, all levels together."""
    scalar: int = 64 * 1024
    """Code points of one text."""
    key: int = 256
    """Code points of one key."""


CEILING = Limits(file_bytes=16 * 1024 * 1024, depth=128, nodes=500_000, scalar=1024 * 1024, key=1000)
"""How far a repository may raise `Limits`: memory stays bounded, and so does the stack."""


class Refusal(Struct, frozen=True):
    """One reason why a file is no record, where it is, and what its author does next.

    `keyword` is a stable word of `wording.WORDS`. `pointer` names the entry or item, so far as the file could
    be read; `place` may be finer (the value of the entry, the offending character).
    """

    pointer: Pointer
    place: Place
    keyword: str
    message: str
    hint: str


class Document(Struct, frozen=True, eq=False):
    """A file as the strict profile reads it. `value` is None when anything was refused; nobody may change it.

    `refusals` are in the order of the file.
    """

    path: str
    value: dict[str, Any] | None
    refusals: tuple[Refusal, ...]
    _source: bytes
    _tree: dict[str, Any]
    _marks: array[int]
    _again: Callable[[], Document] | None = None
    """Reads the file for its marks, where only its value is known yet."""
    _index: dict[Pointer, int] = field(default_factory=dict)
    _lines: list[str] = field(default_factory=list)

    @property
    def source(self) -> bytes:
        """The file as it lies there."""
        return self._source

    @property
    def tree(self) -> dict[str, Any]:
        """What could be read, refused parts left out or as text: only for who knows which refusals do no harm."""
        return self._tree

    def place(self, pointer: Pointer) -> Place:
        """Where the key of a mapping entry stands, or the item of a list; `()` is the first key.

        A pointer to what is not there gives its nearest present ancestor: a missing key has a place too.
        """
        if not self._index:
            if self._again is not None and not self._marks:
                self._marks.extend(self._again()._marks)
            self._index.update(zip(pointers(self._tree), self._marks, strict=False))
        while pointer and pointer not in self._index:
            pointer = pointer[:-1]
        mark = self._index[pointer] if pointer else next(iter(self._marks), 0)
        return placed(self.path, mark)

    def line(self, number: int) -> str:
        """Line `number` (from 1, as editors count) without its end; empty where the file has no such line."""
        if not self._lines:
            self._lines.extend(LINE_END.split(self._source.decode("utf-8", "replace")))
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""


def value_at(value: Any, pointer: Pointer) -> Any:
    """What a pointer leads to in a value; None where that is nothing."""
    for step in pointer:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def pointers(value: Any, above: Pointer = ()) -> Iterator[Pointer]:
    """The pointers of all that is inside `value`, in the order of the file: an entry before what it holds."""
    if isinstance(value, dict):
        entries: Iterator[tuple[str | int, Any]] = iter(value.items())
    elif isinstance(value, list):
        entries = iter(enumerate(value))
    else:
        return
    for step, inner in entries:
        pointer = (*above, step)
        yield pointer
        if isinstance(inner, dict | list):
            yield from pointers(inner, pointer)


def placed(path: str, mark: int) -> Place:
    """The place that a mark stands for: line from 0 in the upper 32 bits, column from 0 in the lower."""
    return Place(path, (mark >> 32) + 1, (mark & 0xFFFFFFFF) + 1)
