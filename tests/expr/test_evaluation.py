"""What expressions come to, over records as they are stored."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.expr import (
    NONE,
    Context,
    Environment,
    EvaluationError,
    Function,
    Optional,
    Overload,
    Variable,
    compile,  # noqa: A004
    timestamp_of_day,
)
from iscode.expr.environment import STEPS
from iscode.expr.types import BOOL, DATE, DOUBLE, INT, NUMBER, STRING, TIMESTAMP, ListType, OptionalType

TODAY = timestamp_of_day("2026-11-24")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('self.stage in ["deployment", "monitoring"] && size(self.tags) > 0', True),
        ("self.review.last", timestamp_of_day("2026-09-01")),
        ("self.dates.sort().last().value()", timestamp_of_day("2026-11-30")),
        ("self.dates.filter(d, d < today)", [timestamp_of_day("2026-01-02"), timestamp_of_day("2025-01-02")]),
        ("today in self.dates", False),
        ('timestamp("2026-01-02T00:00:00Z") in self.dates', True),
        ('self.dates == [timestamp("2026-01-02T00:00:00Z")]', False),
        ('self.marks["a"] < today', True),
        ("self.marks.all(k, self.marks[k] < today)", True),
        ("self.marks.all(k, v, v < today)", True),
        ("self.review.days / 7", 25),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("self.score / 2.0", 1.5),
        ("7 in [?optional.of(self.count), 1] && !(9 in [?optional.of(8), 1])", True),
        ("1 in [?optional.none(), ?optional.of(1)]", True),
        ("self.?tier.orValue(self.tags[9])", "high"),
        ("self.?tier.or(optional.of(self.tags[9])).value()", "high"),
        ("self.?review.?last.orValue(self.dates[9]) < today", True),
        ("optional.ofNonZeroValue(timestamp(0)).hasValue()", False),
        ("optional.ofNonZeroValue(timestamp(1)).hasValue()", True),
        ("[?self.?count, ?optional.of(7)] == [7, 7] && self.?count == optional.of(7)", True),
        ("self.?count == optional.of(8) || self.?tier != self.?tier", False),
        ("self.metrics[0].value / 2.0", 0.5),
        ("self.?score.orValue(0.0) / 2.0", 1.5),
        ("self.metrics.map(m, m.name)", ["a", "b"]),
        ('self.metrics.map(m, m.?slice.orValue("all"))', ["all", "test"]),
        ("self.metrics.filter(m, has(m.slice)).map(m, m.slice)", ["test"]),
        ("self.metrics.exists_one(m, m.value > 2.0)", True),
        ("self.metrics.exists(i, m, i == 1 && m.value > 2.0)", True),
        ("self.metrics.sortBy(m, 0.0 - m.value).map(m, m.name)", ["b", "a"]),
        ("params.ages[self.tier]", 3),
        ("params.some[?self.tier].orValue(9)", 9),
        ("params.ages.exists(k, v, v == 2)", True),
        ('"low" in params.some', True),
        ('self.open ? "a" : "b"', "a"),
        ("recent(self.review.last, duration('4800h'))", True),
        ("twice(self.count + 1)", 16),
        ("when_reviewed(self)", True),
        ("cel.bind(n, self.count, n * n)", 49),
        ("self.?review.?days.orValue(0)", 180),
        ("self.?review.?days.optMap(n, n + 1).orValue(0)", 181),
        ("self.?review.optFlatMap(r, r.?by)", Optional("Person:p")),
        ("[1, 2, 2].distinct()", [1, 2]),
        ("[[1], [2, 3]].flatten()", [1, 2, 3]),
        ("[?self.?score, 2.0]", [3.0, 2.0]),
        ('{"a": 1, ?"b": optional.none()}', {"a": 1}),
        ('self.tags.join("-")', "x-y"),
        ('self.id.matches("^cred")', True),
        ('"a" + self.id + "b"', "acreditb"),
        ("math.greatest(self.count, 9)", 9),
        ("1 < 1.5 && 1 == 1.0 && 2.5 >= 2", True),
        ("size('aé𝄞')", 3),
        ("[1, 2, 3][-1 + 1]", 1),
    ],
)
def test_an_expression_comes_to_its_value_in_both_forms(
    text: str, expected: object, environment: Environment, record: dict[str, Any], params: dict[str, Any]
) -> None:
    expression = compile(text, environment)
    assert (expected, expected) == (
        expression(Context(), record, TODAY, params),
        expression.exact(Context(), record, TODAY, params),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("self.tier == 'low'", 'no such key: "tier"'),
        ("self.dates[3] < today", "index out of range: 3 of 3"),
        ("self.tags[self.count - 8] == 'x'", "index out of range: -1 of 2"),
        ("self.count / 0 == 1", "division by zero"),
        ("self.count * 9223372036854775807 > 0", "integer overflow"),
        ("self.?tier.value() == 'low'", "the optional has no value"),
        ("self.id.substring(9) == ''", "index out of range: 9 of 6"),
        ("int(self.id) == 0", '"credit" is not an integer'),
        ("double('1_0') == 10.0", '"1_0" is not a number'),
        (f"double('{'1' * 401}') > 0.0", f'"{"1" * 40}" is not a number'),
        ("{self.id: 1, 'credit': 2}.credit == 1", 'the key "credit" is there twice'),
    ],
)
def test_what_has_no_value_is_an_error(
    text: str, message: str, environment: Environment, record: dict[str, Any], params: dict[str, Any]
) -> None:
    del record["tier"]
    with pytest.raises(EvaluationError) as caught:
        compile(text, environment)(Context(), record, TODAY, params)
    assert (message, "failed") == (caught.value.message, caught.value.cause)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("self.tier == 'low' || self.open", True),
        ("self.open || self.tier == 'low'", True),
        ("self.tier == 'low' && !self.open", False),
        ("self.tags.exists(t, int(t) == 1 || t == 'y')", True),
        ("self.tags.all(t, int(t) == 1 && t == 'x')", False),
        ("(self.tier == 'low' ? 1 : 2) == 1 || true", True),
        ("cel.bind(t, self.tier, true)", True),
    ],
)
def test_an_error_is_absorbed_where_the_other_side_decides(
    text: str, expected: bool, environment: Environment, record: dict[str, Any], params: dict[str, Any]
) -> None:
    del record["tier"]
    assert expected is compile(text, environment)(Context(), record, TODAY, params)


def test_an_absent_field_reads_as_nothing_when_asked_as_optional(
    environment: Environment, params: dict[str, Any]
) -> None:
    bare = {"id": "x", "stage": "design", "owner": "Role:r", "count": 0, "tags": [], "open": False}
    text = "[self.?review.?days.hasValue(), self.?review.hasValue(), has(self.score), self.?dates[?0].hasValue()]"
    assert [False] * 4 == compile(text, environment)(Context(), bare, TODAY, params)
    assert compile("self.?review.?last", environment)(Context(), bare, TODAY, params) == NONE


class Host(Context):
    """A context that remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []


