"""What the checker refuses, where it points, and what it offers; and the types it finds."""

from __future__ import annotations

import pytest

from iscode.expr import Environment, ExpressionError, Function, Overload, Variable, compile  # noqa: A004
from iscode.expr.environment import NOT_LITERAL, Bound, Call
from iscode.expr.shapes import accepts, join, union
from iscode.expr.types import (
    BOOL,
    DATE,
    DOUBLE,
    INT,
    NUMBER,
    STRING,
    TIMESTAMP,
    ConflictType,
    EnumString,
    Field,
    ListType,
    MapType,
    ObjectType,
    OptionalType,
    RefString,
    Type,
    as_read,
)


@pytest.mark.parametrize(
    ("text", "column", "message", "hint"),
    [
        ("self.stag == 'x'", 6, 'System has no field "stag"', 'did you mean "stage"?'),
        ("slef.stage == 'design'", 1, 'no variable is called "slef"', 'did you mean "self"?'),
        ("siz(self.tags) > 0", 1, 'no function is called "siz"', 'did you mean "size"?'),
        ("self.tags.exist(t, t == 'x')", 11, 'no function is called "exist"', 'did you mean "exists"?'),
        ("startsWith(self.id, 'a')", 1, "startsWith is called on a value", "write x.startsWith(…)"),
        ("self.stage == 'deploiment'", 15, '"deploiment" is none of its words', 'did you mean "deployment"?'),
        ("self.stage in ['design', 'monitring']", 26, '"monitring" is none of its words', 'did you mean "monitoring"?'),
        ("self.stage == self.tier", 12, "the two have no word in common, so they are never equal", ""),
        (
            "self.tier < 'medium'",
            6,
            "the words have no order of their own",
            'compare rank("level", …)',
        ),
        ("self.owner == self.review.by", 12, "ref(Role) is never ref(Person)", ""),
        ("self.owner == 'Person:x'", 15, '"Person:x" is no ref(Role)', 'write "Role:id"'),
        ("self.tier == null", 14, "records have no null", "ask whether a field is there: has(a.b)"),
        (
            "self.review == self.review",
            13,
            '"==" does not compare System.review with anything',
            "compare their fields, or their ref()",
        ),
        (
            "self.marks == self.marks",
            12,
            '"==" does not compare map(string, timestamp) with anything',
            "compare their fields, or their ref()",
        ),
        (
            "self.review in [self.review]",
            22,
            '"in" does not compare System.review with anything',
            "compare their fields, or their ref()",
        ),
        (
            "self.count + self.score",
            12,
            "+ does not take (int, double)",
            "it takes (int, int), (string, string), (double, double), (timestamp, duration)",
        ),
        ("self.count + 1 == 'x'", 16, '"==" does not compare int with string', ""),
        ("self.review.last == '2026-01-01'", 18, '"==" does not compare timestamp with string', ""),
        ("today in ['2026-01-01']", 11, '"in" does not compare timestamp with string', ""),
        ("self.id.startsWith(1)", 20, "startsWith does not take (string, int)", "it takes (string, string)"),
        (
            "self.review.all(k, v, v == today)",
            25,
            '"==" does not compare date or ref(Person) or integer with timestamp',
            "",
        ),
        ("1 in self.count", 3, '"in" does not look for int in int', ""),
        ("[?self.count]", 8, "an optional should be here, not int", ""),
        ("has(self.tags.x)", 15, "a value of type list(string) has no fields", ""),
        ("self.count && true", 6, "a bool should be here, not int", ""),
        (
            "self.metrics.name == 'x'",
            14,
            "a value of type list(System.metrics) has no fields",
            "take one with [0], or walk it with exists, all, filter or map",
        ),
        ("self.id.x == 1", 9, "a value of type string has no fields", ""),
        ("self.tags['a'] == 'x'", 11, "a list is indexed by int, not by string", ""),
        (
            "params.ages[self.id] == 1",
            18,
            "params.ages has known keys and the text may be any",
            "read it as optional: [?key].orValue(…)",
        ),
        (
            "params.some[self.tier] == 1",
            18,
            'params.some has no key "medium", which the word may be',
            "read it as optional: [?key].orValue(…)",
        ),
        (
            "self.metrics.sort() == []",
            6,
            "System.metrics has no order to sort by",
            "sort by a field: .sortBy(x, x.field)",
        ),
        (
            "self.metrics.distinct() == []",
            6,
            "System.metrics does not compare",
            "take a field of each first: .map(x, x.field)",
        ),
        (
            "self.id.matches('a(')",
            17,
            "the pattern is broken: missing ): a(",
            "patterns are those of RE2: no look-around, no back-references",
        ),
        ("today < timestamp('2026-01-02')", 19, '"2026-01-02" is not a timestamp: write 2026-11-24T00:00:00Z', ""),
        ("today - today < duration('30d')", 26, '"30d" is not a duration: write 1h30m or 90s; for days, days(30)', ""),
        (
            "self.tags.all(self, true)",
            11,
            'the variable "self" would hide another of that name',
            "call it something else",
        ),
        (
            "self.tags.all(t, self.tags.all(t, true))",
            28,
            'the variable "t" would hide another of that name',
            "call it something else",
        ),
        ("[1, 'a']", 5, "int and string do not go together", ""),
        ("{'a': 1, 'b': 'x'}", 15, "int and string do not go together", ""),
        ("self.open ? 1 : 'a'", 17, "int and string do not go together", ""),
        ("self.stage.orValue('x')", 12, "orValue is asked of an optional, not of string", "read it as a.?b or a[?b]"),
        ("has(self.stag)", 10, 'System has no field "stag"', 'did you mean "stage"?'),
        ("has(self)", 5, "has() asks for a field: has(a.b)", 'for a key of a map, write "key" in m or m[?"key"]'),
        ("dyn(1) == 1", 1, 'no function is called "dyn"', ""),
        ("twice('a')", 7, 'the parameter "n" of twice is int, not string', ""),
        ("twice(1, 2)", 1, "twice takes 1 arguments, not 2", "twice(n)"),
        ("endless(1)", 1, "in endless: the definition endless calls itself", ""),
        ("wrong(1)", 1, "in wrong: a value of type int has no fields", ""),
        ("1 +\n  self.nope", 8, 'System has no field "nope"', ""),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(
    text: str, column: int, message: str, hint: str, environment: Environment
) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile(text, environment)
    error = caught.value
    assert (message, column) == (error.message, error.column)
    assert hint == error.hint or not hint


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "the end of the expression where a value should be"),
        ("1 +", 1, 4, "the end of the expression where a value should be"),
        ("a = b", 1, 3, '"=" has no meaning here'),
        ("a and b", 1, 3, '"and" where an operator or the end of the expression should be'),
        ("'abc", 1, 1, "the text is not closed"),
        ("\n\n  'a\\q'", 3, 5, '"\\q" is no escape'),
        ("[1, 2", 1, 6, 'the end of the expression where "]" should be'),
        ("for", 1, 1, '"for" is reserved and cannot be a name'),
        ("9223372036854775808", 1, 1, "the number is too large for an integer of 64 bits"),
        ("T{a: 1}", 1, 2, "messages are not part of this language"),
        ("true ? false ? 1 : 2 : 3", 1, 14, "a choice within a choice"),
        ("[1].all(1, true)", 1, 9, "a name for the variable should be here"),
        ("'é' + §", 1, 7, '"§" has no meaning here'),
    ],
)
def test_text_that_does_not_parse_is_refused_at_its_place(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile(text, Environment())
    assert (message, line, column) == (caught.value.message, caught.value.line, caught.value.column)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("self.stage", "string"),
        ("self.dates", "list(timestamp)"),
        ("self.?score", "optional(double)"),
        ("self.count", "int"),
        ("self.tags.map(t, {t: 1})", "list(map(string, int))"),
        ("self.metrics.first()", "optional(System.metrics)"),
        ("self.open ? [] : self.dates", "list(timestamp)"),
        ("today - today", "duration"),
        ("self.metrics.map(m, m.?slice)", "list(optional(string))"),
    ],
)
def test_the_type_of_an_expression_is_found(text: str, expected: str, environment: Environment) -> None:
    assert expected == str(compile(text, environment).type)


