"""Coverage, phases and the crosswalk as tables over an evaluation."""

from __future__ import annotations

from typing import Any

from msgspec import convert

from iscode.document import write
from iscode.policy.crosswalk import Pair
from iscode.policy.pointers import Pointers
from iscode.view import load
from iscode.view.coverage import coverage
from iscode.view.crosswalk import crosswalk
from iscode.view.pdca import Bar, cycle

SEA = "id: sea\ntitle: T\nedition: E\nrequirements: [{id: '1', kind: clause, label: L, phase: do}]\n"
CHECKS = {
    "id": "pdca",
    "title": "Checks",
    "about": "a",
    "rows": 'failures().filter(f, f.?phase.orValue("") == "check")',
    "columns": [
        {"id": "rule", "title": "R", "value": "self.rule"},
        {"id": "act", "title": "A", "value": 'records("Shelf").filter(s, s.id == self.rule).map(s, ref(s))'},
    ],
}


def test_coverage_has_every_requirement_with_its_rules_and_its_state(world: Any) -> None:
    world = world.rule(that="self.?size.orValue(0) < 3").rule(id="also", requirements=["std:1.*"])
    world = world.file("policies/catalogs/sea.yaml", SEA)
    found = coverage(world.judge(world.box(size=4)))
    rows = [(row["requirement"], row["rules"], row["deciding"], row["state"]) for row in found.documents()]
    assert [
        ("sea:1", [], 0, None),
        ("std:1.1", ["also", "test-rule"], 2, "not_satisfied"),
        ("std:1.2", ["also"], 1, "satisfied"),
        ("std:1.10", ["also"], 1, "satisfied"),
        ("std:2.1", [], 0, "not_assessed"),
    ] == rows
    assert "3/5 decided by at least one rule that binds, 1 by several" == found.summary[0]
    assert "state: 2 satisfied, 1 not satisfied, 0 not applicable, 1 not assessed, 1 not selected" == found.summary[1]


def test_a_rule_counts_once_in_its_phase_and_only_a_pass_without_failure_is_a_pass(world: Any) -> None:
    world = world.rule(id="passes", phase="plan").rule(id="fails", phase="plan", that="self.id != 'b'")
    world = world.rule(id="nobody", phase="plan", subject="Shelf", at="self.id")
    world = world.rule(id="asks", phase="act", when="false")
    checks = load(world.file("policies/views/pdca.yaml", write(CHECKS)).shelves)["pdca"]
    found = cycle(world.judge(world.box("b"), world.box("c")), checks)
    expected = [("plan", 1, 1, 1), ("do", 0, 0, 0), ("check", 0, 0, 0), ("act", 0, 0, 1)]
    assert [Bar("std", phase, *counts) for phase, *counts in expected] == list(found.bars)  # type: ignore[arg-type]


def test_a_rule_that_serves_two_standards_counts_in_both(world: Any) -> None:
    world = world.file("policies/catalogs/sea.yaml", SEA)
    world = world.file("policies/profiles/both.yaml", 'id: both\ntitle: B\nselect: {requirements: ["*"]}\n')
    world = world.rule(requirements=["std:1.1", "sea:1"], phase="do")
    checks = load(world.file("policies/views/pdca.yaml", write(CHECKS)).shelves)["pdca"]
    found = cycle(world.judge(world.box(), profile="both"), checks)
    assert [("sea", 1), ("std", 1)] == [(bar.standard, bar.passing) for bar in found.bars if bar.phase == "do"]


def test_a_rule_that_serves_a_standard_which_is_not_selected_is_in_its_bars(world: Any) -> None:
    world = (
        world.file("policies/catalogs/sea.yaml", SEA)
        .rule(requirements=["sea:1"], phase="do", that="false")
        .rule(id="x")
    )
    world = world.file(
        "policies/profiles/more.yaml", 'id: more\ntitle: M\nselect: {requirements: ["std:*"], rules: [test-rule]}\n'
    )
    checks = load(world.file("policies/views/pdca.yaml", write(CHECKS)).shelves)["pdca"]
    found = cycle(world.judge(world.box(), profile="more"), checks)
    assert [("sea", 1), ("std", 0)] == [(bar.standard, bar.failing) for bar in found.bars if bar.phase == "do"]


def test_each_failing_check_is_listed_with_what_is_open_about_it(world: Any) -> None:
    world = world.rule(that="false").rule(id="other", that="false").rule(id="done", that="false", phase="do")
    checks = load(world.file("policies/views/pdca.yaml", write(CHECKS)).shelves)["pdca"]
    document = cycle(world.judge(world.box(), world.stand("other")), checks).document()
    failing = [{"rule": "other", "act": ["Shelf:other"]}, {"rule": "test-rule", "act": []}]
    assert failing == document["failing_checks"]
    bar = {"standard": "std", "phase": "do", "pass": 0, "fail": 1, "not_assessed": 0}
    assert bar == document["phases"][1]


def test_the_crosswalk_of_one_requirement_has_its_pairs_on_either_side() -> None:
    pairs = [
        convert(
            {"from": origin, "to": to, "relation": "helps", "reason": "r", "verified": "v", "confidence": "low"},
            Pair,
        )
        for origin, to in (("a:1", "b:1"), ("a:2", "b:1"), ("a:2", "b:2"))
    ]
    assert [3, 2, 1] == [len(crosswalk(pairs, (), "2026-11-24", name).rows) for name in (None, "a:2", "a:1")]
    row = {"from": "a:1", "to": "b:1", "relation": "helps", "reason": "r", "verified": "v", "confidence": "low"}
    assert [row | {"applies": None}] == list(crosswalk(pairs, (), "2026-11-24", "a:1").documents())


LAW = convert(
    {
        "id": "law",
        "title": "The law",
        "source": "Act 1",
        "notice": "Read it.",
        "relation": "prepares",
        "verified": "v",
        "dates": {"all": {"from": "2026-11-24", "what": "all"}, "few": {"from": "2026-11-25", "what": "few"}},
        "places": [
            {
                "id": "Art. 1",
                "topic": "t",
                "requirements": ["a:1", "a:2"],
                "applies": ["all", "few"],
                "confidence": "low",
            },
            {"id": "Art. 2", "topic": "u", "requirements": ["a:2"], "confidence": "low"},
        ],
    },
    Pointers,
)


def test_a_pointer_says_to_what_it_applies_from_when_and_whether_that_day_has_come() -> None:
    found = crosswalk((), (LAW,), "2026-11-24", "a:1")
    [row] = found.documents()
    assert ("a:1", "prepares", "law:Art. 1", "t") == (row["from"], row["relation"], row["to"], row["reason"])
    started = {"what": "all", "from": "2026-11-24", "state": "applies"}
    assert [started, {"what": "few", "from": "2026-11-25", "state": "not yet"}] == row["applies"]
    assert "law: Act 1. Read it." in found.summary


def test_pointers_are_found_by_either_end_and_by_the_law() -> None:
    found = [len(crosswalk((), (LAW,), "2026-11-24", end).rows) for end in (None, "law", "law:Art. 1", "a:2", "a:3")]
    assert [3, 3, 2, 2, 0] == found
    assert 1 == len(crosswalk((), (LAW,), "2026-11-24", "a:3").summary)
