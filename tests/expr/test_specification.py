"""The cases of the CEL specification's own suite, where they lie beside the repository."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from iscode.expr import Context, EvaluationError, ExpressionError
from iscode.expr.time import parse_duration, parse_timestamp
from iscode.expr.types import Type
from iscode.expr.unchecked import DENOTED, compile_unchecked, denoted
from iscode.expr.values import UInt

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
        actual = expression(Context(), *values, *denoted(names))
    except (ExpressionError, EvaluationError):
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


def test_the_core_of_the_specification_is_all_there() -> None:
    if not cases():
        pytest.skip("shared/cel-spec/cel_cases.jsonl is not beside the repository: the specification is not tested")
    counts = Counter(case["file"] for case in cases())
    assert sum(counts[file] for file in CORE) == 1079
    assert sum(counts[file] for file in EXTENSIONS) == 535
