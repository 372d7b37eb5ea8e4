"""What the own functions of the language do while an expression runs.

Each takes first what its call was resolved to, as plain data (a kind, a path, the words of a scale), then the context
and the arguments: bound to that data it is a function that can be written down and made again, without a type in sight.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from typing import Any

from iscode.expr.errors import EvaluationError
from iscode.expr.time import Timestamp, start_of_day
from iscode.expr.values import ABSENT, NONE, Optional
from iscode.facts import Facts
from iscode.inventory import Record, reference_to
from iscode.rule.context import Context
from iscode.schema import fields

Row = Mapping[str, Any]


def unbound(*_: object) -> Any:
    """Stands where the call itself tells the implementation (`Bound`); never run."""
    raise EvaluationError("the call was not bound")


def get(kinds: Collection[str], context: Context, reference: str) -> Row:
    """The record that a reference leads to, of one of the kinds."""
    return context.get(reference, kinds)


def get_all(kinds: Collection[str], context: Context, references: list[str]) -> list[Row]:
    """The records that references lead to, each of one of the kinds."""
    context.charge(len(references))
    return [context.get(reference, kinds) for reference in references]


Route = tuple[Any, ...]
"""How to reach references in a value: `reference`, the value is one; `items`, `values` or `content` with the route on
from each of them; `fields` with a route for each key, where it is there; `kind` with one for each kind of record."""


def refs(route: Route, value: Any) -> list[str]:
    """The references in a value, each once, in document order."""
    found: dict[str, None] = {}
    _reach(route, value, found)
    return list(found)


def _reach(route: Route, value: Any, found: dict[str, None]) -> None:
    way = route[0]
    if way == "fields":
        for key, further in route[1].items():
            if key in value:
                if further[0] == "reference":
                    found[value[key]] = None
                else:
                    _reach(further, value[key], found)
    elif way == "items":
        further = route[1]
        if further[0] == "reference":
            found.update(dict.fromkeys(value))
        else:
            for item in value:
                _reach(further, item, found)
    else:
        _reach_through(route, value, found)


def _reach_through(route: Route, value: Any, found: dict[str, None]) -> None:
    way = route[0]
    if way == "kind":
        _reach(route[1][value["kind"]], value, found)
    elif way == "values":
        for item in value.values():
            _reach(route[1], item, found)
    elif way == "reference":
        found[value] = None
    elif value.content is not ABSENT:
        _reach(route[1], value.content, found)


def find(kind: str, context: Context, identity: str) -> Optional:
    """The record of a kind with an id, or a reference, if there is one."""
    record = context.inventory.find(f"{kind}:{identity.removeprefix(f'{kind}:')}")
    return NONE if record is None else Optional(context.get(record.reference, (kind,)))


def records(kind: str, context: Context) -> list[dict[str, Any]]:
    """The active records of a kind."""
    return context.records(kind)


def referrers_of_record(kind: str, path: fields.Path, context: Context, target: Any) -> list[dict[str, Any]]:
    """The records of a kind that refer to a record at a path."""
    return _referrers(context, kind, path, reference_to(target))


def referrers_of_requirement(kind: str, path: fields.Path, context: Context, target: Row) -> list[dict[str, Any]]:
    """The records of a kind that name a requirement at a path."""
    return _referrers(context, kind, path, str(target["id"]))


def referrers_of_text(kind: str, path: fields.Path, context: Context, target: str) -> list[dict[str, Any]]:
    """The records of a kind that have a text at a path: a reference, or the id of a requirement."""
    return _referrers(context, kind, path, target)


def _referrers(context: Context, kind: str, path: fields.Path, target: str) -> list[dict[str, Any]]:
    return context.hand_over_all(context.inventory.referrers(kind, path, target))


def closure(
    kind: str, path: fields.Path, reached: Collection[str], context: Context, references: list[str]
) -> list[str]:
    """The references and all that they lead to: from records of a kind, on at a path; `reached` are all kinds met."""
    found = dict.fromkeys(references)
    waiting = list(found)
    while waiting:
        context.charge(1)
        row = context.get(waiting.pop(), reached)
        further = [target for _, target in fields.values(row, path)] if row["kind"] == kind else []
        waiting += [target for target in dict.fromkeys(further) if target not in found]
        found |= dict.fromkeys(further)
    return list(found)


Mark = tuple[fields.Path, str, fields.Path]
"""A marked field: keys through maps, the same as people write them, and the path from the first list on."""


def marked(marks: Mapping[str, Collection[Mark]], record: Row) -> list[Row]:
    """What stands in the marked fields of a record's kind, with where it stands."""
    found: list[Row] = []
    for keys, where, further in marks[record["kind"]]:
        value: Any = record
        for key in keys:
            if key not in value:
                break
            value = value[key]
        else:
            _mark(value, further, where, found)
    return found


def _mark(value: Any, path: fields.Path, where: str, found: list[Row]) -> None:
    if not path:
        found.append({"path": where, "value": value})
    elif path[0] == fields.EACH:
        for key, inner in _inside(value):
            _mark(inner, path[1:], _within(where, key), found)
    elif isinstance(value, dict) and path[0] in value:
        _mark(value[path[0]], path[1:], _within(where, path[0]), found)


def texts(context: Context, record: Row) -> list[Row]:
    """Every text of a record, with where it stands."""
    return texts_with(context, record, "")


def texts_with(context: Context, record: Row, part: str) -> list[Row]:
    """The texts of a record that hold a part, with where they stand."""
    found: list[tuple[list[str | int], str]] = []
    context.charge(_tell(record.items(), part, found))
    return [{"path": reduce(_within, reversed(keys), ""), "value": value} for keys, value in found]


