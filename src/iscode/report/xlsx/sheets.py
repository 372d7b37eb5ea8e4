"""An evaluation -> the sheets of its workbook: the views of policies/sheets/, every result, and what all rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from iscode import __version__
from iscode.evaluation import Evaluation, Result
from iscode.evaluation.waivers import Waiver
from iscode.report.json import base_document
from iscode.report.listing import Listing, judged, listing, standing, unjudged
from iscode.report.xlsx.book import Sheet
from iscode.view import SHEETS, Column, Table, UntoldError, ViewFile, load, shelves_of, trace

FORMAT: Final = "iscode/workbook/v1"
"""What says that a workbook is one of ours, and how it is to be read."""
RESULTS: Final = "Results"
PROVENANCE: Final = "Provenance"
WHAT: Final = "What"
BACK: Final = (
    "Edit cells below a blue heading and run `iscode import xlsx FILE` in the repository: it prints what would change "
    "in which record; with --write it writes that. A row is known by its first cell and its hidden last one."
)
_COLUMNS: Final = tuple(
    Column(name, title)
    for name, title in (
        ("rule", "Rule"), ("about", "What it asks"), ("severity", "Severity"), ("subject", "About"), ("item", "Item"),
        ("outcome", "Outcome"), ("blocking", "Blocks"), ("standing", "Standing"), ("message", "What is wrong"),
        ("requirements", "Serves"), ("remediation", "How to mend it"), ("place", "Where"),
    )
)  # fmt: skip


def views(evaluation: Evaluation) -> list[ViewFile]:
    """The views that are sheets, in the order of their pages."""
    files = load(shelves_of(evaluation.policy), SHEETS).values()
    return sorted(files, key=lambda file: (file.view.page is None, file.view.page or 0, file.view.id))


def sheets(evaluation: Evaluation, *, all_results: bool = False) -> Iterator[Sheet]:
    """All sheets of a root. A view of which it cannot be told which rows it has says so, and is never just empty."""
    missing: list[tuple[str, str]] = []
    for file in views(evaluation):
        try:
            table, origins = trace(file, evaluation)
        except UntoldError as error:
            missing.append((file.view.title, error.message))
            yield Sheet(Table(file.view.title, (Column("missing", "What is missing"),), ((error.message,),)))
            continue
        missing += ((file.view.title, said) for said in table.summary)
        yield Sheet(table, origins)
    found = listing(evaluation)
    listed = (one for one in evaluation.results if one.adverse or all_results)
    yield Sheet(Table(RESULTS, _COLUMNS, tuple(_result(one, found) for one in listed)))
    columns = (Column("what", WHAT), Column("value", "Value"))
    yield Sheet(Table(PROVENANCE, columns, tuple(provenance(evaluation, missing))))


def _result(result: Result, found: Listing) -> tuple[Any, ...]:
    about = found.rules[result.rule]
    return (
        result.rule,
        about.title,
        result.severity,
        result.subject,
        result.item,
        result.outcome,
        result.blocking,
        standing(result) if result.adverse else None,
        result.message,
        [name for name, _ in found.serves(result)],
        about.remediation,
        str(result.origin.place),
    )


def _waiver(waiver: Waiver, *, ignored: bool) -> Iterator[str]:
    """Until when a waiver holds, what it hides, and what is to be said of it."""
    yield f"until {waiver.record.value['expires']}{', ignored' if ignored else ''}"
    yield from dict.fromkeys(f"{result.rule} for {result.subject}" for result in waiver.hides)
    yield from (f"{remark.word}: {remark.words}" for remark in waiver.remarks)


def provenance(evaluation: Evaluation, missing: list[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    """What the workbook is, of what it was made, what the verdict was, and what is not in it."""
    policy, verdict, revision = evaluation.policy, evaluation.verdict, evaluation.revision
    base = base_document(evaluation.base)
    yield "Format", FORMAT
    yield "Made with", f"iscode {__version__}"
    yield "Rules, schemas and policies that ship", policy.content
    yield "Root", evaluation.root or "."
    yield "Judged", judged(evaluation)
    yield "Commit", revision.commit
    yield "Tree", revision.tree
    yield "Base", None if base is None else base["commit"]
    yield "Day", evaluation.as_of
    yield "Profile", policy.profile.profile.id
    yield "Profile and rules, digest", policy.digest
    yield "Verdict", "passed" if verdict.passed else "failed"
    yield "Results that block", verdict.blocking
    for outcome, number in verdict.counts.items():
        yield f"Results: {outcome.replace('_', ' ')}", number
    yield "Results: waived among these", verdict.waived
    yield "Results: known among these", verdict.known
    for waiver in evaluation.waivers:
        if waiver.in_force:
            yield f"Waiver in force: {waiver.record.reference}", list(_waiver(waiver, ignored=policy.ignore_waivers))
    yield "Records", evaluation.records
    yield "Files left out by `exclude`", evaluation.excluded
    for silence in unjudged(evaluation):
        yield f"Not judged: {silence.why}", list(silence.names) or silence.number
    for title, said in missing:
        yield f"Missing in {title}", said
    repeat = f"iscode check --rev {revision.commit} --as-of {evaluation.as_of}"
    yield "How to repeat this", repeat if revision.commit else "No commit holds what was judged; give one with --rev"
    yield "How to bring edits back", BACK
