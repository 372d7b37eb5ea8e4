"""The cases of a rule -> what fails and what passes, as the records that a reader could have written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from iscode.document import write
from iscode.testing import Case, CaseFile
from pages.markdown import fence, flat, section

TOLD: Final = frozenset({"name", "as_of", "given", "expect", "partial"})
"""Keys of a case that have a place of their own; any other is shown as it is written."""
WORST: Final = {"error": "errs", "fail": "fails", "pass": "passes", "not_applicable": "does not apply"}
"""Outcomes, worst first: a case counts as the worst that it expects."""


def examples(cases: CaseFile, path: str) -> Iterator[str]:
    """One failing case for each clause, one that passes, then the names of all others; `path` leads to them."""
    written: list[Mapping[str, Any]] = cases.document.value["cases"] if cases.document.value else []
    shown: set[int] = set()
    for title, outcome in (("Fails", "fail"), ("Passes", "pass")):
        yield from section(title)
        if outcome == "fail":
            yield "Each block is a record, with only the keys that the rule reads."
        for index in _chosen(cases, outcome):
            shown.add(index)
            yield from _case(cases.cases[index], written[index])
    others = [case for index, case in enumerate(cases.cases) if index not in shown]
    if others:
        yield from section("Other cases")
        yield from (f"- {WORST[_outcome(case)]}: {flat(case.name)}" for case in others)
    yield ""
    yield f"All cases: [{path.rpartition('/')[2]}]({path})."


def _outcome(case: Case) -> str:
    expected = {wanted.outcome for wanted in case.expected}
    return next(outcome for outcome in WORST if outcome in expected)


def _chosen(cases: CaseFile, outcome: str) -> Iterator[int]:
    """The first case for each clause that decides with this outcome."""
    seen: set[str | None] = set()
    for index, case in enumerate(cases.cases):
        clauses = {wanted.details.clause for wanted in case.expected if wanted.outcome == outcome}
        if _outcome(case) == outcome and not clauses <= seen:
            seen |= clauses
            yield index


def _case(case: Case, written: Mapping[str, Any]) -> Iterator[str]:
    yield from section(flat(case.name), 3)
    yield f"As of {case.as_of}:"
    yield ""
    for wanted in case.expected:
        details = ", ".join(f"{key} `{value}`" for key, value in wanted.asked.items())
        yield f"- {WORST[wanted.outcome]}{f': {details}' if details else ''}"
    rest = {key: value for key, value in written.items() if key not in TOLD}
    for value in ([rest] if rest else []) + list(written.get("given", [])):
        yield ""
        yield from fence("yaml", write(value))
