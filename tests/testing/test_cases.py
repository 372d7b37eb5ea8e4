"""Cases beside a rule -> whether the rule said what is expected; a broken case is an error with its place."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.errors import RuleError
from iscode.testing import CaseOutcome, read_cases, run_cases

BOX = "{kind: Box, id: b, size: 1}"
OTHER = "{kind: Box, id: c, size: 9}"


def text(expect: str, *given: str, more: str = "") -> str:
    return (
        f"rule: test-rule\ncases:\n  - name: one\n    as_of: '2026-11-24'\n"
        f"    given: [{', '.join(given or (BOX,))}]\n    expect: {expect}\n{more}"
    )


def run(world: Any, cases: str) -> list[CaseOutcome]:
    [bound] = world.policy().bound
    file = read_cases("rules/x/test-rule.test.yaml", cases.encode(), "test-rule")
    return list(run_cases(world.policy(), bound, file))


@pytest.fixture
def rule(world: Any) -> Any:
    """A rule that a Box of size 1 passes, of size 9 fails, and of size 5 has nothing to do with."""
    return world.rule(that="self.?size.orValue(0) < 5", message="{self.size} is big", when="self.?size.orValue(0) != 5")


@pytest.mark.parametrize(
    ("expect", "given"),
    [
        ("pass", [BOX]),
        ("[pass]", [BOX]),
        ("fail", [OTHER]),
        ("{fail: {subject: 'Box:c', clause: 'check:0', at: id, message: is big, cause: violated}}", [OTHER]),
        ("not_applicable", ["{kind: Box, id: b, size: 5}"]),
        ("{not_applicable: {cause: condition}}", ["{kind: Box, id: b, size: 5}"]),
        ("[pass, fail]", [BOX, OTHER]),
        ("[fail, pass]", [BOX, OTHER]),
        ("fail", [BOX, OTHER]),
        ("[not_applicable, pass]", [BOX, "{kind: Box, id: n, size: 5}"]),
        ("[fail, {fail: {subject: 'Box:c'}}]", [OTHER, "{kind: Box, id: d, size: 8}"]),
        ("[fail, {fail: {subject: 'Box:d'}}]", [OTHER, "{kind: Box, id: d, size: 8}"]),
    ],
)
def test_what_is_expected_and_said_holds(rule: Any, expect: str, given: list[str]) -> None:
    assert [""] == [outcome.failure for outcome in run(rule, text(expect, *given))]


@pytest.mark.parametrize(
    ("expect", "given", "words"),
    [
        ("fail", [BOX], "expected fail, but it said: pass for Box:b"),
        ("pass", [OTHER], "expected pass, but it said: fail for Box:c [check:0] at id: 9 is big"),
        ("pass", [BOX, OTHER], "not expected: fail for Box:c"),
        ("not_applicable", [BOX], "expected not_applicable, but it said: pass for Box:b"),
        ("not_applicable", [BOX, "{kind: Box, id: n, size: 5}"], "not expected: pass for Box:b"),
        ("not_applicable", ["{kind: Shelf, id: s}"], "nothing, for it met no subject"),
        ("not_applicable", ["{kind: Box, id: b, status: retired}"], "nothing, for it met no subject"),
        ("[fail, fail]", [OTHER], "expected fail, but"),
        ("[pass, pass]", [BOX], "expected pass, but"),
        ("{fail: {subject: 'Box:b'}}", [OTHER], "expected fail (subject Box:b), but"),
        ("{fail: {clause: 'check:1'}}", [OTHER], "expected fail (clause check:1), but"),
        ("{fail: {at: size}}", [OTHER], "expected fail (at size), but"),
        ("{fail: {item: x}}", [OTHER], "expected fail (item x), but"),
        ("{fail: {message: is small}}", [OTHER], "expected fail (message is small), but"),
        ("{fail: {cause: missing}}", [OTHER], "expected fail (cause missing), but"),
        ("error", [OTHER], "expected error, but"),
    ],
)
def test_what_differs_is_told(rule: Any, expect: str, given: list[str], words: str) -> None:
    [outcome] = run(rule, text(expect, *given))
    assert outcome.failure.startswith(words) or words in outcome.failure
    assert "rules/x/test-rule.test.yaml:3:5" == str(outcome.place)


def test_parameters_of_a_case_replace_those_of_the_rule(world: Any) -> None:
    rule = world.rule(that="self.?size.orValue(0) < params.most", params={"most": 1})
    assert [""] == [each.failure for each in run(rule, text("pass", BOX, more="    params: {most: 2}\n"))]
    assert [""] == [each.failure for each in run(rule, text("fail", BOX))]


def test_a_case_is_judged_on_its_own_day(world: Any) -> None:
    rule = world.rule(that="self.?made.orValue(today) < today")
    assert [""] == [each.failure for each in run(rule, text("fail", "{kind: Box, id: b, made: '2026-11-24'}"))]
    assert [""] == [each.failure for each in run(rule, text("pass", "{kind: Box, id: b, made: '2026-11-23'}"))]


def test_the_other_rules_have_no_say(rule: Any) -> None:
    world = rule.rule(id="other", that="false")
    bound = next(bound for bound in world.policy().bound if bound.id == "test-rule")
    file = read_cases("x", text("pass").encode(), "test-rule")
    assert [""] == [outcome.failure for outcome in run_cases(world.policy(), bound, file)]


@pytest.mark.parametrize(
    ("cases", "line", "words"),
    [
        ("", 1, "the file holds no record"),
        ("rule: test-rule\ncases: []\n", 2, "`cases`"),
        ("rule: other\ncases: [{name: n, as_of: '2026-01-01', given: [{}], expect: pass}]\n", 1, "cases of 'other'"),
        (text("pass") + text("pass")[text("pass").index("  - ") :], 7, "two cases are called 'one'"),
        (text("passes"), 6, '`cases[0].expect` is "passes"'),
        (text("{fail: {line: 3}}"), 6, "unknown key"),
        (text("[]"), 6, "expect"),
        (text("pass", more="    soaa: {}\n"), 7, "unknown key"),
        (text("pass").replace("2026-11-24", "2026-02-30"), 4, "2026-02-30 is no day of the calendar"),
        (text("pass").replace("2026-11-24", "20261124"), 4, "as_of"),
        (text("pass").replace("2026-11-24", "2026-W48-2"), 4, "as_of"),
        (text("pass", "{kind: Boxx, id: b}"), 5, "'Boxx' is no kind"),
        (text("pass", "{id: b}"), 5, "'None' is no kind"),
        (text("pass", BOX, BOX), 3, "have one kind and id"),
        (text("pass", "{kind: Box, id: b, siez: 3}"), 5, "is no valid record"),
        (text("pass", "{kind: Box, id: b, size: big}"), 5, "is no valid record"),
        (text("pass", "{kind: Box}", "{kind: Box, id: 3}"), 3, "is no valid record"),
        (text("pass", "{kind: Box, id: b}", more="    partial: false\n"), 5, "is no valid record"),
        (text("pass", more="    params: {least: 2}\n"), 7, "has no parameter 'least'"),
    ],
)
def test_a_broken_case_is_an_error_with_its_place(rule: Any, cases: str, line: int, words: str) -> None:
    with pytest.raises(RuleError) as refused:
        run(rule, cases)
    assert refused.value.place is not None
    assert ("rules/x/test-rule.test.yaml", line) == (refused.value.place.path, refused.value.place.line)
    assert words in refused.value.message
