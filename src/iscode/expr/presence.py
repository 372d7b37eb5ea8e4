"""A checked condition -> what is known to be there, or of which shape it is, once the condition holds.

A fact is a path that is present, or a `Narrow`: the possible words of a field that tells shapes apart.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from iscode.expr import typed
from iscode.expr.shapes import union
from iscode.expr.typed import Path
from iscode.expr.types import EnumString, Field, ListType, ObjectType, Type

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_ROOT = 200
"""Characters of a call that can be the root of a path."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """The object at `path` has one of `words` in its field `key`; none of them where `among` is false."""

    path: Path
    key: str
    words: frozenset[object]
    among: bool = True


@dataclass(frozen=True, slots=True)
class Unguarded:
    """A read of something that may be absent and that nothing before it guards: `path` as text, and where."""

    path: str
    offset: int


Fact = Path | Narrow
Facts = frozenset[Fact]
NOTHING: Facts = frozenset()


def holds(part: typed.Part, outcome: bool) -> Facts:
    """What is known when the condition came out as `outcome`."""
    match part:
        case typed.Not(operand=operand):
            return holds(operand, not outcome)
        case typed.Connect(word=word, operands=operands):
            facts = [holds(operand, outcome) for operand in operands]
            return frozenset.union(*facts) if (word == "&&") is outcome else frozenset.intersection(*facts)
        case typed.HasKey() | typed.Unwrap(way="hasValue"):
            return prefixes(part.path) if outcome else NOTHING
        case typed.Choose():
            return chosen(part, outcome)
        case typed.Let(body=body):
            return holds(body, outcome)
        case typed.Invoke(name="in", implementation=operator.contains, arguments=(right, left)):
            return compared(left, right, "in") if outcome else NOTHING
        case typed.Invoke(name=name, arguments=(left, right)) if name in ("==", "!=", "in"):
            return compared(left, right, name, among=outcome is (name != "!="))
    return NOTHING


def prefixes(path: Path | None) -> Facts:
    """The path and all that lead to it: none can be there without the others."""
    return frozenset(path[:size] for size in range(2, len(path) + 1)) if path else NOTHING


def chosen(part: typed.Choose, outcome: bool) -> Facts:
    """What a choice says: what all the ways to this outcome have in common."""
    ways: list[Facts] = []
    before = NOTHING
    for condition, value in part.branches:
        if not (isinstance(value, typed.Constant) and value.value is not outcome):
            ways.append(before | holds(condition, True) | holds(value, outcome))
        before |= holds(condition, False)
    if not (isinstance(part.otherwise, typed.Constant) and part.otherwise.value is not outcome):
        ways.append(before | holds(part.otherwise, outcome))
    return frozenset.intersection(*ways) if ways else NOTHING


def compared(left: typed.Part, right: typed.Part, name: str, *, among: bool = True) -> Facts:
    """What `"key" in map`, `object.field == "word"` and `object.field in ["word"]` say; not `among`: their opposite."""
    if name == "in" and right.path and not isinstance(right.type, ListType):
        key = key_text(left) if among else None
        return prefixes((*right.path, key)) if key else NOTHING
    if isinstance(left, typed.Constant):
        left, right = right, left
    words = (right.value,) if isinstance(right, typed.Constant) and name != "in" else known_items(right)
    if words is not None and isinstance(left, typed.Read) and left.operand.path and left.path:
        return frozenset((Narrow(left.operand.path, left.path[-1], frozenset(words), among),))
    return NOTHING


def known_items(part: typed.Part) -> tuple[object, ...] | None:
    """The items of a list that is written out in literals; None for any other part."""
    if not isinstance(part, typed.MakeList):
        return None
    known = [item.value for given, item in part.items if not given and isinstance(item, typed.Constant)]
    return tuple(known) if len(known) == len(part.items) else None


def key_text(key: typed.Part) -> str | None:
    """A key as a step of a path: a name for a literal, `[a.b]` for what a path leads to."""
    if isinstance(key, typed.Constant):
        if isinstance(key.value, str):
            return None if key.value.startswith("[") else key.value
        return f"[{key.value!r}]"
    return f"[{'.'.join(key.path)}]" if key.path else None


def call_path(name: str, arguments: Iterable[typed.Part]) -> Path | None:
    """The root that a call is for paths: its text, if all its arguments are literals or paths."""
    texts = [
        repr(part.value) if isinstance(part, typed.Constant) else part.path and ".".join(part.path)
        for part in arguments
    ]
    if None in texts:
        return None
    text = f"{name}({', '.join(map(str, texts))})"
    return (text,) if len(text) <= LONGEST_ROOT else None


def refined(kind: Type, path: Path, facts: Facts) -> Type:
    """The type of what `path` leads to, with what `facts` say of it."""
    if not isinstance(kind, ObjectType):
        return kind
    for fact in facts:
        if isinstance(fact, Narrow) and fact.path == path:
            kind = narrowed(kind, fact)
    below = {fact for fact in facts if isinstance(fact, tuple) and fact[: len(path)] == path and len(fact) > len(path)}
    if not below:
        return kind
    fields = dict(kind.fields)
    for key in {fact[len(path)] for fact in below} & fields.keys():
        held, step = fields[key], (*path, key)
        fields[key] = Field(refined(held.type, step, facts), held.required or step in below)
    return replace(kind, fields=fields)


def narrowed(kind: ObjectType, fact: Narrow) -> ObjectType:
    """Only those shapes of the object that the fact leaves possible."""
    shapes = [shape for shape in kind.shapes if possible(shape, fact)]
    return union(shapes) if 0 < len(shapes) < len(kind.shapes) else kind


def possible(shape: ObjectType, fact: Narrow) -> bool:
    """Whether an object of this shape can have in its field what the fact says."""
    if fact.key not in shape.fields or not isinstance(held := shape.fields[fact.key].type, EnumString):
        return True
    return bool(fact.words & set(held.words)) if fact.among else not set(held.words) <= fact.words
