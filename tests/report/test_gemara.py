"""Evaluation -> Gemara: requirements as controls, rules as what is assessed, and nothing passed that did not run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from iscode.report import FOLDER_EXPORTS, Options

ROLE = "kind: Role\nid: r\ntitle: R\nowner: Role:r\nstatus: active\n"


def documents(*evaluations: Any) -> dict[str, Any]:
    return {name: yaml.safe_load(data) for name, data in FOLDER_EXPORTS["gemara"](evaluations, Options()).items()}


def test_every_entry_that_is_referred_to_is_in_the_catalog_that_is_named(acme: Any) -> None:
    for found in (documents(acme()), documents(acme(profile="starter"))):
        known: set[tuple[str, str]] = set()
        for name, document in found.items():
            if name.startswith("control-catalog"):
                standard = document["metadata"]["id"]
                for control in document["controls"]:
                    parts = [control["id"], *(one["id"] for one in control["assessment-requirements"])]
                    assert known.isdisjoint({(standard, part) for part in parts})
                    known |= {(standard, part) for part in parts}
                    assert control["group"] in {group["id"] for group in document["groups"]}
        for evaluated in found["evaluation-log.yaml"]["evaluations"]:
            entries = [evaluated["control"], *(log["requirement"] for log in evaluated["assessment-logs"])]
            assert {(entry["reference-id"], entry["entry-id"]) for entry in entries} <= known
        for name, document in found.items():
            if name.startswith("mapping"):
                for side, ids in (
                    ("source", {one["source"] for one in document["mappings"]}),
                    ("target", {target["entry-id"] for one in document["mappings"] for target in one["targets"]}),
                ):
                    assert {(document[f"{side}-reference"]["reference-id"], one) for one in ids} <= known


def test_a_control_is_as_its_finding_and_what_did_not_run_did_not_pass(acme: Any) -> None:
    words = {
        "satisfied": "Passed",
        "not_satisfied": "Failed",
        "not_applicable": "Not Applicable",
        "not_assessed": "Not Run",
    }
    seen = set()
    for evaluation, verdict in ((acme(), "Passed"), (acme({"compliance/o.yaml": ROLE}, alone=True), "Failed")):
        log = documents(evaluation)["evaluation-log.yaml"]
        assert verdict == log["result"]
        states = {finding.requirement.replace(":", "-"): finding.state for finding in evaluation.findings}
        for evaluated in log["evaluations"]:
            assert words[states[evaluated["control"]["entry-id"]]] == evaluated["result"]
            for assessed in evaluated["assessment-logs"]:
                word, [rule] = assessed["result"], assessed["steps"]
                counts = evaluation.counts[rule]
                assert (word == "Failed") == (counts["fail"] + counts["error"] > 0)
                assert ("start" in assessed) == (word != "Not Run")
                if word == "Passed":
                    assert counts["pass"]
                    assert rule not in evaluation.not_judged
                seen |= {evaluated["result"], word}
    assert set(words.values()) == seen


def test_relations_keep_their_own_word_and_the_nearest_of_gemara(acme: Any) -> None:
    mapping = documents(acme())["mapping-iso27001-iso42001.yaml"]
    words = {(one["relationship"], one["remarks"].split(";")[0]) for one in mapping["mappings"]}
    assert {("equivalent", "Its own word: equal"), ("relates-to", "Its own word: extends")} <= words


def test_several_roots_have_a_folder_each_and_the_same_input_gives_the_same_bytes(acme: Any) -> None:
    one = acme()
    found = FOLDER_EXPORTS["gemara"]([one, replace(one, root="b")], Options())
    assert {"top", "b-3e23e816"} == {path.split("/")[0] for path in found}
    again = FOLDER_EXPORTS["gemara"]([acme(), replace(acme(), root="b")], Options())
    assert found == again
