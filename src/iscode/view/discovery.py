"""What gives topics away in files, and the records -> each place that shows something in use, and who names it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from iscode.facts.signatures import CONFIDENCES, Recorded
from iscode.facts.traces import LIMIT, Looked, Spot
from iscode.inventory import Inventory, Record
from iscode.view.table import Column, Table, Unknown

COLUMNS: Final = (
    Column("topic", "Topic", "data"),
    Column("signature", "Trace"),
    Column("title", "What it is", "data"),
    Column("path", "File"),
    Column("line", "Line"),
    Column("name", "As it stands there"),
    Column("by", "Sort", "data"),
    Column("confidence", "Confidence", words=CONFIDENCES),
    Column("named_by", "Named by"),
)


class Unnamed(NamedTuple):
    """Something in use that no record names: what it is called, and what it is."""

    topic: str
    signature: str
    title: str


class Naming:
    """Which records in force name what is in use; `topics` tells for each topic where they do."""

    def __init__(self, inventory: Inventory | None, topics: dict[str, Recorded | None]) -> None:
        self._named = {
            topic: list(_named(inventory.active(recorded.kind), recorded.list))
            for topic, recorded in topics.items()
            if inventory is not None and recorded is not None
        }

    def by(self, topic: str, signature: str, spot: Spot) -> list[str]:
        """The references of the records that name it there."""
        return [
            reference
            for reference, item in self._named.get(topic, ())
            if item.get("name") == signature and _reaches(item.get("below"), spot.path)
        ]


def discovery(looked: Looked, naming: Naming) -> Table:
    """One row for each place, surest first, and one for each file that is too large to be looked into."""
    rows: list[tuple[Any, ...]] = [
        (topic, name, trace.title, spot.path, spot.line, spot.name, spot.by, spot.confidence, held)
        for topic, traces in looked.found.items()
        for name, trace in traces.items()
        for spot, held in ((spot, naming.by(topic, name, spot)) for spot in trace.spots)
    ]
    rows.sort(key=lambda row: -CONFIDENCES.index(row[7]))
    large = Unknown(f"larger than {LIMIT} bytes")
    rows += [(None, large, None, path, None, None, None, large, []) for path in looked.unread]
    return Table("What is in use, and who names it", COLUMNS, tuple(rows), tuple(_summary(looked, naming)))


def unnamed(looked: Looked, naming: Naming) -> list[Unnamed]:
    """What one can be sure is in use somewhere where no record names it, by topic and signature."""
    return [
        Unnamed(topic, name, trace.title)
        for topic, traces in looked.found.items()
        for name, trace in traces.items()
        if any(spot.confidence != CONFIDENCES[0] and not naming.by(topic, name, spot) for spot in trace.spots)
    ]


def _summary(looked: Looked, naming: Naming) -> Iterator[str]:
    """How far somebody looked, and what that comes to."""
    yield f"looked into {looked.files} files, left {looked.aside} aside that are others', {len(looked.unread)} unread"
    missing = sorted({one.signature for one in unnamed(looked, naming)})
    yield f"in use and named by no record in force: {', '.join(missing) or 'nothing that is sure'}"


def _named(records: Iterable[Record], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for record in records:
        if record.valid:
            yield from ((record.reference, item) for item in record.value.get(key, ()))


def _reaches(below: list[str] | None, path: str) -> bool:
    return below is None or any(path == one or path.startswith(f"{one}/") for one in below)
