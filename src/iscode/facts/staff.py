"""The records of people and roles -> who is there on a day, and who holds a role.

Which kinds these are the schemas say: `x-identity` marks addresses, `x-holders` a list of who holds, `x-authorities`
what a role may decide, `x-since` and `x-until` the first and the last day on which what has them counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iscode.facts.identity import IDENTITY
from iscode.facts.signature import RefusedError
from iscode.inventory import Inventory, Record
from iscode.inventory.record import ACTIVE
from iscode.schema import fields

HOLDERS: Final = "x-holders"
AUTHORITIES: Final = "x-authorities"
SINCE, UNTIL = "x-since", "x-until"


class Staff:
    """The people and roles of an inventory. Only valid records in force say anything."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    def require_present(self, person: str, day: str) -> None:
        """That a reference leads to a person who is there on a day. Raises RefusedError otherwise."""
        record = self._inventory.find(person)
        if record is None or not record.kind.marked(IDENTITY):
            raise RefusedError("its key is listed for an address that no person has")
        if not _counts(record):
            raise RefusedError(f"{person} is not in force")
        if not _covers(record, (), record.value, day):
            raise RefusedError(f"{person} is not there on {day}")

    def is_there(self, person: str, day: str) -> bool:
        """Whether a reference leads to a person who was or is there on a day, whether in force now or not."""
        record = self._inventory.find(person)
        return record is not None and record.valid and _covers(record, (), record.value, day)

    def entitled(self, authority: str, day: str) -> frozenset[str]:
        """The references of who holds any role in force that has an authority, on a day."""
        return frozenset(person for role in self.roles(authority) for person in self.holders(role, day))

    def roles(self, authority: str) -> list[str]:
        """The references of the roles, in force or not, that have an authority."""
        return [
            record.reference
            for record in self._inventory.all
            for path, _ in record.kind.marked(AUTHORITIES)
            if any(authority == held for _, held in fields.values(record.value, (*path, fields.EACH)))
        ]

    def holders(self, role: str, day: str) -> frozenset[str]:
        """The references of who holds a role on a day; none where it is no role in force."""
        record = self._inventory.find(role)
        if record is None or not _counts(record):
            return frozenset()
        return frozenset(
            held
            for path, item in _items(record)
            if _covers(record, path, item, day)
            for held in _people(record, path, item)
        )


def _counts(record: Record) -> bool:
    return record.valid and record.status == ACTIVE


def _items(record: Record) -> Iterator[tuple[fields.Path, Mapping[str, Any]]]:
    """Each entry of the lists of holders, with the path of its list's entries."""
    for path, _ in record.kind.marked(HOLDERS):
        for _, item in fields.values(record.value, (*path, fields.EACH)):
            yield (*path, fields.EACH), item


def _people(record: Record, path: fields.Path, item: Mapping[str, Any]) -> Iterator[str]:
    for inner, _ in record.kind.references:
        if inner[:-1] == path and inner[-1] in item:
            yield item[inner[-1]]


def _covers(record: Record, path: fields.Path, item: Mapping[str, Any], day: str) -> bool:
    """Whether a day lies within what marks the first and last day of an entry, or of a record where `path` is ()."""
    since, until = (
        [item[at[-1]] for at, _ in record.kind.marked(keyword) if at[:-1] == path and at[-1] in item]
        for keyword in (SINCE, UNTIL)
    )
    return all(first <= day for first in since) and all(day <= last for last in until)
