"""soa, risks, roadmap, pdca, coverage, crosswalk, cascade, view on the example."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

ON = ("--as-of", "2026-11-24")
REVIEW = "compliance/control-tests/access-review-2026-11.yaml"
PACK = """\
id: roles
title: Roles and their titles
about: What each role is called.
rows: 'records("Role")'
columns: [{id: role, title: Role, value: self.id}, {id: title, title: Title, value: self.title}]
"""


@pytest.mark.parametrize(
    ("verb", "keys"),
    [
        ("soa", "requirement applicable justification drivers implementation evidence state assurance label"),
        ("risks", "risk title domains owner inherent option controls actions residual acceptance failures"),
        ("coverage", "requirement standard label deciding rules state assurance unseen"),
        ("crosswalk", "from to relation reason verified confidence applies"),
        ("roadmap", "roadmap stages reached"),
        ("cascade", "record top state worst rests_on requirements"),
    ],
)
def test_a_list_has_the_keys_of_the_contract(firm: Any, iscode: Any, verb: str, keys: str) -> None:
    done = iscode(verb, *ON, "-f", "json")
    assert (0, "") == (done.code, done.err)
    rows = json.loads(done.out)
    assert rows
    assert set(keys.split()) == set(rows[0])


def test_all_193_requirements_are_decided_and_all_131_controls_are_in_the_soa(firm: Any, iscode: Any) -> None:
    several = re.search(
        r"\n193/193 decided by at least one rule that binds, (\d+) by several\n", iscode("coverage", *ON).out
    )
    assert several is not None
    assert int(several[1]) >= 100
    assert 131 == len(json.loads(iscode("soa", *ON, "-f", "json").out))


def test_phases_and_failing_checks_are_one_document(firm: Any, iscode: Any) -> None:
    found = json.loads(iscode("pdca", *ON, "-f", "json").out)
    assert {"phases", "failing_checks"} == set(found)
    assert 8 == len(found["phases"])
    assert "not assessed" in iscode("pdca", *ON).out


def test_a_lapsed_access_review_shows_on_the_ai_system_that_rests_on_the_asset(firm: Any, iscode: Any) -> None:
    assert "itself" not in iscode("cascade", *ON).out
    text = (firm.top / REVIEW).read_text()
    firm.write(REVIEW, text.replace('performed_on: "2026-', 'performed_on: "2024-'))
    assert text != (firm.top / REVIEW).read_text()
    shown = iscode("cascade", *ON).out
    assert "AISystem:credit-scoring  not satisfied; itself satisfied" in shown
    assert "iso27001:A.5.18  asset-access-reviewed: " in shown
    failing = json.loads(iscode("pdca", *ON, "-f", "json").out)["failing_checks"]
    assert "asset-access-reviewed" in {row["rule"] for row in failing}


def test_a_commit_is_shown_as_it_is_and_the_work_tree_as_it_lies(firm: Any, iscode: Any) -> None:
    firm.change("compliance/risks/ransomware.yaml", "title: Blackmail by encryption", "title: Files taken hostage")
    assert "Files taken hostage" in iscode("risks", *ON).out
    assert "Blackmail by encryption" in iscode("risks", *ON, "--rev", "HEAD").out


def test_another_profile_selects_another_part(firm: Any, iscode: Any) -> None:
    rows = json.loads(iscode("coverage", *ON, "--profile", "iso42001", "-f", "json").out)
    assert {"iso27001": {None}, "iso42001": {"satisfied", "not_applicable"}} == {
        standard: {row["state"] for row in rows if row["standard"] == standard} for standard in ("iso27001", "iso42001")
    }


def test_the_age_of_evidence_is_that_of_the_day_asked_for(firm: Any, iscode: Any) -> None:
    def age(day: str) -> int:
        [row] = [
            row
            for row in json.loads(iscode("soa", "--as-of", day, "-f", "json").out)
            if row["requirement"] == "iso27001:A.5.1"
        ]
        return int(row["evidence"][0]["age_days"])

    assert 7 == age("2026-12-01") - age("2026-11-24")


@pytest.mark.parametrize(("form", "row"), [("md", "| ransomware | Blackmail"), ("csv", "ransomware,Blackmail")])
def test_a_table_can_be_had_for_documents_and_sheets(firm: Any, iscode: Any, form: str, row: str) -> None:
    done = iscode("risks", *ON, "-f", form)
    assert 0 == done.code
    assert 1 == sum(line.startswith(row) for line in done.out.splitlines())


def test_a_pack_brings_a_view_of_its_own(firm: Any, iscode: Any) -> None:
    firm.write("pack/policies/views/roles.yaml", PACK)
    firm.change("iscode.yaml", "profile: integrated", "profile: integrated\npacks: [{path: pack}]")
    rows = json.loads(iscode("view", "roles", *ON, "-f", "json").out)
    assert {"role": "lending-lead", "title": "Head of lending"} in rows
    listed = json.loads(iscode("view", *ON, "-f", "json").out)
    assert "roles" == listed[-1]["id"]


def test_a_broken_view_is_told_at_its_place_and_gives_nothing(firm: Any, iscode: Any) -> None:
    firm.write("pack/policies/views/roles.yaml", PACK.replace("self.title", "self.titel"))
    firm.change("iscode.yaml", "profile: integrated", "profile: integrated\npacks: [{path: pack}]")
    done = iscode("view", "roles", *ON)
    assert (2, "") == (done.code, done.out)
    assert "iscode: pack/policies/views/roles.yaml:5:" in done.err


def test_an_incomplete_register_is_not_given(firm: Any, iscode: Any) -> None:
    firm.change("compliance/risks/ransomware.yaml", "option: modify", "option: modfy")
    done = iscode("risks", *ON)
    assert (2, "") == (done.code, done.out)
    assert "Risk:ransomware is refused by its schema" in done.err
    assert "`iscode check` says what is wrong in the records" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("view", "sao"), "there is no view 'sao'"),
        (("roadmap", "--roadmap", "x"), "there is no roadmap 'x'"),
        (("crosswalk", "iso27001:A.99"), "there is no requirement, place or law 'iso27001:A.99'"),
        (("cascade", "--record", "AISystem:x"), "there is no record AISystem:x"),
        (("pdca", "-f", "csv"), "'csv' is not one of"),
    ],
)
def test_what_is_not_there_is_refused(firm: Any, iscode: Any, words: tuple[str, ...], said: str) -> None:
    done = iscode(*words)
    assert (2, "") == (done.code, done.out)
    assert said in done.err


def test_one_roadmap_can_be_asked_for_and_one_requirement_of_the_crosswalk(firm: Any, iscode: Any) -> None:
    [way] = json.loads(iscode("roadmap", *ON, "--roadmap", "from-iso42001", "-f", "json").out)
    assert ("from-iso42001", "proven") == (way["roadmap"], way["reached"])
    pairs = json.loads(iscode("crosswalk", "iso42001:A.10.3", "-f", "json").out)
    assert all("iso42001:A.10.3" in (pair["from"], pair["to"]) for pair in pairs)
    assert {"iso27001", "iso42001", "eu-ai-act", "nist-ai-rmf"} == {pair["to"].partition(":")[0] for pair in pairs} | {
        pair["from"].partition(":")[0] for pair in pairs
    }


@pytest.mark.parametrize(
    ("verb", "shown"),
    [
        ("cascade", "<strong>AISystem:credit-scoring</strong>"),
        ("pdca", "<dt>plan</dt>"),
        ("roadmap", '<span class="chip satisfied">reached</span>'),
        ("soa", '<th scope="row">iso27001:A.5.1</th>'),
    ],
)
def test_every_document_is_also_a_page(firm: Any, iscode: Any, verb: str, shown: str) -> None:
    done = iscode(verb, *ON, "-f", "html")
    assert (0, "") == (done.code, done.err)
    assert done.out.startswith("<!doctype html>")
    assert shown in done.out


def test_the_page_for_the_board_is_that_of_check_and_may_go_to_a_file(firm: Any, iscode: Any) -> None:
    assert 0 == iscode("report", "html", *ON, "--rev", "HEAD", "-o", "page.html").code
    written = (firm.top / "page.html").read_text(encoding="utf-8")
    assert iscode("check", *ON, "--rev", "HEAD", "-f", "html").out == written
    assert written == iscode("report", "html", *ON, "--rev", "HEAD").out


def test_the_page_shows_how_the_verdict_went_where_somebody_asks(firm: Any, iscode: Any) -> None:
    firm.change("compliance/control-tests/oversight-drill-2026-11.yaml", '"2026-11-12"', '"2025-11-12"')
    broke = firm.commit()
    asked = ("report", "html", "--rev", "HEAD", "--as-of", "2026-11-24")
    page = iscode(*asked, "--history", "1")
    assert (0, "") == (page.code, page.err)
    assert '<h2 id="trend">Over time</h2>' in page.out
    assert f'<th scope="row">{broke[:12]}</th>' in page.out
    assert "ai-oversight-drilled AISystem:credit-scoring" in page.out
    assert page.out == iscode(*asked, "--history", "1").out
    assert "Over time" not in iscode(*asked).out
    assert 2 == iscode(*asked, "--history", "0").code
