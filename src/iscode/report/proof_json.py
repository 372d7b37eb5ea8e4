"""Explanation -> JSON: the proof with every part of every expression, those that were not reached included.

Values are the short texts that the page shows too: what an expression gives need not be JSON.
"""

from __future__ import annotations

from typing import Any, Final

from iscode.errors import Place
from iscode.evaluation import Evaluation
from iscode.evaluation.amendment import Amendment
from iscode.evaluation.explanation import Clause, Explanation, Need, Step
from iscode.evaluation.reading import Read
from iscode.expr.trace import Row, Trace
from iscode.report.json import result_document
from iscode.report.shown import shown

SCHEMA: Final = "iscode/explanation/v1"


def document(evaluation: Evaluation, explanation: Explanation) -> dict[str, Any]:
    """The proof of one result."""
    bound, amendment = explanation.bound, explanation.amendment
    return {
        "schema": SCHEMA,
        "as_of": evaluation.as_of,
        "result": result_document(explanation.result),
        "rule": None
        if bound is None
        else {
            "id": bound.id,
            "title": bound.file.rule.title,
            "path": bound.file.document.path,
            "requirements": [
                {"id": name, "label": evaluation.policy.catalogs[name].label} for name in bound.requirements
            ],
        },
        "steps": [_step(step) for step in explanation.steps],
        "lets": [_step(let) for let in explanation.lets],
        "reads": [_read(read) for read in explanation.reads],
        "amendment": None if amendment is None else _amendment(amendment),
    }


def trace_document(trace: Trace) -> dict[str, Any]:
    """A part of an expression and all below it: `start` and `end` count code points of the text it stands in."""
    return {
        "text": trace.text,
        "start": trace.site.start,
        "end": trace.site.end,
        "definition": trace.site.within or None,
        "evaluated": trace.evaluated,
        "value": shown(trace.value) if trace.evaluated and trace.error is None else None,
        "error": trace.error.message if trace.error else None,
        "parts": [trace_document(inner) for inner in trace.inner],
        "rows": [_row(row) for row in trace.rows],
        "rows_left_out": trace.left_out,
    }


def _row(row: Row) -> dict[str, Any]:
    variables = {name: shown(value) for name, value in zip(row.names, row.values, strict=True)}
    return {"variables": variables, "parts": [trace_document(inner) for inner in row.inner]}


def _step(step: Step) -> dict[str, Any]:
    match step:
        case Need():
            value = shown(step.value) if step.met else None
            return {"clause": step.clause, "met": step.met, "value": value, "location": _place(step.place)}
        case Clause():
            return {"clause": step.clause, "location": _place(step.place), "expression": trace_document(step.trace)}


def _read(read: Read) -> dict[str, Any]:
    return {
        "record": read.record.reference,
        "pointer": list(read.pointer),
        "present": read.present,
        "value": shown(read.value) if read.present else None,
        "decisive": read.decisive,
        "location": _place(read.place),
    }


def _amendment(amendment: Amendment) -> dict[str, Any]:
    return {
        "record": amendment.record.reference,
        "pointer": list(amendment.pointer),
        "before": amendment.before,
        "after": amendment.after,
        "location": _place(amendment.place),
    }


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "line": place.line, "column": place.column}
