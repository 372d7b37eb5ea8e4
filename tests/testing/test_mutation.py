"""A rule that is wrong in one place -> whether a case notices; one that none notices is named."""

from __future__ import annotations

from typing import Any

from iscode.testing import mutants, read_cases

GOOD = """
rule: test-rule
cases:
  - {name: small, as_of: '2026-11-24', given: [{kind: Box, id: b, size: 9}], expect: pass}
  - {name: big, as_of: '2026-11-24', given: [{kind: Box, id: b, size: 10}], expect: fail}
  - {name: none, as_of: '2026-11-24', given: [{kind: Box, id: b}], expect: not_applicable}
"""


def tried(world: Any, cases: str, **keys: Any) -> dict[str, bool]:
    [bound] = world.rule(**keys).policy().bound
    file = read_cases("x", cases.encode(), "test-rule")
    return {mutant.change: mutant.noticed for mutant in mutants(world.rule(**keys).policy(), bound, file)}


RULE = {"when": "has(self.size)", "that": "self.size < params.most", "params": {"most": 10}}


def test_cases_that_hold_the_rule_notice_every_change(world: Any) -> None:
    expected = dict.fromkeys(
        [
            "when made true",
            "when made false",
            "check 0 made true",
            "check 0 made false",
            "params.most - 1",
            "params.most + 1",
        ],
        True,
    )
    assert expected == tried(world, GOOD, **RULE)


def test_a_change_that_no_case_notices_survives(world: Any) -> None:
    loose = GOOD.replace("size: 9}", "size: 1}").replace("size: 10}", "size: 99}")
    survivors = [change for change, noticed in tried(world, loose, **RULE).items() if not noticed]
    assert ["params.most - 1", "params.most + 1"] == survivors


def test_without_a_failing_case_a_check_made_true_survives(world: Any) -> None:
    only = "\n".join(line for line in GOOD.splitlines() if "big" not in line)
    survivors = [change for change, noticed in tried(world, only, **RULE).items() if not noticed]
    assert ["check 0 made true", "params.most + 1"] == survivors


def test_each_check_each_number_of_a_table_and_where_are_changed(world: Any) -> None:
    keys = {
        "each": "self.?parts.orValue([])",
        "let": {"far": "0x2", "text": "'5' + r\"6\""},
        "where": "item.name != 'x'",
        "check": [
            {"id": "one", "that": "item.?weight.orValue(0) < params.most['a']", "message": "m"},
            {"that": "item.name != 'y' || params.loud || params.word == ''", "message": "m"},
        ],
        "params": {"most": {"a": 1, "b": 2}, "loud": False, "word": "w", "list": [1]},
    }
    assert {
        "where made true",
        "where made false",
        "check one made true",
        "check one made false",
        "check one with -1 for 0",
        "check one with 1 for 0",
        "let far with 1 for 0x2",
        "let far with 3 for 0x2",
        "check 1 made true",
        "check 1 made false",
        "params.most.a - 1",
        "params.most.a + 1",
        "params.most.b - 1",
        "params.most.b + 1",
    } == set(tried(world, GOOD, **keys))


def test_a_change_that_no_longer_compiles_is_noticed(world: Any) -> None:
    # Made true, `when` no longer guards the read of size.
    assert tried(world, GOOD, **RULE)["when made true"]


def test_the_rule_itself_stays_as_it_was(world: Any) -> None:
    [bound] = world.rule(**RULE).policy().bound
    list(mutants(world.rule(**RULE).policy(), bound, read_cases("x", GOOD.encode(), "test-rule")))
    assert ("has(self.size)", {"most": 10}) == (bound.file.rule.when, bound.params)
