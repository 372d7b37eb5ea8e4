"""A document of a known kind -> a record: its identity, its value, and why its schema refuses it, if it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from iscode.document import Document, Refusal
from iscode.schema import Kind
from iscode.schema.kinds import ACTIVE as ACTIVE


def reference_to(value: Mapping[str, Any]) -> str:
    """`Kind:id` of a record's value."""
    return f"{value['kind']}:{value['id']}"


class Record(Struct, frozen=True, eq=False):
    """One YAML document of a kind. `refusals` is empty for a valid record; only valid ones reach a rule."""

    kind: Kind
    id: str
    document: Document
    refusals: tuple[Refusal, ...]

    @property
    def reference(self) -> str:
        """`Kind:id`."""
        return f"{self.kind.name}:{self.id}"

    @property
    def value(self) -> dict[str, Any]:
        """The record as written: plain dicts, lists and scalars."""
        return self.document.value or {}

    @property
    def status(self) -> object:
        """The record's own status word; an invalid record may hold anything."""
        return self.value.get("status")

    @property
    def valid(self) -> bool:
        """Whether the schema of its kind accepts it."""
        return not self.refusals
