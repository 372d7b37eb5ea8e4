"""Evaluation -> SARIF 2.1.0 for code scanning: a run for each root, failures alone, each at a place, under a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from iscode import __version__
from iscode.document import canonical
from iscode.errors import Place
from iscode.evaluation import Evaluation, Result
from iscode.evaluation.waivers import Waiver
from iscode.report.escape import code, inert, markdown, terminal, uri
from iscode.report.listing import Listing, Loudness, Told, counted, listing, loudness, standing
from iscode.report.options import Options

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
ABOUT: Final = "https://github.com/your-organisation/iscode"
MOST: Final = 25_000
"""Results of a run that GitHub takes; a file with more is refused whole."""
TAGS: Final = 20
"""Tags of a rule that GitHub takes."""
RELATED: Final = 100
"""Places beside a result that GitHub shows."""
LEVELS: Final[Mapping[Loudness, str]] = {"error": "error", "warning": "warning", "notice": "note"}
DEFAULTS: Final[Mapping[str, str]] = {"blocker": "error", "high": "error", "medium": "warning", "low": "note"}
"""The level of a rule's failures where nothing is said of one, by severity."""


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """What fails, the worst first, UTF-8. What is waived is suppressed, what is known is unchanged."""
    return canonical.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(each) for each in evaluations]})


def _run(evaluation: Evaluation) -> dict[str, Any]:
    found = listing(evaluation)
    results = found.worst_first(found.results)
    told = results[:MOST]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(result.rule for result in told))}
    root = f"{uri(evaluation.root)}/" if evaluation.root else ""
    ignored = evaluation.policy.ignore_waivers
    waivers = [_waiver(waiver, ignored=ignored) for waiver in evaluation.waivers if waiver.in_force]
    return {
        "tool": {
            "driver": {
                "name": "iscode",
                "informationUri": ABOUT,
                "semanticVersion": __version__,
                "rules": [_rule(name, found.rules[name]) for name in numbers],
            }
        },
        "automationDetails": {"id": f"iscode/{root}"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top of the repository."}}},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": words}} for words in _notes(evaluation, len(results))
                ],
            }
        ],
        "properties": _provenance(evaluation) | ({"waivers": waivers} if waivers else {}),
        "results": [_result(result, found, numbers[result.rule]) for result in told],
    }


def _provenance(evaluation: Evaluation) -> dict[str, Any]:
    """The verdict, and what it rests on."""
    return {
        "asOf": evaluation.as_of,
        "commit": evaluation.revision.commit,
        "profile": evaluation.policy.profile.profile.id,
        "passed": evaluation.verdict.passed,
        "blocking": evaluation.verdict.blocking,
        "counts": dict(evaluation.verdict.counts),
    }


def _waiver(waiver: Waiver, *, ignored: bool) -> dict[str, Any]:
    """A waiver in force: what it suppresses is told with the results, what is to be said of it only here.

    Where waivers are ignored, it suppresses nothing, and `hides` is how many results it would.
    """
    return {
        "record": terminal(waiver.record.reference),
        "until": waiver.record.value["expires"],
        "ignored": ignored,
        "hides": len(waiver.hides),
        "remarks": [f"{remark.word}: {inert(remark.words)}" for remark in waiver.remarks],
    }


def _notes(evaluation: Evaluation, results: int) -> Iterator[str]:
    """What the results do not say: how many are not here, and what nobody judged."""
    if results > MOST:
        yield f"{counted(results - MOST, 'more result')} did not fit here; the JSON report has all of them."
    if lacking := evaluation.not_judged:
        yield f"{counted(len(lacking), 'rule')} not judged for want of a base or of history: {', '.join(lacking)}."


def _rule(name: str, told: Told) -> dict[str, Any]:
    """A rule as the alerts explain it."""
    served = [(requirement, label) for requirement, label in told.serves]
    text = [f"{inert(told.title)}.", f"Fix: {inert(told.remediation)}"]
    shown = [f"{markdown(told.title)}.", f"**Fix:** {markdown(told.remediation)}"]
    if told.rationale:
        text.insert(1, inert(told.rationale))
        shown.insert(1, markdown(told.rationale))
    if served:
        text.append("Serves " + ", ".join(f"{requirement} ({inert(label)})" for requirement, label in served) + ".")
        shown.append("\n".join(f"- {code(requirement)} {markdown(label)}" for requirement, label in served))
    words = name.split("-")
    named = {"name": "".join(map(str.capitalize, words))} if len(words) > 1 else {}
    return {
        "id": name,
        **named,
        "shortDescription": {"text": f"{inert(told.title)}."},
        "fullDescription": {"text": " ".join(text[:2])},
        "help": {"text": "\n\n".join(text), "markdown": "\n\n".join(shown)},
        "defaultConfiguration": {"level": DEFAULTS[told.severity]},
        "properties": {"severity": told.severity, "tags": [requirement for requirement, _ in served[:TAGS]]},
    }


def _result(result: Result, found: Listing, number: int) -> dict[str, Any]:
    said = [result.message, *filter(None, [standing(result)])]
    document: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": number,
        "level": LEVELS[loudness(result)],
        "message": {"text": "; ".join(map(inert, said))},
        "locations": [_location(result.origin.place)],
        "partialFingerprints": {"iscode/v1": result.fingerprint},
        "properties": {
            "subject": terminal(result.subject),
            "item": None if result.item is None else terminal(result.item),
            "outcome": result.outcome,
            "severity": result.severity,
            "blocking": result.blocking,
        },
    }
    if silent := found.silent.get(result.fingerprint):
        document["properties"]["notJudgedBecauseOfThis"] = silent
    if related := sorted(set(result.related))[:RELATED]:
        document["relatedLocations"] = [
            _location(other.place) | {"id": each, "message": {"text": inert(other.message)}}
            for each, other in enumerate(related)
        ]
    if result.known:
        document["baselineState"] = "unchanged"
    if result.waiver is not None:
        document["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": inert(standing(result) or "")}
        ]
    return document


def _location(place: Place) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri(place.path), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
