"""A pack -> what in its shelves does not hold together, as the shipped shelves must.

A verdict reads only what it needs; here everything is read, so that nobody meets a broken part when it first counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iscode.errors import Place, PolicyError
from iscode.facts.signatures import FOLDER as SIGNATURES
from iscode.facts.signatures import SignatureFile
from iscode.policy import catalog, crosswalk, migration, pointers, profile, roadmap
from iscode.policy.binding import Policy, bind_rules
from iscode.policy.config import Config, PackSource
from iscode.policy.overrides import check_overrides
from iscode.policy.shelves import Pack, Shelves
from iscode.rule.lint import Remark
from iscode.rule.shelf import DEFINITIONS
from iscode.schema import Kind
from iscode.schema.model import described, parse

CATALOGS: Final = "policies/catalogs/"
CROSSWALKS: Final = "policies/crosswalks/"
PROFILES: Final = "policies/profiles/"
ROADMAPS: Final = "policies/roadmaps/"
POINTERS: Final = "policies/pointers/"


def faults(pack: Pack, shelves: Shelves, policy: Policy) -> Iterator[Remark]:
    """What is to be mended in a pack that stands on the shelves; `policy` binds every rule of them.

    Raises PolicyError, RuleError or SchemaError with the place of what does not even read: an id that leads nowhere, a
    profile that binds nothing.
    """
    check_overrides(shelves, policy)
    packs = [PackSource(path=one.path) for one in shelves.packs]
    for found in profile.load(_own(pack, PROFILES)).values():
        bind_rules(Config(version=1, profile=found.profile.id, packs=packs), shelves)
    roadmap.load(shelves.below(ROADMAPS, ".yaml"), policy.rules)
    pointers.load(shelves.below(POINTERS, ".yaml"), policy.catalogs)
    migration.load(shelves.below(migration.FOLDER, ".yaml"), policy.kinds)
    _ = policy.signatures.listed
    yield from _of_nothing(pack)
    yield from _of_catalogs(pack)
    yield from _of_crosswalks(pack, policy)
    for kind in policy.kinds.values():
        if pack.holds(kind.path):
            yield from _of_kind(kind)


def _own(pack: Pack, folder: str) -> list[tuple[str, bytes]]:
    """(path, content) of each file of the pack on a shelf."""
    return Shelves({}, (pack,)).below(folder, ".yaml")


def _of_nothing(pack: Pack) -> Iterator[Remark]:
    """Each file says something: the forms in which all may be left out read well without it."""
    shared = [(path, data) for path, data in _own(pack, "rules/") if path.endswith(f"/{DEFINITIONS}")]
    empty = [found for path, data in shared if (found := parse(path, data, PolicyError)).value == {}]
    for document, file in described(_own(pack, SIGNATURES), SignatureFile, "signature file"):
        if not (file.recorded or file.signatures or file.words or file.readers or file.aside):
            empty.append(document)
    for document in empty:
        yield Remark(document.place(()), "the file says nothing", "write something, or remove the file")


def _of_catalogs(pack: Pack) -> Iterator[Remark]:
    """Each requirement stands in a group of its catalog, once there are groups."""
    for document, found in described(_own(pack, CATALOGS), catalog.Catalog, "catalog"):
        groups = {group.id for group in found.groups}
        for index, entry in enumerate(found.requirements if groups else ()):
            if not groups.issuperset(entry.attributes.get("group", [""])):
                place = document.place(("requirements", index))
                yield Remark(place, f"{entry.id} stands in no group of the catalog", f"one of: {', '.join(groups)}")


def _of_crosswalks(pack: Pack, policy: Policy) -> Iterator[Remark]:
    for path, data in _own(pack, CROSSWALKS):
        seen: set[tuple[str, str]] = set()
        for index, pair in enumerate(crosswalk.load([(path, data)], policy.catalogs)):
            if (pair.origin, pair.to) in seen:
                place = parse(path, data, PolicyError).place(("mappings", index))
                yield Remark(place, f"{pair.origin} and {pair.to} are a pair twice", "keep one of the two")
            seen.add((pair.origin, pair.to))


def _of_kind(kind: Kind) -> Iterator[Remark]:
    """Each field says what it is: that is all that an editor and `schema show` have to tell of it."""
    for pointer, node in _fields(kind.schema, ()):
        if not str(node.get("description", "")).strip():
            yield Remark(
                Place(kind.path), f"{'.'.join((kind.name, *pointer))} has no description", "say what it is for"
            )


def _fields(schema: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    for key, node in schema.get("properties", {}).items():
        yield (*above, key), node
        yield from _fields(node, (*above, key))
        yield from _fields(node.get("items", {}), (*above, key))
