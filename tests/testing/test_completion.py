"""A record with only what a rule reads -> one that its schema accepts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.document import Limits, read, write
from iscode.errors import RuleError
from iscode.policy import shipped
from iscode.schema import Kind, load
from iscode.testing.completion import completed

KINDS = load(shipped().below("schemas/", ".schema.json"))


WORD = {"type": "string", "minLength": 1}


def kind(**properties: Any) -> Kind:
    """A kind that requires each of these."""
    whole = {"kind": {"type": "string", "const": "K"}, "id": WORD, "status": {"type": "string", "enum": ["active"]}}
    whole |= properties
    tree = {"type": "object", "required": list(whole), "properties": whole, "additionalProperties": False}
    return load([("schemas/k.schema.json", json.dumps(tree).encode())])["K"]


def refusals(of: Kind, value: dict[str, Any]) -> list[str]:
    return [refusal.message for refusal in of.refusals(read("x", write(value).encode(), Limits()))]


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_any_required_key_may_be_left_out(name: str, data: st.DataObject) -> None:
    whole = completed({"id": "x"}, KINDS[name])
    kept = data.draw(st.sets(st.sampled_from(sorted(whole))))
    value = completed({key: whole[key] for key in kept | {"id"}}, KINDS[name])
    assert [] == refusals(KINDS[name], value)
    assert whole == value


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "x"),
        ({"type": "string", "minLength": 3}, "xxx"),
        ({"type": "string", "pattern": "^[0-9a-f]{64}$"}, "0" * 64),
        ({"type": "string", "enum": ["b", "a"]}, "b"),
        ({"type": "string", "format": "date"}, "2020-01-01"),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 7}, 7),
        ({"type": "integer", "maximum": -2}, -2),
        ({"type": "number", "maximum": 0.5}, 0.5),
        ({"type": "boolean"}, False),
        ({"type": "array", "items": {"type": "string"}}, []),
        ({"type": "array", "minItems": 2, "items": {"type": "string"}}, ["x", "x"]),
    ],
)
def test_what_is_made_up_has_the_form_that_is_asked(schema: dict[str, Any], expected: Any) -> None:
    of = kind(a=schema)
    value = completed({}, of)
    assert expected == value["a"]
    assert [] == [words for words in refusals(of, value) if "`a`" in words]


def test_what_is_given_is_kept_and_completed_at_all_depths() -> None:
    part = {
        "type": "object",
        "required": ["name", "size"],
        "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
        "additionalProperties": False,
    }
    of = kind(one=part, all={"type": "array", "items": part})
    value = completed({"one": {"size": 5}, "all": [{"name": "n"}]}, of)
    assert {"name": "x", "size": 5} == value["one"]
    assert [{"name": "n", "size": 1}] == value["all"]


def test_a_key_that_no_schema_knows_is_left_for_the_schema_to_refuse() -> None:
    assert 3 == completed({"siez": 3}, kind())["siez"]


def test_a_form_that_cannot_be_made_up_says_so() -> None:
    with pytest.raises(RuleError, match=r"no value could be made up for K\.a"):
        completed({}, kind(a={"type": "string", "pattern": "^zz[0-9]{4}$"}))
