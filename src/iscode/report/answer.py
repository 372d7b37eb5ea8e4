"""An expression that somebody tried -> a short page, or JSON: its type, its value, and all that it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from iscode.evaluation.question import Answer, Survey
from iscode.expr import Expression
from iscode.expr.types import Type
from iscode.report.escape import terminal
from iscode.report.proof_json import trace_document
from iscode.report.steps import lines_of, outcome

SCHEMA: Final = "iscode/answer/v1"
MOST: Final = 4
"""Values that are counted one by one."""


def report(answer: Answer) -> bytes:
    """The page, UTF-8."""
    return ("\n".join(_lines(answer)) + "\n").encode("utf-8")


def document(answer: Answer) -> dict[str, Any]:
    """The same for programs, every part included."""
    return {
        "schema": SCHEMA,
        "record": answer.record.reference if answer.record else None,
        "type": str(answer.expression.type),
        "expression": trace_document(answer.trace),
        "unguarded": [read.path for read in answer.expression.unguarded],
    }


def typed(kind: Type) -> bytes:
    """The type of an expression alone, as the page says it."""
    return f"type   {terminal(str(kind))}\n".encode()


def surveyed(found: Survey) -> bytes:
    """The type, the value for each record, and how often it came to what."""
    told = {reference: outcome(trace) for reference, trace in found.traces.items()}
    lines = list(_notes(found.expression))
    lines += [f"  {value}  {terminal(reference)}" for reference, value in told.items()]
    counts = Counter(told[name] for name, trace in found.traces.items() if not trace.error)
    summary = [f"{count} {value}" for value, count in counts.most_common(MOST)]
    if len(counts) > MOST:
        summary = [f"{counts.total()} with {len(counts)} values"]
    if failed := len(found.traces) - counts.total():  # an error is no value among others
        summary.append(f"{failed} an error")
    if found.refused:
        summary.append(f"{found.refused} refused by the schema")
    lines.append(f"records: {', '.join(summary) or 'none of this kind'}")
    return typed(found.expression.type) + ("\n".join(lines) + "\n").encode("utf-8")


def _notes(expression: Expression) -> Iterator[str]:
    """What a rule would have to do otherwise."""
    for read in expression.unguarded:
        yield f"note   {terminal(read.path)} may be absent; a rule must guard it"


def _lines(answer: Answer) -> Iterator[str]:
    yield f"type   {terminal(str(answer.expression.type))}"
    yield f"value  {outcome(answer.trace)}"
    yield from _notes(answer.expression)

    parts = list(lines_of(answer.trace, answer.reads.place))
    if parts:
        yield ""
        yield from (f"  {line}" for line in parts)
