"""A record that its kind refuses -> own words, with the field, the place and the next step."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.document import Document, read, write
from iscode.schema import Kinds, wording

Make = Callable[..., Any]
EXTRA = "additionalProperties"


def told(kinds: Kinds, document: Document) -> list[tuple[str, str, str]]:
    """What is said of a machine: keyword, message and hint of each refusal."""
    assert document.refusals == ()
    return [(each.keyword, each.message, each.hint) for each in kinds["Machine"].refusals(document)]


def test_a_record_that_fits_its_kind_is_not_refused(kinds: Kinds, machine: Make) -> None:
    whole = machine(
        built="2026-11-24", level="low", count=3.0, share=1, code="AB", label="abcd", open=True, tags=["a", "b"],
        numbers=[1, 2.5], readings={"x y": 1}, proves=["s:1"],
        parts=[{"name": "a", "size": 1}, {"name": "a", "size": 2}],
    )  # fmt: skip
    assert [] == told(kinds, whole)


@pytest.mark.parametrize(
    ("keys", "keyword", "message", "hint"),
    [
        ({"owner": None}, "required", "Machine needs `owner`", "add `owner:`"),
        ({"id": None}, "required", "Machine needs `id`", "add `id:` (Its name.)"),
        ({"colour": "red"}, EXTRA, "Machine has no key `colour`", "one of: built, code, count"),
        ({"coutn": 1}, EXTRA, "Machine has no key `coutn`", "did you mean `count`?"),
        ({"owner": None, "ownr": "Owner:o"}, EXTRA, "Machine has no key `ownr`", "did you mean `owner`?"),
        ({"id": 5.1}, "type", "`id` must be text, not a number (5.1)", "quote it, as it is written"),
        ({"code": True}, "type", "`code` must be text, not true or false (true)", "quote it, as it is written"),
        ({"tags": "a"}, "type", '`tags` must be a list, not text ("a")', "put it into a list"),
        ({"parts": [5]}, "type", "`parts[0]` must be a map, not a number (5)", "write its keys below it"),
        ({"count": "3"}, "type", '`count` must be a whole number, not text ("3")', "write it in digits"),
        ({"count": 1.5}, "type", "`count` must be a whole number, not a number (1.5)", "write a whole number"),
        ({"share": [1]}, "type", "`share` must be a number, not a list", "write a number"),
        ({"open": "yes"}, "type", '`open` must be true or false, not text ("yes")', "write true or false"),
        ({"level": "hihg"}, "enum", '`level` is "hihg", which is none of its words', "did you mean `high`?"),
        ({"level": "x"}, "enum", '`level` is "x", which is none of its words', "one of: high, low"),
        ({"kind": "Owner"}, "const", '`kind` must be "Machine", not "Owner"', ""),
        ({"built": "2026-02-30"}, "format", '`built` is "2026-02-30", which is no day', "write a day of the calendar"),
        ({"built": "0000-01-01"}, "format", '`built` is "0000-01-01", which is no day', "write a day of the calendar"),
        ({"code": "abc"}, "pattern", '`code` is "abc", which does not have its form', "it must match ^[A-Z]{2}$ (Two"),
        ({"code": "AB\n"}, "pattern", '`code` is "AB\\n", which does not have its form', "it must match"),
        ({"count": 0}, "minimum", "`count` is 0, the least allowed is 1", "write 1 or more"),
        ({"count": 10}, "maximum", "`count` is 10, the most allowed is 9", "write 9 or less"),
        ({"label": "a"}, "minLength", "`label` has 1 characters, the least allowed is 2", "write at least 2"),
        ({"label": "abcde"}, "maxLength", "`label` has 5 characters, the most allowed is 4", "write at most 4"),
        ({"tags": []}, "minItems", "`tags` has 0 items, the least allowed is 1", "write at least 1"),
        ({"tags": list("abcd")}, "maxItems", "`tags` has 4 items, the most allowed is 3", "write at most 3"),
        ({"tags": ["a", "b", "a"]}, "uniqueItems", '`tags` holds "a" twice', "remove the repetition"),
        ({"numbers": [1, 1.0]}, "uniqueItems", "`numbers` holds 1.0 twice", "remove the repetition"),
        ({"pairs": [[1, 2], [2, 1], [1.0, 2]]}, "uniqueItems", "`pairs` holds [1.0, 2] twice", "remove the repetition"),
        ({"readings": {"a b": "1"}}, "type", '`readings.a b` must be a number, not text ("1")', "write it in digits"),
        ({"parts": [{"name": "a"}]}, "required", "Machine.parts needs `size`", "add `size:`"),
        ({"parts": [{"name": "a", "size": 1, "nam": "b"}]}, EXTRA, "Machine.parts has no key `nam`", "did you"),
        ({"parts": [{"name": "a", "size": 1}] * 2}, "x-key", '"a/1" names two items of `parts`', "make `name`"),
    ],
)  # fmt: skip
def test_each_keyword_has_its_own_words_the_field_and_a_hint(
    kinds: Kinds, machine: Make, keys: dict[str, Any], keyword: str, message: str, hint: str
) -> None:
    [found] = told(kinds, machine(**keys))
    assert (keyword, message) == found[:2]
    assert found[2].startswith(hint)
    assert bool(hint) == bool(found[2])


def test_a_refusal_stands_at_the_key_or_item_that_is_wrong_and_they_come_in_the_order_of_the_file(
    kinds: Kinds,
) -> None:
    source = (
        b"kind: Machine\nid: m\nstatus: activ\nparts:\n  - {name: a, size: 1}\n  - {name: b, siez: x}\n"
        b"tags: [a, b, a]\n"
    )
    refusals = kinds["Machine"].refusals(read("m.yaml", source))
    found = [(each.place.line, each.place.column, each.keyword, each.pointer) for each in refusals]
    expected = [
        (1, 1, "required", ("owner",)),
        (3, 1, "enum", ("status",)),
        (6, 15, "additionalProperties", ("parts", 1, "siez")),
        (7, 14, "uniqueItems", ("tags", 2)),
    ]
    assert expected == found


def test_one_mistyped_key_absorbs_one_missing_key_and_no_other(kinds: Kinds, machine: Make) -> None:
    found = told(kinds, machine(parts=[{"name": "a", "size_": 1, "sizes": 2}], status=None, statusx="active"))
    expected = ["Machine has no key `statusx`", "Machine.parts has no key `size_`", "Machine.parts has no key `sizes`"]
    assert expected == sorted(message for _, message, _ in found)


def test_a_value_of_the_wrong_type_is_not_blamed_for_anything_else(kinds: Kinds, machine: Make) -> None:
    assert ["type"] == [keyword for keyword, _, _ in told(kinds, machine(level=5))]
    assert ["type"] == [keyword for keyword, _, _ in told(kinds, machine(kind=["Machine"]))]


def test_a_value_of_sixty_characters_is_shown_whole() -> None:
    assert ('"' + "s" * 58 + '"', '"' + "s" * 58 + "…") == (wording.show("s" * 58), wording.show("s" * 59))


@pytest.mark.parametrize("keys", [{"level": "s" * 500}, {"code": "s" * 500}, {"s" * 200: 1}, {"label": ["s" * 500]}])
def test_no_message_shows_more_of_a_value_than_sixty_characters(
    kinds: Kinds, machine: Make, keys: dict[str, Any]
) -> None:
    [(_, message, _)] = told(kinds, machine(**keys))
    assert "s" * 60 not in message


def test_items_without_a_name_are_not_mistaken_for_one_another(kinds: Kinds, machine: Make) -> None:
    parts = [{"name": "a", "size": 1}, {"name": "a", "size": 10}, {"name": "b", "size": 1}]
    assert [] == told(kinds, machine(parts=parts))


@pytest.mark.parametrize(
    "keys",
    [
        {"parts": [{"name": f"n{number}", "siez": number} for number in range(6000)]},
        {f"key_{number}": 1 for number in range(19_000)},
        {"tags": ["same"] * 19_000},
        {"numbers": list(range(9000)) + list(range(9000))},
        {"parts": [{"name": "n", "size": 1}] * 6000},
        {"level": "x" * 60_000},
    ],
    ids=["mistyped keys", "unknown keys", "repeated words", "repeated numbers", "repeated items", "a long word"],
)
def test_a_hostile_record_is_refused_as_fast_as_a_careless_one(
    kinds: Kinds, machine: Make, keys: dict[str, Any]
) -> None:
    document = machine(**keys)
    assert document.refusals == ()
    start = time.process_time()
    refusals = kinds["Machine"].refusals(document)
    assert time.process_time() - start < 3
    assert refusals != ()


def test_after_fifty_refusals_a_last_one_says_that_there_are_more(kinds: Kinds, machine: Make) -> None:
    refusals = kinds["Machine"].refusals(machine(parts=[{"name": "n"} for _ in range(60)]))
    assert 51 == len(refusals)
    assert ["refusals"] == [each.keyword for each in refusals if each.keyword != "required"]


@pytest.mark.parametrize(
    ("decided", "message"),
    [
        (((), "required"), "Machine is refused by 'required'"),
        ((("owner",), "minLength"), "`owner` has 7 characters, the least allowed is None"),
        ((("owner",), "propertyNames"), "`owner` is refused by 'propertyNames'"),
    ],
)
def test_what_the_decider_alone_refuses_is_worded_by_its_keyword(
    kinds: Kinds, machine: Make, decided: tuple[tuple[str, ...], str], message: str
) -> None:
    [refusal] = wording.refusals(machine(), "Machine", kinds["Machine"].schema, decided)
    assert message == refusal.message


def test_a_file_that_was_refused_as_yaml_stays_refused(kinds: Kinds) -> None:
    document = read("m.yaml", b"kind: Machine\nkind: Machine\n")
    assert document.refusals == kinds["Machine"].refusals(document) != ()


SCALARS = st.one_of(
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.0, -0.0, 1.0, 1.5, 2.0, 9007199254740991, 1e300]),
    st.sampled_from(
        ["", "a", "a\n", "b", "1", "\u0661", "\u00a0", "é", "e\u0301", "2026-01-01", "2026-02-30", "0000-01-01"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=8,
)
PATTERNS = st.sampled_from(["^a$", r"^\d$", r"\S", r"^\w$", "a$", "^[^a]*$", r"^\s*$", "^.$", "(?i)^A$", r"\bb\b"])


def some(**keywords: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these keywords, each with one of its values."""
    return st.fixed_dictionaries({}, optional=keywords)


