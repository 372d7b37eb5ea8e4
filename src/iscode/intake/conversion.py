"""The rows of a register and a mapping -> records with their paths, and each cell that no record took."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from iscode.document import Limits
from iscode.intake.mapping import Field, Records, RegisterMapping, filled, holes
from iscode.intake.rows import Row
from iscode.intake.slug import slug

_LONGEST: Final = Limits().scalar
_NUMBERS: Final = {
    "integer": (re.compile(r"[-+]?[0-9]{1,15}").fullmatch, int),
    "number": (re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]+)?").fullmatch, float),
}


@dataclass(frozen=True, slots=True)
class Unplaced:
    """One cell that no record took, or that made more of a question than of a value, and why.

    `row` is 0 for a column that the mapping names and no row has. `value` is the whole cell.
    """

    row: int
    column: str
    value: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What a register becomes: each record with the path of its file, those of the rows first; then the rest."""

    records: tuple[tuple[str, dict[str, Any]], ...]
    unplaced: tuple[Unplaced, ...]


def convert(rows: Sequence[Row], mapping: RegisterMapping) -> Intake:
    """A record for each row, the derived ones, and every filled cell that is in none of them nor ignored.

    Texts stay as they are, never cut. Nothing is invented: a value that does not fit is left out and reported, and
    a default that is taken is reported too.
    """
    made: dict[str, dict[str, Any]] = {}
    derived: dict[str, dict[str, Any]] = {}
    unplaced: list[Unplaced] = list(_absent(rows, mapping))
    names = [_name(mapping.id, row) or f"row-{row.number}" for row in rows]
    for row, name, unique in zip(rows, names, _unique(names), strict=True):
        taken = _Placing(row)
        made[f"{mapping.folder}/{unique}.yaml"] = _record(mapping, unique, taken)
        for records in mapping.derive:
            _derive(records, taken, derived)
        if unique != name or _name(mapping.id, row) is None:
            reason = "this id is taken already" if unique != name else "an id needs text in one of its columns"
            taken.report(mapping.id, _name(mapping.id, row), f"{reason}: the record is {unique}")
        unplaced += taken.unplaced
        unplaced += _left(taken, mapping)
    return Intake((*made.items(), *derived.items()), tuple(unplaced))


@dataclass(slots=True)
class _Placing:
    """One row while it is placed: the columns that found a place or a reason, and the reasons."""

    row: Row
    settled: set[str] = field(default_factory=set)
    unplaced: list[Unplaced] = field(default_factory=list)

    def report(self, column: str, value: Any, reason: str) -> None:
        self.settled.add(column)
        self.unplaced.append(Unplaced(self.row.number, column, value, reason))


class _Misfit(Exception):  # noqa: N818 (no error: the reason why a cell has no place)
    pass


def _absent(rows: Sequence[Row], mapping: RegisterMapping) -> Iterator[Unplaced]:
    present = {column for row in rows for column in row.cells}
    named = (column for records in mapping.all() for column in records.columns())
    for column in dict.fromkeys(named):
        if column not in present:
            yield Unplaced(0, column, None, "no row has this column")


def _name(pattern: str, row: Row) -> str | None:
    """The id that a pattern gives a row; None where all its columns are empty."""
    texts = {column: _text(cell).strip() for column, cell in row.cells.items() if not _blank(cell)}
    return slug(filled(pattern, texts)) if any(column in texts for column in holes(pattern)) else None


def _unique(names: Sequence[str]) -> Iterator[str]:
    """The names; the second that is equal gets -2, and so on, past whatever another row is called."""
    taken, counts = set(names), Counter[str]()
    for name in names:
        counts[name] += 1
        unique = name
        while counts[name] > 1 and unique in taken:
            unique = f"{name}-{counts[name]}"
            counts[name] += unique in taken
        yield unique


def _left(taken: _Placing, mapping: RegisterMapping) -> Iterator[Unplaced]:
    for column, value in taken.row.cells.items():
        if not _blank(value) and column not in taken.settled and column not in mapping.ignore:
            yield Unplaced(taken.row.number, column, value, "no field of the mapping takes this cell")


