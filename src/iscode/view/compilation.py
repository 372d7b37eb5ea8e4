"""A view file -> the view with every expression typed and compiled, for rows of each of its types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from iscode import expr
from iscode.document import Pointer
from iscode.expr import Environment, Expression, ExpressionError, Function, Variable, types
from iscode.expr.presence import Facts
from iscode.rule import Rules
from iscode.rule.compiled import ITEM, SELF, TODAY
from iscode.rule.hints import pointed
from iscode.view.model import Cell, Parts
from iscode.view.shelf import ViewFile
from iscode.view.table import Column

SCALARS = (types.BOOL, types.INT, types.DOUBLE, types.TIMESTAMP, types.DURATION)
"""What has an order, beside text."""


@dataclass(frozen=True, slots=True)
class CompiledParts:
    """The list, and what is asked of each item of it, by key."""

    each: Expression
    fields: Mapping[str, Expression]


ORDERED: Final = ("tone", "path", "grid")
"""How cells are shown whose words have an order."""

CompiledCell = Expression | CompiledParts | None
"""How the cell of a row comes about; None: there is nothing in it."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one type. `rows` takes (today); all others (self, today), a part's fields also its item."""

    rows: Expression
    where: Expression | None
    sort: tuple[Expression, ...]
    cells: tuple[CompiledCell, ...]
    """One a column."""
    pointer: Pointer
    """Where `rows` stands."""


@dataclass(frozen=True, slots=True)
class CompiledView:
    """A view and where its rows come from, in the order in which they are shown."""

    file: ViewFile
    sources: tuple[Source, ...]
    columns: tuple[Column, ...]


def compile_view(file: ViewFile, rules: Rules, functions: Mapping[str, Function]) -> CompiledView:
    """The view, in the language of rules with these functions beside. Raises PolicyError with the place."""
    compilation = _Compilation(file, rules, functions)
    sources = tuple(compilation.sources())
    return CompiledView(file, sources, tuple(compilation.columns(sources[0])))


def _words(cell: CompiledCell) -> tuple[str, ...]:
    """The words of a cell, or of the second field of its parts, in the order of their scale; none where it has none."""
    if isinstance(cell, CompiledParts):
        cell = next(islice(cell.fields.values(), 1, None), None)
    of = cell.type if isinstance(cell, Expression) else None
    of = of.of if isinstance(of, types.OptionalType) else of
    return of.words if isinstance(of, types.EnumString) and of.scale is not None else ()


def _gives_days(cell: CompiledCell) -> bool:
    of = cell.type if isinstance(cell, Expression) else None
    return (of.of if isinstance(of, types.OptionalType) else of) in (types.DATE, types.TIMESTAMP)


class _Compilation:
    """One view on its way."""

    def __init__(self, file: ViewFile, rules: Rules, functions: Mapping[str, Function]) -> None:
        self.file, self.rules = file, rules
        self.functions = {**rules.functions, **functions}

    def sources(self) -> Iterator[Source]:
        view = self.file.view
        cells = {column.id: (("columns", index, "value"), column.value) for index, column in enumerate(view.columns)}
        yield self.source((), view.rows, view.where, view.sort, cells)
        for number, more in enumerate(view.more):
            at: Pointer = ("more", number)
            named = {name: ((*at, "values", name), cell) for name, cell in more.values.items()}
            yield self.source(at, more.rows, more.where, [], named)

    def source(
        self, at: Pointer, rows: str, where: str | None, sort: list[str], cells: Mapping[str, tuple[Pointer, Cell]]
    ) -> Source:
        today = Variable(types.TIMESTAMP)
        found = self.formula((*at, "rows"), rows, {TODAY: today})
        row = self.element((*at, "rows"), found)
        variables = {SELF: Variable(row), TODAY: today}
        chosen = None if where is None else self.formula((*at, "where"), where, variables, types.BOOL)
        held = frozenset() if chosen is None else chosen.facts
        keys = tuple(self.key(("sort", index), text, variables, held) for index, text in enumerate(sort))
        return Source(
            found,
            chosen,
            keys,
            tuple(
                self.cell(*cells[column.id], variables, held) if column.id in cells else None
                for column in self.file.view.columns
            ),
            (*at, "rows"),
        )

    def cell(self, at: Pointer, cell: Cell, variables: Mapping[str, Variable], held: Facts) -> CompiledCell:
        if not isinstance(cell, Parts):
            return self.formula(at, cell, variables, present=held)
        each = self.formula((*at, "each"), cell.each, variables, present=held)
        inner = {**variables, ITEM: Variable(self.element((*at, "each"), each))}
        return CompiledParts(
            each,
            {key: self.formula((*at, "fields", key), text, inner, present=held) for key, text in cell.fields.items()},
        )

    def columns(self, source: Source) -> Iterator[Column]:
        """What is said of each column; one that is drawn by an order of words must have them."""
        for index, (column, cell) in enumerate(zip(self.file.view.columns, source.cells, strict=True)):
            words = _words(cell) if column.show in ORDERED else ()
            if not words and column.show in ORDERED:
                at, hint = (
                    ("columns", index, "show"),
                    "ask for a key whose words have an order (x-scale), or leave it out",
                )
                raise self.file.fail(at, f"{column.show} needs words that have an order", hint)
            if column.show == "grid" and not isinstance(cell, CompiledParts):
                at, hint = ("columns", index, "show"), "give parts: a heading, a word, and what is counted there"
                raise self.file.fail(at, "a grid needs parts, the squares of each line", hint)
            yield Column(column.id, column.title, column.place, column.show, words, _gives_days(cell))

    def key(self, at: Pointer, text: str, variables: Mapping[str, Variable], held: Facts) -> Expression:
        found = self.formula(at, text, variables, present=held)
        if found.type not in SCALARS and not isinstance(found.type, types.StringType):
            raise self.file.fail(at, f"rows cannot be ordered by {found.type}", "give a text, a number or a day")
        return found

    def element(self, at: Pointer, found: Expression) -> types.Type:
        if not isinstance(found.type, types.ListType):
            raise self.file.fail(at, f"this gives {found.type}, and each row is an item of a list", "give a list")
        return found.type.element

    def formula(
        self,
        at: Pointer,
        text: str,
        variables: Mapping[str, Variable],
        expect: types.Type | None = None,
        present: Facts = frozenset(),
    ) -> Expression:
        environment = Environment(dict(variables), self.functions, self.rules.definitions)
        try:
            expression = expr.compile(text, environment, expect=expect, present=present)
        except ExpressionError as error:
            raise self.file.fail(at, error.message, pointed(text, error)) from None
        if expression.unguarded:
            read = expression.unguarded[0]
            bare = ExpressionError(
                f"{read.path} may be absent", read.offset, "guard it: .? gives nothing then", text=text
            )
            raise self.file.fail(at, bare.message, pointed(text, bare))
        return expression
