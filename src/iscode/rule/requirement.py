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


def fits(name: str, pattern: str) -> bool:
    """Whether a pattern names a requirement: `*` stands for any text and crosses dots."""
    first, *parts = pattern.split("*")
    if not parts:
        return name == first
    *middle, last = parts
    end = len(first) if name.startswith(first) else -1
    for part in middle:
        found = name.find(part, end) if end >= 0 else -1
        end = found + len(part) if found >= 0 else -1
    return 0 <= end <= len(name) - len(last) and name.endswith(last)
