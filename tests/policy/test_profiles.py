"""The profiles that ship: what each binds, and what it leaves to the firm's own choice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from iscode.policy import Config, Policy, Shelves, bind_every_rule, bind_rules, shipped
from iscode.rule.subject import REQUIREMENT

Bound = Callable[[str], Policy]


@pytest.fixture(scope="module")
def shelves() -> Shelves:
    """What ships."""
    return shipped()


@pytest.fixture(scope="module")
def policy(shelves: Shelves) -> Bound:
    """Takes the name of a profile."""
    return lambda profile: bind_rules(Config(version=1, profile=profile), shelves)


def ids(policy: Policy) -> set[str]:
    return {bound.id for bound in policy.bound}


def standards(policy: Policy) -> dict[str, int]:
    """How many requirements of each standard the profile has a finding for."""
    named = [name.partition(":")[0] for name in policy.selected]
    return {standard: named.count(standard) for standard in named}


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("integrated", {"iso27001": 123, "iso42001": 70}),
        ("iso27001", {"iso27001": 123}),
        ("iso42001", {"iso42001": 70}),
        ("from-iso27001", {"iso27001": 123}),
        ("from-iso42001", {"iso42001": 70}),
    ],
)
def test_a_profile_selects_its_standards_whole(policy: Bound, profile: str, expected: dict[str, int]) -> None:
    assert expected == standards(policy(profile))


@pytest.mark.parametrize("standard", ["iso27001", "iso42001"])
def test_each_requirement_of_a_standard_is_served_without_what_is_optional(policy: Bound, standard: str) -> None:
    found = policy(standard)
    assert set(found.selected) <= {name for bound in found.bound for name in bound.requirements}


@pytest.mark.parametrize("standard", ["iso27001", "iso42001"])
def test_what_serves_a_standard_binds_unless_it_is_optional(policy: Bound, shelves: Shelves, standard: str) -> None:
    serving = {
        bound.id
        for bound in bind_every_rule(shelves).bound
        if any(name.startswith(f"{standard}:") for name in bound.requirements)
    }
    assert serving - ids(policy("optional")) == ids(policy(standard))


def test_the_integrated_profile_is_both_standards_together(policy: Bound) -> None:
    assert ids(policy("iso27001")) | ids(policy("iso42001")) == ids(policy("integrated"))


def test_each_rule_that_ships_is_integrated_or_optional_and_none_is_both(policy: Bound, shelves: Shelves) -> None:
    integrated, optional = ids(policy("integrated")), ids(policy("optional"))
    assert ids(bind_every_rule(shelves)) == integrated | optional
    assert set() == integrated & optional


@pytest.mark.parametrize("profile", ["iso27001", "iso42001"])
def test_who_has_one_standard_is_asked_nothing_about_each_requirement_of_the_other(policy: Bound, profile: str) -> None:
    found = policy(profile)
    asked = [bound for bound in found.bound if bound.file.rule.subjects == (REQUIREMENT,)]
    assert len(asked) > 9
    assert {profile} == {name.partition(":")[0] for bound in asked for name in bound.requirements}


def test_the_starter_has_rules_for_a_day(policy: Bound) -> None:
    found = policy("starter")
    assert 22 == len(found.bound)
    assert ids(found) <= ids(policy("integrated"))


@pytest.mark.parametrize(
    ("start", "standard", "beyond"),
    [("from-iso27001", "iso27001", "iso42001"), ("from-iso42001", "iso42001", "iso27001")],
)
def test_a_start_holds_its_standard_and_steps_into_the_other(
    policy: Bound, start: str, standard: str, beyond: str
) -> None:
    held, steps = ids(policy(standard)), ids(policy(start))
    assert held < steps < ids(policy("integrated"))
    assert steps - held <= ids(policy(beyond))


def test_a_firm_takes_optional_rules_by_extending_both(policy: Bound, shelves: Shelves) -> None:
    more = b"id: more\ntitle: More\nextends: [integrated, optional]\n"
    own = Shelves({**shelves.files, "policies/profiles/more.yaml": more})
    found = bind_rules(Config(version=1, profile="more"), own)
    assert ids(bind_every_rule(shelves)) == ids(found)
