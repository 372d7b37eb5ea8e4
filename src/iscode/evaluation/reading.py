"""Traces -> the keys of records that they read, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from iscode.document import Pointer
from iscode.errors import Place
from iscode.expr.trace import Trace, because
from iscode.inventory import Inventory, Record


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A key of a record, or an item of its list, that was asked for. `decisive`: it had a say.

    `holder` is the map or list that it was asked of; `value` is as the record has it, None where nothing is there.
    """

    record: Record
    pointer: Pointer
    present: bool
    value: object
    decisive: bool
    holder: object

    @property
    def place(self) -> Place:
        """Path, line and column."""
        return place(self.record, self.pointer)


@dataclass(frozen=True)
class Reads:
    """All that some traces read, once a key, in the order of files and lines."""

    listed: tuple[Read, ...] = ()

    def __iter__(self) -> Iterator[Read]:
        return iter(self.listed)

    def __len__(self) -> int:
        return len(self.listed)

    def place(self, trace: Trace) -> Place | None:
        """Where in a record a part of an expression read; None where it read in none."""
        read = None if trace.touched is None else self._by_key.get(_key(trace))
        return None if read is None else read.place

    @cached_property
    def _by_key(self) -> dict[tuple[int, object], Read]:
        return {(id(read.holder), read.pointer[-1]): read for read in self.listed}


def reads(inventory: Inventory, traces: Iterable[Trace], needed: Iterable[Read] = ()) -> Reads:
    """What the traces read in the records of the inventory, and what a rule needed of them."""
    found = {(read.place.path, read.pointer): read for read in _Reader(inventory).reads(traces)}
    for read in needed:
        found.setdefault((read.place.path, read.pointer), read)
    return Reads(tuple(sorted(found.values(), key=lambda read: (read.place, len(read.pointer)))))


class _Reader:
    """Finds the records that containers belong to, by identity. Of an invalid record nothing is ever read."""

    def __init__(self, inventory: Inventory) -> None:
        self._waiting = (record for record in inventory.all if record.valid)
        self._known: dict[int, tuple[Record, Pointer]] = {}

    def reads(self, traces: Iterable[Trace]) -> Iterator[Read]:
        """Each read of the traces, however often it was made."""
        listed = list(traces)
        decisive = {_key(part) for trace in listed for part in because(trace).walk() if part.touched}
        for part in (part for trace in listed for part in trace.walk()):
            if part.touched is None:
                continue
            holder, key = part.touched
            where = self._where(holder)
            if where is not None and isinstance(key, str | int):
                record, above = where
                value = held(holder, key)
                yield Read(record, (*above, key), value is not None, value, _key(part) in decisive, holder)

    def _where(self, holder: object) -> tuple[Record, Pointer] | None:
        """The record and the pointer of a container; records are looked into until one has it."""
        while id(holder) not in self._known:
            record = next(self._waiting, None)
            if record is None:
                return None
            self._known.update((number, (record, pointer)) for number, pointer in _containers(record.value, ()))
        return self._known[id(holder)]


def place(record: Record, pointer: Pointer) -> Place:
    """Where a key or item of a record stands; of what is not there, the nearest thing above it, or else the id."""
    return record.document.place(pointer if pointer and pointer[0] in record.value else ("id",))


def held(holder: object, key: str | int) -> object:
    """What a map or list holds at a key; None where it holds nothing, for a record has no null."""
    if isinstance(holder, dict):
        return holder.get(key)
    return holder[key] if isinstance(holder, list) and isinstance(key, int) and 0 <= key < len(holder) else None


def _key(trace: Trace) -> tuple[int, object]:
    return (id(trace.touched[0]), trace.touched[1]) if trace.touched else (0, None)


def _containers(value: Any, pointer: Pointer) -> Iterator[tuple[int, Pointer]]:
    """Each map and list of a record, itself included, by identity."""
    yield id(value), pointer
    for key, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
        if isinstance(inner, dict | list):
            yield from _containers(inner, (*pointer, key))
