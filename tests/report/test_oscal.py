"""Evaluation -> OSCAL: nothing dangles, nothing unassessed is satisfied, what somebody wrote is text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.cli import example
from iscode.errors import PolicyError
from iscode.evaluation import evaluate
from iscode.report import EXPORTS, FOLDER_EXPORTS, FOLDERS, Options
from iscode.report.exported import uuid_of
from iscode.report.oscal.source import dumps
from iscode.source import MemorySnapshot

NAME = "management-system"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SYSTEM = "compliance/ai-systems/credit-scoring.yaml"
WAIVER = """\
kind: Waiver
id: no-drill
title: No drill yet
owner: Role:lending-lead
status: active
waives: [ai-oversight-drilled]
subjects: ["AISystem:credit-scoring"]
reason: "It runs <b>next</b> week"
requested_by: Person:p-003
approved_by: Person:p-002
starts: "2026-11-01"
expires: "2026-12-01"
"""
HOSTILE = "<img src=x>[a](javascript:b){{ insert: param, p }}\\u202e*x*\\n# y"


def documents(*evaluations: Any, **asked: Any) -> dict[str, Any]:
    """Path -> what stands below the one key of each document."""
    found = FOLDERS["oscal"](evaluations, Options(**asked))
    return {path: next(iter(json.loads(data).values())) for path, data in found.items()}


def named(found: dict[str, Any], kind: str) -> Any:
    """The only document of a kind."""
    [document] = [document for path, document in found.items() if path.endswith(f"/{kind}.json")]
    return document


def results(found: dict[str, Any]) -> Any:
    return named(found, "assessment-results")["results"][0]


def pairs(node: Any) -> Iterator[tuple[str, Any]]:
    """Each key with its value, at any depth; a list is told item by item."""
    if isinstance(node, list):
        for item in node:
            yield from pairs(item)
    if isinstance(node, dict):
        for key, value in node.items():
            for item in value if isinstance(value, list) else [value]:
                yield key, item
                yield from pairs(item)


def values(node: Any, *keys: str) -> list[Any]:
    return [value for key, value in pairs(node) if key in keys]


def dangling(found: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(path, key, value) of each reference that leads nowhere: of uuids, controls, statements, roles, files."""
    uuids = {uuid for document in found.values() for uuid in values(document, "uuid")}
    controls = {
        control["id"] for path, document in found.items() if path.startswith("catalogs") for control in listed(document)
    }
    for path, document in found.items():
        own = set(values(document, "uuid"))
        roles = {role["id"] for role in document["metadata"].get("roles", [])}
        for key, value in pairs(document):
            known: set[str] | None = None
            if key.endswith(("-uuid", "-uuids")):
                known = uuids
            elif key in ("control-id", "with-ids", "id-ref"):
                known = controls
            elif key in ("statement-id", "target-id"):
                known = {f"{control}_smt" for control in controls}
            elif key == "role-id":
                known = roles
            elif key in ("href", "source") and isinstance(value, str) and value.startswith("#"):
                known, value = own, value[1:]
            elif key in ("href", "source") and isinstance(value, str) and value.startswith("../../"):
                known, value = set(found), (PurePosixPath("x") / value[6:]).relative_to("x").as_posix()
            if known is not None and value not in known:
                yield path, key, value


def listed(catalog: Any) -> Iterator[Any]:
    yield from catalog.get("controls", [])
    for group in catalog.get("groups", []):
        yield from group["controls"]


def broken(acme: Any) -> Any:
    """The example with a failure, a waiver, a record that is refused, and one id in two files."""
    files = example.files("acme")
    person = files["compliance/people/p-001.yaml"].decode()
    return acme(
        {
            "compliance/control-tests/oversight-drill-2026-11.yaml": "kind: ControlTest\nid: x\n",
            "compliance/people/twin.yaml": person,
            "compliance/waivers/no-drill.yaml": WAIVER,
            "compliance/no.yaml": "<<<<",
            SYSTEM: files[SYSTEM].decode().replace("Retail credit scoring", f'"{HOSTILE}"'),
        }
    )


@pytest.mark.parametrize("state", ["whole", "broken", "all results"])
def test_no_reference_dangles_and_no_uuid_names_two_things(acme: Any, state: str) -> None:
    found = documents(acme() if state == "whole" else broken(acme), all_results=state == "all results")
    assert [] == list(dangling(found))
    for document in found.values():
        uuids = values(document, "uuid")
        assert len(uuids) == len(set(uuids))
        assert all(map(UUID.fullmatch, uuids))


