"""The packs of the examples: each is sound, and the one for the AI Act is green and red where a firm should be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from iscode.document import read
from iscode.policy import Shelves, bind_every_rule, crosswalk, shipped
from iscode.policy.pack import read_folder
from iscode.testing import cases_of

PACKS = Path(__file__).resolve().parents[2] / "examples" / "packs"
ACT = PACKS / "eu-ai-act"
SYSTEM = "compliance/ai-systems/credit-scoring.yaml"


@pytest.mark.parametrize("pack", sorted(path.name for path in PACKS.iterdir()))
def test_every_pack_of_the_examples_is_sound(pack: str, iscode: Any) -> None:
    done = iscode("policy", "pack", "check", str(PACKS / pack), "-f", "json")
    assert (0, []) == (done.code, json.loads(done.out)["faults"])


@pytest.fixture(scope="module")
def shelves() -> Shelves:
    return Shelves(shipped().files, (read_folder(ACT),))


def own(shelves: Shelves) -> list[Any]:
    policy = bind_every_rule(shelves)
    return [bound for bound in policy.bound if bound.file.document.path.startswith(shelves.packs[0].path)]


def test_twenty_rules_serve_every_article_of_the_catalog(shelves: Shelves) -> None:
    rules = own(shelves)
    articles = [name for name in bind_every_rule(shelves).catalogs if name.startswith("eu-ai-act:")]
    served = {name for bound in rules for name in bound.requirements}
    assert (20, 20, set(articles)) == (len(rules), len(articles), served)


def test_the_cases_of_each_rule_show_one_that_passes_one_that_fails_and_one_where_nothing_is_written(
    shelves: Shelves,
) -> None:
    for bound in own(shelves):
        cases = cases_of(bound, shelves)
        assert cases is not None
        outcomes = {one.outcome for case in cases.cases for one in case.expected}
        assert {"pass", "fail"} | ({"not_applicable"} if bound.file.rule.when else set()) <= outcomes, bound.id
        words = f"{bound.file.rule.when} {bound.file.rule.check} {bound.file.rule.let}"
        bare = [case for case in cases.cases if "eu_ai_act" not in str(case.given)]
        assert bare or "high_risk" not in words, bound.id


def test_the_days_are_data_and_one_profile_moves_every_one_that_a_rule_has_as_a_parameter(shelves: Shelves) -> None:
    rules = {bound.id: bound.file.rule for bound in own(shelves)}
    days = sorted({rule.effective_on for rule in rules.values() if rule.effective_on})
    assert ["2025-02-02", "2025-08-02", "2026-08-02"] == days
    dated = {
        (name, key): value
        for name, rule in rules.items()
        for key, value in rule.params.items()
        if key.endswith("_from")
    }
    assert {"2026-08-02", "2027-08-02"} == set(dated.values())
    moved = read("moved.yaml", (ACT / "policies/profiles/eu-ai-act-moved.yaml").read_bytes()).value
    assert moved is not None
    set_again = {(name, key): value for name, params in moved["params"].items() for key, value in params.items()}
    told = {name for name, _ in dated} - {"eu-people-told-of-ai"}  # the duty to tell people was not moved
    assert told == {name for name, _ in set_again}
    assert all(value > dated[place] for place, value in set_again.items())
    for name, rule in rules.items():
        assert "20" not in f"{rule.when}{rule.let}{[check.that for check in rule.check]}", name


def test_the_crosswalk_leads_from_iso42001_to_the_act_and_says_how_sure_it_is(shelves: Shelves) -> None:
    catalogs = bind_every_rule(shelves).catalogs
    pairs = crosswalk.load([("x.yaml", (ACT / "policies/crosswalks/iso42001-eu-ai-act.yaml").read_bytes())], catalogs)
    assert {("iso42001", "eu-ai-act")} == {
        (catalogs[pair.origin].standard, catalogs[pair.to].standard) for pair in pairs
    }
    assert {pair.to for pair in pairs} == {name for name in catalogs if name.startswith("eu-ai-act:")}
    assert {"secondary"} == {pair.verified for pair in pairs}
    assert {"high", "medium", "low"} == {pair.confidence for pair in pairs}


@pytest.fixture
def bound_firm(firm: Any) -> Any:
    """The firm of the example with the pack in its repository, and its profile."""
    shutil.copytree(ACT, firm.top / "policies" / "eu-ai-act")
    firm.write("iscode.yaml", "version: 1\nprofile: integrated-eu-ai-act\npacks: [{path: policies/eu-ai-act}]\n")
    firm.commit()
    return firm


@pytest.mark.parametrize("day", ["2026-11-24", "2027-10-01"])
def test_the_firm_of_the_example_is_green_under_the_act_too(bound_firm: Any, iscode: Any, day: str) -> None:
    done = iscode("check", "--rev", "HEAD", "--as-of", day, "-f", "json")
    report = json.loads(done.out)
    passed = {rule["id"]: rule["counts"]["pass"] for rule in report["rules"] if rule["id"].startswith("eu-")}
    assert (0, []) == (done.code, report["results"])
    assert 20 == len(passed)
    assert (2, 3, 1) == (passed["eu-oversight-able"], passed["eu-literacy-shown"], passed["eu-people-told-of-ai"])


@pytest.mark.parametrize(
    ("old", "new", "failing"),
    [
        ("  can_stop: true\n", "  can_stop: false\n", {"eu-oversight-able"}),
        ("  retention_days: 1095\n", "  retention_days: 100\n", {"eu-logs-kept-long-enough"}),
        ("  category: high_annex_iii\n", "  category: prohibited\n", {"eu-practice-not-forbidden"}),
        ("  - audience: authorities\n", "  - audience: archive\n", {"eu-technical-file-kept"}),
    ],
)
def test_a_firm_that_does_less_is_red(bound_firm: Any, iscode: Any, old: str, new: str, failing: set[str]) -> None:
    bound_firm.change(SYSTEM, old, new)
    bound_firm.commit()
    done = iscode("check", "--rev", "HEAD", "--as-of", "2026-11-24", "--profile", "eu-ai-act", "-f", "json")
    blocking = {(each["rule"], each["subject"]) for each in json.loads(done.out)["results"] if each["blocking"]}
    assert (1, {(rule, "AISystem:credit-scoring") for rule in failing}) == (done.code, blocking)


def test_what_is_not_due_yet_does_not_block_under_the_days_that_were_moved(bound_firm: Any, iscode: Any) -> None:
    bound_firm.change(SYSTEM, "  can_stop: true\n", "  can_stop: false\n")
    bound_firm.commit()
    for day, code in (("2027-12-01", 0), ("2027-12-02", 1)):
        done = iscode("check", "--rev", "HEAD", "--as-of", day, "--profile", "eu-ai-act-moved", "-f", "json")
        named = {each["rule"] for each in json.loads(done.out)["results"] if each["blocking"]}
        assert (code, code == 1) == (1 if "eu-oversight-able" in named else 0, "eu-oversight-able" in named), day


def test_the_forecast_tells_the_day_on_which_the_list_of_annex_iii_counts(bound_firm: Any, iscode: Any) -> None:
    bound_firm.change(SYSTEM, "  can_stop: true\n", "  can_stop: false\n")
    done = iscode("forecast", "--profile", "eu-ai-act", "--as-of", "2026-07-15", "--days", "30", "-f", "json")
    turns = [turn["day"] for turn in json.loads(done.out)["turns"] if turn["result"]["rule"] == "eu-oversight-able"]
    assert ["2026-08-02"] == turns
