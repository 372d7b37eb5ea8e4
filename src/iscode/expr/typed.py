"""The parts of a checked expression: what is to be done, with what, and of which type it is.

`path` is the way from a variable (or a call without side effects) to a value, where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from iscode.expr.environment import Overload
    from iscode.expr.types import Type

Path = tuple[str, ...]
"""A variable and the fields that lead from it, e.g. `("self", "review", "last")`."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A checked part of an expression: its type, where it stands in the text, and its path if it has one."""

    type: Type
    offset: int
    path: Path | None


def below(part: Part) -> Iterator[Part]:
    """The parts right below a part, in the order in which they are worked out."""
    return (inner for field in fields(part) for inner in _held(getattr(part, field.name)))


def _held(value: object) -> Iterator[Part]:
    """The parts in what a field of a part holds."""
    if isinstance(value, Part):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _held(inner)


def absorbs(part: Part) -> bool:
    """Whether a part has a value although one within it has none: then not each error is the error of the whole."""
    absorbing = isinstance(part, Connect | Let) or (isinstance(part, Comprehend) and part.macro in ("all", "exists"))
    return absorbing or any(map(absorbs, below(part)))


@dataclass(frozen=True, slots=True, eq=False)
class Constant(Part):
    """A value known now."""

    value: object


@dataclass(frozen=True, slots=True, eq=False)
class Local(Part):
    """A variable, by its name in the emitted function; one that is `lazy` is called."""

    name: str
    lazy: bool = False
    convert: Callable[[object], object] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Read(Part):
    """`operand` at `key`. `way` is what the operand is: `object`, `map`, `list` or `dyn`.

    With `optional` the outcome is one; with `chained` the operand is one too: of nothing comes nothing.
    """

    operand: Part
    key: Part
    way: str
    optional: bool = False
    chained: bool = False
    convert: Callable[[object], object] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class HasKey(Part):
    """Whether `operand` has `key`; `way` and `chained` as in `Read`."""

    operand: Part
    key: str
    way: str
    chained: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Invoke(Part):
    """A call of a known implementation; `name` is what the text calls it."""

    name: str
    implementation: Callable[..., object]
    arguments: tuple[Part, ...]
    context: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Dispatch(Part):
    """A call whose overload the values decide."""

    name: str
    overloads: tuple[Overload, ...]
    arguments: tuple[Part, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Fold(Part):
    """`operands` from left to right with a step between each two; or one operand and steps of one argument.

    A step is an implementation and whether it is handed the context.
    """

    steps: tuple[tuple[Callable[..., object], bool], ...]
    operands: tuple[Part, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Connect(Part):
    """`operands` joined by `word`, `&&` or `||`."""

    word: str
    operands: tuple[Part, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not(Part):
    """What `operand` is not."""

    operand: Part


@dataclass(frozen=True, slots=True, eq=False)
class Choose(Part):
    """The value of the first branch whose condition is true, else `otherwise`."""

    branches: tuple[tuple[Part, Part], ...]
    otherwise: Part


@dataclass(frozen=True, slots=True, eq=False)
class MakeList(Part):
    """A list of `items`, each with whether it is optional."""

    items: tuple[tuple[bool, Part], ...]


@dataclass(frozen=True, slots=True, eq=False)
class MakeMap(Part):
    """A map of entries (optional, key, value)."""

    entries: tuple[tuple[bool, Part, Part], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Comprehend(Part):
    """A macro over `operand`, whose items are `names` in the emitted function; `way` as in `Read`."""

    macro: str
    operand: Part
    way: str
    names: tuple[str, ...]
    test: Part | None
    value: Part | None


@dataclass(frozen=True, slots=True, eq=False)
class Let(Part):
    """`body`, in which `name` is `value`, worked out at most once."""

    name: str
    value: Part
    body: Part


@dataclass(frozen=True, slots=True, eq=False)
class Unwrap(Part):
    """What an optional holds; `way` is `value`, `hasValue`, `orValue` or `or`; two have `otherwise`."""

    way: str
    operand: Part
    otherwise: Part | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MapOptional(Part):
    """`body`, with `name` what `operand` holds, as an optional; when `flat` body is one itself."""

    name: str
    operand: Part
    body: Part
    flat: bool


@dataclass(frozen=True, slots=True, eq=False)
class Refuse(Part):
    """An error value: what the checker refused, in the unchecked mode."""

    message: str