def test_the_check_of_references_sees_what_dangles(acme: Any) -> None:
    found = documents(acme())
    results(found)["findings"][0]["related-observations"][0]["observation-uuid"] = "nowhere"
    named(found, "profile")["imports"][0]["href"] = "../../catalogs/none/catalog.json"
    assert {"nowhere", "catalogs/none/catalog.json"} == {value for _, _, value in dangling(found)}


def test_every_kind_of_document_is_there_once_and_a_catalog_for_each_standard(acme: Any) -> None:
    expected = [
        f"assessment-plans/{NAME}/assessment-plan.json",
        f"assessment-results/{NAME}/assessment-results.json",
        "catalogs/iso27001/catalog.json",
        "catalogs/iso42001/catalog.json",
        f"component-definitions/{NAME}/component-definition.json",
        f"mapping-collections/{NAME}/mapping-collection.json",
        f"plan-of-action-and-milestones/{NAME}/plan-of-action-and-milestones.json",
        f"profiles/{NAME}/profile.json",
        f"system-security-plans/{NAME}/system-security-plan.json",
    ]
    assert expected == sorted(documents(acme()))


def test_the_same_evaluation_gives_the_same_bytes_and_another_one_other_documents(acme: Any) -> None:
    once, again, other = acme(), acme(), broken(acme)
    assert FOLDERS["oscal"]([once], Options()) == FOLDERS["oscal"]([again], Options())
    one, two = (named(documents(each), "assessment-results") for each in (once, other))
    assert one["uuid"] != two["uuid"]
    assert {finding["uuid"] for finding in one["results"][0]["findings"]} == {
        finding["uuid"] for finding in two["results"][0]["findings"]
    }


def test_two_organisations_share_no_uuid_but_those_of_the_catalogs(acme: Any) -> None:
    files = example.files("acme")
    [path] = [path for path in files if path.startswith("compliance/organization/")]
    mine = documents(acme())
    theirs = documents(acme({path: files[path].decode().replace("id: acme\n", "id: other\n", 1)}))
    for kind in ("component-definition", "system-security-plan", "plan-of-action-and-milestones"):
        assert set() == set(values(named(mine, kind), "uuid")) & set(values(named(theirs, kind), "uuid"))


def test_several_roots_have_a_folder_each(acme: Any) -> None:
    one = acme()
    roots = [replace(one, root=root) for root in ("services/a", "services-a", "top", "Services-a")]
    found = FOLDERS["oscal"]([one, *roots], Options())
    assert 5 * len(FOLDERS["oscal"]([one], Options())) == len(found)
    names = sorted({path.split("/")[0] for path in found})
    assert ["services-a", "services-a", "services-a", "", "top"] == [name.rpartition("-")[0] for name in names]


def test_what_is_not_assessed_is_not_satisfied_and_what_does_not_apply_is_not_reviewed(acme: Any) -> None:
    found = acme()
    states = {finding.requirement.replace(":", "-"): finding.state for finding in found.findings}
    bare = acme({"compliance/o.yaml": "kind: Role\nid: r\ntitle: R\nowner: Role:r\nstatus: active\n"}, alone=True)
    left = {name for name, state in states.items() if state == "not_applicable"}
    result = results(documents(found))
    assert left
    assert left == set(values(result["reviewed-controls"], "control-id"))
    assert set(states) - left == {name[:-4] for name in values(result["findings"], "target-id")}

    unassessed = {finding.requirement for finding in bare.findings if finding.state == "not_assessed"}
    targets = {one["title"].split(" ")[0]: one["target"] for one in results(documents(bare))["findings"]}
    assert unassessed
    for name in unassessed:
        status = targets[name]["status"]
        assert ("not-satisfied", "other") == (status["state"], status["reason"])
        assert status["remarks"].startswith("Not assessed")


