"""Evaluation -> CycloneDX: models with their cards, standards with what meets them, and no score for the unassessed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from iscode.cli import example
from iscode.report import EXPORTS, Options

SYSTEM = "compliance/ai-systems/credit-scoring.yaml"
ROLE = "kind: Role\nid: r\ntitle: R\nowner: Role:r\nstatus: active\n"


def document(*evaluations: Any) -> Any:
    return json.loads(EXPORTS["cyclonedx"](evaluations, Options()))


def references(node: Any) -> Iterator[str]:
    """Everything in a document that must be the `bom-ref` of something in it."""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("ref", "target", "assessor", "requirement"):
                yield value
            elif key in ("dependsOn", "claims", "evidence") and all(isinstance(item, str) for item in value):
                yield from value
            else:
                yield from references(value)


def named(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from named(item)
    if isinstance(node, dict):
        yield from ([node["bom-ref"]] if "bom-ref" in node else [])
        for value in node.values():
            yield from named(value)


def component(found: Any, reference: str) -> Any:
    [one] = [one for one in found["components"] if one["bom-ref"] == reference]
    return one


def test_every_reference_leads_to_one_thing(acme: Any) -> None:
    for found in (document(acme()), document(acme({"compliance/o.yaml": ROLE}, alone=True))):
        names = list(named(found))
        assert len(names) == len(set(names))
        assert set(references(found)) <= set(names)


def test_a_system_is_a_model_with_a_card_that_says_what_its_record_says(acme: Any) -> None:
    found = document(acme())
    system = component(found, "AISystem:credit-scoring")
    assert "machine-learning-model" == system["type"]
    considered = system["modelCard"]["considerations"]
    assert ["credit officers"] == considered["users"]
    assert "not for: loans to firms" in considered["technicalLimitations"]
    assert {"groupAtRisk": "under 25"} in considered["fairnessAssessments"]
    risk = {"name": "The score is used to set limits", "mitigationStrategy": "Risk:officers-follow-the-score"}
    assert risk in considered["ethicalConsiderations"]
    figures = system["modelCard"]["quantitativeAnalysis"]["performanceMetrics"]
    assert {"type": "approval_rate_ratio", "value": "0.86", "slice": "under 25"} in figures
    assert {"name": "iscode:risk_tier", "value": "high"} in system["properties"]


def test_a_model_has_its_digest_and_its_data_and_the_system_rests_on_both(acme: Any) -> None:
    found = document(acme())
    model = component(found, "Model:credit-gbm-3")
    digest = "57c43b199f5a1990a46bbd85fbaa1089dfb8c7d240cf6f1073832249971a0357"
    assert [{"alg": "SHA-256", "content": digest}] == model["hashes"]
    assert [{"ref": "DataResource:loan-history"}] == model["modelCard"]["modelParameters"]["datasets"]
    rests = {one["ref"]: one.get("dependsOn", []) for one in found["dependencies"]}
    assert {"Model:credit-gbm-3", "DataResource:loan-history"} <= set(rests["AISystem:credit-scoring"])
    data = component(found, "DataResource:loan-history")
    assert ("data", "dataset") == (data["type"], data["data"][0]["type"])


def test_what_is_not_assessed_has_no_score_and_what_does_not_apply_is_not_attested(acme: Any) -> None:
    for evaluation in (acme(), acme({"compliance/o.yaml": ROLE}, alone=True)):
        [attested] = document(evaluation)["declarations"]["attestations"]
        rows = {row["requirement"]: row for row in attested["map"]}
        for finding in evaluation.findings:
            row = rows.get(finding.requirement, {})
            assert (finding.state == "not_applicable") == (not row)
            expected = {"satisfied": 1, "not_satisfied": 0}.get(finding.state)
            assert expected == row.get("conformance", {}).get("score")
    assert "not_assessed" in {finding.state for finding in evaluation.findings}


def test_a_claim_names_the_controls_and_the_evidence_that_shows_them(acme: Any) -> None:
    declared = document(acme())["declarations"]
    claims = {claim["bom-ref"]: claim for claim in declared["claims"]}
    claim = claims["claim:iso42001:A.9.2"]
    assert "A person decides, can set aside and can stop (implemented)" == claim["predicate"]
    shown = {evidence["bom-ref"]: evidence for evidence in declared["evidence"]}
    review = shown["Evidence:access-review-2026-11"]
    assert "2026-11-16T00:00:00Z" == review["created"]
    assert {"url": "artifacts/access-review-2026-11.csv"} == review["data"][0]["contents"]


def test_a_standard_has_ids_and_our_labels_and_no_text(acme: Any) -> None:
    first, second = document(acme())["definitions"]["standards"]
    assert (123, 70) == (len(first["requirements"]), len(second["requirements"]))
    assert all("text" not in one for one in [*first["requirements"], *second["requirements"]])


def test_what_is_refused_is_missing_and_said_and_what_is_live_is_shown(acme: Any) -> None:
    text = example.files("acme")[SYSTEM].decode().replace("Retail credit scoring", '"a\\e[31m\\u202E b"')
    found = document(acme({SYSTEM: text, "compliance/people/p-004.yaml": "kind: Person\nid: p-004\n"}))
    assert r"a\x1b[31m\u202e b" == component(found, "AISystem:credit-scoring")["name"]
    missing = [one["value"] for one in found["metadata"]["properties"] if one["name"] == "iscode:missing"]
    assert ["records that their schema refuses or whose id another has, and that are not in here: 1"] == missing


def test_the_same_evaluation_gives_the_same_bytes_and_another_day_another_name(acme: Any) -> None:
    found = acme()
    assert EXPORTS["cyclonedx"]([found], Options()) == EXPORTS["cyclonedx"]([acme()], Options())
    one, other = document(found, replace(found, as_of="2026-11-25"))
    assert one["serialNumber"] != other["serialNumber"]
