"""The fast form and the trace against the exact form, and all against Google's engine, over random expressions."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from iscode.expr import Context, Environment, EvaluationError, Variable, compile  # noqa: A004
from iscode.expr.codes import module
from iscode.expr.linker import link
from iscode.expr.parser import parse
from iscode.expr.runtime import Once
from iscode.expr.statements import Statements
from iscode.expr.trace import trace
from iscode.expr.types import BOOL, DOUBLE, INT, STRING, ListType, MapType, ObjectType, Type
from iscode.expr.types import Field as TypeField
from iscode.expr.writing import written
from iscode.expr.written import Written

ROW = ObjectType(
    "row", {"n": TypeField(INT, True), "s": TypeField(STRING, False), "xs": TypeField(ListType(INT), False)}
)
WORLD: dict[str, Type] = {
    "i": INT,
    "d": DOUBLE,
    "s": STRING,
    "o": BOOL,
    "xs": ListType(INT),
    "ss": ListType(STRING),
    "m": MapType(STRING, INT),
    "rows": ListType(ROW),
}
ENVIRONMENT = Environment({name: Variable(kind) for name, kind in WORLD.items()})
KINDS = {"bool": "o", "int": "i", "double": "d", "string": "s", "ints": "xs", "strings": "ss"}
LITERALS = {
    "bool": st.sampled_from(["true", "false"]),
    "int": st.sampled_from(["0", "1", "2", "-1", "7", "9223372036854775807"]),
    "double": st.sampled_from(["0.0", "1.5", "-2.0", "1e308"]),
    "string": st.sampled_from(['""', '"a"', '"b"', '"ab"', '"7"']),
    "ints": st.sampled_from(["[1, 2]", "[3]", "[0, 1, 2]"]),
    "strings": st.sampled_from(['["a", "b"]', '["ab"]']),
}
SHAPES = {
    "bool": (
        "{bool} && {bool}", "{bool} || {bool}", "!{bool}", "{bool} ? {bool} : {bool}", "{int} < {int}",
        "{int} == {double}", "{double} >= {int}", "{string} == {string}", "{string} <= {string}", "{int} in {ints}",
        "{string} in {strings}", "{string} in m", "{ints} == {ints}", "{strings} != {strings}",
        "{ints}.all(V, {bool})", "{ints}.exists(V, V > {int} || {bool})", "{strings}.exists_one(W, W == {string})",
        "rows.all(R, has(R.s) && R.s == {string})", "rows.exists(R, R.n == {int})", "{string}.startsWith({string})",
        "size({ints}) == 0", "{strings} == []", "{ints}.filter(V, {bool}) == []", "size({strings}.map(W, {int})) == 0",
        "{string}.contains({string})", "m[?{string}].hasValue()", "cel.bind(B, {bool}, B || {bool} && B)",
        "{ints}.exists(P, V, P == V && {bool})", "sets.intersects({ints}, {ints})", '{string}.matches("^[ab]+$")',
    ),
    "int": (
        "{int} + {int}", "{int} - {int}", "{int} * {int}", "{int} / {int}", "{int} % {int}", "-{int}", "size({string})",
        "{ints}.size()", "{ints}[{int}]", "m[{string}]", "{bool} ? {int} : {int}", "int({double})", "int({string})",
        "m[?{string}].orValue({int})", "{ints}.first().orValue({int})", "cel.bind(N, {int}, N + {int} - N)",
        "rows[{int}].n", "rows[?{int}].?xs[?0].orValue({int})", "{string}.indexOf({string})",
        "rows[?0].?n.or({ints}.last()).value()", "math.greatest({int}, {int})",
    ),
    "double": ("{double} + {double}", "{double} * {double}", "{double} / {double}", "double({int})", "-{double}"),
    "string": (
        "{string} + {string}", "string({int})", "{strings}[{int}]", "{bool} ? {string} : {string}",
        "{string}.substring({int})",
        "rows[{int}].?s.orValue({string})", '{strings}.join("-")',
        "{string}.replace({string}, {string})", "{string}.charAt({int})",
        'm.filter(K, m[K] > {int}).sort().first().orValue("a")',
    ),
    "ints": (
        "{ints} + {ints}", "{ints}.filter(V, V > {int})", "{ints}.map(V, V * {int})",
        "{ints}.map(V, {bool}, V + {int})",
        "[{int}, {int}]", "[{int}, ?m[?{string}]]", "{ints}.sort()", "{ints}.distinct()", "{ints}.reverse()",
        "[{ints}, {ints}].flatten()", "{ints}.slice({int}, {int})", "rows.map(R, R.n)",
        "rows.filter(R, R.n > {int}).map(R, R.n)",
        "{ints}.sortBy(V, -V)", "{ints}.transformList(P, V, P * V)", "{bool} ? {ints} : {ints}",
    ),
    "strings": (
        "{strings} + {strings}", "{strings}.filter(W, W != {string})", '{string}.split("b")', "m.map(K, K).sort()",
        "{strings}.map(W, W + {string})", "[{string}]",
    ),
}  # fmt: skip
"""Type -> ways to make an expression of it. Capitals are variables, made new each time."""


HELD = {"B": "bool", "N": "int", "P": "int", "V": "int", "W": "string", "K": "string"}
"""Variable of a shape -> the type that it has."""


@st.composite
def expressions(draw: st.DrawFn, kind: str = "bool", depth: int = 4, scope: tuple[tuple[str, str], ...] = ()) -> str:
    """An expression of the type, in parentheses, that may use the variables (type, name) of `scope`."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        names = [name for held, name in scope if held == kind]
        return draw(st.one_of(st.sampled_from([KINDS[kind], *names, *names]), LITERALS[kind]))
    shape = draw(st.sampled_from(SHAPES[kind]))
    names = {name: f"{name.lower()}{depth}" for name in re.findall(r"\b[BKNPRVW]\b", shape)}
    inner = scope + tuple((HELD[name], fresh) for name, fresh in names.items() if name in HELD)
    text, known = "", scope
    for piece in re.split(r"(\{[a-z]+\}|\b[BKNPRVW]\b)", shape):
        if piece.startswith("{"):
            text += draw(expressions(piece[1:-1], depth - 1, known))
            known = inner if shape.startswith("cel.bind") else known
        elif piece in names:
            text += names[piece]
            known = known if shape.startswith("cel.bind") else inner
        else:
            text += piece
    return f"({text})"


