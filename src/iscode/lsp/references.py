"""Somebody's name -> everywhere in the root that it is written: who refers to a record, what covers a requirement."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from lsprotocol.types import Location

from iscode.document.spots import Point
from iscode.inventory import Record
from iscode.lsp.naming import Name, Naming, naming_at, namings, words
from iscode.lsp.text import Text
from iscode.lsp.view import View, waives
from iscode.policy.config import PACKAGE
from iscode.schema import fields

PROFILES: Final = "policies/profiles/"


def references(view: View, path: str, text: Text, point: Point, *, declared: bool) -> list[Location]:
    """Where what a point names is named; also where it names itself, if `declared`."""
    found = naming_at(view, path, text, point)
    if found is None:
        return []
    listed = []
    for there, one in mentions(view, found.name):
        uri, held = view.uri(there), view.text(there)
        if uri is not None and (declared or not one.own):
            start, end = words(held, one.spot) or (one.spot.start, one.spot.end)
            listed.append(Location(uri, held.range(start, end)))
    return listed


def mentions(view: View, name: Name) -> Iterator[tuple[str, Naming]]:
    """(path, place) of each time that somebody is named in a record or a policy of the root, by path."""
    for path in sorted(set(_records(view, name)) | set(_policy(view, name))):
        yield from map(partial(_at, path), namings(view, path, name))


def _at(path: str, naming: Naming) -> tuple[str, Naming]:
    return path, naming


def _records(view: View, name: Name) -> Iterator[str]:
    """The files of the records that name somebody, or are it."""
    plain, escaped = name.text.encode("utf-8", "replace"), b"\\" if "'" not in name.text else b""
    for record in view.inventory.all:
        source = record.document.source
        if plain not in source and escaped not in source and record.reference != name.text:
            continue  # nothing in it can be the name: what has no escape is written as it is
        if (name.what == "record" and record.reference == name.text) or name.text in _named(record, name):
            yield record.document.path


def _named(record: Record, name: Name) -> Iterator[object]:
    """What a record names of that sort."""
    match name.what:
        case "record":
            paths = [path for path, _ in record.kind.references]
        case "requirement":
            paths = list(record.kind.requirements)
        case _:
            paths = []
    if waives(record.kind):
        paths += [(key, fields.EACH) for key in (("waives",) if name.what == "rule" else ("subjects",))]
    return (value for path in paths for _, value in fields.values(record.value, path))


def _policy(view: View, name: Name) -> Iterator[str]:
    """The files of the repository's own packs that name somebody: rules, and the roles of a profile."""
    packs = [pack for pack in view.policy.packs if not pack.path.startswith(PACKAGE)]
    for file in view.policy.rules.files:
        named = [file.rule.id] if name.what == "rule" else file.rule.requirements
        if name.what != "record" and name.text in named and any(pack.holds(file.document.path) for pack in packs):
            yield file.document.path
    for pack in packs:
        for path, data in pack.files.items():
            if path.startswith(PROFILES) and name.text.encode() in data:
                yield f"{pack.path}/{path}"
