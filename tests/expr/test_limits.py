"""Hostile texts: each is an `ExpressionError` or compiles, quickly, and nothing of it enters the emitted source."""

from __future__ import annotations

import sys
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iscode.expr import Context, Definition, Environment, EvaluationError, ExpressionError, Variable, emit
from iscode.expr import compile as compile_expression
from iscode.expr.expression import failed
from iscode.expr.linker import link
from iscode.expr.types import ANY, INT, STRING, Field, ListType, ObjectType

RECORD = ObjectType("R", {"a": Field(INT, False), "s": Field(STRING, True), "xs": Field(ListType(INT), True)}, True)
ENVIRONMENT = Environment(
    {"self": Variable(RECORD)},
    definitions={
        "pair": Definition("pair", (("x", ANY),), "[x, x]"),
        "half": Definition("half", (("x", ANY),), "pair(pair(pair(x)))"),
        "vast": Definition("vast", (("x", ANY),), "half(half(half(half(half(x)))))"),
    },
)
VALUE = {"a": 1, "s": "text", "xs": [1, 2, 3]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'" + "é" * 2048 + "'", "the expression is longer than 4 KiB"),
        ("(" * 41 + "1" + ")" * 41, "more than 40 brackets are open"),
        ("-!" * 200 + "1", "the expression is more than 100 levels deep"),
        ("self" + ".s" * 1000, "the expression is more than 100 levels deep"),
        ("1" + "<1" * 1000, "the expression is more than 100 levels deep"),
        ("'a'" + ".trim()" * 400, "the expression is more than 100 levels deep"),
        ("1" * 50, "the number is too large"),
        ("1e999", "the number is too large for a double"),
        ("'\\ud800'", "the escape names no character"),
        ("'\ud800'", "a surrogate is no character"),
        ("b'\ud800'", "a surrogate is no character"),
        ("[" + "vast(1)," * 3000 + "]", "the expression is longer than 4 KiB"),
        ("[" + "half(1)," * 500 + "]", "the expression has more than 5000 parts"),
    ],
)
def test_a_text_beyond_a_limit_is_refused(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, ENVIRONMENT)
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!" * 3001 + "true", False),
        ("1" + " + 1" * 900, 901),
        ("self.xs.size()" + " - 1" * 900, -897),
        ("true" + " && true" * 450, True),
        ("false" + " || self.s == 'x'" * 200, False),
        ("false ? 1 : " * 300 + "2", 2),
        ("self.s == 'x' ? 1 : " * 200 + "2", 2),
        ("(" * 40 + "1" + ")" * 40, 1),
        ("[" * 40 + "1" + "]" * 40, None),
        ("optional.of(1)" + ".or(optional.of(2))" * 90, None),
        ("'a'" + " + 'a'" * 500, "a" * 501),
        ("self.xs.map(x, " * 1 + "x" + ")", [1, 2, 3]),
        ("-" * 3000 + "5", 5),
        ("self.s" + ".trim()" * 90, "text"),
    ],
)
def test_long_chains_are_worked_out_in_both_forms(text: str, expected: object) -> None:
    expression = compile_expression(text, ENVIRONMENT)
    values = [expression(Context(), VALUE), expression.exact(Context(), VALUE)]
    assert expected is None or [expected, expected] == values


def test_deep_nesting_compiles_with_little_of_the_stack_used() -> None:
    text = "(self.s == 'x' || (true && " * 18 + "true" + "))" * 18
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len_of_stack() + 450)
    try:
        assert True is compile_expression(text, ENVIRONMENT)(Context(), VALUE)
    finally:
        sys.setrecursionlimit(before)


def len_of_stack() -> int:
    """Frames on the stack."""
    frame, count = sys._getframe(), 0
    while frame is not None:
        frame, count = frame.f_back, count + 1  # type: ignore[assignment]
    return count


WORDS = (
    "self a s xs . .? [ ] ( ) { } , : ? ! - + * / % && || == < in 1 2u 0.5 'a' b'x' r'\\' true null x has all exists"
)
MORE = "filter map size first sort cel bind optional of none timestamp duration pair vast \n \\ ' \" ` é # $ \x00"
PIECES = st.sampled_from([*WORDS.split(" "), *MORE.split(" ")])


@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.lists(PIECES, max_size=14).map("".join), st.lists(PIECES, max_size=14).map(" ".join), st.text(max_size=30)
    )
)
def test_no_text_makes_anything_but_an_expression_error(text: str) -> None:
    expression = refusal = None
    try:
        expression = compile_expression(text, ENVIRONMENT)
    except ExpressionError as error:
        refusal = error
    if refusal is not None:
        assert 0 <= refusal.offset <= len(text)
        assert 1 <= refusal.column <= len(text) + 1
    if expression is not None:
        with suppress(EvaluationError):
            expression(Context(), VALUE)


@pytest.mark.parametrize("exact", [False, True])
def test_nothing_of_the_text_enters_the_source(exact: bool) -> None:
    text = "self.xs.all(zebra, zebra != 4711) && self.s != 'zulu' && cel.bind(zorro, 'zulu', zorro != 'zoo' || true)"
    expression = compile_expression(text, ENVIRONMENT)
    source, bound = emit.emit(expression.tree, expression.arguments, exact=exact)
    assert [] == [word for word in ("z", "4711", "self", "'", '"') if word in source]
    assert True is link(source, bound, failed)(Context(), VALUE)