def test_a_failure_is_an_open_risk_and_a_waived_one_a_deviation_until_its_last_day(acme: Any) -> None:
    found = broken(acme)
    risks = {risk["title"]: risk for risk in results(documents(found))["risks"]}
    assert len([result for result in found.results if result.adverse]) == len(
        values(results(documents(found)), "risks")
    )
    drilled = risks["ai-oversight-drilled: AISystem:credit-scoring"]
    assert ("deviation-approved", "2026-12-01T00:00:00Z") == (drilled["status"], drilled["deadline"])
    props = {prop["name"]: prop["value"] for prop in drilled["props"]}
    assert ("Waiver:no-drill", "It runs <b>next</b> week") == (props["waiver"], props["reason"])
    words = results(documents(found))["remarks"]
    assert "Waiver:no-drill keeps 1 result from blocking until 2026-12-01" in words
    assert {"open"} == {risk["status"] for title, risk in risks.items() if title != drilled["title"]}


def test_a_waiver_that_is_ignored_keeps_nothing_from_blocking_and_is_said_to(acme: Any) -> None:
    drill = "compliance/control-tests/oversight-drill-2026-11.yaml"
    changes = {drill: "kind: ControlTest\nid: x\n", "compliance/waivers/no-drill.yaml": WAIVER}
    files = example.files("acme") | {path: text.encode() for path, text in changes.items()}
    waived = acme(changes)
    policy = replace(waived.policy, ignore_waivers=True)
    told = results(documents(evaluate(MemorySnapshot(files), "", policy, waived.as_of)))
    assert "Waiver:no-drill is ignored; it would keep 1 result from blocking until 2026-12-01" in told["remarks"]
    assert {"open"} == {risk["status"] for risk in told["risks"]}


def test_results_that_passed_are_observed_where_all_are_asked_for_and_are_no_risk(acme: Any) -> None:
    found = acme()
    few, all_of_them = (results(documents(found, all_results=whole)) for whole in (False, True))
    assert len(found.results) == len(all_of_them["observations"]) - len(few["observations"])
    assert "risks" not in all_of_them


def test_what_is_missing_is_said_in_every_document_but_catalogs(acme: Any) -> None:
    for path, document in documents(broken(acme)).items():
        remarks = document["metadata"]["remarks"]
        if not path.startswith("catalogs"):
            assert "records that their schema refuses or whose id another has, and that are not in here: 2" in remarks
            assert "files that cannot be read, so that what they hold is not in here: 1" in remarks
    assert all(
        "remarks" not in document["metadata"] for path, document in documents(acme()).items() if "cat" not in path
    )


def test_where_there_is_nothing_to_say_there_is_no_document(acme: Any) -> None:
    found = documents(
        acme({"compliance/o.yaml": "kind: Role\nid: r\ntitle: R\nowner: Role:r\nstatus: active\n"}, alone=True)
    )
    assert {"component-definitions", "plan-of-action-and-milestones"}.isdisjoint(path.split("/")[0] for path in found)
    assert [] == list(dangling(found))
    assert "mapping-collections" not in {path.split("/")[0] for path in documents(acme(profile="iso27001"))}


def test_a_profile_of_one_standard_speaks_of_that_one_alone(acme: Any) -> None:
    found = documents(acme(profile="iso42001"))
    assert ["catalogs/iso42001/catalog.json"] == [path for path in found if path.startswith("catalogs")]
    assert "iso27001-" not in json.dumps([values(document, "control-id", "target-id") for document in found.values()])
    assert [] == list(dangling(found))


def test_the_statement_of_applicability_says_why_and_who_carries_out(acme: Any) -> None:
    plan = named(documents(acme()), "system-security-plan")
    rows = {row["control-id"]: row for row in plan["control-implementation"]["implemented-requirements"]}
    components = {component["uuid"]: component for component in plan["system-implementation"]["components"]}
    row = rows["iso42001-A.9.2"]
    [part] = row["statements"][0]["by-components"]
    assert "A person decides, can set aside and can stop" == components[part["component-uuid"]]["title"]
    assert {"state": "implemented"} == part["implementation-status"]
    assert [("applicable", "yes")] == [(prop["name"], prop["value"]) for prop in row["props"]]
    assert row["remarks"]
    out = [row for row in rows.values() if row["props"][0]["value"] == "no"]
    assert out
    for row in out:
        [part] = row["statements"][0]["by-components"]
        assert "this-system" == components[part["component-uuid"]]["type"]
        assert "not-applicable" == part["implementation-status"]["state"]
        assert row["remarks"] == part["description"]


