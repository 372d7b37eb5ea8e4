"""Evaluation -> Gemara v1 documents as YAML: a control catalog for each standard, their mapping, an evaluation log.

A control is a requirement, in our own words; what is assessed of it is each rule that serves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from iscode import __version__
from iscode.document import write
from iscode.evaluation import Evaluation, Finding
from iscode.policy import BoundRule
from iscode.policy.catalog import Catalog, Entry
from iscode.report.exported import MIDNIGHT, Exported, Row, exported, folders, one_line, standards
from iscode.report.options import Options

VERSION: Final = "1.5.0"
"""Of Gemara; what reads a version 1 reads each."""
LISTS: Final = ("organizations", "mappings")
CATALOG: Final = "ControlCatalog"
ENTRY: Final = CATALOG.removesuffix("Catalog")
"""What a catalog holds, as Gemara calls it; it is no kind of record here."""
SCOPE: Final = "in-scope"
"""The one group of what a requirement applies to: what is in the scope of the management system."""
TOOL: Final = {"id": "iscode", "name": "iscode", "type": "Software", "version": __version__}
STATES: Final = {
    "satisfied": "Passed",
    "not_satisfied": "Failed",
    "not_applicable": "Not Applicable",
    "not_assessed": "Not Run",
}
"""State of a finding -> the result of its control."""
UNGROUPED: Final = "other"


def report(evaluations: Sequence[Evaluation], options: Options) -> dict[str, bytes]:  # noqa: ARG001 - as every report
    """Path of each file -> what it holds; of several roots each in a folder of its own. Raises as `exported` does."""
    found: dict[str, bytes] = {}
    for folder, evaluation in folders(evaluations):
        for name, document in _documents(evaluation, exported(evaluation, LISTS)):
            found[f"{folder}{name}.yaml"] = write(document).encode()
    return found


def _documents(evaluation: Evaluation, lists: Exported) -> Iterator[tuple[str, dict[str, Any]]]:
    served = _served(evaluation)
    for standard in standards(evaluation):
        yield f"control-catalog-{standard.id}", _catalog(evaluation, standard, served)
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in lists["mappings"]:
        if row["from"] in served and row["to"] in served:
            pairs.setdefault((_standard(row["from"]), _standard(row["to"])), []).append(row)
    for (one, other), rows in pairs.items():
        yield f"mapping-{one}-{other}", _mapping(evaluation, one, other, rows)
    yield "evaluation-log", _log(evaluation, lists, served)


def _served(evaluation: Evaluation) -> dict[str, list[BoundRule]]:
    """Each selected requirement that a rule serves -> those rules; a control of which nothing is assessed is none."""
    found: dict[str, list[BoundRule]] = {}
    selected = set(evaluation.policy.selected)
    for bound in evaluation.policy.bound:
        for name in bound.requirements:
            if name in selected:
                found.setdefault(name, []).append(bound)
    return found


def _catalog(evaluation: Evaluation, standard: Catalog, served: dict[str, list[BoundRule]]) -> dict[str, Any]:
    headings = {group.id: group.label for group in standard.groups}
    entries = [entry for entry in standard.requirements if f"{standard.id}:{entry.id}" in served]
    used = dict.fromkeys(_group(entry, headings) for entry in entries)
    left = len(standard.requirements) - len(entries)
    note = f" Requirements that no rule of the profile decides on, and that are not in here: {left}." if left else ""
    return {
        "title": one_line(standard.title),
        "metadata": _metadata(
            evaluation, CATALOG, standard.id, f"Requirements of {standard.edition}, in our own words.{note}"
        )
        | {"applicability-groups": [{"id": SCOPE, "title": "In scope", "description": "What the records are about."}]},
        "groups": [
            {"id": name, "title": one_line(headings.get(name, "Other")), "description": f"{standard.edition}, {name}."}
            for name in used
        ],
        "controls": [_control(standard, entry, headings, served) for entry in entries],
    }


def _control(
    standard: Catalog, entry: Entry, headings: dict[str, str], served: dict[str, list[BoundRule]]
) -> dict[str, Any]:
    name = f"{standard.id}:{entry.id}"
    return {
        "id": _id(name),
        "title": one_line(entry.label),
        "objective": one_line(entry.intent or entry.label),
        "group": _group(entry, headings),
        "assessment-requirements": [
            {
                "id": f"{_id(name)}.{bound.id}",
                "text": one_line(bound.file.rule.title),
                "applicability": [SCOPE],
                "recommendation": one_line(bound.file.rule.remediation),
            }
            for bound in served[name]
        ],
    }


def _group(entry: Entry, headings: Iterable[str]) -> str:
    return next((name for name in entry.attributes.get("group", ()) if name in headings), UNGROUPED)


def _mapping(evaluation: Evaluation, one: str, other: str, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "title": f"What requirements of {one} give those of {other}",
        "metadata": _metadata(
            evaluation,
            "MappingDocument",
            f"{one}-{other}",
            "A pair suggests; evidence and decisions decide.",
            [one, other],
        ),
        "source-reference": {"reference-id": one, "entry-type": ENTRY},
        "target-reference": {"reference-id": other, "entry-type": ENTRY},
        "mappings": [
            {
                "id": f"{number:03}-{_id(row['from'])}-{_id(row['to'])}",
                "source": _id(row["from"]),
                "relationship": row["gemara"],
                "remarks": f"Its own word: {one_line(row['relation'])}; verified: {one_line(row['verified'])}.",
                "targets": [
                    {
                        "entry-id": _id(row["to"]),
                        "confidence-level": row["confidence"].capitalize(),
                        "rationale": one_line(row["reason"]),
                    }
                ],
            }
            for number, row in enumerate(rows, 1)
        ],
    }


def _log(evaluation: Evaluation, lists: Exported, served: dict[str, list[BoundRule]]) -> dict[str, Any]:
    findings = [finding for finding in evaluation.findings if finding.requirement in served]
    owner = lists.owner or "The organisation"
    told = f"The state of {owner} as of {evaluation.as_of}, as rules judge its records."
    used = dict.fromkeys(_standard(name) for name in served)
    return {
        "metadata": _metadata(evaluation, "EvaluationLog", "evaluation", " ".join([told, *lists.missing]), used),
        "target": {"id": "management-system", "name": owner, "type": "Software Assisted"},
        "result": "Passed" if evaluation.verdict.passed else "Failed",
        "evaluations": [_evaluated(evaluation, finding, served[finding.requirement]) for finding in findings],
    }


def _evaluated(evaluation: Evaluation, finding: Finding, rules: Sequence[BoundRule]) -> dict[str, Any]:
    name = finding.requirement
    control = {"reference-id": _standard(name), "entry-id": _id(name)}
    return {
        "name": one_line(f"{name} {evaluation.policy.catalogs[name].label}"),
        "result": STATES[finding.state],
        "message": f"It is {finding.state.replace('_', ' ')}; assurance: {finding.assurance or 'none'}.",
        "control": control,
        "assessment-logs": [_assessed(evaluation, name, bound) for bound in rules],
    }


def _assessed(evaluation: Evaluation, name: str, bound: BoundRule) -> dict[str, Any]:
    """What a rule said, over all that it met: one that met nobody, or could not be judged, was not run."""
    counts = evaluation.counts[bound.id]
    failed = counts["fail"] + counts["error"]
    ran = any(counts.values()) and bound.id not in evaluation.not_judged
    word = "Failed" if failed else "Not Run" if not ran else "Passed" if counts["pass"] else "Not Applicable"
    told = ", ".join(f"{number} {outcome.replace('_', ' ')}" for outcome, number in counts.items())
    found = {
        "requirement": {"reference-id": _standard(name), "entry-id": f"{_id(name)}.{bound.id}"},
        "description": one_line(bound.file.rule.title),
        "result": word,
        "message": f"Results: {told}.",
        "applicability": [SCOPE],
        "steps": [bound.id],
    }
    return found if word == "Not Run" else found | {"start": f"{evaluation.as_of}{MIDNIGHT}"}


def _metadata(evaluation: Evaluation, kind: str, name: str, words: str, used: Iterable[str] = ()) -> dict[str, Any]:
    catalogs = evaluation.policy.catalogs.standards
    found: dict[str, Any] = {
        "id": name,
        "type": kind,
        "gemara-version": VERSION,
        "description": one_line(words),
        "version": evaluation.revision.commit or evaluation.revision.kind,
        "date": f"{evaluation.as_of}{MIDNIGHT}",
        "author": TOOL,
    }
    references = [
        {"id": one, "title": one_line(catalogs[one].title), "version": one_line(catalogs[one].edition)} for one in used
    ]
    return found | ({"mapping-references": references} if references else {})


def _id(requirement: str) -> str:
    return requirement.replace(":", "-")


def _standard(requirement: str) -> str:
    return requirement.partition(":")[0]
