"""An expression that somebody tries, and the records it is asked of -> its value with all that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iscode import expr
from iscode.evaluation.ground import Ground
from iscode.evaluation.reading import Reads, reads
from iscode.expr import Environment, Expression, Variable, types
from iscode.expr.trace import Trace, trace
from iscode.inventory import Record
from iscode.rule.compilation import REPOSITORY
from iscode.rule.compiled import SELF, TODAY


@dataclass(frozen=True)
class Answer:
    """What an expression came to. `record` is what it was asked of; None: the repository."""

    record: Record | None
    expression: Expression
    trace: Trace
    reads: Reads


@dataclass(frozen=True)
class Survey:
    """What an expression came to for each valid record of a kind, by reference; how many others there are."""

    expression: Expression
    traces: Mapping[str, Trace]
    refused: int


def ask(ground: Ground, text: str, record: Record | None) -> Answer:
    """The value of `text` where `self` is a valid record of the ground, or the repository.

    It may name `self` and `today`, and call what rules call. Raises ExpressionError where it does not compile; an
    error at run time is part of the answer.
    """
    expression = compiled(ground, text, type_of(ground, None if record is None else record.kind.name))
    found = _traced(ground, expression, record)
    return Answer(record, expression, found, reads(ground.world.inventory, [found]))


def survey(ground: Ground, text: str, kind: str) -> Survey:
    """The value of `text` for each record of a kind, of any status. Raises ExpressionError as `ask` does."""
    expression = compiled(ground, text, type_of(ground, kind))
    records = sorted(ground.world.inventory.of_kind(kind), key=lambda record: record.reference)
    valid = [record for record in records if record.valid]
    traces = {record.reference: _traced(ground, expression, record) for record in valid}
    return Survey(expression, traces, len(records) - len(valid))


def type_of(ground: Ground, kind: str | None) -> types.Type:
    """The type of `self` where that is a record of a kind; None: the repository."""
    return REPOSITORY if kind is None else ground.policy.kinds[kind].type


def compiled(ground: Ground, text: str, of: types.Type) -> Expression:
    """`text` where `self` has a type. Raises ExpressionError where it does not compile."""
    rules = ground.policy.rules
    variables = {SELF: Variable(of), TODAY: Variable(types.TIMESTAMP)}
    return expr.compile(text, Environment(variables, rules.functions, rules.definitions))


def _traced(ground: Ground, expression: Expression, record: Record | None) -> Trace:
    context = ground.context()
    context.begin(whole=record is None)
    return trace(expression, context, {} if record is None else record.value, context.today)