def test_evidence_leads_to_its_file_with_its_digest(acme: Any) -> None:
    for kind in ("system-security-plan", "assessment-results"):
        resources = named(documents(acme()), kind)["back-matter"]["resources"]
        [resource] = [one for one in resources if one["title"] == "Decisions of the access review of November 2026"]
        [link] = resource["rlinks"]
        assert "artifacts/access-review-2026-11.csv" == link["href"]
        assert "6a8eddfd2e378e1554eae4f5c79ebbd11dc44dda994fffe7021916dac8d095d6" == link["hashes"][0]["value"]


def test_open_actions_are_milestones_and_closed_findings_are_closed(acme: Any) -> None:
    plan = named(documents(acme()), "plan-of-action-and-milestones")
    risks = {risk["title"]: risk for risk in plan["risks"]}
    still = risks["A right for a time was left over"]
    assert ("remediating", "2027-11-30T00:00:00Z") == (still["status"], still["deadline"])
    assert ["planned"] == [one["lifecycle"] for one in still["remediations"]]
    mended = risks["The yearly restore was overdue"]
    assert "closed" == mended["status"]
    assert "deadline" not in mended
    assert ["completed"] == [one["lifecycle"] for one in mended["remediations"]]


def test_relations_of_the_crosswalk_keep_their_own_word(acme: Any) -> None:
    [mapping] = named(documents(acme()), "mapping-collection")["mappings"]
    words = {(one["relationship"], one["props"][0]["value"]) for one in mapping["maps"]}
    assert {("equivalent-to", "equal"), ("subset-of", "extends"), ("intersects-with", "supports")} <= words


def test_each_activity_says_its_method_in_the_words_of_oscal_and_what_rule_it_is_in_ours(acme: Any) -> None:
    activities = named(documents(acme()), "assessment-plan")["local-definitions"]["activities"]
    assert all({"name": "method", "value": "TEST"} in activity["props"] for activity in activities)
    [drilled] = [one for one in activities if "ai-oversight-drilled" in [prop["value"] for prop in one["props"]]]
    assert ["method", "rule", "severity", "phase"] == [prop["name"] for prop in drilled["props"]]


def test_what_somebody_wrote_is_text_and_no_markup(acme: Any) -> None:
    definition = named(documents(broken(acme)), "component-definition")
    [title] = [one["title"] for one in definition["components"] if "img" in one["title"]]
    assert r"\<img src=x>\[a](javascript:b)\{\{ insert: param, p }}\\u202e\*x\* # y" == title


def test_no_secret_of_a_record_travels_on(acme: Any) -> None:
    secret = "AKIA" + "ABCDEFGH23456789"
    text = example.files("acme")[SYSTEM].decode().replace("Retail credit scoring", f"Scoring {secret}")
    text = text.replace("credit officers", f"officers {secret}").replace("Branch and web", secret)
    drill = "compliance/control-tests/oversight-drill-2026-11.yaml"
    waiver = WAIVER.replace("<b>next</b>", secret)
    found = acme({SYSTEM: text, drill: "kind: ControlTest\nid: x\n", "compliance/waivers/no-drill.yaml": waiver})
    written = b"".join(
        data
        for reporter in (FOLDERS | FOLDER_EXPORTS).values()
        for data in reporter([found], Options(all_results=True)).values()
    )
    assert secret.encode() not in written + EXPORTS["cyclonedx"]([found], Options())


def test_a_profile_that_selects_no_requirement_is_refused(acme: Any) -> None:
    found = acme()
    with pytest.raises(PolicyError, match="no rule serves a requirement that the profile selects"):
        FOLDERS["oscal"]([replace(found, policy=replace(found.policy, selected=()))], Options())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def flowing(node: Any) -> Any:
    """The same with an iterator for each outermost list."""
    match node:
        case list():
            return iter(node)
        case dict():
            return {key: flowing(value) for key, value in node.items()}
    return node


@given(st.dictionaries(st.text(), JSON, min_size=1, max_size=4))
def test_a_document_that_is_written_item_by_item_is_the_one_that_is_written_whole(body: dict[str, Any]) -> None:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    try:
        expected = f'{{"plan":{{"uuid":"{uuid_of("plan", text)}",{text[1:]}}}\n'.encode()
    except UnicodeEncodeError:
        return
    assert [expected, expected] == [dumps("plan", body), dumps("plan", flowing(body))]
