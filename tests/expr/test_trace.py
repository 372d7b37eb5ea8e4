"""The value of every part: which parts, of which text, and which of them decided."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.expr import Context, Environment, Expression, compile  # noqa: A004
from iscode.expr.time import timestamp_of_day
from iscode.expr.trace import NOT_EVALUATED, Trace, because, trace
from iscode.expr.typed import Constant

TODAY = timestamp_of_day("2026-11-24")


@pytest.fixture
def traced(environment: Environment, record: dict[str, Any], params: dict[str, Any]) -> Any:
    """Traces a text over the record with these keys changed."""

    def run(text: str, **keys: Any) -> Trace:
        expression: Expression = compile(text, environment)
        return trace(expression, Context(), {**record, **keys}, TODAY, params)

    return run


def texts(found: Trace) -> list[str]:
    """What every evaluated part was written as, literals and the plain variable left out."""
    known = [part for part in found.walk() if part.evaluated and not isinstance(part.part, Constant)]
    return [part.text for part in known if part.text != "self"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("self.count + 1", ["self.count"]),
        ("(self.count + 1) * 2", ["self.count + 1", "self.count"]),
        ("((self.count) + 1) > 2", ["(self.count) + 1", "self.count"]),
        ("has((self).review) && self.open", ["has((self).review)", "self.open"]),
        ("!has(self.tier) || self.open", ["!has(self.tier)", "has(self.tier)", "self.open"]),
        ("-self.count < - 5", ["-self.count", "self.count"]),
        ("'x' == self.tags[ 0 ] // first", ["self.tags[ 0 ]", "self.tags"]),
        ("size( self.tags ) == 2", ["size( self.tags )", "self.tags"]),
        ("cel.bind(n, self.count, n > 1)", ["n > 1", "n", "self.count"]),
        ("{'a': self.count}['a'] > 1", ["{'a': self.count}['a']", "{'a': self.count}", "self.count"]),
        ("self.?score.optMap(s, s > 1.0).orValue(false)", [
            "self.?score.optMap(s, s > 1.0)", "self.?score", "s > 1.0", "s",
        ]),
    ],
)  # fmt: skip
def test_each_part_is_shown_as_it_was_written(traced: Any, text: str, parts: list[str]) -> None:
    found = texts(traced(text))
    assert [text.partition(" //")[0], *parts] == found


def test_a_part_knows_where_it_stands(traced: Any) -> None:
    found = traced("self.open && self.count > 3").inner[1]
    assert ("self.count > 3", 13, 27, "") == (found.text, found.site.start, found.site.end, found.site.within)


def test_a_definition_is_shown_as_its_call_and_below_it_in_its_own_words(traced: Any) -> None:
    [call] = traced("self.open && recent(self.dates[0], duration('1h'))").inner[1:]
    assert ("recent(self.dates[0], duration('1h'))", "", False) == (call.text, call.site.within, call.value)
    assert [("t <= today", "recent", True), ("today - t <= n", "recent", False)] == [
        (part.text, part.site.within, part.value) for part in call.inner
    ]


def test_an_argument_is_shown_where_it_is_first_asked_for(traced: Any) -> None:
    found = [part.text for part in traced("twice(self.count + 1) > 0").walk()]
    assert ["twice(self.count + 1) > 0", "twice(self.count + 1)", "n", "self.count + 1", "self.count"] == found[:5]
    assert 1 == found.count("self.count + 1")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("self.count > 9 && self.open", "self.open"),
        ("self.open || self.count > 9", "self.count > 9"),
        ("self.open ? 1 : 2", "2"),
        ("self.?tier.orValue(self.tags[0]) == 'low'", "self.tags[0]"),
    ],
)
def test_what_nothing_asked_for_says_so(traced: Any, text: str, left: str) -> None:
    found = [(part.text, part.value) for part in traced(text).walk() if not part.evaluated]
    assert [(left, NOT_EVALUATED)] == found


def test_an_error_stands_at_the_part_that_has_none_and_at_all_above(traced: Any) -> None:
    found = traced("1 / (self.count - 7) > 0 || self.open")
    assert True is found.value
    assert ["1 / (self.count - 7) > 0", "1 / (self.count - 7)"] == [part.text for part in found.walk() if part.error]
    assert "division by zero" == found.inner[0].error.message


def test_an_error_of_the_whole_is_a_trace_too(traced: Any) -> None:
    found = traced("1 / (self.count - 7) > 0")
    assert ("failed", False) == (found.error.cause, found.value is not NOT_EVALUATED)


def test_a_walk_has_a_row_for_each_item_it_reached(traced: Any) -> None:
    found = traced("self.metrics.exists(m, m.value > 0.5)")
    assert [(("m",), "a", True)] == [(row.names, row.values[0]["name"], row.inner[0].value) for row in found.rows]


def test_the_rows_of_a_definition_that_walks_name_its_variables(traced: Any) -> None:
    found = traced("any_of(self.tags, 'y')")
    assert ("any_of(self.tags, 'y')", ("t",), ["x", "y"]) == (
        found.text,
        found.rows[0].names,
        [row.values[0] for row in found.rows],
    )


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("self.tags.map(t, t + '!').size() == 2", [("x",), ("y",)]),
        ("self.tags.filter(t, t == 'y').size() == 2", [("x",), ("y",)]),
        ("self.tags.all(n, t, n >= 0 && t != '')", [(0, "x"), (1, "y")]),
        ("{'k': 'v'}.all(k, v, k != v)", [("k", "v")]),
        ("{'k': 'v'}.all(k, k != '')", [("k",)]),
        ("self.tags.sortBy(t, t).size() == 2", [("x",), ("y",)]),
    ],
)
def test_a_row_names_what_its_variables_were(traced: Any, text: str, rows: list[Any]) -> None:
    assert rows == [row.values for part in traced(text).walk() for row in part.rows]


def test_of_a_long_walk_the_first_rows_and_the_last_are_kept_and_the_others_counted(traced: Any) -> None:
    found = traced("self.tags.exists(t, t == '77')", tags=[str(number) for number in range(100)])
    assert [*map(str, range(20)), "77"] == [row.values[0] for row in found.rows]
    assert 57 == found.left_out


def test_walks_within_walks_keep_fewer_rows(traced: Any) -> None:
    text = (
        "self.tags.all(a, self.tags.all(b, self.tags.all(c, self.tags.all(d, a != '' && b != c || c != d || a == d))))"
    )
    found = traced(text, tags=["x"] * 25)
    assert [21, 21 * 6, 21 * 6 * 2, 21 * 6 * 2] == [
        sum(len(part.rows) for part in found.walk() if part.site.names == (name,)) for name in "abcd"
    ]


@pytest.mark.parametrize(
    ("text", "touched"),
    [
        ("self.review.last < today", [("self", "review"), ("review", "last")]),
        ("self.?review.?days.orValue(1) > 0", [("review", "days"), ("self", "review")]),
        ("has(self.review.by)", [("review", "by"), ("self", "review")]),
        ("self.?tier.orValue('low') == 'high'", [("self", "tier")]),
        ("self.tags[1] == 'x'", [("tags", 1), ("self", "tags")]),
        ("self.metrics[?0].?name.orValue('') == 'a'", [("metric", "name"), ("metrics", 0), ("self", "metrics")]),
        ("params.ages[self.tier] > 1", [("ages", "high"), ("params", "ages"), ("self", "tier")]),
    ],
)
def test_a_read_tells_which_container_it_went_into(
    traced: Any, record: dict[str, Any], params: dict[str, Any], text: str, touched: list[Any]
) -> None:
    names = {id(record["review"]): "review", id(record["tags"]): "tags", id(record["metrics"]): "metrics"}
    names |= {id(record["metrics"][0]): "metric", id(params["ages"]): "ages", id(params): "params"}
    found = [part.touched for part in traced(text, id="other").walk() if part.touched]
    assert sorted(touched, key=str) == sorted([(names.get(id(of), "self"), key) for of, key in found], key=str)


def test_a_read_of_nothing_touches_nothing(traced: Any, record: dict[str, Any]) -> None:
    del record["review"]
    found = traced("self.?review.?days.orValue(1) > 0")
    assert ["review"] == [part.touched[1] for part in found.walk() if part.touched]


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("self.open && self.count > 9 && self.count > 8", ["self.count > 9"]),
        ("self.open && self.count > 1", ["self.open", "self.count > 1"]),
        ("self.count > 9 || self.open", ["self.open"]),
        ("self.count > 9 || self.count > 8", ["self.count > 9", "self.count > 8"]),
        ("self.open && 1 / (self.count - 7) > 0", ["1 / (self.count - 7) > 0"]),
        ("self.open ? self.count > 1 : self.count > 2", ["self.open", "self.count > 1"]),
    ],
)
def test_only_what_had_a_say_is_a_reason(traced: Any, text: str, reasons: list[str]) -> None:
    assert reasons == [part.text for part in because(traced(text)).inner]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("self.tags.exists(t, t == 'y')", ["y"]),
        ("self.tags.exists(t, t == 'z')", ["x", "y"]),
        ("self.tags.all(t, t == 'x')", ["y"]),
        ("self.tags.all(t, t != 'z')", ["x", "y"]),
        ("self.tags.filter(t, t == 'y') == ['y']", ["x", "y"]),
    ],
)
def test_of_a_walk_the_rows_that_decided_are_reasons(traced: Any, text: str, rows: list[str]) -> None:
    assert rows == [row.values[0] for part in because(traced(text)).walk() for row in part.rows]


def test_the_steps_of_a_trace_are_those_of_the_expression(traced: Any) -> None:
    found = traced("self.tags.all(a, self.tags.all(b, self.tags.all(c, a == c || b != c || a == b)))", tags=["x"] * 200)
    assert "cost" == found.error.cause
