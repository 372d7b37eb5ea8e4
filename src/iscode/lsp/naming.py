"""A point of a file -> whom it names: a record, a requirement or a rule; and each place of a file that names it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from iscode.document import Pointer
from iscode.document.spots import Point, Spot, spot_at, spots
from iscode.lsp.text import Text
from iscode.lsp.view import KIND, View, kind_of, node_at, waives
from iscode.schema import Kind

What = Literal["record", "requirement", "rule"]
IDENTITY: Pointer = ("id",)


class Name(NamedTuple):
    """What somebody is called: a record by its reference, a requirement or a rule by its id."""

    what: What
    text: str


class Naming(NamedTuple):
    """One scalar that names something. `own`: it is the id by which a record or a rule names itself."""

    name: Name
    spot: Spot
    own: bool = False


def naming_at(view: View, path: str, text: Text, point: Point) -> Naming | None:
    """What is named at a point of a file; None where nothing is."""
    found = list(spots(text.data))
    spot = spot_at(iter(found), point)
    return None if spot is None else _naming(view, _kind(view, path, found), spot)


def namings(view: View, path: str, name: Name) -> Iterator[Naming]:
    """Each place of a file that names somebody, in its order."""
    found = list(spots(view.text(path).data))
    kind = _kind(view, path, found)
    named = (_naming(view, kind, spot) for spot in found)
    return (one for one in named if one is not None and one.name == name)


def words(text: Text, spot: Spot) -> tuple[Point, Point] | None:
    """From where to where the text of a scalar stands, quotes left out; None where it is written in another way."""
    (line, start), (last, end) = spot.start, spot.end
    written = text.line(line)[start:end] if line == last else ""
    if written == spot.text:
        return spot.start, spot.end
    return ((line, start + 1), (line, end - 1)) if written[1:-1] == spot.text else None


def _kind(view: View, path: str, found: list[Spot]) -> Kind | None:
    return kind_of(view, found) if path in view.records else None


def _naming(view: View, kind: Kind | None, spot: Spot) -> Naming | None:
    if kind is None:
        return _beside(view, spot)
    if spot.key:
        return None
    if spot.pointer == IDENTITY:
        return Naming(Name("record", f"{kind.name}:{spot.text}"), spot, own=True)
    node = node_at(kind.schema, spot.pointer) or {}
    if "x-ref" in node:
        return Naming(Name("record", spot.text), spot)
    if "x-requirement" in node:
        return Naming(Name("requirement", spot.text), spot)
    return _of_waiver(view, spot) if waives(kind) else None


def _of_waiver(view: View, spot: Spot) -> Naming | None:
    """What a waiver names is plain text, whether it is there or not."""
    if spot.pointer[:1] == ("waives",):
        return Naming(Name("rule", spot.text), spot)
    if spot.pointer[:1] == ("subjects",):
        kind = spot.text.partition(":")[0]
        what: What = "requirement" if spot.text in view.policy.catalogs else "record"
        return Naming(Name(what, spot.text), spot) if what == "requirement" or kind in view.policy.kinds else None
    return None


def _beside(view: View, spot: Spot) -> Naming | None:
    """What a file names that is no record: one of policy, or the configuration."""
    if spot.text in view.policy.rules.by_id:
        return Naming(Name("rule", spot.text), spot, own=spot.pointer == IDENTITY and not spot.key)
    if spot.text in view.policy.catalogs:
        return Naming(Name("requirement", spot.text), spot)
    kind, separator, _ = spot.text.partition(":")
    if separator and kind in view.policy.kinds and spot.pointer != (KIND,):
        return Naming(Name("record", spot.text), spot)
    return None