WORDS = st.sampled_from(["", "a", "b", "ab", "7", "é"])
INTS = st.integers(-3, 9)
ROWS = st.fixed_dictionaries({"n": INTS}, optional={"s": WORDS, "xs": st.lists(INTS, max_size=2)})
VALUES = st.tuples(
    INTS,
    st.sampled_from([0.0, 1.0, -2.5, 1e300, 3.0]),
    WORDS,
    st.booleans(),
    st.lists(INTS, max_size=4),
    st.lists(WORDS, max_size=3),
    st.dictionaries(WORDS, INTS, max_size=3),
    st.lists(ROWS, max_size=3),
)
FIRST = (1, 1.0, "a", True, [1, 2], ["a"], {"a": 1}, [{"n": 1}])


def outcome(call: Any, values: tuple[Any, ...]) -> tuple[str, Any]:
    """What a call comes to: ("value", …), or ("failed" or another cause, None)."""
    try:
        return "value", call(Context(), *values)
    except EvaluationError as error:
        return error.cause, None


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(KINDS)).flatmap(expressions), VALUES)
def test_an_expression_that_was_written_down_gives_the_same(text: str, values: tuple[Any, ...]) -> None:
    expression = compile(text, ENVIRONMENT)
    sources: set[str] = set()
    data = json.loads(json.dumps(written(expression, sources)))
    names: dict[str, Any] = {}
    exec(module(sources), names)
    again = Written(data, lambda: compile(text, ENVIRONMENT), lambda name: names[name].__code__)
    expected, found = outcome(expression, values), outcome(again, values)
    assert expected[0] == found[0]
    assert same(expected[1], found[1])
    assert expression.reads == again.reads
    assert str(expression.type) == str(again.type)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(KINDS)).flatmap(expressions), VALUES)
