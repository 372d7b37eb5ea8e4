"""A compiled view and an evaluation -> its table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from iscode.errors import PolicyError
from iscode.evaluation import Evaluation
from iscode.expr import EvaluationError, Expression
from iscode.rule import Context
from iscode.view import functions
from iscode.view.compilation import CompiledCell, CompiledParts, CompiledView, Source, compile_view
from iscode.view.plain import plain
from iscode.view.shelf import ViewFile
from iscode.view.table import Table, Unknown

HINT: Final = "`iscode check` says what is wrong in the records"


class UntoldError(PolicyError):
    """It cannot be told which rows a view has: a record that it asks about is refused."""


def tabulate(file: ViewFile, evaluation: Evaluation) -> Table:
    """The table of a view over the records that were judged.

    A cell that cannot be told says why. Raises PolicyError where the view does not compile, and UntoldError where it
    cannot be told which rows there are: a list that leaves some out would be taken for whole.
    """
    told = functions.Told(evaluation.policy, evaluation.findings, evaluation.results)
    view = compile_view(file, evaluation.policy.rules, functions.table(evaluation.policy.kinds, told))
    rows = tuple(_rows(view, evaluation.ground.context()))
    return Table(file.view.title, view.columns, rows, tuple(_missing(evaluation, rows)))


def _missing(evaluation: Evaluation, rows: tuple[tuple[Any, ...], ...]) -> Iterator[str]:
    """What a reader must know that is not in the table."""
    unknown = sum(isinstance(cell, Unknown) for row in rows for cell in row)
    if unknown:
        yield f"cells that cannot be told: {unknown}; {HINT}"
    unreadable = evaluation.ground.world.inventory.unreadable
    if unreadable:
        yield f"files that cannot be read, so that what they hold is missing: {len(unreadable)}; {HINT}"


def _rows(view: CompiledView, context: Context) -> Iterator[tuple[Any, ...]]:
    for source in view.sources:
        try:
            found = _found(source, context)
        except EvaluationError as error:
            words = f"it cannot be told which rows the view {view.file.view.id!r} has: {error}"
            raise UntoldError(words, place=view.file.document.place(source.pointer), hint=HINT) from None
        for row in found:
            yield tuple(_cell(cell, context, row) for cell in source.cells)


def _found(source: Source, context: Context) -> list[Any]:
    """The rows that are to be shown, in their order."""
    rows = _asked(source.rows, context, context.today)
    if source.where is not None:
        rows = [row for row in rows if _asked(source.where, context, row, context.today)]
    return sorted(rows, key=lambda row: [_asked(key, context, row, context.today) for key in source.sort])


def _asked(expression: Expression, context: Context, *values: Any) -> Any:
    """The value of an expression on a budget of its own; what it counts must be all there is."""
    context.begin(whole=True)
    return expression(context, *values)


def _cell(cell: CompiledCell, context: Context, row: Any) -> Any:
    try:
        match cell:
            case None:
                return None
            case CompiledParts(each=each, fields=fields):
                items = _asked(each, context, row, context.today)
                return [
                    {key: plain(_asked(field, context, row, context.today, item)) for key, field in fields.items()}
                    for item in items
                ]
            case _:
                return plain(_asked(cell, context, row, context.today))
    except EvaluationError as error:
        return Unknown(str(error))
