"""Config, profile, rules, catalogs -> what binds; whatever names nothing is an error with a place."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.errors import IscodeError, Place, PolicyError, RuleError
from iscode.policy import Config, Policy, bind_every_rule, bind_rules, with_params

PROFILE = "policies/profiles/all.yaml"


def profile(more: str = "", select: str = '{requirements: ["std:*"]}') -> str:
    return f"id: all\ntitle: All\nselect: {select}\n{more}"


def refused(world: Any) -> IscodeError:
    with pytest.raises(IscodeError) as error:
        world.policy()
    return error.value


def test_a_rule_binds_when_it_serves_a_selected_requirement(world: Any) -> None:
    world = world.rule(id="one", requirements=["std:1.1"]).rule(id="two", requirements=["std:2.*"])
    world = world.file(PROFILE, profile(select='{requirements: ["std:1.1"]}'))
    assert ["one"] == [bound.id for bound in world.policy().bound]


def test_a_rule_that_the_profile_leaves_out_does_not_bind(world: Any) -> None:
    world = world.rule(id="one").rule(id="two").file(PROFILE, profile(select='{requirements: ["*"], without: [one]}'))
    assert ["two"] == [bound.id for bound in world.policy().bound]


def test_every_rule_can_be_bound_whatever_a_profile_selects(world: Any) -> None:
    world = world.rule(id="one").rule(id="two").file(PROFILE, profile("severity: {one: low}"))
    assert [("one", "high"), ("two", "high")] == [
        (bound.id, bound.severity) for bound in bind_every_rule(world.shelves).bound
    ]


def test_all_requirements_of_a_standard_are_assessed_once_one_is_selected(world: Any) -> None:
    world = world.rule().file(PROFILE, profile(select='{requirements: ["std:1.1"]}'))
    assert ("std:1.1", "std:1.2", "std:1.10", "std:2.1") == world.policy().selected


def test_a_glob_of_a_rule_serves_all_that_it_names_in_catalog_order(world: Any) -> None:
    [bound] = world.rule(requirements=["std:2.1", "std:1.1*"]).policy().bound
    assert ("std:1.1", "std:1.10", "std:2.1") == bound.requirements


@pytest.mark.parametrize(
    ("text", "line", "words", "hint"),
    [
        (profile(select='{requirements: ["std:1.9"]}'), 3, "std:1.9 names no requirement", "did you mean"),
        (profile(select='{requirements: ["nope:*"]}'), 3, "nope:* names no requirement", "requirements list"),
        (profile(select="{requirements: []}"), 3, "`select.requirements`", ""),
        (profile(select='{requirements: ["*"], without: [tset-rule]}'), 3, "there is no rule 'tset-rule'", "test-rule"),
        (profile(select='{requirements: ["*"], without: [test-rule]}'), 3, "selects no rule", "without"),
        (profile(select='{requirements: ["std:2.1"]}'), 3, "selects no rule", "select.requirements"),
        (profile("severity: {tset-rule: low}\n"), 4, "there is no rule 'tset-rule'", 'did you mean "test-rule"?'),
        (profile("severity: {test-rule: lowest}\n"), 4, "`severity.test-rule`", ""),
        (profile("params: {tset-rule: {a: 1}}\n"), 4, "there is no rule 'tset-rule'", 'did you mean "test-rule"?'),
        (profile("params:\n  test-rule: {b: 1}\n"), 5, "has no parameter 'b'", "it has: days"),
        (profile("params:\n  test-rule: {days: '1'}\n"), 5, "'days' of test-rule has another type", "365"),
        (profile("gate: {block: []}\n"), 4, "`gate.block`", ""),
        (profile("gates: {}\n"), 4, "unknown key `gates`", "did you mean `gate`?"),
    ],
)
def test_what_a_profile_names_wrongly_is_refused_at_its_line(
    world: Any, text: str, line: int, words: str, hint: str
) -> None:
    error = refused(world.rule(params={"days": 365}).file(PROFILE, text))
    assert isinstance(error, PolicyError)
    assert error.place is not None
    assert (PROFILE, line) == (error.place.path, error.place.line)
    assert words in error.message
    assert hint in error.hint


def test_an_unknown_profile_is_refused_where_it_is_named(world: Any) -> None:
    with pytest.raises(PolicyError) as error:
        bind_rules(Config(version=1, profile="al"), world.rule().shelves, place=Place("iscode.yaml", 2))
    assert ("iscode.yaml:2:1: there is no profile 'al'", "did you mean all?") == (str(error.value), error.value.hint)


def test_two_profiles_of_one_id_are_refused(world: Any) -> None:
    assert "described twice" in refused(world.rule().file("policies/profiles/b.yaml", profile())).message


def test_a_shelf_without_rules_is_refused(world: Any) -> None:
    assert "selects no rule" in refused(world).message


def test_a_rule_that_serves_no_requirement_of_any_catalog_is_refused_at_its_line(world: Any) -> None:
    error = refused(world.rule(requirements=["std:1.1", "std:7.7"]))
    assert isinstance(error, RuleError)
    assert error.place is not None
    assert "rules/x/test-rule.yaml" == error.place.path
    assert "std:7.7 names no requirement" == error.message


def test_a_severity_of_the_profile_replaces_and_caps(world: Any) -> None:
    policy: Policy = world.rule().file(PROFILE, profile("severity: {test-rule: low}")).policy()
    assert ("low", True) == (policy.bound[0].severity, policy.bound[0].capped)
    assert not world.rule().policy().bound[0].capped


@pytest.mark.parametrize(
    ("default", "given", "expected"),
    [
        (1, 2, 2),
        (1.5, 2, 2),
        ("a", "b", "b"),
        (True, False, False),
        (["a"], ["b", "c"], ["b", "c"]),
        (["a"], [], []),
        ([], ["b"], ["b"]),
        ({"low": 1, "high": 2}, {"high": 3}, {"low": 1, "high": 3}),
    ],
)
def test_a_parameter_takes_a_value_of_its_type(world: Any, default: Any, given: Any, expected: Any) -> None:
    [bound] = world.rule(params={"p": default}).policy().bound
    assert {"p": expected} == with_params(bound, {"p": given}).params
    assert {"p": default} == bound.params


@pytest.mark.parametrize(
    ("default", "given"),
    [
        (1, True),
        (1, 2.5),
        (1, "2"),
        (1.5, True),
        (True, 1),
        ("a", 1),
        ("a", ["a"]),
        (["a"], [1]),
        (["a"], "a"),
        ([], [1]),
        ({"low": 1}, {"low": "1"}),
        ({"low": 1}, {"high": 1}),
        ({"low": 1}, 1),
    ],
)
def test_a_parameter_takes_no_value_of_another_type(world: Any, default: Any, given: Any) -> None:
    [bound] = world.rule(params={"p": default}).policy().bound
    with pytest.raises(PolicyError, match="has another type"):
        with_params(bound, {"p": given})


def test_a_whole_number_for_a_double_is_a_double_to_the_rule(world: Any) -> None:
    rule = world.rule(that="params.p / 2.0 > 1.4", params={"p": 1.5})
    policy = rule.file(PROFILE, profile("params: {test-rule: {p: 3}}"))
    [result] = [result for result in policy.judge(world.box()).results if result.rule == "test-rule"]
    assert "pass" == result.outcome


@pytest.mark.parametrize(
    ("fail_on", "expected"),
    [(None, ["blocker", "high"]), ("blocker", ["blocker"]), ("low", ["blocker", "high", "medium", "low"])],
)
def test_what_blocks_is_said_by_the_gate_unless_the_command_says_it(world: Any, fail_on: Any, expected: Any) -> None:
    policy = world.rule().policy(fail_on=fail_on)
    assert expected == [severity for severity in ("blocker", "high", "medium", "low") if policy.blocks(severity)]
