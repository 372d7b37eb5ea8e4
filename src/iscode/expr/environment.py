"""What an expression may name -> variables, functions of the host, definitions, and the cost of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

from iscode.expr.errors import EvaluationError, ExpressionError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sized

    from iscode.expr.types import Type

    Walked = TypeVar("Walked", bound=Sized)

STEPS = 1_000_000
"""Steps that a rule may take for one subject, unless the repository says otherwise."""
MOST_STEPS = 10_000_000
"""How far a repository may raise that."""
LONG, HUGE = 12, 10_000
"""Items from which, and up to which, a list that is searched again is worth a set."""
REMEMBERED = 16
"""Lists of which it is remembered that they were searched. What a walk makes anew each time soon makes room."""


class Context:
    """What one evaluation may still spend, in steps. The host subclasses it with what its functions read."""

    def __init__(self, steps: int = STEPS) -> None:
        self.steps = steps
        self._searched: dict[int, tuple[list[Any], Collection[Any] | None]] = {}
        """By identity the lists that a text was last looked for in; with a set of the same once it was done again."""

    def charge(self, steps: int) -> None:
        """Spend `steps`; an error of cause `cost` when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise EvaluationError("the expression costs more steps than it may", "cost")

    def walk(self, values: Walked) -> Walked:
        """`values`, charged for being walked once."""
        self.steps -= len(values)
        if self.steps < 0:
            raise EvaluationError("the expression costs more steps than it may", "cost")
        return values

    def among(self, value: object, values: list[Any]) -> bool:
        """Whether a value is in a list, by Python's equality; charged for walking it, however quickly it is found."""
        size = len(values)
        self.steps -= size
        if self.steps < 0:
            raise EvaluationError("the expression costs more steps than it may", "cost")
        if size < LONG or size > HUGE or type(value) is not str:
            return value in values
        return value in self._searchable(values)

    def _searchable(self, values: list[Any]) -> Collection[Any]:
        """The list, and a set of the same where it was searched before."""
        known = self._searched.get(id(values))
        if known is None:
            if len(self._searched) == REMEMBERED:
                self._searched.clear()
            known = self._searched[id(values)] = values, None
        elif known[1] is None:
            known = self._searched[id(values)] = values, _set_of(values)
        return known[1] or values


def _set_of(values: list[Any]) -> Collection[Any]:
    """The values as a set; the list itself where what is in it, as a map, is in no set."""
    try:
        return frozenset(values)
    except TypeError:
        return values


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable. When `lazy`, the caller hands over a callable without arguments that memoises."""

    type: Type
    lazy: bool = False


class NotLiteral:
    """The one value `NOT_LITERAL`: an argument known only at run time."""

    def __repr__(self) -> str:
        return "NOT_LITERAL"


NOT_LITERAL: Final = NotLiteral()


@dataclass(frozen=True, slots=True)
class Call:
    """A call as its function sees it while the expression is compiled.

    `literals` has the value of each argument that is known: a literal, or a text of which only one word is
    possible; else `NOT_LITERAL`. A receiver is the first argument.
    """

    function: str
    types: tuple[Type, ...]
    literals: tuple[object, ...]
    offsets: tuple[int, ...]

    def fail(self, argument: int, message: str, hint: str = "") -> NoReturn:
        """Refuse the call: an error at the argument with that index."""
        raise ExpressionError(message, self.offsets[argument], hint)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a call comes to: its type, and how it is done now that its literals are known.

    `arguments` are the indexes of the arguments that `implementation` still takes; None for all.
    """

    type: Type
    implementation: Callable[..., Any]
    arguments: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a function. `result` is a type, or tells type (and implementation) from the call.

    With `receiver` it is called as `first.name(rest)`; with `context` the implementation gets that first. One
    without context depends on its arguments alone, so that a call with literals is done once, while compiling.
    """

    parameters: tuple[Type, ...]
    result: Type | Callable[[Call], Type | Bound]
    implementation: Callable[..., Any]
    receiver: bool = False
    context: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function and all ways to call it, tried in order."""

    name: str
    overloads: tuple[Overload, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """An expression with parameters, put in place of each call of it and typed there anew."""

    name: str
    parameters: tuple[tuple[str, Type], ...]
    body: str


@dataclass(frozen=True, slots=True)
class Environment:
    """What an expression may name. The order of `variables` is that of the arguments of an evaluation."""

    variables: Mapping[str, Variable] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
