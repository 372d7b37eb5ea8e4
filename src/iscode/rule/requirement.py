"""The kinds -> the lists that decide which requirements apply, as keywords of their schemas tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from iscode.schema import Kinds, fields

SOA: Final = "soa"
"""What expressions call the item of such a list that decides on the requirement at hand."""


class Applicability(NamedTuple):
    """Where the decisions stand: the kind, the path of its list, and the keys of an item that say what they say."""

    kind: str
    path: fields.Path
    requirement: str
    applicable: str
    target: str | None


def applicabilities(kinds: Kinds) -> Iterator[Applicability]:
    """Each list that decides which requirements apply, by the keyword `x-applicability`."""
    for kind in kinds.values():
        for path, _ in kind.marked("x-applicability"):
            keys: dict[str, str] = {}
            for keyword in ("x-requirement", "x-applicable", "x-target"):
                for below, _ in kind.marked(keyword):
                    if below[:-1] == (*path, fields.EACH):
                        keys[keyword] = below[-1]
            if "x-requirement" in keys and "x-applicable" in keys:
                yield Applicability(kind.name, path, keys["x-requirement"], keys["x-applicable"], keys.get("x-target"))
