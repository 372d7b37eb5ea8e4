"""policy show, and the verbs that see packs: what is told of a root is what binds in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .test_policy_pack import BOAT, CASES
from .test_policy_pack import RULE as SEA

DAY = "2026-11-24"
RULE = SEA.replace("sea:1", "iso27001:A.5.9")
PROFILE = """\
id: harbour
title: Harbour
extends: integrated
severity: {boat-long: blocker}
params: {boat-long: {metres: 5}}
gate: {waiver_days: 90}
"""
RECORD = "kind: Boat\nid: b\ntitle: B\nowner: Role:lending-lead\nstatus: active\nlength: 4\n"
WAIVER = """\
kind: Waiver
id: w
title: W
owner: Role:lending-lead
status: active
waives: [boat-long]
subjects: ["Boat:b"]
reason: It is a toy
requested_by: Person:p-003
approved_by: Person:p-002
starts: "2026-11-01"
expires: "2026-12-30"
"""


@pytest.fixture
def harbour(firm: Any) -> Any:
    """The firm of the example with a pack: a kind, a rule with its cases, and a profile; one Boat that is too short."""
    firm.write("pack/schemas/boat.schema.json", json.dumps(BOAT))
    firm.write("pack/rules/sea/boat-long.yaml", RULE)
    firm.write("pack/rules/sea/boat-long.test.yaml", CASES)
    firm.write("pack/policies/profiles/harbour.yaml", PROFILE)
    firm.write("compliance/boats/b.yaml", RECORD)
    firm.write("iscode.yaml", "version: 1\nprofile: harbour\npacks: [{path: pack}]\n")
    return firm


def about_boats(document: Any) -> list[tuple[str, str, bool]]:
    return [
        (each["outcome"], each["severity"], each["blocking"])
        for each in document["results"]
        if each["rule"] == "boat-long"
    ]


def test_a_commit_is_judged_by_the_pack_that_it_holds(harbour: Any, iscode: Any) -> None:
    first = harbour.commit()
    harbour.change("pack/policies/profiles/harbour.yaml", "metres: 5", "metres: 2")
    for options, expected in (
        (["--rev", first], [("fail", "blocker", True)]),
        ([], []),
        (["--staged", "--existing", "block"], [("fail", "blocker", True)]),
    ):
        document = json.loads(iscode("check", "--as-of", DAY, "-f", "json", *options).out)
        assert expected == about_boats(document)
    assert "pack/rules/sea/boat-long.yaml" in iscode("rules", "list", "--root", ".", "-f", "json").out


def test_a_broken_rule_of_a_pack_gives_no_verdict_and_names_its_path(harbour: Any, iscode: Any) -> None:
    harbour.change("pack/rules/sea/boat-long.yaml", "self.length >", "self.lenght >")
    harbour.commit()
    done = iscode("check", "--rev", "HEAD", "--as-of", DAY)
    assert (2, "") == (done.code, done.out)
    assert "pack/rules/sea/boat-long.yaml:9" in done.err


def test_a_pack_of_another_digest_gives_no_verdict_and_names_the_right_one(harbour: Any, iscode: Any) -> None:
    [pack] = json.loads(iscode("policy", "show", "-f", "json").out)["packs"]
    named = f"version: 1\nprofile: harbour\npacks: [{{path: pack, digest: '{pack['digest']}'}}]\n"
    harbour.write("iscode.yaml", named)
    assert 0 == iscode("policy", "show").code
    harbour.change("pack/rules/sea/boat-long.yaml", "sinks.", "sinks!")
    done = iscode("check")
    right = json.loads(_without_digest(harbour, iscode))["packs"][0]["digest"]
    assert (2, True) == (done.code, right in done.err)


def _without_digest(harbour: Any, iscode: Any) -> str:
    harbour.write("iscode.yaml", "version: 1\nprofile: harbour\npacks: [{path: pack}]\n")
    return str(iscode("policy", "show", "-f", "json").out)


def test_a_waiver_of_a_record_keeps_its_result_from_blocking_until_told_not_to(harbour: Any, iscode: Any) -> None:
    harbour.write("compliance/waivers/w.yaml", WAIVER)
    for options, blocking in (([], False), (["--ignore-waivers"], True)):
        document = json.loads(iscode("check", "--as-of", DAY, "-f", "json", *options).out)
        assert [("fail", "blocker", blocking)] == about_boats(document)
        assert (blocking, 0 if blocking else 1) == (
            document["options"]["ignore_waivers"],
            document["verdict"]["counts"]["waived"],
        )


def test_what_binds_is_shown_with_the_reason(harbour: Any, iscode: Any) -> None:
    harbour.write("compliance/waivers/w.yaml", WAIVER)
    harbour.write("compliance/waivers/x.yaml", WAIVER.replace("id: w", "id: x").replace("p-003", "p-002"))
    document = json.loads(iscode("policy", "show", "--as-of", DAY, "-f", "json").out)
    assert ("harbour", ["iso27001", "iso42001", "integrated"]) == (
        document["profile"]["id"],
        document["profile"]["extends"],
    )
    assert (90, "", ["**"]) == (document["gate"]["waiver_days"], document["root"], document["scope"]["paths"])
    assert [("pack", 4)] == [(pack["path"], pack["files"]) for pack in document["packs"]]
    [rule] = [rule for rule in document["rules"] if rule["id"] == "boat-long"]
    assert {
        "id": "boat-long",
        "path": "pack/rules/sea/boat-long.yaml",
        "severity": "blocker",
        "severity_by": "harbour",
        "blocks": True,
        "effective_on": None,
        "named_by": None,
        "requirements": ["iso27001:A.5.9"],
        "params": [{"name": "metres", "value": 5, "default": 3, "profile": "harbour"}],
    } == rule
    states = {waiver["record"]: (waiver["state"], waiver["flaws"]) for waiver in document["waivers"]}
    assert ("in force", []) == states["Waiver:w"]
    assert ("refused", True) == (states["Waiver:x"][0], "who asked for it approved it" in states["Waiver:x"][1][0])


def test_the_page_says_the_same_in_words(harbour: Any, iscode: Any) -> None:
    harbour.write("compliance/waivers/w.yaml", WAIVER)
    rule = next(line.split()[0] for line in iscode("rules", "list").out.splitlines())
    profile = "pack/policies/profiles/harbour.yaml"
    harbour.change(profile, "gate:", f"select: {{without: [{rule}]}}\nscope: {{tags: [red]}}\ngate:")
    done = iscode("policy", "show", "--as-of", DAY)
    assert 2 == done.code
    assert f"{profile}:7:1: no record is in the scope of the profile" in done.err
    harbour.change(profile, "{tags: [red]}", "{paths: ['compliance/**']}")
    out = iscode("policy", "show", "compliance", "--as-of", DAY).out
    for words in (
        "profile  harbour: Harbour\nextends  iso27001, iso42001, integrated\n",
        "gate     blocker, high block; existing: report\n",
        "a change of policy: attested by a role with approve_policy, once the base lists keys\n",
        "a waiver lasts 90 days at most, is renewed 2 times at most, "
        "and is approved by a role with approve_exception\n",
        "\nscope    compliance/**\npack     pack  sha256:",
        "medium by itself, blocker by harbour; metres 5 instead of 3 by harbour\n",
        " rules do not bind:\n",
        f"  {rule}: left out by harbour\n",
        "  Waiver:w: in force from 2026-11-01 to 2026-12-30\n    boat-long for Boat:b: It is a toy\n",
    ):
        assert words in out


def test_another_profile_is_shown_on_demand(harbour: Any, iscode: Any) -> None:
    document = json.loads(iscode("policy", "show", "--profile", "integrated", "-f", "json").out)
    assert ("integrated", ["iso27001", "iso42001"]) == (document["profile"]["id"], document["profile"]["extends"])
    assert ["medium"] == [rule["severity"] for rule in document["rules"] if rule["id"] == "boat-long"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rules", "list"], "boat-long"),
        (["rules", "show", "boat-long"], "# pack/rules/sea/boat-long.yaml\nid: boat-long"),
        (["rules", "test", "--mutate"], "3 cases hold, 0 do not; "),
        (["rules", "lint"], "1 rule looked at"),
        (["requirements", "show", "iso27001:A.5.9"], "boat-long: A boat is longer"),
        (["requirements", "list"], "boat-long"),
        (["schema", "list"], "A thing that floats."),
        (["schema", "show", "Boat"], "length"),
    ],
)
def test_verbs_see_the_packs_of_the_root_that_is_named_or_that_one_stands_in(
    harbour: Any, iscode: Any, monkeypatch: Any, arguments: list[str], words: str
) -> None:
    done = iscode(*arguments, "--root", "compliance")
    assert (0, True) == (done.code, words in done.out)
    monkeypatch.chdir("compliance")
    assert done == iscode(*arguments)
    if "test" not in arguments:  # all that is shipped would be tested, which `make test` does already
        monkeypatch.chdir(harbour.top.parent)
        assert words not in iscode(*arguments).out


def test_a_root_that_is_no_folder_or_is_in_none_is_refused(harbour: Any, iscode: Any) -> None:
    assert "no folder" in iscode("rules", "list", "--root", "iscode.yaml").err
    harbour.git("mv", "--force", "iscode.yaml", "other.yaml")
    assert "there is no iscode.yaml" in iscode("schema", "list", "--root", ".").err


@pytest.mark.parametrize("name", ["iscode.yaml", "ISCODE.yaml"])
def test_an_iscode_yaml_that_cannot_be_read_is_never_taken_for_none(firm: Any, iscode: Any, name: str) -> None:
    (firm.top / "iscode.yaml").unlink()
    (firm.top / name).symlink_to("elsewhere")
    done = iscode("rules", "list")
    assert (2, "", True) == (done.code, done.out, "it is no regular file" in done.err)


def test_a_root_without_rules_of_its_own_is_told_from_one_whose_rules_hold(firm: Any, iscode: Any) -> None:
    count = len(iscode("rules", "list").out.splitlines())
    assert f"{count} rules looked at" in iscode("rules", "lint").out
    for verb, options in (("lint", ["--root", "."]), ("test", ["--root", "."]), ("test", ["--staged"])):
        done = iscode("rules", verb, *options)
        assert (2, "") == (done.code, done.out)
        assert "the root has no rules of its own, so there is nothing to look at" in done.err
        assert "packs: [{path: policy-pack}]" in done.err
    assert 0 == iscode("rules", "test", "role-has-holder", "--root", ".").code


def test_an_expression_is_tried_on_a_kind_and_by_a_definition_of_a_pack(harbour: Any, iscode: Any) -> None:
    harbour.write("pack/rules/definitions.yaml", "long: {of: [boat: Boat], is: boat.?length.orValue(0) > 3, doc: D}\n")
    done = iscode("rules", "eval", "long(self)", "compliance", "--record", "Boat:b")
    assert (0, ["type   bool", "value  true"]) == (done.code, done.out.splitlines()[:2])


def test_a_rule_of_a_pack_is_tested_as_it_is_staged(harbour: Any, iscode: Any) -> None:
    harbour.commit()
    cases = "pack/rules/sea/boat-long.test.yaml"
    harbour.change(cases, "length: 4", "length: 2")
    assert 1 == iscode("rules", "test").code
    assert (0, "3 cases hold, 0 do not\n") == ((done := iscode("rules", "test", "--staged")).code, done.out)
    harbour.git("rm", "--cached", "--quiet", cases)
    done = iscode("rules", "test", "--staged")
    assert (1, True) == (done.code, f"boat-long has no cases; write {cases}" in done.out)


@pytest.mark.parametrize("verb", ["lint", "test"])
def test_cases_beside_which_there_is_no_rule_are_told(harbour: Any, iscode: Any, verb: str) -> None:
    assert 0 == iscode("rules", verb).code
    harbour.write("pack/rules/sea/gone.test.yaml", "[")
    done = iscode("rules", verb)
    assert 1 == done.code
    assert "pack/rules/sea/gone.test.yaml: there is no rule beside these cases, so nobody runs them\n" in done.out
    assert 0 == iscode("rules", verb, "boat-long").code


def test_the_index_is_read_at_the_root_that_is_named_and_no_other(harbour: Any, iscode: Any) -> None:
    harbour.git("add", "--all")
    assert "there is no iscode.yaml in compliance" in iscode("rules", "lint", "--staged", "--root", "compliance").err


def test_what_lint_looks_for_fails_the_cases_where_that_is_asked(harbour: Any, iscode: Any) -> None:
    harbour.change("pack/rules/sea/boat-long.yaml", "{metres: 3}", "{metres: 3, spare: 1}")
    assert 0 == iscode("rules", "test").code
    done = iscode("rules", "test", "--lint")
    assert (1, True) == (done.code, "boat-long.yaml:7:21: nothing reads params.spare\n  use it" in done.out)
    assert done.out.endswith("3 cases hold, 0 do not\n")


@pytest.mark.parametrize(
    ("profile", "place", "words"),
    [
        ("select: {without: [boat-long]}\nparams: {boat-long: {metres: many}}", "5:22", "'metres' of boat-long has"),
        ("select: {without: [boat-long]}\nparams: {boat-long: {metre: 3}}", "5:22", "has no parameter 'metre'"),
        ("params: {boat-lon: {metres: 3}}", "4:10", "there is no rule 'boat-lon'"),
        ("severity: {boat-lon: low}", "4:12", "there is no rule 'boat-lon'"),
        ("select: {rules: [boat-lon]}", "4:18", "there is no rule 'boat-lon'"),
        ("extends: integratd", "4:1", "there is no profile 'integratd'"),
    ],
)
def test_what_a_profile_says_of_a_rule_that_does_not_bind_is_held_against_it_too(
    harbour: Any, iscode: Any, profile: str, place: str, words: str
) -> None:
    harbour.write("pack/policies/profiles/other.yaml", f"id: other\ntitle: O\n\n{profile}\n")
    done = iscode("rules", "lint")
    assert (2, True, True) == (done.code, f"other.yaml:{place}: " in done.err, words in done.err), done.err
    assert 0 == iscode("check", "--as-of", DAY, "--fail-on", "blocker", "--profile", "integrated").code
