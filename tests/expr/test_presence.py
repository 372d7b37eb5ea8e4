"""What guards a read of something that may be absent, and what a condition implies."""

from __future__ import annotations

import pytest

from iscode.expr import Context, Definition, Environment, ExpressionError, Function, Overload, Path, Variable, compile  # noqa: A004
from iscode.expr.shapes import union
from iscode.expr.time import timestamp_of_day
from iscode.expr.types import ANY, BOOL, DATE, INT, STRING, TIMESTAMP, EnumString, Field, ListType, MapType, ObjectType

PART = ObjectType("R.a", {"b": Field(INT, False), "c": Field(ObjectType("R.a.c", {"d": Field(INT, False)}), False)})
RECORD = ObjectType(
    "R",
    {
        "a": Field(PART, False),
        "n": Field(INT, False),
        "o": Field(BOOL, True),
        "k": Field(STRING, True),
        "list": Field(ListType(PART), True),
        "facts": Field(ObjectType("facts", {"by": Field(STRING, False)}), True),
    },
    record=True,
)
MODEL = ObjectType(
    "Model", {"kind": Field(EnumString(("Model",)), True), "at": Field(DATE, True), "m": Field(INT, True)}, True
)
TEST = ObjectType("Test", {"kind": Field(EnumString(("Test",)), True), "at": Field(STRING, True)}, True)
OTHER = ObjectType(
    "Other",
    {
        "kind": Field(EnumString(("Other",)), True),
        "level": Field(EnumString(("low", "high")), True),
        "z": Field(INT, True),
    },
    True,
)


def facts_of(context: object, record: object) -> object:
    return {}


def environment() -> Environment:
    return Environment(
        {
            "self": Variable(RECORD),
            "either": Variable(union((MODEL, TEST))),
            "table": Variable(MapType(STRING, INT)),
            "any": Variable(union((MODEL, TEST, OTHER))),
            "today": Variable(TIMESTAMP),
        },
        {"facts": Function("facts", (Overload((RECORD,), RECORD.fields["facts"].type, facts_of, context=True),))},
        {
            "guarded": Definition("guarded", (("x", ANY),), "has(x.n) && x.n > 0"),
            "bare": Definition("bare", (("x", ANY),), "x.n > 0"),
        },
    )


def unguarded(text: str, present: frozenset[Path] = frozenset()) -> list[str]:
    return [found.path for found in compile(text, environment(), present=present).unguarded]


@pytest.mark.parametrize(
    "text",
    [
        "has(self.n) && self.n > 0",
        "!has(self.n) || self.n > 0",
        "has(self.n) ? self.n > 0 : true",
        "!has(self.n) ? true : self.n > 0",
        "!(!has(self.n) || self.o) && self.n > 0",
        "self.?n.hasValue() && self.n > 0",
        "self.?a.?b.hasValue() && self.a.b > 0",
        "self.?a.?c.?d.hasValue() && self.a.c.d > 0",
        "has(self.a) && has(self.a.b) && self.a.b > 0",
        "has(self.n) && self.o && (self.o || self.n > 0)",
        "(has(self.n) && self.o || has(self.n)) && self.n > 0",
        "self.list.filter(x, has(x.b)).all(y, y.b > 0)",
        "self.list.filter(x, has(x.c) && has(x.c.d)).map(y, y.c.d) == []",
        "self.list.map(x, has(x.b), x.b) == []",
        "self.list.exists(x, has(x.b) && x.b > 0)",
        "guarded(self)",
        "has(self.n) && bare(self)",
        "guarded(self) && self.n > 1",
        "has(facts(self).by) && facts(self).by == self.k",
        "self.?n.orValue(0) > 0",
        "'a' in table && table['a'] > 0 && table.a > 0",
        "self.k in table && table[self.k] > 0",
        "table.all(k, table[k] > 0)",
        "cel.bind(x, self, has(x.n) && x.n > 0)",
    ],
)
def test_a_guarded_read_is_no_fault(text: str) -> None:
    assert [] == unguarded(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("self.n > 0", ["self.n"]),
        ("self.n > 0 && has(self.n)", ["self.n"]),
        ("has(self.n) || self.n > 0", ["self.n"]),
        ("has(self.n) ? true : self.n > 0", ["self.n"]),
        ("(has(self.n) || self.o) && self.n > 0", ["self.n"]),
        ("!(has(self.n) && self.o) || self.o && self.n > 0 || self.a.b > 0", ["self.a", "self.a.b"]),
        ("has(self.a.b) && self.o", ["self.a"]),
        ("self.list.exists(x, has(x.b)) && self.list.all(y, y.b > 0)", ["R.a.b"]),
        ("bare(self)", ["self.n"]),
        ("facts(self).by == self.k", ["facts(self).by"]),
        ("self.n > 0 && self.n < 9", ["self.n"]),
        ("'[self.k]' in table && table[self.k] > 0", ["table.[self.k]"]),
        ("'b' in table && table['a'] > 0", ["table.a"]),
        ("self.k in table || table[self.k] > 0", ["table.[self.k]"]),
    ],
)
def test_an_unguarded_read_is_named_once(text: str, expected: list[str]) -> None:
    assert expected == unguarded(text)


