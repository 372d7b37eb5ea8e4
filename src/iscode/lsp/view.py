"""What was judged, and a place in a buffer -> what stands there: a key, a reference, a requirement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

from iscode.change.desk import Judged
from iscode.document import Pointer
from iscode.document.spots import Point, Spot, spot_at, spots
from iscode.inventory import Inventory, Record
from iscode.lsp.site import Site
from iscode.lsp.text import Text, Units, utf16
from iscode.policy import Policy
from iscode.schema import Kind

Schema = Mapping[str, Any]

KIND = "kind"
_NAMED: Final = re.compile(rf"^{KIND}:[ \t]+[\"']?([A-Za-z0-9]+)", re.MULTILINE)


@dataclass(frozen=True)
class View:
    """A root as it was judged last. `site`: where it lies; `buffers`: open texts by path from the top."""

    judged: Judged
    site: Site
    buffers: Mapping[str, Text]
    units: Units = utf16

    @property
    def policy(self) -> Policy:
        """What binds."""
        return self.judged.ground.policy

    @property
    def inventory(self) -> Inventory:
        """The records."""
        return self.judged.ground.world.inventory

    @cached_property
    def records(self) -> frozenset[str]:
        """The files that are judged as records, by their paths."""
        return frozenset(entry.path for entry in self.judged.ground.selected.entries)

    @cached_property
    def _by_path(self) -> Mapping[str, Record]:
        return {record.document.path: record for record in self.inventory.all}

    def record(self, path: str) -> Record | None:
        """The record in a file, valid or not; None where it holds none."""
        return self._by_path.get(path)

    def uri(self, path: str) -> str | None:
        """The address of a file; None where its name cannot be written as text."""
        return self.site.uri(path)

    def text(self, path: str) -> Text:
        """A buffer, or the file as it was judged; empty where there is none."""
        if path in self.buffers:
            return self.buffers[path]
        record = self.record(path)
        packs = (pack.files[path.removeprefix(f"{pack.path}/")] for pack in self.policy.packs if pack.holds(path))
        source = record.document.source if record else next(packs, b"")
        return Text(source.decode("utf-8", "replace"), self.units)


class Here(NamedTuple):
    """What a point of a record is in: its kind, the scalar, and the schema of the entry or item that this is of."""

    kind: Kind
    spot: Spot
    node: Schema


def here(view: View, text: Text, point: Point) -> Here | None:
    """What a point of a buffer is in; None where that is no known field of a record."""
    found = list(spots(text.data))
    kind, spot = kind_of(view, found), spot_at(iter(found), point)
    if kind is None or spot is None:
        return None
    node = node_at(kind.schema, spot.pointer)
    return None if node is None else Here(kind, spot, node)


def kind_of(view: View, found: list[Spot]) -> Kind | None:
    """The kind that a buffer names, whether it can be read whole or not."""
    named = next((spot.text for spot in found if spot.pointer == (KIND,) and not spot.key), None)
    return view.policy.kinds.get(named) if named is not None else None


def kind_typed(view: View, text: Text) -> Kind | None:
    """The kind that a buffer names, however little of it can be read."""
    found = _NAMED.search(text.source)
    return kind_of(view, list(spots(text.data))) or (view.policy.kinds.get(found[1]) if found else None)


def waives(kind: Kind) -> bool:
    """Whether records of the kind are waivers."""
    return any(path == () for path, _ in kind.marked("x-waiver"))


def node_at(schema: Schema, pointer: Pointer) -> Schema | None:
    """The schema of what stands, or is to stand, at a pointer; None where the schema knows nothing of it."""
    node = schema
    for step in pointer:
        inner = node.get("items") if isinstance(step, int) else node.get("properties", {}).get(step)
        if inner is None and isinstance(step, str) and "properties" not in node:
            inner = node.get("additionalProperties")
        if not isinstance(inner, Mapping):
            return None
        node = inner
    return node
