"""Two grounds of one root, of one commit and a later one -> what of all that rules read may be another in the later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from iscode.change.watching import FILE, FILES, HISTORY, KIND, PAST, PEOPLE, RECORD, REFERRERS, UNREADABLE, Key
from iscode.evaluation.ground import Ground
from iscode.facts.attestation import FOLDER
from iscode.facts.identity import IDENTITY
from iscode.inventory import Record
from iscode.rule.requirement import applicabilities
from iscode.schema import fields
from iscode.source import Entry


@dataclass(frozen=True)
class Moved:
    """`records`: those that one of the two has and the other has not as it is. `keys`: what may be another."""

    records: frozenset[Record]
    keys: frozenset[Key]

    @cached_property
    def references(self) -> frozenset[str]:
        """Whom rules that judge records judge anew."""
        return frozenset(record.reference for record in self.records)


def moved(
    before: Ground,
    after: Ground,
    entries: Iterable[Entry],
    past: Iterable[str],
    paths: Mapping[str, Collection[fields.Path]],
    *,
    committed: bool = True,
) -> Moved | None:
    """What moved from one commit to the next; None where all must be judged anew: what applies is decided
    otherwise, or somebody signed.

    `entries` are those that differ, `past` the references whose past may be another, `paths` the paths of each kind at
    which somebody looked for referrers. `committed`: the later one is another commit, with a history of its own;
    else both stand on one history, and differ from it in other records.
    """
    was, now = before.world.inventory, after.world.inventory
    entries = list(entries)
    signed = f"{after.root}/{FOLDER}/" if after.root else f"{FOLDER}/"
    records = frozenset(was.all) ^ frozenset(now.all)
    deciding = {where.kind for where in applicabilities(now.kinds)}
    if any(record.kind.name in deciding for record in records) or any(one.path.startswith(signed) for one in entries):
        return None
    keys = {key for record in records for key in _of_record(record, paths.get(record.kind.name, ()))}
    keys |= {(FILE, entry.path) for entry in entries}
    keys |= {(PAST, reference) for reference in past}
    if committed:
        keys.add((HISTORY,))
    else:
        keys |= {(PAST, record.reference) for record in records}
    if not {entry.path for entry in entries} <= _paths(before) & _paths(after):
        keys.add((FILES,))
    if was.unreadable != now.unreadable:
        keys.add((UNREADABLE,))
    if any(record.kind.marked(IDENTITY) for record in records):
        keys.add((PEOPLE,))
    return Moved(records, frozenset(keys))


def _paths(ground: Ground) -> set[str]:
    """The files that may be records, in which nobody looks for traces."""
    return {entry.path for entry in ground.selected.entries}


def _of_record(record: Record, paths: Iterable[fields.Path]) -> Iterator[Key]:
    yield RECORD, record.reference
    yield KIND, record.kind.name
    for path in paths:
        for _, target in fields.values(record.value, path):
            if isinstance(target, str):
                yield REFERRERS, record.kind.name, path, target
