"""Rules, results and findings -> assessment plan and assessment results.

Not assessed is never satisfied: what no rule said anything of is a finding that is not satisfied, for another reason
than a failure; what is declared not to apply is not under review at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

from iscode import __version__
from iscode.evaluation import OUTCOMES, RULES, Finding, Result
from iscode.evaluation.waivers import Waiver
from iscode.policy import BoundRule
from iscode.report.escape import markup
from iscode.report.exported import MIDNIGHT, Row
from iscode.report.options import Options
from iscode.report.oscal.source import NAME, Source, control_id, line, props, statement_id
from iscode.report.oscal.system import PLAN

ASSESSMENT: Final = f"../../assessment-plans/{NAME}/assessment-plan.json"
STATUS: Final[dict[str, dict[str, str]]] = {
    "satisfied": {"state": "satisfied", "reason": "pass"},
    "not_satisfied": {"state": "not-satisfied", "reason": "fail"},
    "not_assessed": {"state": "not-satisfied", "reason": "other", "remarks": "Not assessed: no result decides on it."},
}
"""State of a finding -> how OSCAL says it; what does not apply has none."""

Names = Mapping[int, str]
"""The fingerprint of each result that is listed, by its identity: it is computed, and one result decides on many."""


def plan(source: Source) -> dict[str, Any]:
    """What is judged: each rule an activity, and the tool that carries them out."""
    judged = [
        *(_activity(source, rule.id, rule.title, rule.remediation) for rule in RULES),
        *(_bound(source, bound) for bound in source.evaluation.policy.bound),
    ]
    return {
        "metadata": source.metadata(f"How {source.title} is judged"),
        "import-ssp": {"href": PLAN},
        "local-definitions": {"activities": judged},
        "reviewed-controls": {"control-selections": [{"include-all": {}}]},
        "assessment-subjects": [{"type": "component", "include-all": {}}],
        "assessment-assets": {
            "components": [
                {
                    "uuid": source.uuid("tool"),
                    "type": "software",
                    "title": f"iscode {__version__}",
                    "description": "Judges records in Git by declarative rules.",
                    "status": {"state": "operational"},
                }
            ],
            "assessment-platforms": [
                {
                    "uuid": source.uuid("platform"),
                    "title": "Where the rules are run",
                    "uses-components": [{"component-uuid": source.uuid("tool")}],
                }
            ],
        },
        "tasks": [
            {
                "uuid": source.uuid("task"),
                "type": "action",
                "title": "Judge the records",
                "timing": {"on-date": {"date": source.instant}},
                "associated-activities": [
                    {"activity-uuid": activity["uuid"], "subjects": [{"type": "component", "include-all": {}}]}
                    for activity in judged
                ],
            }
        ],
    }


def _bound(source: Source, bound: BoundRule) -> dict[str, Any]:
    rule = bound.file.rule
    found = _activity(source, bound.id, rule.title, rule.remediation)
    found["props"] += props([("rule", bound.id), ("severity", bound.severity), ("phase", rule.phase)])
    found["remarks"] = markup(rule.rationale)
    covered = [{"control-id": control_id(name)} for name in source.covered(bound.requirements)]
    if covered:
        found["related-controls"] = {"control-selections": [{"include-controls": covered}]}
    return found


def _activity(source: Source, name: str, title: str, remedy: str) -> dict[str, Any]:
    words = markup(f"Where it does not hold: {remedy}")
    found: dict[str, Any] = {"uuid": source.uuid("activity", name), "title": line(title), "description": words}
    return found | {"props": [{"name": "method", "value": "TEST"}]}


def results(source: Source, options: Options) -> dict[str, Any]:
    """What was found: an observation a rule, a listed result and a piece of evidence; a risk a failure; findings.

    The long lists are iterators, which `dumps` writes item by item.
    """
    evaluation = source.evaluation
    listed = [result for result in evaluation.results if result.adverse or options.all_results]
    named = {id(result): result.fingerprint for result in listed}
    served = _served(source)
    findings = [finding for finding in evaluation.findings if finding.state in STATUS]
    reviewed = {finding.requirement for finding in findings}
    shown = [row for row in source.lists["evidence"] if reviewed.intersection(row["covers"])]
    found: dict[str, Any] = {
        "uuid": source.uuid("result", evaluation.revision.commit or evaluation.revision.kind, evaluation.as_of),
        "title": f"Verdict as of {evaluation.as_of}",
        "description": _verdict(source),
        "start": source.instant,
        "props": props([("passed", "yes" if evaluation.verdict.passed else "no")]),
        "reviewed-controls": {"control-selections": [_reviewed(source)]},
        "observations": chain(_of_rules(source), _of_results(source, listed, named), _of_evidence(source, shown)),
        "findings": (_finding(source, one, served, named) for one in findings),
    }
    if held := [waiver for waiver in evaluation.waivers if waiver.in_force]:
        ignored = evaluation.policy.ignore_waivers
        found["remarks"] = markup(" ".join(_waiver(waiver, ignored=ignored) for waiver in held))
    places = {result.subject: result.origin.path for result in listed if result.subject not in source.parts}
    if places:
        items = (_item(source, subject, path) for subject, path in places.items())
        found["local-definitions"] = {"inventory-items": items}
    if any(result.adverse for result in listed):
        found["risks"] = (_risk(source, result, named[id(result)]) for result in listed if result.adverse)
    return {
        "metadata": source.metadata(f"How {source.title} stands"),
        "import-ap": {"href": ASSESSMENT},
        "results": [found],
        **source.resources(shown),
    }


def _verdict(source: Source) -> str:
    verdict, counts = source.evaluation.verdict, source.evaluation.verdict.counts
    told = ", ".join(f"{counts[outcome]} {outcome.replace('_', ' ')}" for outcome in OUTCOMES)
    word = "passed" if verdict.passed else "failed"
    return f"The verdict {word}: {verdict.blocking} results block. Results: {told}."


def _waiver(waiver: Waiver, *, ignored: bool) -> str:
    """A waiver in force; what it keeps from blocking is told as deviations, what is to be said of it only here."""
    remarks = "".join(f"; {remark.word}: {remark.words}" for remark in waiver.remarks)
    number = len(waiver.hides)
    kept = f"{number} {'result' if number == 1 else 'results'}"
    verb = "is ignored; it would keep" if ignored else "keeps"
    return f"{waiver.record.reference} {verb} {kept} from blocking until {waiver.record.value['expires']}{remarks}."


def _reviewed(source: Source) -> dict[str, Any]:
    """All but what does not apply."""
    names = [finding.requirement for finding in source.evaluation.findings if finding.state not in STATUS]
    left = [{"control-id": control_id(name)} for name in names]
    return {"include-all": {}, "exclude-controls": left} if left else {"include-all": {}}


def _served(source: Source) -> dict[str, list[str]]:
    """Requirement -> the rules that serve it and said anything."""
    found: dict[str, list[str]] = {}
    for bound in source.evaluation.policy.bound:
        if any(source.evaluation.counts[bound.id].values()):
            for name in bound.requirements:
                found.setdefault(name, []).append(bound.id)
    return found


def _of_rules(source: Source) -> Iterator[dict[str, Any]]:
    """What each rule said, counted: of one that met nobody there is nothing to observe."""
    titles = {rule.id: rule.title for rule in RULES} | {
        bound.id: bound.file.rule.title for bound in source.evaluation.policy.bound
    }
    for name, counts in source.evaluation.counts.items():
        if any(counts.values()):
            told = ", ".join(f"{counts[outcome]} {outcome.replace('_', ' ')}" for outcome in OUTCOMES)
            yield _observation(source, ("rule", name), titles[name], f"Results: {told}.", [("rule", name)])


def _of_results(source: Source, listed: Iterable[Result], named: Names) -> Iterator[dict[str, Any]]:
    """One for each result that is listed."""
    for result in listed:
        place, name = result.origin.place, named[id(result)]
        facts = [
            ("rule", result.rule), ("subject", result.subject), ("item", result.item or ""),
            ("outcome", result.outcome), ("cause", result.cause or ""), ("clause", result.clause or ""),
            ("severity", result.severity), ("blocking", "yes" if result.blocking else "no"),
            ("known", "yes" if result.known else ""),
            ("path", place.path), ("line", str(place.line)), ("column", str(place.column)),
            ("fingerprint", name),
        ]  # fmt: skip
        words = result.message or result.outcome.replace("_", " ")
        found = _observation(source, ("result", name), f"{result.rule}: {result.subject}", words, facts)
        kind = "component" if result.subject in source.parts else "inventory-item"
        found["subjects"] = [{"subject-uuid": source.uuid(kind, result.subject), "type": kind}]
        yield found


def _of_evidence(source: Source, shown: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """One for each piece of evidence that covers what is under review."""
    for row in shown:
        found: dict[str, Any] = {
            "uuid": source.uuid("evidence", row["reference"]),
            "title": line(row["title"]),
            "description": markup(f"Conclusion: {row['conclusion']}"),
            "methods": ["EXAMINE"],
            "types": ["control-objective"],
            "relevant-evidence": [
                {"href": f"#{source.uuid('resource', row['reference'])}", "description": line(row["title"])}
            ],
            "collected": f"{row['collected']}{MIDNIGHT}",
        }
        if "expires" in row:
            found["expires"] = f"{row['expires']}{MIDNIGHT}"
        yield found


def _observation(
    source: Source, name: tuple[str, str], title: str, words: str, facts: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    return {
        "uuid": source.uuid(*name),
        "title": line(title),
        "description": markup(words),
        "props": props(facts),
        "methods": ["TEST"],
        "types": ["control-objective"],
        "origins": [{"actors": [{"type": "tool", "actor-uuid": source.uuid("tool")}]}],
        "collected": source.instant,
    }


def _item(source: Source, subject: str, path: str) -> dict[str, Any]:
    return {
        "uuid": source.uuid("inventory-item", subject),
        "description": line(subject),
        "props": props([("path", path)]),
    }


def _risk(source: Source, result: Result, name: str) -> dict[str, Any]:
    """A failure; one that is waived is a deviation that was approved until a day."""
    found: dict[str, Any] = {
        "uuid": source.uuid("risk", name),
        "title": line(f"{result.rule}: {result.subject}"),
        "description": line(result.message),
        "statement": f"A rule of severity {result.severity} does not hold.",
        "props": props([("severity", result.severity), ("fingerprint", name)]),
        "status": "open" if result.waiver is None else "deviation-approved",
        "related-observations": [{"observation-uuid": source.uuid("result", name)}],
    }
    if result.waiver is not None:
        found["deadline"] = f"{result.waiver.expires}{MIDNIGHT}"
        found["props"] += props([("waiver", result.waiver.record), ("reason", result.waiver.reason)])
    return found


def _finding(source: Source, finding: Finding, served: Mapping[str, Sequence[str]], named: Names) -> dict[str, Any]:
    """What a requirement comes to, with all observations and risks that it rests on."""
    name = finding.requirement
    decided = [(named[id(result)], result.adverse) for result in finding.results if id(result) in named]
    observed = [
        *(source.uuid("rule", rule) for rule in served.get(name, ())),
        *(source.uuid("result", fingerprint) for fingerprint, _ in decided),
        *(source.uuid("evidence", row["reference"]) for row in source.evidence.get(name, ())),
    ]
    risks = [source.uuid("risk", fingerprint) for fingerprint, adverse in decided if adverse]
    found: dict[str, Any] = {
        "uuid": source.uuid("finding", name),
        "title": line(f"{name} {source.evaluation.policy.catalogs[name].label}"),
        "description": f"It is {finding.state.replace('_', ' ')}.",
        "props": props([("state", finding.state), ("assurance", finding.assurance or "none")]),
        "target": {"type": "statement-id", "target-id": statement_id(name), "status": STATUS[finding.state]},
        "implementation-statement-uuid": source.uuid("statement", name),
    }
    if observed:
        found["related-observations"] = [{"observation-uuid": uuid} for uuid in observed]
    if risks:
        found["related-risks"] = [{"risk-uuid": uuid} for uuid in risks]
    return found
