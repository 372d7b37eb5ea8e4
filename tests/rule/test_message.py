"""Messages: holes become values, and nothing in a value is ever interpreted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.expr import NONE, Duration, EvaluationError, Optional, timestamp_of_day
from iscode.rule import CompiledRule
from iscode.rule.message import LIMIT, parse, show

DAY = 86_400


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        ("", ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (0.1 + 0.2, "0.3"),
        (1e20, "1e+20"),
        (timestamp_of_day("2026-11-24"), "2026-11-24"),
        (Duration(30 * DAY, 0), "30 days"),
        (Duration(DAY, 0), "1 day"),
        (Duration(-DAY, 0), "-1 day"),
        (Duration(0, 0), "0 days"),
        (NONE, "none"),
        (Optional("a"), "a"),
        (Optional(timestamp_of_day("2026-01-02")), "2026-01-02"),
        ([], "none"),
        ([1, True, "x"], "1, true, x"),
        (list("abcde"), "a, b, c, d, e"),
        (list("abcdefg"), "a, b, c, d, e and 2 more"),
        ([timestamp_of_day("2026-01-02")], "2026-01-02"),
        ([{"kind": "Person", "id": "p"}, {"kind": "Team", "id": "t"}], "Person:p, Team:t"),
        ({"kind": "Person", "id": "p", "name": "P"}, "Person:p"),
        ({"name": "a", "price": 1}, "name, price"),
        ({"id": "p"}, "id"),
        ({"kind": "Person"}, "kind"),
        ({}, "none"),
        (dict.fromkeys("abcdefg", 1), "a, b, c, d, e and 2 more"),
    ],
)
def test_a_value_prints_as_people_read_it(value: object, expected: str) -> None:
    assert expected == show(value)


def filled(text: str, **values: Any) -> str:
    def read(name: str) -> Any:
        if isinstance(values[name], Exception):
            raise values[name]
        return values[name]

    return parse(text).text(read)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no hole", "no hole"),
        ("{self.id} is {self.size} big", "m is 7 big"),
        ("{self}", "Machine:m"),
        ("{self.review.last}", "none"),
        ("{self.id.x}", "none"),
        ("{broken}", "none"),
        ("{broken.x}", "none"),
        ("{found.id}", "p"),
        ("{found}", "Person:p"),
        ("{lost.id}", "none"),
        ("{{self.id}}", "{self.id}"),
        ("{{{self.id}}}", "{m}"),
        ("a {{ b }} c", "a { b } c"),
        ("{self.tags}", "{0.__class__}, %s, {{7*7}}, {self.id}"),
        ("%s %(self)s {self.id}", "%s %(self)s m"),
    ],
)
def test_a_hole_is_a_name_or_path_and_what_fills_it_stays_text(text: str, expected: str) -> None:
    machine = {
        "kind": "Machine",
        "id": "m",
        "size": 7,
        "tags": ["{0.__class__}", "%s", "{{7*7}}", "{self.id}"],
    }
    found = Optional({"kind": "Person", "id": "p"})
    assert expected == filled(text, self=machine, found=found, lost=NONE, broken=EvaluationError("no value"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "a single '{': write {{ to print a brace"),
        ("a } b", "a single '}': write }} to print a brace"),
        ("{}", "{} is no name or path: put the expression into `let`"),
        ("{self.id!r}", "is no name or path"),
        ("{self.id:>9}", "is no name or path"),
        ("{0.__class__}", "is no name or path"),
        ("{self.__class__}", None),
        ("{size(self)}", "is no name or path"),
        ("{self.tags[0]}", "is no name or path"),
        ("{ self.id }", "is no name or path"),
        ("{self..id}", "is no name or path"),
        ("{self.id", "a single '{'"),
        ("{{self.id}", "a single '}'"),
    ],
)
def test_a_brace_is_a_hole_or_doubled_or_an_error(text: str, problem: str | None) -> None:
    if problem is None:
        assert "none" == filled(text, self={"id": "m"})
        return
    with pytest.raises(ValueError, match=r".") as refused:
        parse(text)
    assert problem in str(refused.value)


def test_a_message_is_put_together_no_longer_than_any_repository_may_ask_for() -> None:
    assert "x" * LIMIT == filled("{a}", a="x" * LIMIT)
    cut = filled("{a}", a="x" * (LIMIT + 1))
    assert (LIMIT, "x…") == (len(cut), cut[-2:])


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_can_be_printed_by_doubling_its_braces_and_any_value_stays_as_it_is(text: str, value: str) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert text + value + text == filled(f"{doubled}{{a}}{doubled}", a=value)


@given(st.text(alphabet="{}ab.%0_ ", max_size=12))
def test_every_text_is_a_message_that_is_written_so_or_says_why_it_is_none(text: str) -> None:
    try:
        message = parse(text)
    except ValueError:
        return
    written = [
        part.replace("{", "{{").replace("}", "}}")
        if isinstance(part, str)
        else f"{{{'.'.join((part.name, *part.keys))}}}"
        for part in message.parts
    ]
    assert text == "".join(written)


def test_the_holes_of_a_rule_are_checked_when_it_is_compiled(compiled: Callable[..., CompiledRule]) -> None:
    rule = compiled(
        ("check:", "let: {who: get(self.owner)}\nparams: {limits: {low: 1}}\ncheck:"),
        ("{self.id} is not kept", "{self.review.last} {who.id} {params.limits.low} {today}"),
    )
    assert ["self", "who", "params", "today"] == [hole.name for hole in rule.checks[0].message.holes]
