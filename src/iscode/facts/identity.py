"""The addresses that records claim -> who a commit is by: a reference, or the bare address that nobody owns."""

from __future__ import annotations

from typing import Final

from iscode.inventory import Inventory, Record
from iscode.inventory.problems import folded
from iscode.schema import fields

IDENTITY: Final = "x-identity"


class Identities:
    """The owners of addresses, of any status: who has left has still written. An invalid record owns none."""

    def __init__(self, inventory: Inventory) -> None:
        owners: dict[str, set[str]] = {}
        for record in inventory.all:
            for address in addresses(record):
                owners.setdefault(address, set()).add(record.reference)
        self._owners = {address: next(iter(names)) for address, names in owners.items() if len(names) == 1}

    def name(self, address: str) -> str:
        """`Kind:id` of the one record that owns an address, else the address; in <> where it could pass for one.

        Case, width and what nobody sees make no other address; an address that two records claim is nobody's.
        """
        owner = self._owners.get(folded(address))
        return owner or (f"<{address}>" if ":" in address else address)


def addresses(record: Record) -> frozenset[str]:
    """The addresses that a record claims, folded; none of an invalid one."""
    held = (
        value
        for path, _ in (record.kind.marked(IDENTITY) if record.valid else ())
        for _, value in fields.values(record.value, path)
    )
    return frozenset(folded(str(one)) for value in held for one in (value if isinstance(value, list) else [value]))
