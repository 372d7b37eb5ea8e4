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
    view = compiled(file, evaluation)
    return drawn(view, evaluation, tuple(cells for *_, cells in rows(view, evaluation)))


def compiled(file: ViewFile, evaluation: Evaluation) -> CompiledView:
    """The view in the language of the policy. Raises PolicyError where it does not compile."""
    told = functions.Told(evaluation.policy, evaluation.findings, evaluation.results)
    return compile_view(file, evaluation.policy.rules, functions.table(evaluation.policy.kinds, told))


def drawn(view: CompiledView, evaluation: Evaluation, cells: tuple[tuple[Any, ...], ...]) -> Table:
    """The table of these rows, with what is missing in them."""
    return Table(view.file.view.title, view.columns, cells, tuple(_missing(evaluation, cells)))


def _missing(evaluation: Evaluation, rows: tuple[tuple[Any, ...], ...]) -> Iterator[str]:
    """What a reader must know that is not in the table."""
    unknown = sum(isinstance(cell, Unknown) for row in rows for cell in row)
    if unknown:
        yield f"cells that cannot be told: {unknown}; {HINT}"
    unreadable = evaluation.ground.world.inventory.unreadable
    if unreadable:
        yield f"files that cannot be read, so that what they hold is missing: {len(unreadable)}; {HINT}"


def rows(view: CompiledView, evaluation: Evaluation) -> Iterator[tuple[Source, Any, tuple[Any, ...]]]:
    """Each row with the source that found it, what was found, and the cells made of that. Errors as of `tabulate`."""
    context = evaluation.ground.context()
    for source in view.sources:
        try:
            found = _found(source, context)
        except EvaluationError as error:
            words = f"it cannot be told which rows the view {view.file.view.id!r} has: {error}"
            raise UntoldError(words, place=view.file.document.place(source.pointer), hint=HINT) from None
        for row in found:
            yield source, row, tuple(_cell(cell, context, row) for cell in source.cells)


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
