"""A compiled expression -> where each of its parts stands: in its own text, or in that of a definition.

Nothing of this is kept while rules run: the text is parsed and checked once more when somebody asks.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from iscode.expr import syntax
from iscode.expr.check import VISITORS
from iscode.expr.lexer import tokens
from iscode.expr.library import LIBRARY
from iscode.expr.parser import CLOSING, parse
from iscode.expr.scope import Checker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from iscode.expr.expression import Expression
    from iscode.expr.lexer import Token
    from iscode.expr.syntax import Node
    from iscode.expr.typed import Part

CALLED = (syntax.Call, syntax.Walk, syntax.Bind, syntax.OptionalMap)
"""Nodes that point at a name with an argument list behind it."""
BEFORE = {syntax.Has: 1, syntax.Bind: 2}
"""Node -> tokens of it before the first that it points at: `has` itself, and `cel.`."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a part stands: `start` and `end` count code points of the text of the definition `within`, "" for none.

    `names` are the variables of a macro, as the text calls them.
    """

    within: str
    start: int
    end: int
    text: str
    names: tuple[str, ...] = ()


def locate(expression: Expression) -> tuple[Part, Mapping[Part, Site]]:
    """The checked parts of the expression, made anew, and the site of each that its author wrote."""
    checker = _Locating(expression)
    tree = checker.visit(parse(expression.text))
    definitions = expression.environment.definitions
    texts: dict[str, _Text] = {}
    sites: dict[Part, Site] = {}
    for part, (node, within) in checker.found.items():
        if within not in texts:
            texts[within] = _Text(definitions[within].body if within else expression.text)
        start, end = texts[within].extent(node)
        sites[part] = Site(within, start, end, texts[within].text[start:end], checker.walked.get(part, ()))
    return tree, sites


class _Locating(Checker):
    """A check that notes which node each part was made of, and in which definition."""

    def __init__(self, expression: Expression) -> None:
        super().__init__(expression.environment, VISITORS, LIBRARY)
        self.known = expression.present
        self.found: dict[Part, tuple[Node, str]] = {}
        self.walked: dict[Part, tuple[str, ...]] = {}

    def visit(self, node: Node) -> Part:
        part = super().visit(node)
        site = node, self.definitions[-1] if self.definitions else ""
        if isinstance(node, syntax.Name):  # a parameter is the argument that was visited before
            self.found.setdefault(part, site)
        else:  # and the call of a definition stands for its body
            self.found[part] = site
        if isinstance(node, syntax.Walk):
            self.walked[part] = node.names
        return part


class _Text:
    """A text by its tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.offsets = [token.offset for token in self.tokens]
        self.partner = dict(_partners(self.tokens))

    def extent(self, node: Node) -> tuple[int, int]:
        """The first code point of what a node was parsed from, and the one behind the last."""
        first, last = self._span(node)
        return self.offsets[first], self._end(last)

    def _span(self, node: Node) -> tuple[int, int]:
        """The positions of the first token and the last: those of all within, out to where no bracket is open."""
        own = bisect_right(self.offsets, node.offset) - 1
        behind = isinstance(node, (*CALLED, syntax.Has)) or (  # a bracket that opens or closes the arguments
            isinstance(node, syntax.Literal) and self.tokens[own].kind == "-"  # the number itself
        )
        around = [own, own + behind, *(position for inner in _inner(node) for position in self._span(inner))]
        first, last = self._balanced(min(around), max(around))
        return first - BEFORE.get(type(node), 0), last

    def _balanced(self, first: int, last: int) -> tuple[int, int]:
        """The tokens from first to last, and those out to the partner of each bracket among them."""
        while True:
            partners = [self.partner[at] for at in range(first, last + 1) if at in self.partner]
            lowest, highest = min([first, *partners]), max([last, *partners])
            if (lowest, highest) == (first, last):
                return first, last
            first, last = lowest, highest

    def _end(self, position: int) -> int:
        kind, value, offset = self.tokens[position]
        if kind == "value":
            return offset + len(self.text[offset : self.offsets[position + 1]].rstrip())
        return offset + {"name": len(str(value)), "quoted": len(str(value)) + 2}.get(kind, len(kind))


def _partners(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Each bracket with the position of the one that closes or opens it."""
    waiting: list[int] = []
    for position, token in enumerate(found):
        if token.kind in CLOSING:
            waiting.append(position)
        elif token.kind in CLOSING.values():
            opening = waiting.pop()
            yield opening, position
            yield position, opening


def _inner(value: object) -> Iterator[Node]:
    """The nodes right below a node, or in a tuple of what it holds."""
    held = value if isinstance(value, tuple) else [getattr(value, field.name) for field in fields(value)]  # type: ignore[arg-type]
    for child in held:
        if isinstance(child, syntax.Node):
            yield child
        elif isinstance(child, tuple):
            yield from _inner(child)
