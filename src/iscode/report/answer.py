"""An expression that somebody tried -> a short page, or JSON: its type, its value, and all that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from iscode.evaluation.question import Answer
from iscode.report.escape import terminal
from iscode.report.proof_json import trace_document
from iscode.report.steps import lines_of, outcome

SCHEMA: Final = "iscode/answer/v1"


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


def _lines(answer: Answer) -> Iterator[str]:
    yield f"type   {terminal(str(answer.expression.type))}"
    yield f"value  {outcome(answer.trace)}"
    for read in answer.expression.unguarded:
        yield f"note   {terminal(read.path)} may be absent; a rule must guard it"

    parts = list(lines_of(answer.trace, answer.reads.place))
    if parts:
        yield ""
        yield from (f"  {line}" for line in parts)
