"""Evaluation -> the JSON that programs rely on: RFC 8785, so the same evaluation gives the same bytes anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from iscode import __version__
from iscode.document import canonical
from iscode.evaluation import OUTCOMES, RULES, Base, Evaluation, Finding, Result
from iscode.evaluation.builtin import SEVERITY
from iscode.evaluation.waivers import Waiver
from iscode.report.options import Options

SCHEMA: Final = "iscode/evaluation/v1"


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:
    """One object for one root, an array for several."""
    documents = [_document(evaluation, options) for evaluation in evaluations]
    return canonical.dumps(documents[0] if len(documents) == 1 else documents)


def _document(evaluation: Evaluation, options: Options) -> dict[str, Any]:
    policy = evaluation.policy
    listed = [result for result in evaluation.results if result.adverse or options.all_results]
    shown = {id(result) for result in listed}
    return header(SCHEMA, evaluation) | {
        "options": {
            "fail_on": policy.fail_on,
            "existing": policy.existing,
            "all_results": options.all_results,
            "new_only": options.new_only,
            "ignore_waivers": policy.ignore_waivers,
            "root": evaluation.root,
            "limits": policy.config.limits.given,
        },
        "base": base_document(evaluation.base),
        "verdict": {
            "passed": evaluation.verdict.passed,
            "blocking": evaluation.verdict.blocking,
            "not_judged": len(evaluation.not_judged),
            "counts": {
                **evaluation.verdict.counts,
                "waived": evaluation.verdict.waived,
                "known": evaluation.verdict.known,
            },
        },
        "rules": list(_rules(evaluation)),
        "results": [result_document(result) for result in listed],
        "findings": [_finding(finding, shown) for finding in evaluation.findings],
        "waivers": [_waiver(waiver) for waiver in evaluation.waivers if waiver.asked],
        "excluded": evaluation.excluded,
        "policy_changes": [{"path": change.path, "effect": change.effect} for change in evaluation.policy_changes],
    }


def header(schema: str, evaluation: Evaluation) -> dict[str, Any]:
    """What each document about an evaluation says: its schema, what judged, by which profile, what, as of which day."""
    policy, revision = evaluation.policy, evaluation.revision
    return {
        "schema": schema,
        "tool": {"name": "iscode", "version": __version__, "content": policy.content},
        "revision": {"kind": revision.kind, "commit": revision.commit, "tree": revision.tree},
        "as_of": evaluation.as_of,
        "profile": {"id": policy.profile.profile.id, "digest": policy.digest},
    }


def base_document(base: Base | None) -> dict[str, Any] | None:
    """The base that was named; what a work tree or an index is compared with by itself is none."""
    if base is None or base.tip is None or not base.named:
        return None
    return {"commit": base.tip.revision.commit, "merge_base": base.sha, "adopted": base.adopted}


def _rules(evaluation: Evaluation) -> Iterable[dict[str, Any]]:
    described: dict[str, tuple[str, tuple[str, ...], str]] = {
        builtin.id: (SEVERITY, (), builtin.remediation) for builtin in RULES
    } | {
        bound.id: (bound.severity, bound.requirements, bound.file.rule.remediation) for bound in evaluation.policy.bound
    }
    for name, counts in evaluation.counts.items():
        severity, requirements, remediation = described[name]
        yield {
            "id": name,
            "severity": severity,
            "requirements": list(requirements),
            "remediation": remediation,
            "counts": {outcome: counts[outcome] for outcome in OUTCOMES},
        }


def result_document(result: Result) -> dict[str, Any]:
    """One result as programs rely on it."""
    place = result.origin.place
    return {
        "rule": result.rule,
        "subject": result.subject,
        "item": result.item,
        "outcome": result.outcome,
        "cause": result.cause,
        "clause": result.clause,
        "severity": result.severity,
        "blocking": result.blocking,
        "message": result.message,
        "location": {"path": place.path, "line": place.line, "column": place.column},
        "related": [
            {
                "path": other.place.path,
                "line": other.place.line,
                "column": other.place.column,
                "message": other.message,
            }
            for other in sorted(set(result.related))
        ],
        "fingerprint": result.fingerprint,
        "waiver": None if result.waiver is None else result.waiver._asdict(),
        "known": result.known,
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    """A waiver that holds, will, or claims to: whom it is for, by whom, what it hides, what is to be said of it."""
    value = waiver.record.value
    keys = ("waives", "subjects", "clause", "requested_by", "approved_by", "starts", "expires")
    return {key: value.get(key) for key in keys} | {
        "record": waiver.record.reference,
        "state": waiver.state,
        "reason": waiver.reason,
        "renewals": waiver.renewals,
        "flaws": [flaw.message for flaw in waiver.flaws],
        "hides": [result.fingerprint for result in waiver.hides],
        "remarks": [remark._asdict() for remark in waiver.remarks],
    }


def _finding(finding: Finding, shown: set[int]) -> dict[str, Any]:
    return {
        "requirement": finding.requirement,
        "state": finding.state,
        "assurance": finding.assurance,
        "results": [result.fingerprint for result in finding.results if id(result) in shown],
    }
