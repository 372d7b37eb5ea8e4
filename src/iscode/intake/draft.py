"""A kind and what is known of a record -> the text of a record to fill in, with the reason for each field.

Which fields are asked for is found by judging: the record as if it were in force, under the rules that bind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from iscode.document import Pointer, read, write
from iscode.document.model import pointers
from iscode.errors import UsageError
from iscode.evaluation.ground import Ground
from iscode.evaluation.judge import judged
from iscode.intake.filling import Examples, Path, Schema, blank, filled, node_at
from iscode.policy import BoundRule
from iscode.schema import Kind
from iscode.schema.kinds import ACTIVE

Lay = Callable[[Mapping[str, Any]], Ground]
"""A record -> the ground of the repository as if it held it."""

_MISSING: Final = "needs:"
_SHOWN: Final = 3
"""Records that a comment offers for a reference."""


class Draft(NamedTuple):
    """The text of a file, and the paths in it that wait for a value, in the order of the file."""

    text: str
    blanks: tuple[str, ...]


def draft(kind: Kind, known: Mapping[str, Any], lay: Lay, modeline: str | None = None) -> Draft:
    """The record `known`, with every field that the schema or a rule that binds asks of it.

    `known` holds the kind and the id. Raises UsageError for a value that the schema refuses.
    """
    ground = lay(known)
    others = Others(ground, f"{kind.name}:{known['id']}")
    asked = demands(kind, known, lay, others)
    status = {"status": known.get("status", kind.statuses[0])}
    record = filled(kind.schema, {**known, **status}, asked, blank)
    return Draft(_commented(kind, record, asked, others, modeline), tuple(_blanks(record)))


class Others(NamedTuple):
    """A ground without the record that is drafted on it."""

    ground: Ground
    drafted: str

    def of(self, kinds: Iterable[str]) -> list[str]:
        """The references of the other records of some kinds."""
        found = (record.reference for name in kinds for record in self.ground.world.inventory.of_kind(name))
        return [reference for reference in found if reference != self.drafted]


def demands(kind: Kind, known: Mapping[str, Any], lay: Lay, others: Others) -> dict[Path, list[BoundRule]]:
    """Each path that a rule misses in the record, were it in force and had a value wherever one was missed before."""
    ground, examples = others.ground, Examples(others.of)
    rules = {bound.id: bound for bound in ground.policy.bound if kind.name in bound.subjects}
    found: dict[Path, list[BoundRule]] = {}
    while True:
        record = filled(kind.schema, {**known, "status": ACTIVE}, found, examples.of)
        _require_valid(kind, record, known)
        new = list(_missed(lay(record), rules, others.drafted))
        if all(path in found for path, _ in new):
            return found
        for path, rule in new:
            bound = found.setdefault(path, [])
            if rules[rule] not in bound:
                bound.append(rules[rule])


def _missed(ground: Ground, rules: Mapping[str, BoundRule], reference: str) -> Iterator[tuple[Path, str]]:
    for result in judged(ground, dict.fromkeys(rules, (reference,))):
        for one in result.whole:
            if one.cause == "missing" and one.item is None and one.clause:
                yield tuple(one.clause.removeprefix(_MISSING).split(".")), one.rule


def _require_valid(kind: Kind, record: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    refusals = kind.refusals(read("", write(record).encode()))
    if refusals:
        first = refusals[0]
        raise UsageError(f"{kind.name} {known['id']}: {first.message}", hint=first.hint)


def _blanks(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _blanks(inner, f"{path}.{key}" if path else key)
    elif value in ("", [], {}):
        yield path


def _commented(
    kind: Kind, record: Mapping[str, Any], asked: Mapping[Path, list[BoundRule]], others: Others, modeline: str | None
) -> str:
    """The text of the record; above each field that waits for a value: what it is, who asks, what it may be."""
    text = write(record, modeline)
    document = read("", text.encode())
    lines = text.splitlines()
    above: dict[int, list[str]] = {}
    for pointer in pointers(record):
        path = tuple(step for step in pointer if isinstance(step, str))
        if path in asked or _at(record, pointer) in ("", [], {}):
            place = document.place(pointer)
            said = _reasons(node_at(kind.schema, pointer), asked.get(path, []), others)
            above[place.line - 1] = [f"{' ' * (place.column - 1)}# {_line(words)}" for words in said]
    return "".join(f"{line}\n" for number, held in enumerate(lines) for line in (*above.get(number, ()), held))


def _line(words: str) -> str:
    """Words of a schema or a rule, which a repository may bring, on one line: what stood on the next would be a key."""
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())


def _at(record: Any, pointer: Pointer) -> Any:
    for step in pointer:
        record = record[step]
    return record


def _reasons(node: Schema, rules: list[BoundRule], others: Others) -> Iterator[str]:
    if "description" in node:
        yield node["description"]
    yield from (f"{bound.id}: {bound.file.rule.title}" for bound in rules)
    items = node["items"] if node["type"] == "array" else node
    many = "a list of " if node["type"] == "array" else ""
    if "enum" in items:
        yield f"-> {many or 'one of '}{', '.join(map(str, items['enum']))}"
    elif "x-ref" in items:
        there = others.of(items["x-ref"])
        offered = f"; here: {', '.join(there[:_SHOWN])}{', …' if there[_SHOWN:] else ''}" if there else ""
        yield f"-> {many}{' or '.join(f'{name}:id' for name in items['x-ref'])}{offered}"
    elif items["type"] == "object" and "properties" in items:
        yield f"-> {many}{', '.join(items['properties'])}"
    elif items["type"] == "boolean":
        yield "-> true or false"
    elif items["type"] in ("integer", "number"):
        yield f"-> {many}a number"
    elif items.get("format") == "date":
        yield f'-> {many}a day, as "{others.ground.as_of}"'