def test_a_literal_default_is_one_more_word_of_an_enum(environment: Environment) -> None:
    assert EnumString(("low", "medium", "high"), "level") == compile("self.?tier.orValue('high')", environment).type
    assert (
        EnumString(("low", "medium", "high", "none"), None) == compile("self.?tier.orValue('none')", environment).type
    )


def test_the_expected_type_is_demanded(environment: Environment) -> None:
    assert compile("self.open", environment, expect=BOOL).type == BOOL
    with pytest.raises(ExpressionError, match="the expression gives int, not bool"):
        compile("self.count", environment, expect=BOOL)


@pytest.mark.parametrize(
    ("parameter", "argument", "expected"),
    [
        (STRING, EnumString(("a",)), True),
        (EnumString(("a", "b")), EnumString(("a",)), True),
        (EnumString(("a",)), EnumString(("a", "b")), False),
        (RefString(("A",)), RefString(("A", "B")), False),
        (RefString(("A", "B")), RefString(("A",)), True),
        (RefString(("A",)), STRING, False),
        (ListType(STRING), ListType(RefString(("A",))), True),
        (DOUBLE, INT, False),
        (OptionalType(STRING), STRING, False),
        (MapType(STRING, INT), MapType(STRING, INT), True),
        (MapType(STRING, INT), MapType(INT, INT), False),
        (MapType(STRING, INT), MapType(STRING, STRING), False),
        (MapType(STRING, INT), ObjectType("o", {"a": Field(INT, True)}), True),
        (MapType(STRING, INT), ObjectType("o", {"a": Field(STRING, True)}), False),
    ],
)
def test_a_type_fits_where_every_value_of_it_fits(parameter: Type, argument: Type, expected: bool) -> None:
    assert expected is accepts(parameter, argument)