def dangling(context: Host, name: str) -> object:
    context.asked.append(name)
    raise EvaluationError("nothing is there", "unresolved")


HOSTED = Environment(
    {"name": Variable(STRING), "late": Variable(INT, lazy=True)},
    {"get": Function("get", (Overload((STRING,), BOOL, dangling, context=True),))},
)


def test_an_error_of_the_host_keeps_its_cause_and_is_absorbed_like_any() -> None:
    assert True is compile("get(name) || true", HOSTED)(Host(), "a", lambda: 1)
    with pytest.raises(EvaluationError) as caught:
        compile("get(name) && true", HOSTED)(Host(), "a", lambda: 1)
    assert "unresolved" == caught.value.cause


def test_a_lazy_variable_is_asked_only_where_it_is_needed() -> None:
    asked: list[int] = []
    late = lambda: asked.append(1) or 5  # noqa: E731
    assert False is compile("name == 'b' && late > 1", HOSTED)(Host(), "a", late)
    assert [] == asked
    assert True is compile("late > 1", HOSTED)(Host(), "a", late)
    assert frozenset({"late"}) == compile("late > 1", HOSTED).reads


def test_whatever_a_host_function_raises_is_an_error_value() -> None:
    broken = Environment({}, {"f": Function("f", (Overload((), BOOL, lambda _: {}["x"], context=True),))})
    assert True is compile("f() || true", broken)(Context())
    with pytest.raises(EvaluationError, match="KeyError"):
        compile("f()", broken)(Context())


@pytest.mark.parametrize("fatal", [RecursionError, MemoryError, KeyboardInterrupt])
def test_what_the_machine_raises_is_never_absorbed(fatal: type[BaseException]) -> None:
    def fail(_: Context) -> bool:
        raise fatal

    broken = Environment({}, {"f": Function("f", (Overload((), BOOL, fail, context=True),))})
    texts = ("f() || true", "1 / 0 == 1 || f() || true", "[1].exists(x, f() || true)", "cel.bind(x, f(), x || true)")
    for text in texts:
        with pytest.raises(fatal):
            compile(text, broken)(Context())
        with pytest.raises(fatal):
            compile(text, broken).exact(Context())


DOUBLED = "[[1, 2]]" + "".join(".map(x, [x, x])" for _ in range(30))
"""A list within lists that is small in memory and has a thousand million leaves."""


