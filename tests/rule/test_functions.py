"""The own functions of the language: what they give, what they refuse, and with which cause they err."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from iscode.expr import Duration, EvaluationError, Expression, ExpressionError, day_of
from iscode.inventory import Inventory
from iscode.rule import Context

Value = Callable[..., Any]
Compile = Callable[..., Expression]


TEXTS = [
    "status", "kind", "id", "owner", "built", "level", "proves[0]", "parts[0].name", "parts[0].by", "parts[1].name",
    "parts[2].name",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reference", "expected"),
    [
        ("get(self.owner).id", "Machine:m1", "ops"),
        ("get(self.members).map(p, p.id)", "Team:ops", ["ann", "bob", "ann"]),
        ('find("Person", "ann").value().name', "Machine:m1", "Ann"),
        ('find("Person", "Person:bob").value().status', "Machine:m1", "draft"),
        ('find("Person", "nobody").hasValue()', "Machine:m1", False),
        ('find("Person", "Team:ops").hasValue()', "Machine:m1", False),
        ('find("Person", self.owner).hasValue()', "Machine:m1", False),
        ('records("Machine").map(m, m.id)', "Machine:m1", ["m1", "m2"]),
        ("records(self.kind).size()", "Machine:m1", 2),
        ('referrers(self, "Machine.owner").map(m, m.id)', "Person:ann", ["m2"]),
        ('referrers(self, "Team.members").map(t, t.id)', "Person:ann", ["ops"]),
        ('referrers(self, "Machine.parts.by").map(m, m.id)', "Person:bob", ["m1"]),
        ('referrers(self.owner, "Machine.owner").map(m, m.id)', "Machine:m1", ["m1"]),
        ('referrers("s:1", "Machine.proves").map(m, m.id)', "Machine:m1", ["m1"]),
        ('referrers("s:2", "Machine.proves").map(m, m.id)', "Machine:m1", []),
        ("refs(self)", "Machine:m1", ["Team:ops", "Person:bob"]),
        ("texts(self).map(t, t.path)", "Machine:m1", TEXTS),
        ('texts(self).filter(t, t.path == "parts[1].name").map(t, t.value)', "Machine:m1", ["b"]),
        ('text(self) == texts(self).map(t, t.value).join("\\n")', "Machine:m1", True),
        ('texts(self, "nn").map(t, t.path)', "Person:ann", ["id", "name"]),
        ("text(self)", "Person:ann", "active\nPerson\nann\nAnn\n2020-01-01"),
        ("refs(self.members)", "Team:ops", ["Person:ann", "Person:bob"]),
        ("refs(self.?review)", "Machine:m1", []),
        ('refs({"a": self.owner, "b": self.owner})', "Machine:m1", ["Team:ops"]),
        ("refs(self.?members)", "Team:ops", ["Person:ann", "Person:bob"]),
        ("refs(records('Team'))", "Machine:m1", ["Person:ann", "Person:bob"]),
        ("ref(self)", "Machine:m1", "Machine:m1"),
        ("ref(any)", "Team:ops", "Team:ops"),
        ('rank("level", self.level)', "Machine:m1", 1),
        ('rank("level", "top")', "Machine:m1", 2),
        ("days(2)", "Machine:m1", Duration(2 * 86_400, 0)),
        ('day(timestamp("2026-01-02T23:59:59Z")) == timestamp("2026-01-02T00:00:00Z")', "Machine:m1", True),
        ("sum(self.counts)", "Machine:m2", 6),
        ("sum(self.?tags.orValue([]).map(t, size(t)))", "Machine:m1", 0),
        ("sum(self.parts.map(p, p.price))", "Machine:m1", 1.3),
        ("sum([0.1, 0.2, 0.3, 0.4]) == 0.1 + 0.2 + 0.3 + 0.4", "Machine:m1", True),
        ('group(self.parts, "name")["a"].map(p, p.price)', "Machine:m1", [1.0, 0.2]),
        ('group(self.parts, "by").map(k, k)', "Machine:m1", ["Person:bob"]),
        ('group(records("Machine"), "owner").map(k, k)', "Machine:m1", ["Team:ops", "Person:ann"]),
    ],
)
def test_a_function_gives(value: Value, text: str, reference: str, expected: Any) -> None:
    assert expected == value(text, reference)


def test_a_sum_of_no_doubles_is_a_double(value: Value) -> None:
    total = value("sum(self.?parts.orValue([]).map(p, p.price))", "Machine:m2")
    assert (0.0, float) == (total, type(total))


def test_days_are_days_of_the_calendar_in_utc(value: Value) -> None:
    assert "2026-01-02" == day_of(value('day(timestamp("2026-01-03T00:30:00+01:00"))'))


MISTAKES = [
    ('records("Machin")', "'Machin' is no kind", 'did you mean "Machine"?'),
    ("records(self.id)", "the kind must be a literal", 'write it in quotes: "Role"'),
    ("records(any.kind)", "the kind must be a literal", 'write it in quotes: "Role"'),
    ('find("Persn", "a")', "'Persn' is no kind", 'did you mean "Person"?'),
    ('find("Person", self.keeper)', "this is ref(Team), which never leads to a Person", "one of: Team"),
    ("get(self.id)", "this is string, and only a reference leads to a record", "use find"),
    ("get(self.?tags.orValue([]))", "this is string, and only a reference leads", "use find"),
    ("get(self)", "and only a reference leads to a record", "use find"),
    ('referrers(self, "Machine")', "the path must be a literal", "write kind and path in quotes"),
    ("referrers(self, self.id)", "the path must be a literal", "write kind and path in quotes"),
    ('referrers(self, "Machin.owner")', "'Machin' is no kind", 'did you mean "Machine"?'),
    ('referrers(self, "Machine.ownr")', "Machine has no 'ownr'", 'did you mean "owner"?'),
    ('referrers(self, "Machine.parts.b")', "Machine has no 'parts.b'", 'did you mean "by"?'),
    ('referrers(self, "Machine.owner")', "Machine.owner never refers to Machine", "name a path that holds"),
    ('referrers(self, "Machine.level")', "Machine.level never refers to Machine", "name a path that holds"),
    ('referrers("s:1", "Machine.owner")', "Machine.owner never refers to a requirement", "name a path that holds"),
    ('referrers(1, "Machine.owner")', "nothing refers to int", "give a record"),
    ("refs(self.?tags)", "there are no references in optional(list(string))", ""),
    ("refs(1)", "there are no references in int", ""),
    ("texts(self.id)", "this is string, and only a record is read for its texts", ""),
    ("text(self.id)", "this is string, and only a record is read for its texts", ""),
    ("ref(self.id)", "this is string, and only a record has a reference", ""),
    ("ref(self.?parts.orValue([])[0])", "and only a record has a reference", ""),
    ('rank("levl", "low")', "'levl' is no scale", 'did you mean "level"?'),
    ("rank(self.id, self.id)", "the scale must be a literal", "known: level"),
    ('rank("level", "lo")', "'lo' is no word of the scale 'level'", 'did you mean "low"?'),
    ('rank("level", self.status)', "'draft' is no word of the scale 'level'", "known: high, low, top"),
    ('rank("level", self.?level.orValue("none"))', "'none' is no word of the scale 'level'", ""),
    ("sum(self.?tags.orValue([]))", "only a list of numbers has a sum", ""),
    ("sum(1)", "this is int, and only a list of numbers has a sum", ""),
    ('group(self, "id")', "only a list of records or items can be grouped", ""),
    ('group(records("Team"), self.id)', "the path must be a literal", "write it in quotes"),
    ('group(records("Team"), "led")', "Team has no 'led'", 'did you mean "lead"?'),
    ('group(records("Machine"), "review.lst")', "Machine.review has no 'lst'", 'did you mean "last"?'),
    ('group(records("Machine"), "built")', "built is timestamp, and groups are named by text", ""),
    ('group(records("Machine"), "owner.id")', "has no 'id'", "name a path through maps, to a text"),
    ("recods('Team')", 'no function is called "recods"', 'did you mean "records"?'),
    ("days(1.5)", "days does not take (double)", "it takes (int)"),
]


@pytest.mark.parametrize(("text", "message", "hint"), MISTAKES)
def test_a_call_that_cannot_mean_anything_does_not_compile(
    expression: Compile, text: str, message: str, hint: str
) -> None:
    with pytest.raises(ExpressionError) as refused:
        expression(text)
    assert message in refused.value.message
    assert hint in refused.value.hint


def test_references_that_hide_in_a_field_of_two_types_are_refused_and_found_once_the_kind_is_known(
    expression: Compile, value: Value
) -> None:
    two_kinds = 'any.kind in ["Person", "Machine"]'
    for text in ("refs(any.?review)", f"{two_kinds} ? refs(any.?review) : []"):
        with pytest.raises(ExpressionError, match="a reference hides in what may be") as refused:
            expression(text)
        assert "tell the kinds apart first" in refused.value.hint
    assert ["Person:ann", "Person:bob"] == value("refs(any)", "Team:ops")
    assert ["Person:ann"] == value('any.kind == "Team" ? refs(any.lead) : []', "Team:ops")


@pytest.mark.parametrize(
    ("text", "cause", "message"),
    [
        ("get(self.owner)", "unresolved", "Person:nobody is not in the repository"),
        ("get(self.keeper).lead", "unresolved", "Person:ann is no Team"),
        ("get(self.contact)", "invalid", "Person:eve is refused by its schema"),
        ("get([self.owner])", "unresolved", "Person:nobody is not in the repository"),
        ('find("Person", "eve")', "invalid", "Person:eve is refused by its schema"),
        ('records("Person")', "invalid", "Person:eve is refused by its schema"),
        ('rank("level", self.id)', "failed", "'m' is no word of the scale 'level'"),
        ("sum([9223372036854775807, 1])", "failed", "the sum is out of range"),
        ("days(9223372036854775807)", "failed", ""),
    ],
)
def test_a_call_without_a_value_errs_with_its_cause(
    expression: Compile, inventory_of: Callable[..., Inventory], context: Context, text: str, cause: str, message: str
) -> None:
    machine = {"owner": "Person:nobody", "keeper": "Person:ann", "contact": "Person:eve"}
    inventory = inventory_of(
        {"kind": "Machine", "id": "m", **machine},
        {"kind": "Person", "id": "ann"},
        {"kind": "Person", "id": "eve", "nonsense": 1},
    )
    record = inventory.find("Machine:m")
    assert record is not None
    found = Context(inventory, context.today)
    for _ in range(2):  # whoever asks again is told the same
        found.begin(whole=False)
        with pytest.raises(EvaluationError) as raised:
            expression(text)(found, record.value, record.value, found.today)
        assert cause == raised.value.cause
        assert raised.value.message.startswith(message)
        assert (cause == "invalid") is bool(found.reached)


@pytest.mark.parametrize(
    ("text", "cost"), [('records("Machine")', 2), ('referrers(self.owner, "Machine.owner")', 1), ("refs(self)", 0)]
)
def test_who_asks_again_is_given_the_same_and_pays_again(
    value: Callable[..., Any], context: Context, text: str, cost: int
) -> None:
    first = value(text)
    for _ in range(2):
        assert first == value(text)
        assert cost == context.budget - context.steps


def test_referrers_never_hand_over_a_record_that_its_schema_refuses(
    expression: Compile, inventory_of: Callable[..., Inventory], context: Context
) -> None:
    broken = {"kind": "Machine", "id": "x", "owner": "Person:ann", "nonsense": 1}
    inventory = inventory_of({"kind": "Person", "id": "ann"}, broken)
    record = inventory.find("Person:ann")
    assert record is not None
    with pytest.raises(EvaluationError, match="Machine:x is refused by its schema") as raised:
        expression('referrers(self, "Machine.owner")', "Person")(
            Context(inventory, context.today), record.value, record.value, context.today
        )
    assert "invalid" == raised.value.cause


def test_where_a_count_must_be_whole_a_file_that_cannot_be_read_is_an_error(
    expression: Compile, context: Context
) -> None:
    context.inventory.unreadable = ("broken.yaml",)
    run = expression('records("Team").size()')
    context.begin(whole=False)
    assert 1 == run(context, {}, {}, context.today)
    context.begin(whole=True)
    with pytest.raises(EvaluationError, match=r"broken.yaml cannot be read") as raised:
        run(context, {}, {}, context.today)
    assert "invalid" == raised.value.cause


@pytest.mark.parametrize(
    "text", ['records("Machine")', "get(self.members)", "sum(self.counts)", 'group(self.parts, "name")']
)
def test_what_walks_the_inventory_is_paid_for(expression: Compile, context: Context, text: str) -> None:
    kind, reference = ("Team", "Team:ops") if "members" in text else ("Machine", "Machine:m2")
    record = context.inventory.find("Machine:m1" if "parts" in text else reference)
    assert record is not None
    context.steps = 1
    with pytest.raises(EvaluationError) as raised:
        expression(text, kind)(context, record.value, record.value, context.today)
    assert "cost" == raised.value.cause


def test_the_context_remembers_what_get_and_find_reached(value: Value, context: Context) -> None:
    value('get(self.owner).lead == find("Person", "ann").value().id', "Machine:m1")
    assert ["Team:ops", "Person:ann"] == [record.reference for record in context.reached]
    value('find("Person", "nobody").hasValue() || size(records("Team")) > 0', "Machine:m1")
    assert {} == context.reached
