"""Each check that the auditors reviewed is decided by exactly one rule, which is found by the check's id."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iscode.evaluation import builtin
from iscode.policy import Policy, bind_every_rule, shipped

CHECKS = (Path(__file__).parent / "checks.txt").read_text().split()


@pytest.fixture(scope="module")
def policy() -> Policy:
    """Every rule that ships."""
    return bind_every_rule(shipped())


@pytest.fixture(scope="module")
def aliases(policy: Policy) -> list[tuple[str, str]]:
    """Each alias with the rule that has it, of rules with a file and of built-in ones."""
    of_files = [(alias, bound.id) for bound in policy.bound for alias in bound.file.rule.aliases]
    return [*of_files, *((alias, rule.id) for rule in builtin.RULES for alias in rule.aliases)]


def test_each_check_is_named_once_in_the_list() -> None:
    assert sorted(set(CHECKS)) == CHECKS
    assert 339 == len(CHECKS)


def test_each_check_is_an_alias_of_exactly_one_rule_and_no_alias_is_another(aliases: list[tuple[str, str]]) -> None:
    assert CHECKS == sorted(alias for alias, _ in aliases)


def test_no_alias_is_the_id_of_a_rule(policy: Policy, aliases: list[tuple[str, str]]) -> None:
    ids = {bound.id for bound in policy.bound} | {rule.id for rule in builtin.RULES}
    assert set() == ids & {alias for alias, _ in aliases}


def test_each_check_leads_to_its_rule(policy: Policy, aliases: list[tuple[str, str]]) -> None:
    built_in = {rule.id for rule in builtin.RULES}
    for check, rule in aliases:
        known = builtin.named(check)
        found = policy.rules.named(check).rule.id if known is None else known.id
        assert rule == found
        assert (known is not None) == (rule in built_in)


@pytest.mark.parametrize("check", ["AIS-002", "ACC-002", "DOC-001", "DOC-002", "EXC-004", "SOA-008"])
def test_a_check_is_shown_on_the_command_line(iscode: Any, aliases: list[tuple[str, str]], check: str) -> None:
    assert f"\nid: {dict(aliases)[check]}\n" in iscode("rules", "show", check).out


def test_a_finding_settles_a_lapse_only_if_it_is_against_what_the_rule_serves(policy: Policy) -> None:
    calls = 0
    for bound in policy.bound:
        rule = bound.file.rule
        served = ", ".join(f'"{name}"' for name in rule.requirements)
        for text in (*rule.let.values(), *(check.that for check in rule.check)):
            calls += text.count("known_lapse(")
            assert text.count("known_lapse(") == text.count(f", [{served}])"), rule.id
    assert 14 == calls


def test_no_message_names_the_day_for_it_would_be_another_failure_each_day(policy: Policy) -> None:
    messages = [check.message for bound in policy.bound for check in bound.file.rule.check]
    assert [] == [message for message in messages if "{today" in message]