@pytest.mark.parametrize(
    "text",
    [
        "xs.all(a, xs.all(b, xs.all(c, a + b + c >= 0))) || true",
        "xs.map(a, xs).flatten().map(a, xs).flatten().size() > 0 || true",
        "1 / 0 == 1 || xs.all(a, xs.all(b, xs.all(c, c >= 0))) || true",
        "xs.all(a, a in xs && xs.all(b, b in xs)) || true",
        "xs.all(a, xs.distinct() == xs) || true",
        "xs.all(a, xs.all(b, xs == xs.reverse().reverse())) || true",
        "cel.bind(s, 'aaaaaaaaaaaaaaaaaa'.replace('', 'bbbbbbbb'), s.replace('', s).replace('', s)) == '' || true",
        f"{DOUBLED} == {DOUBLED} || true",
        f"'%s'.format([{DOUBLED}]) == '' || true",
        f"{DOUBLED} in [{DOUBLED}] || true",
        f"{DOUBLED}.flatten(30) == [] || true",
        "xs.exists(a, sets.contains(xs, xs) && xs.all(b, sets.equivalent(xs, xs) && b < 0)) || true",
    ],
)
def test_a_costly_expression_ends_with_a_cost_error_that_nothing_absorbs(text: str) -> None:
    environment = Environment({"xs": Variable(ListType(INT))})
    with pytest.raises(EvaluationError) as caught:
        compile(text, environment)(Context(), list(range(200)))
    assert "cost" == caught.value.cause


@pytest.mark.parametrize("text", ["xs.all(x, x == 0)", "xs.size() == 0 || size(xs + []) == 600", "0 in xs"])
def test_steps_may_be_spent_to_the_last(text: str) -> None:
    environment = Environment({"xs": Variable(ListType(INT))})
    assert True is compile(text, environment)(Context(600), [0] * 600)
    with pytest.raises(EvaluationError, match="costs more steps"):
        compile(text, environment)(Context(599), [0] * 600)


def test_a_fallback_to_the_exact_form_does_not_cost_twice() -> None:
    environment = Environment({"xs": Variable(ListType(INT))})
    context = Context(1000)
    assert True is compile("xs.exists(x, 1 / x > 5) || true", environment)(context, [0] * 600)
    assert 400 == context.steps


def test_a_list_of_numbers_is_searched_with_nan_equal_to_nothing() -> None:
    environment = Environment({"xs": Variable(ListType(DOUBLE))})
    nan = float("nan")
    expression = compile("[xs == xs, xs[0] in xs, xs[0] == xs[0]]", environment)
    assert [False, False, False] == expression(Context(), [nan])
    assert [True, True, True] == expression(Context(), [1.0])


def test_stored_values_convert_wherever_they_are_read() -> None:
    environment = Environment({"d": Variable(DATE), "n": Variable(NUMBER), "ds": Variable(ListType(DATE))})
    assert [TIMESTAMP, DOUBLE, ListType(TIMESTAMP)] == [compile(name, environment).type for name in ("d", "n", "ds")]
    values = ("2026-11-24", 2, ["2026-11-24"])
    assert [
        compile(text, environment)(Context(), *values)
        for text in ("d in ds", "n / 4.0 == 0.5", "ds.first().value() == d")
    ] == [True, True, True]
    assert OptionalType(TIMESTAMP) == compile("ds.first()", environment).type


def test_a_literal_argument_is_worked_out_once() -> None:
    calls: list[int] = []
    days = Function("days", (Overload((INT,), INT, lambda count: calls.append(count) or count),))
    expression = compile("days(3) + days(3)", Environment({}, {"days": days}))
    assert [6, 6] == [expression(Context()), expression(Context())]
    assert [3, 3] == calls


TEXTS = st.lists(st.lists(st.sampled_from([*"abcdefgh", *map(str, range(20))]), max_size=40), max_size=30)


@given(TEXTS, st.lists(st.sampled_from(["a", "h", "7", "none"]), max_size=4))
def test_a_list_that_is_searched_again_is_searched_right_and_costs_the_same(
    lists: list[list[str]], words: list[str]
) -> None:
    context, cost = Context(), 0
    for values in [*lists, *lists, *([*values] for values in lists)]:  # the last ones are gone before the next is made
        for word in words:
            assert context.among(word, values) is any(word == value for value in values)
            cost += len(values)
    assert STEPS - cost == context.steps


@pytest.mark.parametrize("value", ["a", 1, True])
def test_a_list_of_what_is_in_no_set_is_searched_too(value: object) -> None:
    context = Context(60)
    values: list[object] = [{}] * 19
    assert [False] * 2 == [context.among(value, values) for _ in range(2)]
    values.append(value)
    assert True is context.among(value, values)
    with pytest.raises(EvaluationError) as caught:
        context.among(value, values)
    assert "cost" == caught.value.cause