def test_shapes_that_meet_merge_field_by_field() -> None:
    one = ObjectType("One", {"id": Field(STRING, True), "at": Field(DATE, True), "a": Field(INT, True)}, True)
    two = ObjectType("Two", {"id": Field(STRING, True), "at": Field(STRING, True)}, True)
    both = union((one, two))
    assert "One or Two" == both.name
    assert Field(STRING, True) == both.fields["id"]
    assert Field(INT, False) == both.fields["a"]
    assert ConflictType((DATE, STRING)) == both.fields["at"].type
    assert both == join(one, two) == union((both, one))
    assert None is join(INT, STRING)


def test_a_stored_type_reads_as_another() -> None:
    assert ListType(TIMESTAMP) == as_read(ListType(DATE))
    assert MapType(STRING, DOUBLE) == as_read(MapType(STRING, NUMBER))


def kinded(call: Call) -> Type | Bound:
    """A result type that the literal decides, and work done once with it."""
    kind = call.literals[0]
    if kind is NOT_LITERAL:
        call.fail(0, "the kind must be a literal", "write it out")
    if kind not in ("A", "B"):
        call.fail(0, f'no kind is called "{kind}"')
    return Bound(ListType(INT if kind == "A" else STRING), lambda number: [kind] * number, (1,))


KINDED = Environment(
    {"kind": Variable(STRING), "known": Variable(EnumString(("B",)))},
    {"take": Function("take", (Overload((STRING, INT), kinded, lambda kind, number: [kind] * number),))},
)


def test_a_literal_can_decide_the_type_and_the_implementation_of_a_call() -> None:
    assert ListType(INT) == compile("take('A', 2)", KINDED).type
    assert ListType(STRING) == compile("take(known, 2)", KINDED).type
    with pytest.raises(ExpressionError) as caught:
        compile("1 == 1 && take(kind, 2) == []", KINDED)
    assert ("the kind must be a literal", 16) == (caught.value.message, caught.value.column)