@example("(xs[-1] == 1)", FIRST)
@example("(o ? 1 / 0 : 1)", FIRST)
@example("(xs.exists(x, 1 / x == 1))", (0, 0.0, "", True, [0, 1], [], {}, []))
@example("(xs.all(x, 1 / x == 5))", (0, 0.0, "", True, [0, 1], [], {}, []))
def test_where_the_fast_form_returns_the_exact_form_returns_the_same(text: str, values: tuple[Any, ...]) -> None:
    expression = compile(text, ENVIRONMENT)
    exact = outcome(expression.exact, values)
    fast = outcome(expression, values)
    assert exact[0] == fast[0]
    assert same(exact[1], fast[1])


LAZY = (("int", "late"), ("ints", "listed"), ("bool", "later"))
"""Variables that are worked out when asked; each may read those before it."""
LEAVES = {
    "says": ("return {said} if met is {{other}} else None",),
    "goes on": ("if met is {{other}}: continue", "return None"),
    "says nothing": ("return None",),
}
"""What the function of a rule does where a condition does not come out as it must."""


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.tuples(expressions("int"), expressions("ints", scope=LAZY[:1]), expressions("bool", scope=LAZY[:2])),
    expressions("bool", scope=LAZY),
    VALUES,
    st.booleans(),
    st.sampled_from(sorted(LEAVES)),
)
@example(("(1 / i)", "(xs)", "(late > 0)"), "(o || later)", (0, 0.0, "", True, [], [], {}, []), True, "says")
@example(
    ("(size(xs))", "(xs)", "(late > 0)"),
    "(xs.exists(x, x > late) || !later)",
    (0, 0.0, "", True, [1, 2], [], {}, []),
    False,
    "says",
)
@example(("(1)", "(xs)", "(late > 0)"), "(o ? later : late > 3)", FIRST, True, "says")
@example(
    ("(1)", "(xs)", "(late > 0)"),
    "xs.all(x, x > 0 && later) && (xs.exists(y, y > 9) || late > 0)",
    FIRST,
    True,
    "goes on",
)
@example(("(1)", "(xs)", "(late > 0)"), "xs.exists(x, xs.all(y, x <= y)) && later", FIRST, True, "goes on")
@example(("(1)", "(xs)", "(late > 0)"), "xs.all(x, !xs.all(y, x <= y)) || late > 0", FIRST, False, "goes on")
@example(
    ("(1)", "(xs)", "(late > 0)"),
    "xs.exists(x, cel.bind(b, x + late, xs.exists(y, y > b)) || later)",
    FIRST,
    False,
    "goes on",
)
@example(
    ("(cel.bind(n, 5, n + n))", "(xs)", "(late > 0)"),
    "cel.bind(n, 1, n == 1 && late == 10 && n == 1)",
    FIRST,
    True,
    "says",
)
@example(
    ("(xs[0])", "(xs)", "(late > 0)"),
    "xs.all(x, late > 0) && late > 0",
    (0, 0.0, "", True, [], [], {}, []),
    True,
    "says",
)
@example(
    ("(1)", "xs.filter(x, !xs.exists(y, y > x)).map(x, x + late)", "(late > 0)"),
    "size(listed) == 1 && listed == [3]",
    FIRST,
    True,
    "says",
)
@example(("(1)", "xs.filter(x, 1 / (x - 2) > late)", "(late > 0)"), "size(listed) == 0", FIRST, True, "says nothing")
@example(
    ("(1)", "o ? xs.filter(x, x > 2).map(x, -x) : []", "(late > 0)"),
    "size(listed) == 0 && later",
    FIRST,
    True,
    "says nothing",
)
@example(("(1)", "xs.filter(x, x > 0)", "(late > 0)"), "size(listed) == 0", FIRST, True, "says nothing")
@example(("(1)", "(xs)", "(late > 0)"), "!o && xs.all(x, x > 0)", (0, 0.0, "", False, [], [], {}, []), True, "goes on")
def test_what_statements_say_the_expressions_say_and_for_no_fewer_steps(
    texts: tuple[str, str, str], asked: str, values: tuple[Any, ...], wanted: bool, leave: str
) -> None:
    variables = dict(ENVIRONMENT.variables)
    lazy = []
    for (_, name), text in zip(LAZY, texts, strict=True):
        lazy.append(compile(text, Environment(variables)))
        variables[name] = Variable(lazy[-1].type, lazy=True)
    condition = compile(asked, Environment(variables))
    arguments = condition.arguments[: len(values)]
    script = Statements(arguments, dict(zip(condition.arguments[len(values) :], [of.tree for of in lazy], strict=True)))
    with script.block("for _ in enumerate((1, 2)):"):
        script.unless(condition.tree, wanted, tuple(line.format(said=not wanted) for line in LEAVES[leave]))
        script.write(f"return {wanted}")
    script.write(f"return {not wanted}")
    quick, exact = Context(), Context()
    try:
        said = link(*script.source())(quick, *values)
    except Exception:
        return
    if said is not None:
        known: list[Once] = []
        for of in lazy:
            known.append(Once(lambda of=of, before=tuple(known): of(exact, *values, *before)))
        assert said is condition(exact, *values, *known)
        assert quick.steps <= exact.steps
    else:
        assert leave == "says nothing"


