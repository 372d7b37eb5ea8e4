"""Evaluation -> a CycloneDX 1.6 document: AI systems with model cards, and how the requirements of standards are met.

A requirement that no result decides on has no score: not assessed is never conformant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from iscode import __version__
from iscode.evaluation import Evaluation, Finding
from iscode.policy.catalog import Catalog
from iscode.report.escape import uri
from iscode.report.exported import MIDNIGHT, Exported, Row, by, exported, more, one_line, standards, uuid_of
from iscode.report.options import Options

SCHEMA: Final = "http://cyclonedx.org/schema/bom-1.6.schema.json"
LISTS: Final = ("organizations", "systems", "models", "datasets", "controls", "evidence")
ORGANISATION: Final = "organisation"
TOOL: Final = "tool"
"""References within the document, beside those of records and requirements."""
SCORES: Final = {"satisfied": 1, "not_satisfied": 0}
"""State of a finding -> how far it conforms; no other state says."""
NAMED: Final = 8
"""Rules that are named in a rationale; the rest is counted."""
_KNOWN: Final = frozenset(
    {
        "reference", "title", "description", "version", "supplier", "licence", "sha256", "rests_on", "users", "uses",
        "limits", "tradeoffs", "concerns", "groups", "figures", "classification", "sensitive",
    }
)  # fmt: skip
"""Columns that have a place of their own; others become properties."""


def report(evaluations: Sequence[Evaluation], options: Options) -> bytes:  # noqa: ARG001 - as every report
    """The document of one root, UTF-8; an array of documents for several."""
    documents = [_document(evaluation) for evaluation in evaluations]
    found = documents[0] if len(documents) == 1 else documents
    return f"{json.dumps(found, ensure_ascii=False, separators=(',', ':'))}\n".encode()


def _document(evaluation: Evaluation) -> dict[str, Any]:
    lists = exported(evaluation, LISTS)
    components = list(_components(lists))
    body = {
        "version": 1,
        "metadata": _metadata(evaluation, lists),
        "components": components,
        "dependencies": list(_dependencies(lists, {component["bom-ref"] for component in components})),
        "declarations": _declarations(evaluation, lists),
        "definitions": {"standards": [_standard(standard) for standard in standards(evaluation)]},
    }
    name = uuid_of("cyclonedx", json.dumps(body, sort_keys=True))
    head = {"$schema": SCHEMA, "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{name}"}
    return head | body


def _metadata(evaluation: Evaluation, lists: Exported) -> dict[str, Any]:
    facts = [
        ("content", evaluation.policy.content),
        ("profile", evaluation.policy.profile.profile.id),
        ("profile_digest", evaluation.policy.digest),
        ("as_of", evaluation.as_of),
        ("revision", evaluation.revision.commit or evaluation.revision.kind),
        *(("missing", note) for note in lists.missing),
    ]
    return {
        "timestamp": f"{evaluation.as_of}{MIDNIGHT}",
        "tools": {"components": [{"type": "application", "name": "iscode", "version": __version__}]},
        "component": {
            "type": "application",
            "bom-ref": "management-system",
            "name": f"AI systems of {lists.owner or 'the organisation'}",
        },
        "properties": _properties(facts),
    }


def _components(lists: Exported) -> Iterator[dict[str, Any]]:
    data = {row["reference"] for row in lists["datasets"]}
    for row in (*lists["systems"], *lists["models"]):
        yield _component("machine-learning-model", row) | {"modelCard": _card(row, data)}
    for row in lists["datasets"]:
        yield _component("data", row) | {"data": [_dataset(row)]}


def _component(kind: str, row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind, "bom-ref": row["reference"], "name": one_line(row["title"])}
    for column in ("version", "description"):
        if column in row:
            found[column] = one_line(row[column])
    if "supplier" in row:
        found["supplier"] = {"name": one_line(row["supplier"])}
    if "licence" in row:
        found["licenses"] = [{"license": {"name": one_line(row["licence"])}}]
    if "sha256" in row:
        found["hashes"] = [{"alg": "SHA-256", "content": row["sha256"]}]
    return found | {"properties": _properties(more(row, _KNOWN))}


def _dataset(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "dataset", "name": one_line(row["title"])}
    if "classification" in row:
        found["classification"] = row["classification"]
    if row["sensitive"]:
        found["sensitiveData"] = row["sensitive"]
    return found


def _card(row: Row, data: set[str]) -> dict[str, Any]:
    """What the record says of model and use; what it does not say is left out."""
    considered: dict[str, Any] = {
        place: _texts(row.get(column, ()))
        for place, column in (
            ("users", "users"),
            ("useCases", "uses"),
            ("technicalLimitations", "limits"),
            ("performanceTradeoffs", "tradeoffs"),
        )
    }
    considered["ethicalConsiderations"] = [_concern(concern) for concern in row.get("concerns", ())]
    considered["fairnessAssessments"] = [{"groupAtRisk": group} for group in _texts(row.get("groups", ()))]
    found: dict[str, Any] = {
        "modelParameters": _said({"datasets": [{"ref": name} for name in row["rests_on"] if name in data]}),
        "quantitativeAnalysis": _said({"performanceMetrics": list(_figures(row))}),
        "considerations": _said(considered),
    }
    return _said(found)


def _concern(concern: Mapping[str, Any]) -> dict[str, str]:
    answer = {} if concern["answer"] is None else {"mitigationStrategy": one_line(concern["answer"])}
    return {"name": one_line(concern["name"]), **answer}


def _figures(row: Row) -> Iterator[dict[str, str]]:
    """Figures that were measured; one that is only to be has no value yet."""
    for group in row["figures"]:
        for figure in group["metrics"]:
            if figure.get("value") is not None:
                told = {"type": one_line(figure["name"]), "value": json.dumps(figure["value"])}
                yield told | ({"slice": one_line(figure["slice"])} if figure.get("slice") else {})


def _dependencies(lists: Exported, there: set[str]) -> Iterator[dict[str, Any]]:
    yield {"ref": "management-system", "dependsOn": [row["reference"] for row in lists["systems"]]}
    for row in (*lists["systems"], *lists["models"], *lists["datasets"]):
        rests = [name for name in dict.fromkeys(row["rests_on"]) if name in there]
        yield {"ref": row["reference"], **_said({"dependsOn": rests})}


def _standard(standard: Catalog) -> dict[str, Any]:
    """Ids and our own labels; the text of a standard is nowhere."""
    return {
        "bom-ref": standard.id,
        "name": one_line(standard.title),
        "version": one_line(standard.edition),
        "description": one_line(standard.notice),
        "requirements": [
            {
                "bom-ref": f"{standard.id}:{entry.id}",
                "identifier": entry.id,
                "title": one_line(entry.label),
                **_said({"descriptions": _texts([entry.intent, entry.unseen])}),
            }
            for entry in standard.requirements
        ],
    }


def _declarations(evaluation: Evaluation, lists: Exported) -> dict[str, Any]:
    covering = by("covers", lists["evidence"])
    carrying = by("satisfies", lists["controls"])
    findings = [finding for finding in evaluation.findings if finding.state != "not_applicable"]
    claims = {
        finding.requirement: _claim(finding.requirement, carrying, covering)
        for finding in findings
        if finding.requirement in carrying or finding.requirement in covering
    }
    shown = {name for claim in claims.values() for name in claim.get("evidence", ())}
    return {
        "assessors": [
            {"bom-ref": TOOL, "thirdParty": False, "organization": {"name": lists.owner or "The organisation"}}
        ],
        "attestations": [
            {
                "summary": f"How the records stood on {evaluation.as_of}, as rules judge them.",
                "assessor": TOOL,
                "map": [_mapped(finding, claims) for finding in findings],
            }
        ],
        "claims": list(claims.values()),
        "evidence": [_evidence(row) for row in lists["evidence"] if row["reference"] in shown],
        "targets": {"organizations": [{"bom-ref": ORGANISATION, "name": lists.owner or "The organisation"}]},
    }


def _claim(name: str, carrying: Mapping[str, list[Row]], covering: Mapping[str, list[Row]]) -> dict[str, Any]:
    """What the organisation says that it does for a requirement and how far, and what shows it."""
    controls = carrying.get(name, [])
    said = "; ".join(one_line(f"{row['title']} ({row['implementation']})") for row in controls)
    said = said or f"Something is done for {name}."
    found = {"bom-ref": f"claim:{name}", "target": ORGANISATION, "predicate": said}
    reasoning = " ".join(one_line(row["description"]) for row in controls)
    evidence = [row["reference"] for row in covering.get(name, ())]
    return found | _said({"reasoning": reasoning, "evidence": evidence})


def _mapped(finding: Finding, claims: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    name, step = finding.requirement, finding.assurance
    found: dict[str, Any] = {"requirement": name}
    if name in claims:
        found["claims"] = [claims[name]["bom-ref"]]
    if finding.state in SCORES:
        found["conformance"] = {"score": SCORES[finding.state], "rationale": _rationale(finding)}
    return found | {"confidence": {"rationale": f"assurance: {step or 'none'}"}}


def _rationale(finding: Finding) -> str:
    rules = list(dict.fromkeys(result.rule for result in finding.results))
    more_of_them = f" and {len(rules) - NAMED} more" if len(rules) > NAMED else ""
    what = "pass" if finding.state == "satisfied" else "do not pass"
    return f"{len(finding.results)} results {what}, by {', '.join(rules[:NAMED])}{more_of_them}"


def _evidence(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {
        "bom-ref": row["reference"],
        "description": one_line(row["title"]),
        "created": f"{row['collected']}{MIDNIGHT}",
    }
    if "expires" in row:
        found["expires"] = f"{row['expires']}{MIDNIGHT}"
    if "path" in row:
        name = f"{row['path']} sha256:{row['sha256']}" if "sha256" in row else row["path"]
        found["data"] = [{"name": one_line(name), "contents": {"url": uri(row["path"])}}]
    return found


def _properties(facts: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": f"iscode:{name}", "value": one_line(text)} for name, text in facts]


def _texts(texts: Iterable[str]) -> list[str]:
    """Each text once, on one line; none that is empty."""
    return list(dict.fromkeys(filter(None, map(one_line, texts))))


def _said(parts: dict[str, Any]) -> dict[str, Any]:
    """Those parts in which anything stands."""
    return {key: value for key, value in parts.items() if value}
