"""A failing result and what was read on the way -> the one field that would turn it into a pass, if trying finds one.

It says how rule and data hang together, not what is true: whoever changes the record must first change the world.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from math import isfinite
from typing import Any, Final

from iscode.document import Pointer, read, write
from iscode.errors import IscodeError, Place
from iscode.evaluation.ground import Ground
from iscode.evaluation.judge import Judge
from iscode.evaluation.reading import held, place
from iscode.evaluation.result import Result
from iscode.evaluation.subjects import subjects
from iscode.expr.time import Timestamp, day_of
from iscode.expr.trace import Trace
from iscode.inventory import Inventory, Record
from iscode.policy import BoundRule
from iscode.schema import Kinds

TRIES: Final = 200
"""Changes that are tried before nothing is suggested."""
BOUNDS: Final = 8
"""Numbers and days of the expressions that a field is moved to."""
DEPTH: Final = 3
"""Levels of what is made up for a key that is not there."""
ANY_TEXT: Final = "…"
"""What stands for a text of which only its author knows the words."""
FIXED: Final = frozenset({"kind", "id"})
"""Keys that name a record: another one is another record."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """One key of a record with what would have to stand there; `before` is None where nothing does."""

    record: Record
    pointer: Pointer
    before: object
    after: object

    @property
    def place(self) -> Place:
        """Where the key stands, or would."""
        return place(self.record, self.pointer)


def amend(
    ground: Ground,
    bound: BoundRule,
    result: Result,
    fields: Iterable[tuple[Record, Pointer]],
    traces: Sequence[Trace],
) -> Amendment | None:
    """The first change of one of the fields that makes the rule pass there; None where none of the tried ones does.

    The traces tell what the fields are compared with.
    """
    trials = _Trials(ground, traces)
    changes = (change for record, pointer in fields for change in trials.changes(record, pointer))
    return next((change for change in islice(changes, TRIES) if _passes(ground, bound, result, change)), None)


class _Trials:
    """The values that may be tried: those that schemas know of, and those that expressions compared with."""

    def __init__(self, ground: Ground, traces: Sequence[Trace]) -> None:
        self.kinds: Kinds = ground.policy.kinds
        self.inventory = ground.world.inventory
        self.today = ground.as_of
        values: list[Any] = [part.value for trace in traces for part in trace.walk()]
        numbers = (value for value in values if type(value) in (int, float) and isfinite(value))
        self.numbers = list(dict.fromkeys(numbers))[:BOUNDS]
        self.days = list(dict.fromkeys(day_of(value) for value in values if isinstance(value, Timestamp)))[:BOUNDS]

    def changes(self, record: Record, pointer: Pointer) -> Iterator[Amendment]:
        """The values that may stand at a pointer instead."""
        schema = _below(self.kinds[record.kind.name].schema, pointer)
        if schema is None or pointer[0] in FIXED:
            return
        before = _value(record.value, pointer)
        for after in self.values(schema, DEPTH, before):
            if after != before or type(after) is not type(before):
                yield Amendment(record, pointer, before, after)

    def values(self, schema: Mapping[str, Any], depth: int, before: object = None) -> Iterator[Any]:
        """What a node of a schema may hold; where something stands there, only what differs in one word of it."""
        match schema["type"]:
            case "boolean":
                yield from (True, False)
            case "integer" | "number" as kind:
                yield from self.nearby(kind, schema)
            case "string" if "x-ref" in schema:
                known = (other.reference for name in schema["x-ref"] for other in self.inventory.active(name))
                yield from islice(known, 3) if before is None else ()
            case "string" if "enum" in schema:
                yield from schema["enum"]
            case "string" if schema.get("format") == "date":
                yield from dict.fromkeys((self.today, *(day for at in self.days for day in _around(at))))
            case "string" if before is None and not any(key == "pattern" or key.startswith("x-") for key in schema):
                yield ANY_TEXT
            case "array" if before in (None, []) and depth:
                yield from ([item] for item in islice(self.values(schema["items"], depth - 1), 3))
            case "object" if before in (None, {}) and depth and "properties" in schema:
                required = schema.get("required", ())
                made = {key: next(self.values(schema["properties"][key], depth - 1), None) for key in required}
                if None not in made.values():
                    yield made

    def nearby(self, kind: str, schema: Mapping[str, Any]) -> Iterator[int | float]:
        """The numbers that were compared with, one more, and one less."""
        numbers = [around for at in (*self.numbers, schema.get("minimum", 0)) for around in (at, at + 1, at - 1)]
        for number in dict.fromkeys(numbers):
            if kind == "number" or number == int(number):
                yield int(number) if kind == "integer" else number


def _around(day: str) -> Iterable[str]:
    at = date.fromisoformat(day)
    return [at.isoformat(), *((at + timedelta(days)).isoformat() for days in (1, -1) if date.min < at < date.max)]


def _below(schema: Mapping[str, Any], pointer: Pointer) -> Mapping[str, Any] | None:
    """The node of a schema that describes what a pointer leads to."""
    node: Mapping[str, Any] | None = schema
    for key in pointer:
        if node is None:
            return None
        inner = node.get("items") if isinstance(key, int) else node.get("properties", {}).get(key)
        node = inner or (node.get("additionalProperties") or None)
    return node


def _value(value: Any, pointer: Pointer) -> Any:
    """What stands at a pointer; None where nothing does."""
    for key in pointer:
        value = held(value, key)
    return value


def _passes(ground: Ground, bound: BoundRule, result: Result, change: Amendment) -> bool:
    """Whether the rule passes where it failed, once the change is made."""
    tried = _changed(ground.world.inventory, change)
    if tried is None:
        return False
    other = ground.with_inventory(tried)
    judge = Judge(bound, other.policy, other.context(), other.place, other.idle(bound))
    return any(
        (found.item, found.outcome) == (result.item, "pass")
        for subject in subjects(bound, other.world)
        if subject.name == result.subject
        for found in judge.results(subject)
    )


def _changed(inventory: Inventory, change: Amendment) -> Inventory | None:
    """The inventory with the change; None where the record would then be refused."""
    record = change.record
    try:
        text = write(_with(record.value, change.pointer, change.after))
    except IscodeError:
        return None
    document = read(record.document.path, text.encode())
    if document.value is None or record.kind.refusals(document):
        return None
    amended = Record(record.kind, record.id, document, ())
    records = (amended if other is record else other for other in inventory.all)
    return Inventory(inventory.kinds, records, inventory.problems, inventory.unreadable)


def _with(value: Any, pointer: Pointer, after: object) -> Any:
    """The value with something else at the pointer; what leads there is made where it is not."""
    if not pointer:
        return after
    key, *rest = pointer
    if isinstance(value, list) and isinstance(key, int):
        return [_with(inner, tuple(rest), after) if at == key else inner for at, inner in enumerate(value)]
    above = value if isinstance(value, dict) else {}
    return {**above, key: _with(above.get(key), tuple(rest), after)}
