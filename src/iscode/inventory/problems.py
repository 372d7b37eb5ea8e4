"""What is wrong below the rules: a record that cannot be read, or does not fit with the others -> problems.

A problem becomes a result of a built-in rule, so that it travels the same road to every report.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iscode.document import Document, Pointer, Refusal
from iscode.errors import Place
from iscode.inventory.record import Record
from iscode.schema import fields

if TYPE_CHECKING:
    from iscode.inventory.stock import Inventory


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """Another place that a message speaks of."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One failing result of a built-in rule. `item` tells the problems of one subject apart."""

    rule: str
    subject: str
    item: str | None
    place: Place
    message: str
    hint: str
    document: Document | None = None
    related: tuple[Related, ...] = ()


def of_refusal(rule: str, subject: str, refusal: Refusal, document: Document) -> Problem:
    """What a reader or a schema refused, as a problem of `subject`; pointer and keyword are its identity."""
    item = f"{pointer_text(refusal.pointer)} {refusal.keyword}"
    return Problem(rule, subject, item, refusal.place, refusal.message, refusal.hint, document)


def pointer_text(pointer: Pointer) -> str:
    """A pointer as RFC 6901 writes it."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def references(inventory: Inventory, requirements: Collection[str]) -> Iterator[Problem]:
    """References that lead nowhere or to a wrong kind, and ids of requirements that no catalog has."""
    for record in inventory.all:
        if not record.valid:
            continue
        for path, kinds in record.kind.references:
            for pointer, target in fields.values(record.value, path):
                yield from _dangling(inventory, record, pointer, target, kinds)
        for path in record.kind.requirements:
            for pointer, target in fields.values(record.value, path):
                if target not in requirements:
                    words = f"{target} is no requirement of a selected or known standard"
                    yield _at(record, pointer, "requirement", words, _guess(target, requirements))


def identities(inventory: Inventory) -> Iterator[Problem]:
    """Two files that claim one id, ids that people or file systems take for one, paths that differ by case alone."""
    by_name: dict[tuple[str, str], list[Record]] = defaultdict(list)
    by_path: dict[str, list[Record]] = defaultdict(list)
    for record in inventory.all:
        by_name[record.kind.name, _folded(record.id)].append(record)
        by_path[record.document.path.casefold()].append(record)
    yield from _claimed(by_name.values(), "claims the identity of {other}", "give one of them another id, or delete it")
    yield from _claimed(
        by_path.values(),
        "has the path of {other} but for case",
        "rename one: some file systems hold only one of them",
    )


def _dangling(
    inventory: Inventory, record: Record, pointer: Pointer, target: str, kinds: tuple[str, ...]
) -> Iterator[Problem]:
    kind = target.partition(":")[0]
    if kind not in kinds:
        words = f"`{_last_key(pointer)}` refers to {target}; a reference here leads to {' or '.join(kinds)}"
        yield _at(record, pointer, "kind", words, "")
    elif inventory.find(target) is None:
        known = [other.reference for other in inventory.of_kind(kind)]
        yield _at(
            record,
            pointer,
            "target",
            f"`{_last_key(pointer)}` refers to {target}, and no record has that id",
            _guess(target, known),
        )


def _at(record: Record, pointer: Pointer, keyword: str, message: str, hint: str) -> Problem:
    item = f"{pointer_text(pointer)} {keyword}"
    return Problem("reference", record.reference, item, record.document.place(pointer), message, hint, record.document)


def _claimed(groups: Iterable[list[Record]], words: str, hint: str) -> Iterator[Problem]:
    for group in groups:
        for record in group if len(group) > 1 else ():
            others = [other for other in group if other is not record]
            place = record.document.place(("id",))
            related = tuple(Related(other.document.place(("id",)), other.reference) for other in others)
            message = f"{record.reference} {words.format(other=others[0].document.path)}"
            yield Problem(
                "identity",
                record.reference,
                record.document.path,
                place,
                message,
                hint,
                record.document,
                related,
            )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _last_key(pointer: Pointer) -> str:
    return next((step for step in reversed(pointer) if isinstance(step, str)), "")


def _guess(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, sorted(known), 1)
    return f"did you mean {close[0]}?" if close else "write the record it should lead to, or correct the reference"