TEXTS = some(
    pattern=PATTERNS,
    format=st.just("date"),
    minLength=st.integers(0, 2),
    maxLength=st.integers(0, 3),
    enum=st.lists(st.sampled_from(["a", "b", "1"]), min_size=1, unique=True),
).map(lambda node: {"type": "string", **node})
NUMBERS = st.tuples(
    st.sampled_from(["number", "integer"]), some(minimum=st.integers(-2, 2), maximum=st.sampled_from([0, 1, 1.5, 2]))
).map(lambda parts: {"type": parts[0], **parts[1]})
LEAVES = st.one_of(TEXTS, NUMBERS, st.just({"type": "boolean"}))


def closed(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """A closed object of which some keys are required."""
    kept = [key for key in required if key in properties]
    return {"type": "object", "properties": properties, "required": kept, "additionalProperties": False}


SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, some(uniqueItems=st.booleans(), minItems=st.integers(0, 2), maxItems=st.integers(0, 3))).map(
            lambda parts: {"type": "array", "items": parts[0], **parts[1]}
        ),
        st.builds(
            closed,
            st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            st.lists(st.sampled_from("abc"), unique=True),
        ),
        inner.map(lambda node: {"type": "object", "additionalProperties": node}),
    ),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(schema=SCHEMAS, value=VALUES)
def test_what_the_decider_refuses_is_always_worded_and_nothing_else_is(
    shelf: Make, schema_of: Make, schema: dict[str, Any], value: Any
) -> None:
    kind = shelf(schema_of("Thing", {"x": schema}))["Thing"]
    document = read("t.yaml", write({"kind": "Thing", "id": "t", "status": "active", "x": value}).encode())
    assert document.refusals == ()
    refusals = kind.refusals(document)
    assert kind._validator.is_valid(document.value) == (refusals == ())
    assert all(each.message and each.place.path == "t.yaml" for each in refusals)
    assert len(set(refusals)) == len(refusals)