def _tell(entries: Iterable[tuple[str | int, Any]], part: str, found: list[tuple[list[str | int], str]]) -> int:
    """Gather the texts in a value, each with the keys that lead to it, the last one first; how many were looked at."""
    count = 0
    for key, inner in entries:
        kind = type(inner)
        if kind is str:
            count += 1
            if part in inner:
                found.append(([key], inner))
        elif kind is dict or kind is list:
            before = len(found)
            count += _tell(inner.items() if kind is dict else enumerate(inner), part, found)
            for keys, _ in found[before:]:
                keys.append(key)
    return count


def _inside(value: Any) -> Iterable[tuple[str | int, Any]]:
    """The entries of a map, the items of a list by index; nothing of what has none."""
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _within(where: str, key: str | int) -> str:
    """How people write the place of what stands at a key: `holders[0].person`."""
    if isinstance(key, int):
        return f"{where}[{key}]"
    return f"{where}.{key}" if where else key


def text(context: Context, record: Row) -> str:
    """Every text of a record, a line or more each, in the same order: to look at it without asking where it stands."""
    found: list[str] = []
    _gather(record.values(), found)
    context.charge(len(found))
    return "\n".join(found)


def _gather(values: Iterable[Any], found: list[str]) -> None:
    for inner in values:
        kind = type(inner)
        if kind is str:
            found.append(inner)
        elif kind is dict:
            _gather(inner.values(), found)
        elif kind is list:
            _gather(inner, found)


def group(keys: tuple[str, ...], context: Context, rows: list[Row]) -> dict[str, list[Row]]:
    """The rows by the text at a path; one that has none is in no group."""
    context.charge(len(rows))
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for _, name in fields.values(row, keys):
            groups[name].append(row)
    return dict(groups)


def rank(scale: str, positions: Mapping[str, int], word: str) -> int:
    """Where a word stands on a scale, from 0."""
    if word not in positions:
        raise EvaluationError(f"{word!r} is no word of the scale {scale!r}")
    return positions[word]


def sum_of_ints(context: Context, numbers: list[int]) -> int:
    """The sum of whole numbers; an error beyond 64 bits."""
    context.charge(len(numbers))
    total = sum(numbers)
    if not -(2**63) <= total < 2**63:
        raise EvaluationError("the sum is out of range")
    return total


def sum_of_doubles(context: Context, numbers: list[float]) -> float:
    """From the left, as CEL adds: Python's own `sum` rounds otherwise from one version to the next."""
    context.charge(len(numbers))
    return reduce(operator.add, numbers, 0.0)


def requirement(context: Context, name: str) -> Row:
    """The requirement with an id."""
    found = context.requirements.get(name)
    if found is None:
        raise EvaluationError(f"{name} is no requirement of any catalog", "unresolved")
    return found


def requirements(context: Context, pattern: str) -> list[Row]:
    """Those that a pattern names, in catalog order; `*` crosses dots."""
    return context.requirements_fitting(pattern)


def history(paths: Mapping[str, fields.Path], context: Context, row: Row) -> list[Row]:
    """The commits that changed what stands at a record's path; the kinds of a union need not all have one."""
    record = _record(context, row)
    path = paths.get(record.kind.name)
    return _paid(context, [commit.row for commit in _facts(context).history(record, path)] if path else [])


def commit(context: Context, sha: str) -> Optional:
    """The commit of that name, none where the history that led here does not hold it."""
    found = _facts(context).commit(sha)
    return NONE if found is None else Optional(found.row)


def git(context: Context, row: Row) -> Row:
    """What Git tells of a record."""
    return _facts(context).git(_record(context, row)).row


def git_of_path(context: Context, path: str) -> Row:
    """What Git tells of a file."""
    return _facts(context).git_of_path(path).row


def authors(context: Context, row: Row, since: Timestamp) -> list[str]:
    """Who wrote a record since a day."""
    return _paid(context, _facts(context).authors(_record(context, row), start_of_day(since)))


def authors_of_path(context: Context, path: str, since: Timestamp) -> list[str]:
    """Who wrote a file since a day."""
    return _paid(context, _facts(context).authors_of_path(path, start_of_day(since)))


def authors_of_requirement(
    paths: Collection[tuple[str, fields.Path]], context: Context, row: Row, since: Timestamp
) -> list[str]:
    """Who wrote the active records that name a requirement, at any of the (kind, path)."""
    naming = {
        record.reference: record
        for kind, path in paths
        for record in context.inventory.referrers(kind, path, row["id"])
    }
    context.charge(len(naming))
    return sorted({name for record in naming.values() for name in authors(context, record.value, since)})


def approval(context: Context, row: Row) -> Row:
    """What is known of a record's approval."""
    return _facts(context).approval(_record(context, row)).row


def traces(context: Context, topic: str) -> Mapping[str, Row]:
    """What gives a topic away in the files, by the id of the signature."""
    found = {name: trace.row for name, trace in _facts(context).traces(topic).items()}
    context.charge(sum(len(row["spots"]) for row in found.values()))
    return found


def artifact_of_block(context: Context, block: Row) -> Row:
    """What is known of the file that a block of a record names."""
    return _facts(context).artifacts.of_block(block).row


def artifact_of_path(context: Context, path: str) -> Row:
    """What is known of the file at a path."""
    return _facts(context).artifacts.of_path(path).row


def _facts(context: Context) -> Facts:
    if context.facts is None:
        raise EvaluationError("there is no history here", "no_history")
    return context.facts


def _record(context: Context, row: Row) -> Record:
    record = context.inventory.find(reference_to(row))
    if record is None:
        raise EvaluationError(f"{reference_to(row)} is not in the repository", "unresolved")
    return record


def _paid(context: Context, found: list[Any]) -> list[Any]:
    context.charge(len(found))
    return found
