"""What is wrong below the rules: a record that cannot be read, or does not fit with the others -> problems.

A problem becomes a result of a built-in rule, so that it travels the same road to every report.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from iscode.document import Document, Pointer, Refusal
from iscode.errors import Place
from iscode.inventory.record import Record
from iscode.schema import fields
from iscode.schema.wording import cut

if TYPE_CHECKING:
    from iscode.inventory.stock import Inventory

RELATED: Final = 5
"""Others that a record with a claimed identity names; n files of one id would name n² of them."""
COMPARISONS: Final = 100_000
"""Names that are compared with what leads nowhere, in all; later problems of one inventory get no guess."""


class Related(Struct, frozen=True, order=True):
    """Another place that a message speaks of."""

    place: Place
    message: str


class Problem(Struct, frozen=True):
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


def references(
    inventory: Inventory, requirements: Collection[str], among: Collection[Record] | None = None
) -> Iterator[Problem]:
    """References that lead nowhere or to a wrong kind, and ids of requirements that no catalog has; those of the
    records `among` all, where the others are known to have none.
    """
    guesses = _Guesses()
    for record in inventory.all:
        if not record.valid or (among is not None and record not in among):
            continue
        for path, kinds in record.kind.references:
            for pointer, target in fields.values(record.value, path):
                yield from _dangling(inventory, record, pointer, target, kinds, guesses)
        for path in record.kind.requirements:
            for pointer, target in fields.values(record.value, path):
                if target not in requirements:
                    words = f"{cut(target)} is no requirement of a selected or known standard"
                    hint = guesses.nearest(target, len(requirements), requirements)
                    yield _at(record, pointer, "requirement", words, hint)


def identities(inventory: Inventory) -> Iterator[Problem]:
    """Two files that claim one id, ids that people or file systems take for one, paths that differ by case alone."""
    by_name: dict[tuple[str, str], list[Record]] = defaultdict(list)
    by_path: dict[str, list[Record]] = defaultdict(list)
    for record in inventory.all:
        by_name[record.kind.name, folded(record.id)].append(record)
        by_path[unicodedata.normalize("NFC", record.document.path).casefold()].append(record)
    yield from _claimed(by_name.values(), "claims the identity of {other}", "give one of them another id, or delete it")
    words, hint = "has the path of {other} but for case", "rename one: some file systems hold only one of them"
    yield from _claimed(by_path.values(), words, hint)


def _dangling(
    inventory: Inventory, record: Record, pointer: Pointer, target: str, kinds: tuple[str, ...], guesses: _Guesses
) -> Iterator[Problem]:
    kind, _, identity = target.partition(":")
    said = f"`{_last_key(pointer)}` refers to {cut(target)}"
    if kind not in kinds:
        close = difflib.get_close_matches(kind, kinds, 1)
        bare = next((f"{name}:{target}" for name in kinds if inventory.find(f"{name}:{target}")), None)
        meant = f"{close[0]}:{cut(identity)}" if close else bare
        hint = f"did you mean {meant}?" if meant else f"name a {' or '.join(kinds)}, as {kinds[0]}:id"
        yield _at(record, pointer, "kind", f"{said}; a reference here leads to {' or '.join(kinds)}", hint)
    elif inventory.find(target) is None:
        others = inventory.of_kind(kind)
        hint = guesses.nearest(identity, len(others), (other.id for other in others), f"{kind}:")
        yield _at(record, pointer, "target", f"{said}, and no record has that id", hint)


def _at(record: Record, pointer: Pointer, keyword: str, message: str, hint: str) -> Problem:
    item = f"{pointer_text(pointer)} {keyword}"
    return Problem("reference", record.reference, item, record.document.place(pointer), message, hint, record.document)


def _claimed(groups: Iterable[list[Record]], words: str, hint: str) -> Iterator[Problem]:
    for group in groups:
        for record in group if len(group) > 1 else ():
            others = [other for other in group[: RELATED + 1] if other is not record][:RELATED]
            yield Problem(
                "identity",
                record.reference,
                record.document.path,
                record.document.place(("id",)),
                f"{record.reference} {words.format(other=others[0].document.path)}",
                hint,
                record.document,
                tuple(Related(other.document.place(("id",)), other.reference) for other in others),
            )


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """What is left of a text when case, width and what nobody sees are taken away."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return plain if plain.isascii() else "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")


def _last_key(pointer: Pointer) -> str:
    return next((step for step in reversed(pointer) if isinstance(step, str)), "")


class _Guesses:
    """The nearest of known names, as long as there are comparisons left."""

    def __init__(self) -> None:
        self.left = COMPARISONS

    def nearest(self, word: str, count: int, known: Iterable[str], before: str = "") -> str:
        self.left -= count
        close = difflib.get_close_matches(word, sorted(known), 1) if self.left >= 0 else []
        return (
            f"did you mean {before}{close[0]}?"
            if close
            else "write the record it should lead to, or correct the reference"
        )
