"""An evaluation -> the rows of the lists in policies/exports/: what documents for other tools say of records.

Which kind is a system and which field is its purpose is said there; a report knows lists and columns by name.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid5

from msgspec import structs

from iscode.document.secrets import masked
from iscode.errors import PolicyError
from iscode.evaluation import Evaluation
from iscode.intake.slug import slug
from iscode.inventory import Inventory, Record
from iscode.policy.catalog import Catalog
from iscode.report.escape import terminal
from iscode.view import EXPORTS, Unknown, load, named, shelves_of, tabulate

Row = dict[str, Any]
"""Column -> what JSON holds; a column is left out where there is nothing, or where nobody can tell."""
MIDNIGHT: Final = "T00:00:00Z"
"""What makes a day the instant that other formats ask for: there is no clock, so a document is of the day it judges."""
NAMESPACE: Final = "https://iscode.invalid/ns"
"""Whose words ours are in documents that ask for a URI: a name, and no address."""
HOME: Final = UUID("3530032e-2373-5975-875e-c91ab29126ac")
"""What our uuids are made in: the uuid of NAMESPACE as a URL."""


@dataclass(frozen=True)
class Exported:
    """The rows of each list that was asked for, by its name, and what is missing from them, in words."""

    rows: Mapping[str, tuple[Row, ...]]
    missing: tuple[str, ...]

    def __getitem__(self, name: str) -> tuple[Row, ...]:
        """The rows of a list."""
        return self.rows[name]

    @property
    def owner(self) -> str:
        """Whose management system it is; empty where no record says."""
        return one_line(", ".join(row["title"] for row in self["organizations"]))


def exported(evaluation: Evaluation, names: Collection[str]) -> Exported:
    """The lists of these names over the records that their schemas accept, each id once.

    Raises PolicyError where a list does not compile, or asks for more than its records can tell, and where no rule
    serves a requirement that the profile selects: then a document would be about nothing.
    """
    policy = evaluation.policy
    if {name for bound in policy.bound for name in bound.requirements}.isdisjoint(policy.selected):
        place = policy.profile.document.place(("select",))
        hint = "select requirements that rules serve; `-f json` has the verdict all the same"
        raise PolicyError("no rule serves a requirement that the profile selects", place=place, hint=hint)
    inventory = evaluation.ground.world.inventory
    valid = {record.reference: record for record in reversed(inventory.all) if record.valid}
    world = structs.replace(evaluation.ground.world, inventory=Inventory(inventory.kinds, valid.values(), (), ()))
    over = replace(evaluation, ground=replace(evaluation.ground, world=world))
    files = load(shelves_of(evaluation.policy), EXPORTS)
    rows: dict[str, tuple[Row, ...]] = {}
    untold = 0
    for name in names:
        table = tabulate(named(files, name), over)
        untold += sum(isinstance(cell, Unknown) for row in table.rows for cell in row)
        keys = [column.id for column in table.columns]
        rows[name] = tuple(
            {
                key: cell
                for key, cell in zip(keys, row, strict=True)
                if cell is not None and not isinstance(cell, Unknown)
            }
            for row in table.rows
        )
    return Exported(rows, tuple(_missing(inventory, set(valid.values()), untold)))


def _missing(inventory: Inventory, shown: Collection[Record], untold: int) -> Iterator[str]:
    """What a reader must know that no row says."""
    left = len(inventory.all) - len(shown)
    if left:
        yield f"records that their schema refuses or whose id another has, and that are not in here: {left}"
    if inventory.unreadable:
        yield f"files that cannot be read, so that what they hold is not in here: {len(inventory.unreadable)}"
    if untold:
        yield f"facts about records that cannot be told, and are not in here: {untold}"


def more(row: Row, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """(column, text) of what a report has no place for, item by item where a column has several."""
    for column, value in row.items():
        if column not in known:
            for item in value if isinstance(value, list) else [value]:
                yield column, item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, sort_keys=True)


def folders(evaluations: Sequence[Evaluation]) -> Iterator[tuple[str, Evaluation]]:
    """Each root with what its files begin with: nothing for one alone, of several a folder of its own each.

    It is called like the root, with a digest of it behind, since names of roots may differ in their case alone.
    """
    for evaluation in evaluations:
        root = evaluation.root
        name = f"{slug(root)}-{sha256(root.encode()).hexdigest()[:8]}" if root else "top"
        yield f"{name}/" if len(evaluations) > 1 else "", evaluation


def by(column: str, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Each of what rows have in a column that is a list -> those rows."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        for name in row.get(column, ()):
            found.setdefault(name, []).append(row)
    return found


def standards(evaluation: Evaluation) -> tuple[Catalog, ...]:
    """The standards of which the profile selects any requirement."""
    catalogs = evaluation.policy.catalogs
    used = {catalogs[name].standard for name in evaluation.policy.selected}
    return tuple(standard for name, standard in catalogs.standards.items() if name in used)


def one_line(text: str) -> str:
    """A text as plain text on one line, blanks made one, with nothing live and no secret in it."""
    return terminal(masked(" ".join(text.split())))


def uuid_of(kind: str, content: str) -> str:
    """The uuid of a document of a kind, made of its content."""
    return uuid_of_digest(kind, sha256(content.encode()).hexdigest())


def uuid_of_digest(kind: str, digest: str) -> str:
    """The same where the SHA-256 digest of the content is known, in hex."""
    return str(uuid5(HOME, f"{kind}\0{digest}"))
