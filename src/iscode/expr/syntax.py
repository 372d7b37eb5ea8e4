"""The parts of a parsed expression, before anything is known of names and types.

Every node has the `offset` of the token that an error about it should point at. Chains are flat.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression; `offset` counts code points from the start of the text."""

    offset: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value written out: None, bool, int, UInt, float, str or bytes."""

    value: object


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable; `root` when written `.name`, which no variable of a comprehension hides."""

    name: str
    root: bool = False


@dataclass(frozen=True, slots=True)
class Select(Node):
    """`operand.field`, or `operand.?field` when `optional`."""

    operand: Node
    field: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Has(Node):
    """`has(operand.field)`."""

    operand: Node
    field: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`operand[index]`, or `operand[?index]` when `optional`."""

    operand: Node
    index: Node
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(arguments)`, or `receiver.function(arguments)`."""

    function: str
    receiver: Node | None
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`operands` joined by `word`, which is `&&` or `||`."""

    word: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`operands` with `words` between them, all `+ -` or all `* / %`, taken from left to right."""

    words: tuple[tuple[str, int], ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`left word right`, where word is `== != < <= > >= in`."""

    word: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`word`, which is `!` or `-`, `count` times before `operand`."""

    word: str
    count: int
    operand: Node


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """The value of the first branch (condition, value) that is true, else `otherwise`."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Items(Node):
    """`[a, ?b]`: items, each with whether it is optional."""

    items: tuple[tuple[bool, Node], ...]


@dataclass(frozen=True, slots=True)
class Entries(Node):
    """`{a: b, ?c: d}`: entries (optional, key, value)."""

    entries: tuple[tuple[bool, Node, Node], ...]


@dataclass(frozen=True, slots=True)
class Walk(Node):
    """A macro over a list or map: `macro` is `all exists exists_one filter map sortBy`.

    `names` are one or two variables; `test` decides what takes part, `value` is what each becomes.
    """

    macro: str
    operand: Node
    names: tuple[str, ...]
    test: Node | None
    value: Node | None


@dataclass(frozen=True, slots=True)
class Bind(Node):
    """`cel.bind(name, value, body)`."""

    name: str
    value: Node
    body: Node


@dataclass(frozen=True, slots=True)
class OptionalMap(Node):
    """`operand.optMap(name, body)`, or `optFlatMap` when `flat`: body gives the optional itself."""

    operand: Node
    name: str
    body: Node
    flat: bool
