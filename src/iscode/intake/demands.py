"""A kind and what is known of a record -> which further fields the rules that bind ask for, were it in force.

This is found by judging. A rule asks for a field where it fails for want of it: it needs the field, or a check tests
whether it is there, or reads what is there if anything is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from iscode.evaluation.ground import Ground
from iscode.evaluation.judge import judged
from iscode.evaluation.result import Result
from iscode.expr import typed
from iscode.intake.filling import Path, Schema
from iscode.policy import BoundRule
from iscode.rule.compiled import SELF, CompiledRule

NEEDS: Final = "needs:"

Failure = tuple[str, str]
"""A rule and the clause of it that fails."""


class Asked(NamedTuple):
    """What fails for a record, and which paths would have to be looked at for it."""

    failures: frozenset[Failure]
    paths: dict[Path, set[str]]
    """A path that is absent -> the rules that fail and read it."""


def asked(ground: Ground, rules: Mapping[str, BoundRule], reference: str, schema: Schema) -> Asked:
    """What these rules have against the record of this reference as a whole, and not against items of it."""
    record = ground.world.inventory.find(reference)
    value = record.value if record else {}
    failures: set[Failure] = set()
    paths: dict[Path, set[str]] = {}
    for result in judged(ground, dict.fromkeys(rules, (reference,))):
        for one in result.whole:
            if one.item is None and one.clause and one.outcome == "fail":
                failures.add((one.rule, one.clause))
                for path in _read(one, rules[one.rule]):
                    if _is_field(schema, path) and not _is_there(value, path):
                        paths.setdefault(path, set()).add(one.rule)
    return Asked(frozenset(failures), paths)


def _read(result: Result, bound: BoundRule) -> Iterable[Path]:
    """The paths that decide a failure: what is needed, or what the check and its names read if it is there."""
    clause = result.clause or ""
    if result.cause == "missing":
        return [tuple(clause.removeprefix(NEEDS).split("."))]
    compiled = bound.compiled
    return [
        path
        for check in compiled.checks
        if check.clause == clause
        for path in _optional(check.that.expression.tree, compiled)
    ]


def _optional(tree: typed.Part, compiled: CompiledRule) -> Iterator[Path]:
    """The paths from self that may be absent where an expression reads them, through the names that it uses."""
    lets = {let.name: let.formula.expression.tree for let in compiled.lets}
    waiting, seen = [tree], set[str]()
    while waiting:
        part = waiting.pop()
        waiting += typed.below(part)
        match part:
            case typed.HasKey(operand=typed.Part(path=tuple() as path), key=key):
                found = (*path, key)
            case typed.Read(path=tuple() as path, optional=True) | typed.Read(path=tuple() as path, chained=True):
                found = path
            case typed.Local(path=(name,)) if name in lets and name not in seen:
                seen.add(name)
                waiting.append(lets[name])
                continue
            case _:
                continue
        if found[0] == SELF and found[1:]:
            yield found[1:]


def _is_field(schema: Schema, path: Path) -> bool:
    """Whether the path leads to a field of the kind, through objects alone."""
    for key in path:
        if key not in schema.get("properties", {}):
            return False
        schema = schema["properties"][key]
    return True


def _is_there(value: Any, path: Path) -> bool:
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return False
        value = value[key]
    return value not in ("", [], {})
