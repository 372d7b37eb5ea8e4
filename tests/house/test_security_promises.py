"""SECURITY.md names, for each promise and for each thing that must not happen, tests that are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PAGE = (HOME / "SECURITY.md").read_text(encoding="utf-8")
PROMISES = re.findall(r"^\d+\. .*?(?=^\d+\. |^## )", PAGE, re.MULTILINE | re.DOTALL)
TABLE = PAGE.partition("## What holds it")[2]
ROWS = re.findall(r"^\| (?!What must not)([^|-][^|]*) \| (.*) \|$", TABLE, re.MULTILINE)


@cache
def functions(path: str) -> frozenset[str]:
    """The names of the functions of a file."""
    tree = ast.parse((HOME / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_each_test_that_is_named_is_there() -> None:
    named = NAMED.findall(PAGE)
    assert len(named) > 80
    assert [] == [
        f"{path}::{name}" for path, name in named if not (HOME / path).exists() or name not in functions(path)
    ]
    assert PAGE.count("tests/") == len(named)


def test_each_promise_names_a_test() -> None:
    assert 8 == len(PROMISES)
    assert [] == [promise for promise in PROMISES if not NAMED.search(promise)]


def test_each_thing_that_must_not_happen_names_a_test_or_says_what_it_waits_for() -> None:
    assert len(ROWS) > 20
    assert [] == [
        what for what, how in ROWS if not NAMED.search(how) and "closes with the work that builds it" not in how
    ]
