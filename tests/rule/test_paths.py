"""Paths that rules write -> how far they lead into a record."""

from __future__ import annotations

from typing import Any

import pytest

from iscode.document import Pointer
from iscode.rule.paths import follow, is_empty


@pytest.mark.parametrize(
    ("keys", "pointer", "held"),
    [
        ((), (), {"a": {"b": 1}, "c": [1], "d": ""}),
        (("a", "b"), ("a", "b"), 1),
        (("a", "x"), ("a",), None),
        (("x", "b"), (), None),
        (("a", "b", "c"), ("a", "b"), None),
        (("c", "0"), ("c",), None),
        (("d",), ("d",), ""),
    ],
)
def test_a_path_leads_to_its_value_or_to_the_nearest_key_that_is_there(
    keys: tuple[str, ...], pointer: Pointer, held: Any
) -> None:
    assert (pointer, held) == follow({"a": {"b": 1}, "c": [1], "d": ""}, keys)


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_what_holds_nothing_is_empty(value: Any) -> None:
    assert is_empty(value)


@pytest.mark.parametrize("value", [0, 0.0, False, "x", " ", [None], {"a": None}])
def test_zero_and_false_are_values(value: Any) -> None:
    assert not is_empty(value)
