"""Schema files -> kinds: what is refused before any record is judged, and what rules see of the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.errors import Place, SchemaError
from iscode.expr import types
from iscode.schema import Kind, Kinds, fields, load
from iscode.schema.expansion import ASSERTIONS, EXTENSIONS

Make = Callable[..., Any]
TEXT = {"type": "string"}
STATUS = TEXT | {"enum": ["active"]}
CLOSED = {"type": "object", "additionalProperties": False}

MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("no type", {"enum": ["a"]}, "a node needs one `type` at /properties/x"),
    ("several types", {"type": ["string", "integer"]}, "a node needs one `type`"),
    ("null", {"type": "null"}, "a node needs one `type`"),
    ("a keyword outside the subset", TEXT | {"oneOf": [TEXT]}, "the keyword 'oneOf' cannot be typed"),
    ("a mistyped keyword", TEXT | {"x-reff": ["Owner"]}, "the keyword 'x-reff' cannot be typed"),
    ("a remote reference", {"$ref": "https://example.org/x#/$defs/id"}, "does not lead into common.schema.json"),
    ("a reference to the file itself", {"$ref": "#"}, "does not lead into common.schema.json"),
    ("an unknown definition", {"$ref": "common.schema.json#/$defs/idd"}, "does not lead into common.schema.json"),
    ("a definition that holds itself", {"$ref": "#/$defs/loop"}, "leads back to itself"),
    ("two definitions that hold each other", {"$ref": "#/$defs/twice"}, "leads back to itself"),
    ("a keyword given twice", {"$ref": "#/$defs/level", "enum": ["low"]}, "'enum' is given here and in $defs/level"),
    ("an open object", {"type": "object", "properties": {"a": TEXT}}, "an object is either closed or a map"),
    ("an object that says nothing", {"type": "object"}, "an object is either closed or a map"),
    ("a map with keys", {"type": "object", "properties": {}, "additionalProperties": TEXT}, "either closed or a map"),
    ("a required key that is not there", CLOSED | {"properties": {}, "required": ["a"]}, "'a' is required and not"),
    ("a key that no expression can name", CLOSED | {"properties": {"a-b": TEXT}}, "can name the key 'a-b'"),
    ("a key that means every item", CLOSED | {"properties": {"*": TEXT}}, "no expression can name the key '*'"),
    ("a list without items", {"type": "array"}, "a list needs `items`"),
    ("a bound beside text", TEXT | {"minimum": 1}, "'minimum' says nothing of a value of type string"),
    ("a pattern beside a number", {"type": "integer", "pattern": "a"}, "'pattern' says nothing of a value"),
    ("required keys of a list", {"type": "array", "items": TEXT, "required": ["a"]}, "'required' says nothing"),
    ("references of a list", {"type": "array", "items": TEXT, "x-ref": ["Owner"]}, "'x-ref' says nothing"),
    ("a word of another type", TEXT | {"enum": ["a", 1]}, "1 is no string, so no record can have it"),
    ("true among whole numbers", {"type": "integer", "enum": [True]}, "True is no integer"),
    ("no words", TEXT | {"enum": []}, "'enum' has no words"),
    ("a scale without words", TEXT | {"x-scale": "level"}, "a scale needs its words in order"),
    ("a scale in another order", TEXT | {"enum": ["high", "low"], "x-scale": "level"}, "'level' has two orders"),
    ("another format", TEXT | {"format": "email"}, "the format 'email' cannot be typed"),
    ("a pattern that looks around", TEXT | {"pattern": "(?=a)"}, "is none that RE2 runs"),
    ("a pattern that repeats too often", TEXT | {"pattern": "(a{999}){999}"}, "is none that RE2 runs"),
    ("a pattern that only RE2 has", TEXT | {"pattern": r"\C"}, "is none that JSON Schema has"),
    ("a pattern that is no text", TEXT | {"pattern": 5}, "what stands at properties/x/pattern"),
    ("keys that are no map", CLOSED | {"properties": []}, "JSON Schema does not allow"),
    ("a reference to no kind", TEXT | {"x-ref": []}, "'x-ref' must be a list of names"),
    ("a reference to an unknown kind", TEXT | {"x-ref": ["Ownr"]}, "x-ref names the kind 'Ownr'"),
    ("an own keyword that is not true", TEXT | {"x-requirement": "yes"}, "'x-requirement' must be true"),
    ("a folder of a part", TEXT | {"x-folder": "boxes"}, "'x-folder' belongs to the file, not to a part of it"),
    ("a scale without a name", TEXT | {"enum": ["a"], "x-scale": True}, "'x-scale' must be a name"),
    ("names of items that have none", {"type": "array", "items": TEXT, "x-key": ["a"]}, "'a' names the items"),
    ("an item that may have no name", {"type": "array", "items": CLOSED | {"properties": {"a": TEXT}}, "x-key": ["a"]},
     "'a' names the items and is not required in them"),
    ("another dialect inside", TEXT | {"$schema": "http://json-schema.org/draft-04/schema#"}, "belongs to the file"),
    ("another address inside", TEXT | {"$id": "::"}, "'$id' belongs to the file"),
]  # fmt: skip


@pytest.mark.parametrize(("node", "message"), [case[1:] for case in MISTAKES], ids=[case[0] for case in MISTAKES])
def test_a_schema_that_cannot_be_typed_is_refused_with_its_file(
    shelf: Make, schema_of: Make, node: dict[str, Any], message: str
) -> None:
    others = (schema_of("Owner", {}), schema_of("Other", {"level": {"$ref": "#/$defs/level"}}))
    with pytest.raises(SchemaError) as refused:
        shelf(*others, schema_of("Thing", {"x": node}))
    assert message in refused.value.message
    assert Place("schemas/2.schema.json") == refused.value.place


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda schema: schema["required"].remove("kind"), "a record of Thing may do without the text `kind`"),
        (lambda schema: schema["required"].remove("id"), "a record of Thing may do without the text `id`"),
        (lambda schema: schema["required"].remove("status"), "a record of Thing may do without the text `status`"),
        (lambda schema: schema["properties"].update(id={"type": "integer"}), "may do without the text `id`"),
        (lambda schema: schema["properties"].update(id=TEXT), "the id of a Thing may be empty"),
        (lambda schema: schema["properties"].update(status=TEXT), "no record of Thing can be in force"),
        (lambda schema: schema["properties"]["status"].update({"enum": ["on"]}), "no record of Thing can be in force"),
        (lambda schema: schema["properties"]["kind"].update(const="thing"), "'thing' is no name of a kind"),
        (lambda schema: schema["properties"]["kind"].update(const="A:b"), "'A:b' is no name of a kind"),
        (lambda schema: schema["properties"]["kind"].update(const=5), "5 is no string"),
        (lambda schema: schema.update({"x-folder": "../boxes"}), "'x-folder' must be a name"),
        (lambda schema: schema["properties"]["kind"].update(const="Repository"), "already means something"),
        (lambda schema: schema["properties"]["kind"].update(const="Record"), "already means something"),
        (lambda schema: schema["properties"]["kind"].update(const="Owner"), "the kind 'Owner' is described twice"),
    ],
)
def test_a_kind_without_the_envelope_that_the_engine_relies_on_is_refused(
    shelf: Make, schema_of: Make, change: Callable[[dict[str, Any]], object], message: str
) -> None:
    schema = schema_of("Thing", {})
    schema["properties"]["status"] = {"type": "string", "enum": ["active"]}
    change(schema)
    with pytest.raises(SchemaError, match=re.escape(message)):
        shelf(schema_of("Owner", {}), schema)


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"{", "the schema is no JSON", 1),
        (b'{\n  "a": 1,,\n}', "the schema is no JSON", 2),
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice", 1),
        (b'{"minimum": NaN}', "the schema is no JSON", 1),
        (b"\xff\xfe{", "the schema is no JSON", 1),
        (b"[" * 100_000, "the schema is no JSON", 1),
        (b"[]", "a schema must be an object", 1),
        (rb'{"const": "\ud800"}', "the schema is no JSON", 1),
        (b'{"properties": 5}', "JSON Schema does not allow what stands at properties", 1),
    ],
)
def test_a_schema_file_that_cannot_be_read_is_refused_with_its_place(data: bytes, message: str, line: int) -> None:
    with pytest.raises(SchemaError) as refused:
        load([("schemas/a.schema.json", data)])
    assert message in refused.value.message
    assert refused.value.place is not None
    assert ("schemas/a.schema.json", line) == (refused.value.place.path, refused.value.place.line)


def test_a_shelf_that_describes_no_kind_is_refused() -> None:
    with pytest.raises(SchemaError, match="no schema describes a kind"):
        load([("rule.schema.json", b'{"type": "object", "properties": {"kind": {"type": "string"}}}')])


def test_definitions_that_double_at_every_step_are_refused_before_they_fill_the_memory(
    shelf: Make, schema_of: Make
) -> None:
    pair = {"type": "object", "additionalProperties": False}
    doubling = {
        f"d{step}": pair | {"properties": {key: {"$ref": f"#/$defs/d{step + 1}"} for key in ("a", "b")}}
        for step in range(40)
    }
    common = {"$defs": {"id": TEXT, "status": TEXT, "d40": TEXT} | doubling}
    with pytest.raises(SchemaError, match="larger than any record"):
        shelf(schema_of("Thing", {"x": {"$ref": "#/$defs/d0"}}), common=common)


def test_definitions_that_reach_deeper_than_any_record_are_refused_in_whichever_order_they_are_met(
    shelf: Make, schema_of: Make
) -> None:
    deeper = {f"d{step}": {"type": "array", "items": {"$ref": f"#/$defs/d{step + 1}"}} for step in range(600)}
    common = {"$defs": {"id": {"type": "string", "minLength": 1}, "status": STATUS, "d600": TEXT} | deeper}
    for steps in (range(600, -1, -50), range(0, 601, 50)):
        uses = {f"x{step}": {"$ref": f"#/$defs/d{step}"} for step in steps}
        with pytest.raises(SchemaError, match="larger than any record"):
            shelf(schema_of("Thing", uses), common=common)


def test_a_long_way_from_definition_to_definition_is_refused_before_it_fills_the_stack(
    shelf: Make, schema_of: Make
) -> None:
    chain = {f"d{step}": {"$ref": f"#/$defs/d{step + 1}"} for step in range(600)}
    common = {"$defs": {"id": {"type": "string", "minLength": 1}, "status": STATUS, "d600": TEXT} | chain}
    with pytest.raises(SchemaError, match="larger than any record"):
        shelf(schema_of("Thing", {"x": {"$ref": "#/$defs/d0"}}), common=common)


def test_a_schema_deeper_than_any_record_is_refused(shelf: Make, schema_of: Make) -> None:
    node: dict[str, Any] = TEXT
    for _ in range(200):
        node = {"type": "array", "items": node}
    with pytest.raises(SchemaError, match="larger than any record"):
        shelf(schema_of("Thing", {"x": node}))


def test_a_referred_definition_stands_in_its_place_with_what_is_written_beside_it(shelf: Make, schema_of: Make) -> None:
    kinds: Kinds = shelf(schema_of("Thing", {"x": {"$ref": "#/$defs/date", "description": "When."}}))
    assert {"type": "string", "format": "date", "description": "When."} == kinds["Thing"].schema["properties"]["x"]


def test_rules_see_the_fields_of_a_kind_with_their_types(kinds: Kinds) -> None:
    found = {name: (str(field.type), field.required) for name, field in kinds["Machine"].type.fields.items()}
    expected = {
        "kind": ("string", True),
        "id": ("string", True),
        "status": ("string", True),
        "owner": ("ref(Owner)", True),
        "built": ("date", False),
        "level": ("string", False),
        "count": ("integer", False),
        "share": ("number", False),
        "code": ("string", False),
        "label": ("string", False),
        "open": ("bool", False),
        "tags": ("list(string)", False),
        "numbers": ("list(number)", False),
        "pairs": ("list(list(number))", False),
        "parts": ("list(Machine.parts)", False),
        "readings": ("map(string, number)", False),
        "sites": ("map(string, Machine.sites)", False),
        "proves": ("list(string)", False),
    }
    assert expected == found
    assert types.EnumString(("low", "high"), "level") == kinds["Machine"].type.fields["level"].type
    assert types.EnumString(("Machine",)) == kinds["Machine"].type.fields["kind"].type


def test_a_kind_knows_its_references_requirements_scales_and_named_lists(kinds: Kinds) -> None:
    machine: Kind = kinds["Machine"]
    assert ((("owner",), ("Owner",)), (("sites", "*", "keeper"), ("Owner",))) == machine.references
    assert ((("machines", "*"), ("Machine", "Owner")),) == kinds["Owner"].references
    assert (("proves", "*"),) == machine.requirements
    assert ((("parts",), ("name", "size")),) == machine.keyed_lists
    assert {"level": ("low", "high")} == kinds.scales
    assert {"Machine.parts": ("name", "size")} == kinds.item_keys
    assert ("draft", "active", "retired") == machine.statuses
    assert "0" == machine.slug


@pytest.mark.parametrize(
    ("dotted", "path"),
    [
        ("owner", ("owner",)),
        ("proves", ("proves", "*")),
        ("parts.name", ("parts", "*", "name")),
        ("sites.keeper", ("sites", "*", "keeper")),
        ("readings", ("readings", "*")),
        ("pairs", ("pairs", "*", "*")),
        ("sites.x", None),
        ("nothing", None),
        ("owner.name", None),
        ("parts.nothing", None),
        ("", None),
        ("parts.", None),
    ],
)
def test_a_dotted_path_goes_through_lists_or_leads_nowhere(kinds: Kinds, dotted: str, path: fields.Path | None) -> None:
    found = fields.resolve(kinds["Machine"].schema, dotted)
    assert path == (found[0] if found else None)


def test_values_at_a_path_come_with_their_pointers_and_skip_what_is_not_there() -> None:
    value = {"a": [{"b": 1}, {}, {"b": 2}, 5], "m": {"x": {"b": 3}}}
    assert [(("a", 0, "b"), 1), (("a", 2, "b"), 2)] == list(fields.values(value, ("a", "*", "b")))
    assert [(("m", "x", "b"), 3)] == list(fields.values(value, ("m", "*", "b")))
    assert [] == list(fields.values(value, ("a", "b")))


@pytest.mark.parametrize("text", ["2024-02-29", "0001-01-01", "9999-12-31"])
def test_a_day_of_the_calendar_is_a_day(text: str) -> None:
    assert fields.is_day(text)


@pytest.mark.parametrize(
    "text",
    ["2026-02-29", "0000-01-01", "2026-1-1", "20260101", "2026-W01-1", "2026-01-01\n", "\uff12026-01-01", "", "today"],
)
def test_what_only_resembles_a_day_is_none(text: str) -> None:
    assert not fields.is_day(text)


NODES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-2, 2), st.floats(), st.sampled_from(["string", "a", "", "object"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(sorted(ASSERTIONS | EXTENSIONS | {"$ref", "$schema", "$id", "$defs", "allOf"})),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=400, deadline=None)
@given(NODES)
def test_whatever_stands_in_a_schema_it_is_typed_or_refused(shelf: Make, schema_of: Make, node: Any) -> None:
    try:
        kinds = shelf(schema_of("Owner", {}), schema_of("Thing", {"x": node}))
    except SchemaError as error:
        assert error.place is not None  # noqa: PT017
    else:
        assert "Thing" in kinds
