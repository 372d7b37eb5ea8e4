"""A kind and what is known of a record -> the text of a record to fill in, with the reason for each field.

Which fields are asked for is found by judging: the record as if it were in force, under the rules that bind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from iscode.document import read, value_at, write
from iscode.document.model import pointers
from iscode.errors import UsageError
from iscode.evaluation.ground import Ground
from iscode.intake.demands import Asked, asked
from iscode.intake.filling import Examples, Path, Schema, blank, filled, node_at
from iscode.policy import BoundRule
from iscode.schema import Kind
from iscode.schema.kinds import ACTIVE

Lay = Callable[[Mapping[str, Any]], Ground]
"""A record -> the ground of the repository as if it held it."""

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
    demanded = demands(kind, known, lay, others)
    status = {"status": known.get("status", kind.statuses[0])}
    record = filled(kind.schema, {**known, **status}, demanded, blank)
    return Draft(_commented(kind, record, demanded, others, modeline), tuple(_blanks(record)))


class Others(NamedTuple):
    """A ground without the record that is drafted on it."""

    ground: Ground
    drafted: str

    def of(self, kinds: Iterable[str]) -> list[str]:
        """The references of the other records of some kinds."""
        found = (record.reference for name in kinds for record in self.ground.world.inventory.of_kind(name))
        return [reference for reference in found if reference != self.drafted]


def demands(kind: Kind, known: Mapping[str, Any], lay: Lay, others: Others) -> dict[Path, list[BoundRule]]:
    """Each path that rules ask for in the record, were it in force, and which.

    It grows until nothing more is asked for; then each path is left out in turn, and what nobody misses stays out: what
    was only asked for as long as another answer was open, and what does not mend what asked for it.
    """
    examples = Examples(others.of)
    rules = {bound.id: bound for bound in others.ground.policy.bound if kind.name in bound.subjects}

    def judge(paths: Iterable[Path]) -> Asked:
        record = filled(kind.schema, {**known, "status": ACTIVE}, paths, examples.of)
        _require_valid(kind, record, known)
        return asked(lay(record), rules, others.drafted, kind.schema)

    paths: dict[Path, set[str]] = {}
    found = judge(paths)
    while found.paths.keys() - paths.keys():
        for path, names in found.paths.items():
            paths.setdefault(path, set()).update(names)
        found = judge(paths)
    kept = dict(paths)
    for path in reversed(paths):
        missed = {rule for rule, _ in judge(kept.keys() - {path}).failures - found.failures}
        kept[path] &= missed
        if not kept[path]:
            del kept[path]
    return {path: [rules[name] for name in rules if name in names] for path, names in kept.items()}


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
    kind: Kind,
    record: Mapping[str, Any],
    demanded: Mapping[Path, list[BoundRule]],
    others: Others,
    modeline: str | None,
) -> str:
    """The text of the record; above each field that waits for a value: what it is, who asks, what it may be."""
    text = write(record, modeline)
    document = read("", text.encode())
    lines = text.splitlines()
    above: dict[int, list[str]] = {}
    for pointer in pointers(record):
        path = tuple(step for step in pointer if isinstance(step, str))
        if path in demanded or value_at(record, pointer) in ("", [], {}):
            place = document.place(pointer)
            said = _reasons(node_at(kind.schema, pointer), demanded.get(path, []), others)
            above[place.line - 1] = [f"{' ' * (place.column - 1)}# {_line(words)}" for words in said]
    return "".join(f"{line}\n" for number, held in enumerate(lines) for line in (*above.get(number, ()), held))


def _line(words: str) -> str:
    """Words of a schema or a rule, which a repository may bring, on one line: what stood on the next would be a key."""
    return " ".join("".join(one if one.isprintable() else " " for one in words).split())


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
