"""A rule and its params -> functions of a frame: what is guarded, in which order, and where items stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.document import Pointer
from iscode.errors import RuleError
from iscode.rule import CompiledRule, Context, Rules
from iscode.rule.compilation import compile_rule

Compile = Callable[..., CompiledRule]
THAT = 'that: self.id != ""'


@pytest.mark.parametrize(
    ("before", "that"),
    [
        ("needs: [built]", "self.built <= today"),
        ("needs: [review.by]", "get(self.review.by).id != '' && self.review.last <= today"),
        ("when: has(self.built)", "self.built <= today"),
        ("when: has(self.review) && has(self.review.by)", "self.review.by == self.owner || self.review.last <= today"),
        ("let: {built: self.built}\nneeds: [built]", "built <= today"),
        ("let: {mine: self.?built.orValue(today)}\nwhen: mine <= today", "mine <= today"),
        ("needs: [level]\nparams: {ages: {low: 1, high: 2, top: 3}}", "params.ages[self.level] > 0"),
        ("params: {ages: {low: 1}}", "params.ages[?self.id].orValue(0) > 0"),
        ("params: {share: 1, words: [a], ages: {low: 1}}", "params.share in [1] && self.id in params.words"),
        ("params: {share: 0.5}", "params.share * 2.0 == 1.0"),
        ("params: {shares: [1, 0.5]}", "params.shares.all(s, s > 0.0)"),
        ("params: {none: [], nothing: {}}", "size(params.none) + size(params.nothing) == 0"),
        ("each: self.?parts.orValue([])\nneeds: [item.made]", "item.made <= today"),
        ("each: self.?parts.orValue([])\nwhere: has(item.made)", "item.made <= today"),
        ("each: self.?parts.orValue([])\nlet: {made: item.made}\nneeds: [item.made]", "made <= today"),
        ("each: self.?parts.orValue([])\nlet: {p: item.price}\nwhere: p > 1.0", "p > 2.0"),
        ("each: self.?scores.orValue({})", "item.key != '' && item.value > 0"),
        ("each: records('Team')", "item.lead != ''.lowerAscii()"),
        ("needs: [parts, item.made]\neach: self.parts", "self.parts[?0].hasValue() && item.made <= today"),
    ],
)
def test_what_is_known_before_a_check_guards_it(compiled: Compile, before: str, that: str) -> None:
    rule = compiled(("check:", f"{before}\ncheck:"), (THAT, f'that: "{that}"'))
    assert "bool" == str(rule.checks[0].that.expression.type)


def test_a_check_may_rely_on_those_before_it_and_not_on_those_after_it(compiled: Compile) -> None:
    first, second = "has(self.built)", "self.built <= today"
    checks = "check:\n  - {{that: {}, message: m}}\n  - {{that: {}, message: m}}\nx: ["
    whole = (
        ("check:\n  - " + THAT + '\n    message: "{self.id} is not kept"', checks.format(first, second)[:-4].rstrip()),
    )
    assert 2 == len(compiled(*whole).checks)
    with pytest.raises(RuleError, match=r"machine-kept.yaml:8:6: self.built may be absent"):
        compiled((whole[0][0], checks.format(second, first)[:-4].rstrip()))


def test_names_are_those_of_the_frame_in_the_order_in_which_they_become_known(compiled: Compile) -> None:
    rule = compiled(
        (
            "check:",
            "let: {of_item: item.price, late: self.built, early: self.id}\nwhen: early != ''\nneeds: [built]\n"
            "each: self.?parts.orValue([])\ncheck:",
        )
    )
    assert ("self", "today", "params", "early", "late", "item", "of_item") == rule.names
    told = {let.name: (let.of_self, let.of_item) for let in rule.lets}
    assert {"early": (True, False), "late": (True, False), "of_item": (False, True)} == told


def test_a_let_counts_as_reading_what_its_own_lets_read(compiled: Compile) -> None:
    rule = compiled(
        (
            "check:",
            "let: {a: item.price, b: a + 1.0, c: self.id, d: c, e: today}\neach: self.?parts.orValue([])\ncheck:",
        )
    )
    told = {let.name: (let.of_self, let.of_item) for let in rule.lets}
    assert told["a"] == told["b"] == (False, True)
    assert told["c"] == told["d"] == (True, False)
    assert (False, False) == told["e"]


@pytest.mark.parametrize(
    "when",
    ["self.id != 'item'", "self.id != 'built'", "self.id == 'item' // item", "self.?built.hasValue()", 'r"item" != ""'],
)
def test_a_word_in_a_literal_or_the_name_of_a_field_is_no_name(compiled: Compile, when: str) -> None:
    rule = compiled(
        ("check:", f"let: {{built: self.built}}\nwhen: |\n  {when}\nneeds: [built]\ncheck:"),
        (THAT, "that: built < today"),
    )
    assert rule.when is not None
    assert ("self", "today", "params", "built") == rule.names


@pytest.mark.parametrize(
    ("each", "pointer"),
    [
        ("self.parts", ("parts",)),
        ("self.?parts.orValue([])", ("parts",)),
        ("self.?scores.orValue({})", ("scores",)),
        ("self.parts.filter(p, p.price > 1.0)", None),
        ("records('Team')", None),
    ],
)
def test_the_place_of_items_is_known_where_each_is_a_path(
    compiled: Compile, each: str, pointer: Pointer | None
) -> None:
    rule = compiled(("check:", f"needs: [parts]\neach: {each}\ncheck:"))
    assert pointer == rule.each_pointer


def test_items_have_the_names_that_their_schema_gives_them(compiled: Compile) -> None:
    filtered = compiled(("check:", "needs: [parts]\neach: self.parts.filter(p, has(p.made))\ncheck:"))
    assert ("name", "price") == filtered.item_keys
    assert () == compiled(("check:", "each: self.?tags.orValue([])\ncheck:")).item_keys


def test_clauses_and_targets_are_kept_for_the_result(compiled: Compile) -> None:
    rule = compiled(
        ("check:", "each: self.?parts.orValue([])\nneeds: [review.last, item.made]\ncheck:"),
        (THAT, f"{THAT}\n    id: empty\n    at: item.made\n    severity: low"),
    )
    [check] = rule.checks
    assert ("empty", "low") == (check.clause, check.severity)
    assert check.at is not None
    assert (True, ("made",)) == (check.at.from_item, check.at.keys)
    assert ((("review", "last"),), (("made",),)) == (rule.needs, rule.item_needs)
    assert ("Machine",) == rule.subjects


def test_a_rule_about_the_repository_has_no_fields_of_its_own(compiled: Compile) -> None:
    subject = ("subject: Machine", "subject: Repository")
    rule = compiled(subject, (THAT, "that: size(records('Machine')) > 0"), ("{self.id}", "Nothing"))
    assert () == rule.subjects
    with pytest.raises(RuleError, match='Repository has no field "id"'):
        compiled(subject, ("{self.id}", "Nothing"))


def test_a_rule_about_several_kinds_reads_what_they_share(compiled: Compile) -> None:
    subject = ("subject: Machine", "subject: [Machine, Team]")
    assert ("Machine", "Team") == compiled(subject).subjects
    with pytest.raises(RuleError, match=r"self.owner may be absent"):
        compiled(subject, (THAT, "that: self.owner == self.owner"))
    narrowed = 'that: self.kind != "Machine" || get(self.owner).id != ""'
    assert "bool" == str(compiled(subject, (THAT, narrowed)).checks[0].that.expression.type)


def test_a_formula_takes_the_first_values_of_a_frame(compiled: Compile, context: Context) -> None:
    rule = compiled(
        ("check:", "let: {name: self.id}\nwhen: self.id == 'm1'\neach: self.?parts.orValue([])\ncheck:"),
        (THAT, "that: item.name == 'a' && name == 'm1'"),
    )
    machine = context.get("Machine:m1", ("Machine",))
    frame: list[Any] = [machine, context.today, {}, lambda: machine["id"], machine["parts"][0]]
    assert rule.when is not None
    assert rule.each is not None
    assert (True, machine["parts"], True) == (
        rule.when(context, frame),
        rule.each(context, frame),
        rule.checks[0].that(context, frame),
    )


def test_the_params_of_a_profile_take_the_place_of_the_defaults(shelf: Callable[..., Rules], context: Context) -> None:
    rules = shelf(("check:", "params: {limit: 1}\ncheck:"), (THAT, "that: params.limit > 1"))
    machine = context.get("Machine:m1", ("Machine",))
    for limit, expected in ((1, False), (2, True)):
        rule = compile_rule(rules.files[0], {"limit": limit}, rules)
        assert expected is rule.checks[0].that(context, [machine, context.today, rule.params])


PIECES = st.sampled_from(
    ["self", ".id", ".?built", ".parts", "item", "(", ")", "[", "]", "{", "}", " && ", " == ", "!", "'a'", '"', "1",
     ": ", "?", "records('Team')", "has(", "\n", " #", "- ", "x", ",", "today", "\u00e9", "params.limit", "*", "&a"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(PIECES, max_size=8).map("".join), st.sampled_from(["when", "each", "where", "needs", "let", "check", "at"])
)
def test_whatever_stands_at_a_key_a_rule_is_compiled_or_refused_with_a_place(
    shelf: Callable[..., Rules], text: str, key: str
) -> None:
    try:
        rules = shelf(("check:", f"x: y\n{key}: {text}\ncheck:".replace("x: y\n", "")))
        compile_rule(rules.files[0], rules.files[0].rule.params, rules)
    except RuleError as error:
        assert error.place is not None  # noqa: PT017
        assert error.message  # noqa: PT017


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_a_rule_file_holds_it_is_refused_with_a_place(shelf: Callable[..., Rules], data: bytes) -> None:
    from iscode.rule import load

    for name in ("rules/a.yaml", "rules/definitions.yaml"):
        try:
            load([(name, data)], shelf().kinds)
        except RuleError as error:
            assert error.place is not None  # noqa: PT017
