"""The views, roadmaps, crosswalks and cascades that ship: every name in them leads somewhere; the SoA is whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.document import write
from iscode.evaluation import Evaluation, evaluate
from iscode.policy import Config, Policy, Shelves, bind_every_rule, bind_rules, crosswalk, pointers, roadmap, shipped
from iscode.source import MemorySnapshot
from iscode.view import SHEETS, Table, load, tabulate
from iscode.view.cascade import load as load_cascades
from iscode.view.compilation import compile_view
from iscode.view.functions import Told, table

DAY = "2026-11-24"


@pytest.fixture(scope="module")
def shelves() -> Shelves:
    return shipped()


@pytest.fixture(scope="module")
def policy(shelves: Shelves) -> Policy:
    return bind_rules(Config(version=1, profile="integrated"), shelves)


def test_every_view_compiles_and_says_what_it_answers(shelves: Shelves, policy: Policy) -> None:
    views = load(shelves)
    assert {"ai-systems", "organization", "pdca", "risk-matrix", "risks", "soa"} == set(views)
    for file in views.values():
        compile_view(file, policy.rules, table(policy.kinds, Told(policy, (), ())))
        assert file.view.about.endswith(".")


def test_every_sheet_of_a_workbook_compiles_and_its_first_column_names_the_row(
    shelves: Shelves, policy: Policy
) -> None:
    views = load(shelves, SHEETS)
    assert ["soa", "risks", "gaps", "evidence", "ai-systems"] == sorted(
        views, key=lambda name: views[name].view.page or 0
    )
    for file in views.values():
        view = compile_view(file, policy.rules, table(policy.kinds, Told(policy, (), ())))
        assert all(source.cells[0] is not None for source in view.sources)
        titles = [column.title for column in view.columns]
        assert len(titles) == len(set(titles))


def test_every_rule_of_a_roadmap_is_on_the_shelf_and_serves_the_standard_that_it_leads_to(shelves: Shelves) -> None:
    every = bind_every_rule(shelves)
    serves = {bound.id: {name.partition(":")[0] for name in bound.requirements} for bound in every.bound}
    roadmaps = roadmap.load(shelves.below("policies/roadmaps/", ".yaml"), every.rules)
    assert {"from-iso27001", "from-iso42001"} == set(roadmaps)
    for name, target in (("from-iso27001", "iso42001"), ("from-iso42001", "iso27001")):
        for stage in roadmaps[name].stages:
            assert [] == [rule for rule in stage.rules if target not in serves[rule]], stage.id


def test_no_rule_of_a_roadmap_asks_what_became_of_records(shelves: Shelves) -> None:
    every = bind_every_rule(shelves)
    compares = {bound.id for bound in every.bound if bound.needs_base}
    for way in roadmap.load(shelves.below("policies/roadmaps/", ".yaml"), every.rules).values():
        assert set() == compares.intersection(rule for stage in way.stages for rule in stage.rules)


def test_each_rule_that_a_start_binds_beyond_its_standard_is_a_step_of_its_roadmap(shelves: Shelves) -> None:
    every = bind_every_rule(shelves)
    roadmaps = roadmap.load(shelves.below("policies/roadmaps/", ".yaml"), every.rules)
    first = roadmaps["from-iso27001"].stages[:3]
    bound = bind_rules(Config(version=1, profile="from-iso27001"), shelves)
    named = set(bound.profile.profile.select.rules)
    assert set() == named - {rule for stage in first for rule in stage.rules}


def test_the_pairs_of_the_crosswalk_and_the_paths_of_the_cascades_are_found(shelves: Shelves, policy: Policy) -> None:
    assert 124 == len(crosswalk.load(shelves.below("policies/crosswalks/", ".yaml"), policy.catalogs))
    pointing = pointers.load(shelves.below("policies/pointers/", ".yaml"), policy.catalogs)
    assert {"eu-ai-act": 24, "nist-ai-rmf": 47} == {one.id: len(one.places) for one in pointing}
    [cascade] = load_cascades(shelves, policy.kinds)
    assert ("AISystem",) == cascade.start


def test_a_rule_that_binds_when_a_law_applies_names_the_day_that_the_pointers_name(
    shelves: Shelves, policy: Policy
) -> None:
    pointing = {one.id: one for one in pointers.load(shelves.below("policies/pointers/", ".yaml"), policy.catalogs)}
    rule = policy.rules.named("ai-fundamental-rights-assessed").rule
    assert pointing["eu-ai-act"].dates["listed"].day == rule.effective_on


ANNEX = [name for name, requirement in bind_every_rule(shipped()).catalogs.items() if requirement.entry.kind == "annex"]
ENTRIES = st.lists(st.tuples(st.sampled_from(ANNEX), st.booleans()), max_size=20, unique_by=lambda entry: entry[0])


def statement(entries: list[tuple[str, bool]], **keys: Any) -> dict[str, Any]:
    """A statement of applicability with these decisions."""
    return {
        "kind": "StatementOfApplicability",
        "id": "s",
        "title": "S",
        "owner": "Role:r",
        "status": "active",
        "standard": "iso27001",
        "entries": [{"requirement": name, "applicable": applies, "justification": "why"} for name, applies in entries],
    } | keys


def control(name: str, **keys: Any) -> dict[str, Any]:
    return {
        "kind": "Control",
        "id": name,
        "title": name,
        "owner": "Role:r",
        "status": "active",
        "satisfies": ["iso27001:A.5.1"],
        "description": "what it does",
        "implementation": "partial",
    } | keys


@pytest.fixture(scope="module")
def judge(policy: Policy) -> Callable[..., Evaluation]:
    """The evaluation of records under few rules: what is listed is not for rules to say."""
    few = policy.bound[:3]

    def judged(*records: dict[str, Any]) -> Evaluation:
        files = {f"compliance/{index}.yaml": write(record).encode() for index, record in enumerate(records)}
        return evaluate(MemorySnapshot(files), "", replace(policy, bound=few), DAY)

    return judged


def soa(shelves: Shelves, evaluation: Evaluation) -> Table:
    return tabulate(load(shelves)["soa"], evaluation)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ENTRIES, st.booleans())
def test_the_soa_lists_every_annex_requirement_once_whatever_is_decided(
    shelves: Shelves, judge: Callable[..., Evaluation], entries: list[tuple[str, bool]], retired: bool
) -> None:
    written = statement(entries, status="retired" if retired else "active")
    rows = list(soa(shelves, judge(written, control("c"))).documents())
    assert ANNEX == [row["requirement"] for row in rows]
    decided = {} if retired else dict(entries)
    assert [decided.get(name) for name in ANNEX] == [row["applicable"] for row in rows]


def test_the_soa_traces_drivers_controls_and_evidence_and_lists_own_controls_below(
    shelves: Shelves, judge: Callable[..., Evaluation]
) -> None:
    rating = {"likelihood": 1, "consequence": 1}
    records = [
        statement([("iso27001:A.5.1", True)], additional=["Control:own"]),
        control("c"),
        control("own", satisfies=["iso27001:A.5.2"], implementation="implemented"),
        {"kind": "Risk", "id": "r", "title": "R", "owner": "Role:r", "status": "active", "domains": ["ai"]}
        | {"statement": {"cause": "c", "event": "e", "consequence": "c"}, "inherent": rating, "residual": rating}
        | {"option": "modify", "controls": ["Control:c", "Control:own"]},
        {"kind": "Obligation", "id": "o", "title": "O", "owner": "Role:r", "status": "active", "type": "law"}
        | {"source": "s", "summary": "s", "met_by": ["Control:c"]},
        {"kind": "Evidence", "id": "e", "title": "E", "owner": "Role:r", "status": "active", "type": "report"}
        | {"covers": ["iso27001:A.5.1"], "artifact": {"path": "a.md", "sha256": "0" * 64}, "conclusion": "effective"}
        | {"collected_on": "2026-11-20", "period": {"from": "2026-10-01", "to": "2026-11-14"}},
    ]
    first, *_, last = soa(shelves, judge(*records)).documents()
    assert ["Obligation:o", "Risk:r"] == first["drivers"]
    assert [{"control": "Control:c", "implementation": "partial"}] == first["implementation"]
    assert [{"evidence": "Evidence:e", "age_days": 10}] == first["evidence"]
    assert ("why", True) == (first["justification"], first["applicable"])
    assert ("Control:own", True, ["Risk:r"]) == (last["requirement"], last["applicable"], last["drivers"])


def test_the_register_gives_levels_by_the_matrix_and_none_where_it_does_not_decide(
    shelves: Shelves, judge: Callable[..., Evaluation]
) -> None:
    envelope = {"title": "T", "owner": "Role:r", "status": "active"}
    scale = [{"step": step, "meaning": "m"} for step in (1, 2)]
    criteria = {
        "kind": "RiskCriteria",
        "id": "c",
        **envelope,
        "likelihood_scale": scale,
        "consequence_scale": scale,
    } | {"matrix": [{"likelihood": 1, "levels": ["low", "high"]}]}

    def risk(name: str, likelihood: int, consequence: int) -> dict[str, Any]:
        rating = {"likelihood": likelihood, "consequence": consequence}
        return {"kind": "Risk", "id": name, **envelope, "domains": ["ai"], "inherent": rating, "residual": rating} | {
            "statement": {"cause": "c", "event": "e", "consequence": "c"},
            "option": "retain",
        }

    risks = [risk("small", 1, 1), risk("great", 1, 2), risk("odd", 2, 1)]
    rows = list(tabulate(load(shelves)["risks"], judge(criteria, *risks)).documents())
    assert [("odd", None), ("great", "high"), ("small", "low")] == [(row["risk"], row["residual"]) for row in rows]

    twice = list(tabulate(load(shelves)["risks"], judge(criteria, {**criteria, "id": "d"}, *risks)).documents())
    assert {None} == {row["inherent"] for row in twice}
