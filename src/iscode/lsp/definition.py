"""Somebody's name -> where it is written who that is: a record, the entry of a catalog, the file of a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from lsprotocol.types import Location
from pygls import uris

from iscode import content
from iscode.document.spots import Point, spots
from iscode.lsp.naming import IDENTITY, Name, naming_at, namings, words
from iscode.lsp.text import Text
from iscode.lsp.view import View
from iscode.policy.config import PACKAGE
from iscode.policy.shelves import FILE_LIMIT
from iscode.source import FolderSnapshot

CATALOGS: Final = "policies/catalogs/"


def definition(view: View, path: str, text: Text, point: Point) -> list[Location]:
    """Where it is written what a point of a file names; several places where several claim the name, else none."""
    found = naming_at(view, path, text, point)
    return [] if found is None else list(places(view, found.name))


def places(view: View, name: Name) -> Iterator[Location]:
    """Where it is written who has a name."""
    match name.what:
        case "record":
            yield from _records(view, name)
        case "rule":
            yield from _rule(view, name.text)
        case "requirement":
            yield from _requirement(view, name.text)


def _records(view: View, name: Name) -> Iterator[Location]:
    for record in view.inventory.of_kind(name.text.partition(":")[0]):
        path = record.document.path
        uri = view.uri(path)
        if record.reference == name.text and uri is not None:
            text, line = view.text(path), record.document.place(IDENTITY).line - 1
            own = [
                words(text, one.spot) or (one.spot.start, one.spot.end) for one in namings(view, path, name) if one.own
            ]
            start, end = own[0] if own else ((line, 0), (line, 0))
            yield Location(uri, text.range(start, end))


def _rule(view: View, name: str) -> Iterator[Location]:
    file = view.policy.rules.by_id.get(name)
    if file is None:
        return
    uri = _uri(view, file.document.path)
    if uri is not None:
        place = file.document.place(IDENTITY)
        text = Text(file.document.source.decode("utf-8", "replace"), view.units)
        at = (place.line - 1, place.column - 1)
        yield Location(uri, text.range(at, at))


def _requirement(view: View, name: str) -> Iterator[Location]:
    """The entry of the catalog that has a requirement."""
    standard, _, identity = name.partition(":")
    packs = {f"{pack.path}/{path}": data for pack in view.policy.packs for path, data in pack.files.items()}
    own = {path: data for path, data in packs.items() if f"/{CATALOGS}" in path}
    for path, data in (*own.items(), *_shipped().items()):
        entry = _entries(data).get((standard, identity))
        uri = _uri(view, path)
        if entry is not None and uri is not None:
            text = Text(data.decode("utf-8", "replace"), view.units)
            yield Location(uri, text.range(*entry))
            return


@cache
def _shipped() -> Mapping[str, bytes]:
    """The catalogs that come with iscode, by their paths."""
    snapshot = FolderSnapshot(content.home(), only=("policies",))
    wanted = [entry for entry in snapshot.entries if entry.kind == "file" and entry.path.startswith(CATALOGS)]
    return {entry.path: data for entry, data in snapshot.read(wanted, FILE_LIMIT) if data is not None}


@cache
def _entries(data: bytes) -> dict[tuple[str, str], tuple[Point, Point]]:
    """Standard and number of each requirement of a catalog -> from where to where its number stands."""
    found = [spot for spot in spots(data) if not spot.key]
    standard = next((spot.text for spot in found if spot.pointer == IDENTITY), "")
    ids = (spot for spot in found if spot.pointer[:1] == ("requirements",) and spot.pointer[2:] == IDENTITY)
    return {(standard, spot.text): (spot.start, spot.end) for spot in ids}


def _uri(view: View, path: str) -> str | None:
    """The address of a file of policy: below the top where a pack brought it, else where iscode keeps it.

    None for one of an installed package: what lies there is not this repository's to open.
    """
    if path.startswith(PACKAGE):
        return None
    if any(pack.holds(path) for pack in view.policy.packs):
        return view.uri(path)
    shipped: str | None = uris.from_fs_path(str(content.home() / path))
    return shipped