def test_an_unguarded_read_knows_its_place() -> None:
    places = [compile(text, environment()).unguarded[0].offset for text in ("1 < self.n", "self.o && bare(self)")]
    assert [9, 10] == places


def test_what_is_known_from_elsewhere_guards_too() -> None:
    assert [] == unguarded("self.n > 0 && self.a.b > 0", frozenset({("self", "n"), ("self", "a"), ("self", "a", "b")}))


def test_a_true_condition_implies_what_it_asked_for() -> None:
    implied = compile("has(self.n) && (self.?a.?b.hasValue() || self.o)", environment()).implies
    assert frozenset({("self", "n")}) == implied
    assert frozenset() == compile("has(self.n) || self.o", environment()).implies


@pytest.mark.parametrize(
    "text",
    [
        'either.kind == "Model" && either.m > 0',
        'either.kind != "Model" || either.m > 0',
        '"Model" == either.kind && either.m > 0',
        'either.kind in ["Model"] ? either.m > 0 : true',
        '[either].filter(x, x.kind == "Model").all(y, y.m > 0)',
        'either.kind == "Test" && either.at == "x"',
        'either.kind == "Test" ? true : either.m > 0',
        'either.kind == "Test" || either.m > 0',
        'either.kind != "Test" && either.m > 0',
        '!(either.kind in ["Test"]) && either.m > 0',
        'either.kind == "Model" ? either.at > timestamp("2026-01-01T00:00:00Z") : either.at == "x"',
        'any.kind == "Test" ? any.at == "x" : any.kind == "Model" ? any.m > 0 : any.level == "low" || any.z > 0',
        'any.kind in ["Test", "Model"] ? true : any.z > 0',
        'either.kind == "Test" || self.o ? true : either.m > 0',
        '[either].filter(x, x.kind != "Test").all(y, y.m > 0)',
    ],
)
def test_a_test_of_the_kind_narrows_the_shapes(text: str) -> None:
    assert [] == unguarded(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('either.kind != "Test" ? true : either.m > 0', 'Test has no field "m"'),
        ('either.kind == "Test" ? either.m > 0 : true', 'Test has no field "m"'),
        ('either.kind == "Model" ? true : either.kind == "Model"', '"Model" is none of its words'),
    ],
)
def test_the_other_branch_knows_which_kind_is_left(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile(text, environment())
    assert message == caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        'either.kind == "Test" && self.o ? true : either.m > 0',
        '!(either.kind == "Test" && self.o) && either.m > 0',
    ],
)
def test_a_branch_that_several_ways_lead_to_knows_only_what_they_share(text: str) -> None:
    assert ["either.m"] == unguarded(text)


def test_each_branch_reads_the_field_of_its_own_kind() -> None:
    chosen = compile('either.kind == "Model" ? either.at == today : either.at == "2026-11-24"', environment())
    records = [{"kind": "Model", "at": "2026-11-24", "m": 1}, {"kind": "Test", "at": "2026-11-24"}]
    today = timestamp_of_day("2026-11-24")
    assert [True, True] == [chosen.evaluate(Context(), {}, record, {}, None, today) for record in records]


def test_the_facts_of_a_true_condition_hold_in_the_next_one() -> None:
    facts = compile('either.kind == "Model" && has(self.n)', environment()).facts
    assert [] == list(compile("either.m > 0 && self.n > 0", environment(), present=facts).unguarded)


def test_a_field_of_two_types_needs_the_kind_first() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile('either.at == "x"', environment())
    assert "either.at is date or string, depending on the kind" == caught.value.message
    with pytest.raises(ExpressionError):
        compile('either.kind == "Model" && either.at == "x"', environment())
