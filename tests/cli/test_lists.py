"""rules, requirements, schema: what they list and show is what stands on the shelves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from iscode.policy import bind_every_rule, shipped
from iscode.schema import load


@pytest.fixture(scope="module")
def policy() -> Any:
    return bind_every_rule(shipped())


def test_every_rule_is_listed_with_the_keys_of_the_contract(iscode: Any, policy: Any) -> None:
    rows = json.loads(iscode("rules", "list", "-f", "json").out)
    assert [bound.id for bound in policy.bound] == [row["id"] for row in rows]
    keys = {"id", "title", "severity", "stability", "phase", "subject", "requirements", "path", "aliases", "tests"}
    for row in rows:
        assert keys == set(row)
        assert {"pass", "fail", "not_applicable", "error"} == set(row["tests"])
        assert min(row["tests"]["pass"], row["tests"]["fail"]) > 0, row["id"]


def test_every_rule_has_a_line(iscode: Any, policy: Any) -> None:
    lines = iscode("rules", "list").out.splitlines()
    assert [bound.id for bound in policy.bound] == [line.split()[0] for line in lines]


def test_a_rule_is_shown_as_it_stands_by_id_and_by_alias(iscode: Any, policy: Any) -> None:
    bound = next(bound for bound in policy.bound if bound.file.rule.aliases)
    path = bound.file.document.path
    expected = f"# {path}\n{shipped().files[path].decode()}"
    for name in (bound.id, bound.file.rule.aliases[0]):
        assert expected == iscode("rules", "show", name).out


def test_a_built_in_rule_is_shown_by_its_id_and_by_an_alias(iscode: Any) -> None:
    expected = """\
# built in
id: schema
title: Every record has the shape of its kind
remediation: Change the record; `iscode schema show KIND` prints the shape.
aliases:
  - DOC-001
severity: blocker
"""
    assert (expected, expected) == (iscode("rules", "show", "schema").out, iscode("rules", "show", "DOC-001").out)
    assert "aliases" not in iscode("rules", "show", "yaml").out


def test_every_requirement_is_listed_with_the_rules_that_serve_it(iscode: Any, policy: Any) -> None:
    rows = json.loads(iscode("requirements", "list", "-f", "json").out)
    assert [{"id", "standard", "kind", "label", "phase", "rules"}] * 193 == [set(row) for row in rows]
    assert list(policy.catalogs) == [row["id"] for row in rows]
    served = {(requirement, bound.id) for bound in policy.bound for requirement in bound.requirements}
    assert served == {(row["id"], rule) for row in rows for rule in row["rules"]}


@pytest.mark.parametrize(("standard", "count"), [("iso27001", 123), ("iso42001", 70)])
def test_the_requirements_of_one_standard_are_listed(iscode: Any, standard: str, count: int) -> None:
    lines = iscode("requirements", "list", "--standard", standard).out.splitlines()
    assert (count, {standard}) == (len(lines), {line.split(":")[0] for line in lines})


def test_a_requirement_is_shown_with_its_rules(iscode: Any, policy: Any) -> None:
    bound = policy.bound[0]
    found = iscode("requirements", "show", bound.requirements[0]).out
    assert policy.catalogs[bound.requirements[0]].label in found
    assert f"{bound.id}: {bound.file.rule.title}" in found


def test_every_kind_is_listed_and_shown(iscode: Any) -> None:
    kinds = load(shipped().below("schemas/", ".schema.json"))
    rows = json.loads(iscode("schema", "list", "-f", "json").out)
    assert list(kinds) == [row["kind"] for row in rows]
    assert list(kinds) == [line.split()[0] for line in iscode("schema", "list").out.splitlines()]
    for name, kind in kinds.items():
        assert kind.schema == json.loads(iscode("schema", "show", name, "-f", "json").out)
        shown = iscode("schema", "show", name).out.splitlines()
        assert list(kind.type.fields) == [line.split()[0] for line in shown]


def test_the_cases_of_one_rule_are_run(iscode: Any, policy: Any) -> None:
    done = iscode("rules", "test", policy.bound[0].id, "--mutate", "-v")
    assert 0 == done.code
    assert done.out.splitlines()[-1].endswith("changes noticed")
    assert all(line.endswith("holds") for line in done.out.splitlines()[:-1])


BROKEN = """
rule: test-rule
cases:
  - {name: wrong, as_of: '2026-11-24', given: [{kind: Box, id: b}], expect: fail}
  - {name: right, as_of: '2026-11-24', given: [{kind: Box, id: b}], expect: pass}
"""


@pytest.mark.parametrize(
    ("cases", "options", "code", "words"),
    [
        (BROKEN, [], 1, "rules/x/test-rule.test.yaml:4:6: wrong: expected fail, but it said: pass for Box:b"),
        (BROKEN, [], 1, "1 cases hold, 1 do not"),
        (None, [], 1, "test-rule has no cases; write rules/x/test-rule.test.yaml"),
        (BROKEN.replace("expect: fail", "expect: pass"), [], 0, "2 cases hold, 0 do not"),
        (
            BROKEN.replace("expect: fail", "expect: pass"),
            ["--mutate"],
            1,
            "no case notices test-rule with check 0 made",
        ),
        (BROKEN.replace("Box, id: b}], expect: fail", "Boxx}], expect: fail"), [], 2, ""),
        ("rule: test-rule\n", [], 2, ""),
    ],
)
def test_cases_that_do_not_hold_are_told(
    world: Any, iscode: Any, monkeypatch: Any, cases: str | None, options: list[str], code: int, words: str
) -> None:
    world = world.rule(that="self.?size.orValue(0) < 7")
    if cases is not None:
        world = world.file("rules/x/test-rule.test.yaml", cases)
    monkeypatch.setattr("iscode.policy.shipped", lambda: world.shelves)
    done = iscode("rules", "test", *options)
    assert code == done.code
    assert words in done.out
    assert (code == 2) == ("rules/x/test-rule.test.yaml:" in done.err)


def test_one_wide_cell_does_not_widen_the_lines_of_others(iscode: Any) -> None:
    lines = {line.split()[0]: line for line in iscode("schema", "show", "Evidence").out.splitlines()}
    assert len(lines["subjects"]) > 300
    assert lines["collected_on"].split("  ")[-1] == "The day it was taken."
    assert len(lines["collected_on"]) < 120
