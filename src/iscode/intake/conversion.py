"""The rows of a register and a mapping -> records with their paths, and each cell that no record took."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from iscode.document import Limits, value_at
from iscode.errors import UsageError
from iscode.intake import formula
from iscode.intake.mapping import GIVEN, Derived, Field, Records, RegisterMapping, filled, filling, holes
from iscode.intake.placing import Placing, Unplaced, blank, left, unused
from iscode.intake.rows import Row
from iscode.intake.slug import slug

_LONGEST: Final = Limits().scalar
_NUMBERS: Final = {
    "integer": (re.compile(r"[-+]?[0-9]{1,15}").fullmatch, int),
    "number": (re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]+)?").fullmatch, float),
}


@dataclass(frozen=True, slots=True)
class Intake:
    """What a register becomes: each record with the path of its file, those of the rows first; then the rest."""

    records: tuple[tuple[str, dict[str, Any]], ...]
    unplaced: tuple[Unplaced, ...]


def convert(rows: Sequence[Row], mapping: RegisterMapping) -> Intake:
    """A record for each row, the derived ones, and every filled cell that is in none of them nor ignored.

    Texts stay as they are, never cut. Nothing is invented: a value that does not fit is left out and reported, and
    a default that is taken is reported too. Raises UsageError where a record of a row needs what the file does not
    say, and nothing was given for it.
    """
    made: dict[str, dict[str, Any]] = {}
    derived: dict[str, dict[str, Any]] = {}
    unplaced: list[Unplaced] = [] if mapping.sparse else list(_absent(rows, mapping))
    placings = [Placing(row) for row in rows]
    chosen = [taken for taken in placings if _becomes(mapping, taken)]
    names = [_name(mapping.id, taken.row) or f"row-{taken.row.number}" for taken in chosen]
    unique = dict(zip((taken.row.number for taken in chosen), zip(names, _unique(names), strict=True), strict=True))
    for taken in placings:
        used = taken.row.number in unique
        if used:
            _make(mapping, taken, *unique[taken.row.number], made)
        for records in mapping.derive:
            for one in taken.items(records.each) if records.each else (taken,):
                used = _derive(records, one, derived) or used
        if not used:
            taken.report("(row)", _told(mapping, taken.row), "no record is made of this row")
        unplaced += (told for one in taken.everywhere() for told in one.unplaced)
        unplaced += left(taken, mapping) if used else ()
    unplaced += unused(placings)
    return Intake((*made.items(), *derived.items()), tuple(unplaced))


def _told(mapping: RegisterMapping, row: Row) -> Any:
    """What people know a row by: what its id would be made of, or its first cell."""
    named = (cell for column in holes(mapping.id) if not blank(cell := row.cell(column)))
    return next(named, next(iter(row.cells.values()), None))


def _make(mapping: RegisterMapping, taken: Placing, name: str, unique: str, made: dict[str, dict[str, Any]]) -> None:
    for need in _missing(mapping, taken):
        given = [column for column in need if column.startswith(GIVEN)]
        what = next((mapping.given[column[1:]] for column in given if column[1:] in mapping.given), "")
        hint = f"give {what}: --set {given[-1][1:]}=…" if what else "without it there is no record"
        raise UsageError(f"row {taken.row.number} has no {' or '.join(need)}", hint=hint)
    taken.row = taken.row.with_known({f"{GIVEN}id": unique})
    made[f"{mapping.folder}/{unique}.yaml"] = _record(mapping, unique, taken)
    _settle_given(mapping.id, taken)
    if unique != name or _name(mapping.id, taken.row) is None:
        reason = "this id is taken already" if unique != name else "an id needs text in one of its columns"
        taken.report(mapping.id, _name(mapping.id, taken.row), f"{reason}: the record is {unique}")


def _missing(records: Records, taken: Placing) -> Iterator[tuple[str, ...]]:
    for need in records.needed:
        if all(blank(taken.row.cell(column)) for column in need):
            yield need


def _becomes(records: Records, taken: Placing) -> bool:
    """Whether the condition of the records holds for the row."""
    if records.when is None:
        return True
    try:
        return _worked_out(records.when, taken) is True
    except _Misfit as misfit:
        taken.report(records.when.columns[0], taken.row.cell(records.when.columns[0]), f"no {records.kind}: {misfit}")
        return False


class _Misfit(Exception):  # noqa: N818 (no error: the reason why a cell has no place)
    pass


def _absent(rows: Sequence[Row], mapping: RegisterMapping) -> Iterator[Unplaced]:
    present = {column for row in rows for column in row.cells}
    named = (column for records in mapping.all() for column in records.columns())
    for column in dict.fromkeys(named):
        if column not in present and not column.startswith(GIVEN):
            yield Unplaced(0, column, None, "no row has this column")


def _name(pattern: str, row: Row) -> str | None:
    """The id that a pattern gives a row; None where all its columns are empty."""
    texts = {column: _text(cell).strip() for column in holes(pattern) if not blank(cell := row.cell(column))}
    return slug(filled(pattern, texts)) if any(column in texts for column in holes(pattern)) else None


def _settle_given(pattern: str, taken: Placing) -> None:
    """What was given for an id has its place there; a cell has not, for an id keeps only part of its text."""
    for column in filling(pattern, {column for column in holes(pattern) if not blank(taken.row.cell(column))}):
        if column.startswith(GIVEN):
            taken.settle(column)


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


def _derive(records: Derived, taken: Placing, derived: dict[str, dict[str, Any]]) -> bool:
    """Make the record of the row, if it has one; whether it has."""
    name = _name(records.id, taken.row)
    if name is None or not _becomes(records, taken):
        return False
    if need := next(_missing(records, taken), ()):
        taken.report(need[0], None, f"no {records.kind} {name}: nothing says {' or '.join(need)}")
        return False
    path = f"{records.folder}/{name}.yaml"
    record = _record(records, name, taken)
    _settle_given(records.id, taken)
    known = derived.setdefault(path, record)
    for target, source in records.sources.items():
        place = tuple(target.split("."))
        if value_at(known, place) != value_at(record, place):
            for column in source.columns:
                if not blank(cell := taken.row.cell(column)):
                    taken.report(column, cell, f"an earlier row gave {path} another `{target}`")
    return True


def _record(records: Records, name: str, taken: Placing) -> dict[str, Any]:
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


def _value(target: str, source: Field, taken: Placing) -> Any:
    """The value of one field, None where there is none; cells and reasons are settled on the way."""
    if source.constant is not None:
        return source.constant
    if source.reference is not None:
        kind, _, pattern = source.reference.partition(":")
        name = _name(pattern, taken.row)
        if name is not None:
            return f"{kind}:{name}"
    elif source.formula is not None:
        try:
            if (value := _worked_out(source, taken)) is not None:
                return [value] if source.list else value
        except _Misfit as misfit:
            taken.report(_first(source), taken.row.cell(_first(source)), f"`{target}`: {misfit}" + _instead(source))
            return source.default
    elif (found := _cell(source, taken)) is not None:
        column, cell = found
        try:
            return _fitted(cell, source)
        except _Misfit as misfit:
            taken.report(column, cell, f"`{target}`: {misfit}" + _instead(source))
            return source.default
    if source.default is not None:
        cell, why = None, "the cell is empty"
        if source.formula is not None:
            cell, why = taken.row.cell(_first(source)), "the file does not decide it"
        taken.report(_first(source), cell, f"`{target}`: {why}" + _instead(source))
    return source.default


def _first(source: Field) -> str:
    return next(iter(source.columns), "(mapping)")


def _worked_out(source: Field, taken: Placing) -> Any:
    """What the expression of a source gives for the row; None where it gives nothing."""
    values: dict[str, Any] = {}
    text = source.formula or ""
    for name, inner in source.names.items():
        found = _cell(inner, taken, text)
        plain = found is None or inner == Field(column=inner.column, first=inner.first, join=inner.join)
        values[name] = found and (found[1] if plain else _fitted(found[1], inner))
    try:
        return _bounded(formula.worked_out(text, values))
    except formula.UnsoundError as error:
        raise _Misfit(str(error)) from None


def _bounded(value: Any) -> Any:
    """The value, no text in which is longer than a record may hold."""
    if isinstance(value, str) and len(value) > _LONGEST:
        raise _Misfit(f"the text is longer than {_LONGEST} characters")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _bounded(inner)
    return value


def _instead(source: Field) -> str:
    return f"; the default {source.default!r} was taken" if source.default is not None else ""


def _cell(source: Field, taken: Placing, text: str = "") -> tuple[str, Any] | None:
    """The first filled cell of a source with its column, or the joined text of all; `text` is what looks into it."""
    names = [source.column] if source.column else [*(source.first or ()), *(source.join or ())]
    filled_cells = [(name, taken.row.nested(name) if text else taken.row.cell(name)) for name in names]
    filled_cells = [(name, cell) for name, cell in filled_cells if not blank(cell)]
    if not filled_cells:
        return None
    used = filled_cells if source.join else filled_cells[:1]
    for name, cell in used:
        if text and isinstance(cell, dict | list):
            taken.look(name, text)
        else:
            taken.settle(name)
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
        return [_typed(item, source) for item in items if not blank(item)]
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


def _text(cell: Any) -> str:
    """A cell as text: truth and numbers as JSON writes them."""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
