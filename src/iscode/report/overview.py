"""An evaluation and one of its rules, requirements or records -> the results about it, in short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from iscode.evaluation import OUTCOMES, RULES, Evaluation, Finding, Result
from iscode.policy import BoundRule
from iscode.report import assurance
from iscode.report.escape import cells, padded, terminal
from iscode.report.json import result_document
from iscode.report.steps import near

SCHEMA: Final = "iscode/overview/v1"
PRINTED: Final = 200
"""Results that a page lists; all are counted."""
SHORT: Final = 12
"""Digits of a fingerprint: enough to ask for the result."""


@dataclass(frozen=True)
class Overview:
    """What is said of one thing: its name, notes of a label and a text each, and the results about it."""

    name: str
    notes: tuple[tuple[str, str], ...]
    results: tuple[Result, ...]


def of_rule(evaluation: Evaluation, name: str) -> Overview:
    """Every result of a rule that binds, or of a built-in one."""
    results = tuple(result for result in evaluation.results if result.rule == name)
    for bound in evaluation.policy.bound:
        if bound.id == name:
            return Overview(name, tuple(_notes(evaluation, bound)), results)
    [title] = (rule.title for rule in RULES if rule.id == name)
    return Overview(name, (("title", title), ("rule", "built in")), results)


def of_requirement(evaluation: Evaluation, finding: Finding) -> Overview:
    """The state of a requirement, how far it is shown, the rules that serve it, and the results that decided."""
    label = evaluation.policy.catalogs[finding.requirement].label
    serving = [bound for bound in evaluation.policy.bound if finding.requirement in bound.requirements]
    rules = [("rule", f"{bound.id}: {bound.file.rule.title}") for bound in serving]
    state = ("state", finding.state.replace("_", " "))
    steps = assurance.notes(finding.assured) if evaluation.policy.assurance else ()
    return Overview(finding.requirement, (("label", label), state, *steps, *rules), finding.results)


def of_record(evaluation: Evaluation, reference: str) -> Overview:
    """Every result about a record, or about the repository."""
    record = evaluation.ground.world.inventory.find(reference)
    where = (("where", str(record.document.place(("id",)))),) if record else ()
    return Overview(reference, where, tuple(result for result in evaluation.results if result.subject == reference))


def text(overview: Overview) -> bytes:
    """The page, UTF-8."""
    return ("\n".join(_lines(overview)) + "\n").encode("utf-8")


def document(overview: Overview) -> dict[str, Any]:
    """The same for programs, every result in full."""
    return {
        "schema": SCHEMA,
        "name": overview.name,
        "notes": [{"label": label, "text": words} for label, words in overview.notes],
        "results": [result_document(result) for result in overview.results],
    }


def _notes(evaluation: Evaluation, bound: BoundRule) -> Iterator[tuple[str, str]]:
    yield "title", bound.file.rule.title
    yield "rule", bound.file.document.path
    yield "severity", bound.severity
    for name in bound.requirements:
        yield "serves", f"{name}  {evaluation.policy.catalogs[name].label}"


def _lines(overview: Overview) -> Iterator[str]:
    yield terminal(overview.name)
    yield from (f"  {label:<9} {terminal(words)}" for label, words in overview.notes)
    counts = Counter(result.outcome for result in overview.results)
    yield f"  {'results':<9} " + ", ".join(f"{counts[outcome]} {_words(outcome)}" for outcome in OUTCOMES)
    if not overview.results:
        return
    yield ""
    listed = sorted(overview.results, key=lambda result: not result.adverse)
    yield from _table(listed[:PRINTED])
    if len(listed) > PRINTED:
        yield f"… and {len(listed) - PRINTED} more results: `-f json` has them all"
    yield ""
    yield f"`iscode explain {listed[0].fingerprint[:SHORT]}` shows why the first is what it is."


def _table(results: Iterable[Result]) -> Iterator[str]:
    rows = [
        (
            _words(result.outcome),
            terminal(f"{result.subject} {result.item or ''}".rstrip()),
            result.rule,
            near(result.origin.place),
            result.fingerprint[:SHORT],
        )
        for result in results
    ]
    widths = [max(cells(row[index]) for row in rows) for index in range(4)]
    for row in rows:
        yield "  ".join([*map(padded, row, widths), row[-1]])


def _words(outcome: str) -> str:
    return outcome.replace("_", " ")
