"""An expression that somebody tries, and the record it is asked of -> its value with all that it came from."""

from __future__ import annotations

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


def ask(ground: Ground, text: str, record: Record | None) -> Answer:
    """The value of `text` where `self` is a valid record of the ground, or the repository.

    It may name `self` and `today`, and call what rules call. Raises ExpressionError where it does not compile; an
    error at run time is part of the answer.
    """
    rules = ground.policy.rules
    of = REPOSITORY if record is None else record.kind.type
    variables = {SELF: Variable(of), TODAY: Variable(types.TIMESTAMP)}
    expression = expr.compile(text, Environment(variables, rules.functions, rules.definitions))
    context = ground.context()
    context.begin(whole=record is None)
    found = trace(expression, context, {} if record is None else record.value, context.today)
    return Answer(record, expression, found, reads(ground.world.inventory, [found]))
