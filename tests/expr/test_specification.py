"""The cases of the CEL specification's own suite, where they lie beside the repository."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import iscode.expr
from iscode.expr import Context, Environment, EvaluationError, ExpressionError, compile, vocabulary  # noqa: A004
from iscode.expr.time import parse_duration, parse_timestamp
from iscode.expr.types import Type
from iscode.expr.unchecked import DENOTED, compile_unchecked, denoted
from iscode.expr.values import UInt

if TYPE_CHECKING:
    from collections.abc import Callable

CORE = [
    "basic",
    "comparisons",
    "conversions",
    "fp_math",
    "integer_math",
    "lists",
    "logic",
    "macros",
    "plumbing",
    "string",
    "timestamps",
    "fields",
    "parse",
]
EXTENSIONS = ["optionals", "bindings_ext", "string_ext", "math_ext", "macros2", "type_deductions"]

TWICE_UNESCAPED = "the file's text lost a backslash that its value kept"
NO_MAP_MADE = "transformMap is no part of the dialect"
EXCEPTIONS = {
    ("parse", "bytes_literals/triple_single_quoted_unescaped_punctuation"): TWICE_UNESCAPED,
    ("parse", "bytes_literals/triple_double_quoted_unescaped_punctuation"): TWICE_UNESCAPED,
    **{
        ("macros2", f"transformMap/{name}"): NO_MAP_MADE
        for name in ("empty", "empty_filter", "one", "one_filter", "many", "many_filter")
    },
    ("string_ext", "format/map support (all key types)"): "true and 1 are keys of one map",
}
"""Case -> why it fails. A case here that passes fails the test."""


@cache
def cases() -> tuple[dict[str, Any], ...]:
    """All cases that need no protobuf messages and no containers; none when the file is not there."""
    for folder in Path(__file__).resolve().parents:
        path = folder / "shared" / "cel-spec" / "cel_cases.jsonl"
        if path.is_file():
            rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
            return tuple(row for row in rows if not row["container"] and not needs_messages(row))
    return ()


def needs_messages(case: dict[str, Any]) -> bool:
    """Whether the case makes a protobuf message."""
    text = case["expr"] + json.dumps(case["bindings"])
    return "TestAllTypes" in text or ("google.protobuf." in text and "{" in case["expr"])


def value_of(held: dict[str, Any]) -> Any:
    """The value that a case writes as {t, v}; of a type, its name."""
    kind, value = held["t"], held.get("v")
    if kind == "list":
        return [value_of(item) for item in value]
    if kind == "map":
        return {value_of(key): value_of(item) for key, item in value}
    made = {
        "int": int,
        "uint": lambda digits: UInt(int(digits)),
        "double": float,
        "bytes": bytes.fromhex,
        "timestamp": parse_timestamp,
        "duration": parse_duration,
        "type": lambda name: DENOTED[name],
    }
    return made.get(kind, lambda same: same)(value)


def same(expected: Any, actual: Any) -> bool:
    """Equal, of one type, and -0.0 no 0.0."""
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, list):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, dict):
        return expected.keys() == actual.keys() and all(same(expected[key], actual[key]) for key in expected)
    if isinstance(expected, Type):
        return expected.name == actual.name
    return repr(expected) == repr(actual)


def passes(case: dict[str, Any]) -> bool:
    """Whether the case comes out as the specification says."""
    names = tuple(case["bindings"])
    values = [value_of(held) for held in case["bindings"].values()]
    try:
        expression = compile_unchecked(case["expr"], names, with_macros=not case["disable_macros"])
    except ExpressionError:
        return "error" in case["expect"]
    return comes_out(case, expression, *values, *denoted(names))


def comes_out(case: dict[str, Any], expression: Callable[..., Any], *values: Any) -> bool:
    """Whether the expression comes to what the case expects."""
    try:
        actual = expression(Context(), *values)
    except EvaluationError:
        return "error" in case["expect"]
    return "error" not in case["expect"] and same(value_of(case["expect"]), actual)


@pytest.mark.parametrize("file", CORE + EXTENSIONS)
def test_the_cases_of_the_specification_pass_but_for_the_listed_ones(file: str) -> None:
    if not cases():
        pytest.skip("shared/cel-spec/cel_cases.jsonl is not beside the repository: the specification is not tested")
    failed = {
        (file, f"{case['section']}/{case['name']}") for case in cases() if case["file"] == file and not passes(case)
    }
    assert {case for case in EXCEPTIONS if case[0] == file} == failed


def test_what_compiles_with_types_comes_out_the_same_in_both_forms() -> None:
    if not cases():
        pytest.skip("shared/cel-spec/cel_cases.jsonl is not beside the repository: the specification is not tested")
    asked, failed = 0, set()
    for case in cases():
        if case["file"] in CORE + EXTENSIONS and not case["bindings"] and not case["disable_macros"]:
            try:
                expression = compile(case["expr"], Environment())
            except ExpressionError:
                continue  # types refuse more: mixed lists, null, dyn
            asked += 1
            if not comes_out(case, expression) or not comes_out(case, expression.exact):
                failed.add((case["file"], f"{case['section']}/{case['name']}"))
    assert {case for case, reason in EXCEPTIONS.items() if reason == TWICE_UNESCAPED} == failed
    assert 1100 < asked


def test_the_core_of_the_specification_is_all_there() -> None:
    if not cases():
        pytest.skip("shared/cel-spec/cel_cases.jsonl is not beside the repository: the specification is not tested")
    counts = Counter(case["file"] for case in cases())
    assert 1079 == sum(counts[file] for file in CORE)
    assert 535 == sum(counts[file] for file in EXTENSIONS)


def test_nothing_but_these_tests_reaches_the_unchecked_mode() -> None:
    source = Path(iscode.expr.__file__).parents[1]
    users = [path.name for path in sorted(source.rglob("*.py")) if "unchecked import" in path.read_text("utf-8")]
    assert [] == users


def test_the_page_on_the_language_names_all_of_it() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cel.md").read_text(encoding="utf-8").replace("\\|", "|")
    assert [] == [name for names in vocabulary().values() for name in names if f"`{name}`" not in page]
    unnamed = [case for _, case in EXCEPTIONS if case.partition("/")[2] not in page]
    assert [] == unnamed
