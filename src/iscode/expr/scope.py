"""What a checker knows while it walks an expression: names, what is present, what it has read so far."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from iscode.expr.errors import ExpressionError, did_you_mean
from iscode.expr.presence import NOTHING, Facts, Unguarded, refined
from iscode.expr.shapes import conversion
from iscode.expr.typed import Local, Part, Path, Refuse
from iscode.expr.types import DYN, ObjectType, Type, as_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from iscode.expr.environment import Environment, Function
    from iscode.expr.syntax import Node

    Visitors = Mapping[type[Node], Callable[["Checker", Any], Part]]

MOST_NODES = 5000
DEEPEST = 100
"""Nodes within nodes, chains counted as one: what can be walked without Python's own limit in sight."""


class Checker:
    """One check. `scope` has the names of comprehensions and parameters, `known` the facts so far."""

    def __init__(self, environment: Environment, visitors: Visitors, library: Mapping[str, Function]) -> None:
        self.environment = environment
        self.visitors = visitors
        self.library = library
        self.unchecked = False
        self.scope: dict[str, Part] = {}
        self.known: Facts = NOTHING
        self.reads: set[str] = set()
        self.unguarded: dict[str, Unguarded] = {}
        self.definitions: tuple[str, ...] = ()
        self.nodes = 0
        self.depth = 0
        self.locals = 0

    def visit(self, node: Node) -> Part:
        """The checked part that `node` becomes."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise ExpressionError(f"the expression has more than {MOST_NODES} parts", node.offset, "use let")
        depth = self.depth
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(f"the expression is more than {DEEPEST} levels deep", node.offset, "use let")
        try:
            return self.visitors[type(node)](self, node)
        except ExpressionError as error:
            if not self.unchecked or self.nodes > MOST_NODES or self.depth > DEEPEST:
                raise
            return Refuse(DYN, node.offset, None, error.message)
        finally:
            self.depth = depth

    def visit_knowing(self, node: Node, facts: Facts) -> Part:
        """The part that `node` becomes where `facts` hold as well."""
        before = self.known
        self.known = before | facts
        part = self.visit(node)
        self.known = before
        return part

    @contextmanager
    def named(self, names: Mapping[str, Part]) -> Iterator[None]:
        """A scope in which `names` stand for these parts."""
        before = self.scope
        self.scope = {**before, **names}
        try:
            yield
        finally:
            self.scope = before

    def local(self, kind: Type, offset: int, path: Path | None = None) -> Local:
        """A new variable of the emitted function; its path starts at itself unless it stands for another."""
        self.locals += 1
        name = f"x{self.locals}"
        return Local(DYN if self.unchecked else kind, offset, path or (f"#{name}",), name)

    def narrow(self, kind: Type, path: Path | None) -> Type:
        """The type, with what is known of `path`."""
        return refined(kind, path, self.known) if path and self.known and isinstance(kind, ObjectType) else kind

    def variable(self, name: str, offset: int, *, root: bool = False) -> Part:
        """The part that reads a variable; an error when there is none of that name."""
        if not root and name in self.scope:
            part = self.scope[name]
            if isinstance(part, Local) and isinstance(part.type, ObjectType):
                return Local(self.narrow(part.type, part.path), offset, part.path, part.name, part.lazy, part.convert)
            return part
        found = self.environment.variables.get(name)
        if found is None:
            names = (*self.environment.variables, *self.scope)
            raise ExpressionError(f'no variable is called "{name}"', offset, did_you_mean(name, names))
        self.reads.add(name)
        position = list(self.environment.variables).index(name)
        kind = self.narrow(as_read(found.type), (name,))
        return Local(kind, offset, (name,), f"v{position}", found.lazy, conversion(found.type))

    def names(self, name: str) -> bool:
        """Whether a variable of that name can be read here."""
        return name in self.scope or name in self.environment.variables

    def unguarded_read(self, path: Path | None, shown: str, offset: int) -> None:
        """Note a read of what may be absent, once a path."""
        if path is None or path not in self.known:
            self.unguarded.setdefault(shown, Unguarded(shown, offset))