def _derive(records: Records, taken: _Placing, derived: dict[str, dict[str, Any]]) -> None:
    name = _name(records.id, taken.row)
    if name is None:
        return
    path = f"{records.folder}/{name}.yaml"
    record = _record(records, name, taken)
    known = derived.setdefault(path, record)
    for target, source in records.sources.items():
        if _inside(known, target) != _inside(record, target):
            for column in source.columns:
                if not _blank(cell := taken.row.cells.get(column)):
                    taken.report(column, cell, f"an earlier row gave {path} another `{target}`")


def _record(records: Records, name: str, taken: _Placing) -> dict[str, Any]:
    record: dict[str, Any] = {"kind": records.kind, "id": name}
    for target, source in records.sources.items():
        value = _value(target, source, taken)
        if value is not None:
            *above, last = target.split(".")
            inner = record
            for key in above:
                inner = inner.setdefault(key, {})
            inner[last] = value
    return record


def _inside(record: dict[str, Any], target: str) -> Any:
    value: Any = record
    for key in target.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _value(target: str, source: Field, taken: _Placing) -> Any:
    """The value of one field, None where there is none; cells and reasons are settled on the way."""
    if source.constant is not None:
        return source.constant
    if source.reference is not None:
        kind, _, pattern = source.reference.partition(":")
        name = _name(pattern, taken.row)
        if name is not None:
            return f"{kind}:{name}"
    elif (found := _cell(source, taken)) is not None:
        column, cell = found
        try:
            return _fitted(cell, source)
        except _Misfit as misfit:
            taken.report(column, cell, f"`{target}`: {misfit}" + _instead(source))
            return source.default
    if source.default is not None:
        taken.report(source.columns[0], None, f"`{target}`: the cell is empty" + _instead(source))
    return source.default


def _instead(source: Field) -> str:
    return f"; the default {source.default!r} was taken" if source.default is not None else ""


def _cell(source: Field, taken: _Placing) -> tuple[str, Any] | None:
    """The first filled cell of a source with its column, or the joined text of all."""
    filled_cells = [(name, taken.row.cells.get(name)) for name in source.columns]
    filled_cells = [(name, cell) for name, cell in filled_cells if not _blank(cell)]
    if not filled_cells:
        return None
    used = filled_cells if source.join else filled_cells[:1]
    taken.settled.update(name for name, _ in used)
    if len(used) == 1:
        return used[0]
    return used[0][0], "\n\n".join(dict.fromkeys(_text(cell) for _, cell in used))


def _fitted(cell: Any, source: Field) -> Any:
    if source.values is not None:
        return _from_table(cell, source.values)
    if source.dates:
        return _day(cell, source.dates)
    if source.split is not None:
        items = cell if isinstance(cell, list) else [item.strip() for item in _text(cell).split(source.split)]
        return [_typed(item, source) for item in items if not _blank(item)]
    value = _typed(cell, source)
    return [value] if source.list else value


def _from_table(cell: Any, values: dict[str, Any]) -> Any:
    known = {word.strip().casefold(): value for word, value in values.items()}
    word = _text(cell).strip().casefold()
    if word not in known:
        raise _Misfit("this word is not in the value table")
    return known[word]


def _day(cell: Any, forms: Sequence[str]) -> str:
    for form in forms:
        try:
            return datetime.strptime(_text(cell).strip(), form).date().isoformat()
        except ValueError:
            continue
    raise _Misfit("this is no day as the mapping says that days are written")


def _typed(cell: Any, source: Field) -> Any:
    if isinstance(cell, list | dict):
        raise _Misfit("a nested value has no place in one field")
    if isinstance(cell, str) and len(cell) > _LONGEST:
        raise _Misfit(f"the text is longer than {_LONGEST} characters")
    if source.type == "text":
        return _text(cell)
    if source.type is None or (isinstance(cell, int | float) and not isinstance(cell, bool)):
        return cell
    match, number = _NUMBERS[source.type]
    written = _text(cell).strip()
    if not match(written):
        raise _Misfit("this is no number with digits and a point")
    return number(written)


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _text(cell: Any) -> str:
    """A cell as text: truth and numbers as JSON writes them."""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