def same(left: Any, right: Any) -> bool:
    """Equal and of one type, NaN equal to itself."""
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and bool(left == right)


@cache
def oracle() -> Any:
    """Google's engine over the same world, records being maps of it."""
    cel = pytest.importorskip("cel_expr_python.cel", reason="cel-expr-python is not installed: no oracle")
    extensions = "".join(
        f"- name: {name}\n"
        for name in ("lists", "strings", "math", "optional", "bindings", "sets", "two-var-comprehensions")
    )
    kinds = cel.Type
    return cel.NewEnv(
        config=cel.NewEnvConfigFromYaml(f"name: world\nextensions:\n{extensions}"),
        variables={
            "i": kinds.INT,
            "d": kinds.DOUBLE,
            "s": kinds.STRING,
            "o": kinds.BOOL,
            "xs": kinds.List(kinds.INT),
            "ss": kinds.List(kinds.STRING),
            "m": kinds.Map(kinds.STRING, kinds.INT),
            "rows": kinds.List(kinds.Map(kinds.STRING, kinds.DYN)),
        },
    )


def has_another_walk(text: str) -> bool:
    """Whether something is sorted in an expression that walks over something else too."""
    return "sortBy(" in text and len(WALKS.findall(text)) > 1


WALKS = re.compile(r"\b(all|exists|existsOne|exists_one|filter|map|sortBy|transformList|transformMap)\(")
ORACLE_ERRS: dict[str, Callable[[str], bool]] = {
    "it loses types and errors within a binding": lambda text: "cel.bind" in text,
    "it sorts by the items of another list: `rows.exists(r, true) && xs == xs.sortBy(v, -v)`": has_another_walk,
}
"""What Google's engine is known to do wrong -> the expressions that are not compared with it."""


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(KINDS)).flatmap(expressions), VALUES)
def test_both_forms_agree_with_the_oracle(text: str, values: tuple[Any, ...]) -> None:
    if any(exempt(text) for exempt in ORACLE_ERRS.values()):
        return
    try:
        compiled = oracle().compile(text)
    except Exception:
        return  # what its checker refuses, as a comparison of int and double, is not compared
    answer = compiled.eval(data=dict(zip(WORLD, values, strict=True)))
    cause, value = outcome(compile(text, ENVIRONMENT), values)
    if answer.type().name() == "ERROR":
        assert "failed" == cause
    else:
        assert ("value", True) == (cause, same(answer.plain_value(), value))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(KINDS)).flatmap(expressions), VALUES)
@example("(xs.exists(x, 1 / x == 1) || m[s] == 1)", (0, 0.0, "", True, [0, 1], [], {}, []))
@example("(rows[?0].?n.or(xs.last()).value())", FIRST)
@example("(xs.map(v, cel.bind(n, xs[v], n + n)))", FIRST)
def test_the_trace_has_the_value_of_the_exact_form_and_every_part_of_it_is_an_expression(
    text: str, values: tuple[Any, ...]
) -> None:
    expression = compile(text, ENVIRONMENT)
    expected = outcome(expression.exact, values)
    context = Context()
    traced = trace(expression, context, *values)
    found = ("value", traced.value) if traced.error is None else (traced.error.cause, None)
    assert expected[0] == found[0]
    assert same(expected[1], found[1])
    for part in traced.walk():
        assert parse(part.text)
