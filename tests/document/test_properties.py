"""What holds for every input: `read` ends in a Document, and `write` is its inverse."""

import unicodedata
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from iscode.document import Document, Limits, Pointer, read, write
from iscode.errors import IscodeError

CHARACTERS = st.characters(exclude_categories=["Cs"])
AWKWARD = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "\n\n",
        "\t",
        "a: b",
        "a #b",
        "a:",
        "#",
        "- a",
        "? a",
        "no",
        "Y",
        "~",
        "null",
        "012",
        "1_0",
        "1:20",
        "2026-09-01",
        ".5",
        "0x1",
        "=",
        "<<",
        "---",
        "...",
        "%",
        "@",
        "`",
        "'",
        '"',
        "\\",
        "a\r\nb",
        "é",
        " a\nb",
        "a\n b\n",
        "a\n\n\n",
        "\n a",
        "\ta\n\tb",
        "a \n",
        "a\n ",
        "x" * 101,
        "Role:x",
        "[",
        "a,b",
        "\u202e",
    ]
)
TEXT = st.one_of(AWKWARD, st.text(CHARACTERS, max_size=40), st.text("ab :#\n\t'\"-", max_size=12))
KEY = TEXT.filter(lambda key: key != "").map(lambda key: unicodedata.normalize("NFC", key))
INTEGER = st.integers(-(2**53) + 1, 2**53 - 1)
FLOAT = st.floats(allow_nan=False, allow_infinity=False)
VALUE = st.recursive(
    st.one_of(TEXT, INTEGER, FLOAT, st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEY, inner, max_size=4)),
    max_leaves=12,
)
RECORD = st.dictionaries(KEY, VALUE, max_size=5)
FRAGMENT = st.sampled_from(
    [
        "a",
        "b",
        ": ",
        ":",
        "- ",
        "\n",
        "\n  ",
        "  ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&x ",
        "*x",
        "!t ",
        "<<",
        "? ",
        '"',
        "'",
        "|\n",
        ">-\n",
        "#",
        "%",
        "---\n",
        "...\n",
        "~",
        "1",
        "1e9",
        "\\u",
        "é",
        "\u2028",
        "\r",
        "é:",
        "\0",
    ]
)


def one_input(data: bytes) -> Document:
    """The fuzz target: whatever the bytes, a value or a located refusal, and places that exist."""
    document = read("fuzz.yaml", data, Limits(file_bytes=100_000))
    lines = max(data.count(b"\n") + data.count(b"\r"), 0) + 2
    assert (document.value is None) == bool(document.refusals)
    for refusal in document.refusals:
        assert refusal.message
        assert refusal.hint
        assert 1 <= refusal.place.line <= lines
    assert 1 <= document.place(("a", 0)).line <= lines
    if document.value is not None:
        assert document.value == read("again", write(document.value).encode()).value
    return document


@settings(deadline=None)
@given(st.one_of(st.binary(), st.lists(FRAGMENT, max_size=20).map(lambda parts: "".join(parts).encode())))
@example(b"a: !%ED%A0%80 x")
@example(b"\xef\xbb\xbf")
@example(b'a: "\\ud800"')
@example(b"a: [")
def test_any_bytes_end_in_a_value_or_in_refusals(data: bytes) -> None:
    one_input(data)


def typed(value: Any) -> Any:
    """A value with its types, so that 1, 1.0 and true differ."""
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    return [typed(inner) for inner in value] if isinstance(value, list) else (type(value), repr(value))


@settings(deadline=None)
@given(RECORD)
def test_what_is_written_is_read_back(value: dict[str, Any]) -> None:
    document = read("x.yaml", write(value).encode())
    assert (typed(value), list(value)) == (typed(document.value), list(document.value or ()))


@settings(deadline=None)
@given(RECORD)
def test_a_reader_of_the_older_yaml_reads_what_is_written_alike(value: dict[str, Any]) -> None:
    assert typed(value) == typed(yaml.load(write(value), yaml.CSafeLoader))


def places(node: yaml.Node, above: Pointer = ()) -> dict[Pointer, tuple[int, int]]:
    """Where a composed tree says that its keys and items stand."""
    found = {}
    if isinstance(node, yaml.MappingNode):
        for key, inner in node.value:
            found[(*above, key.value)] = (key.start_mark.line + 1, key.start_mark.column + 1)
            found |= places(inner, (*above, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, inner in enumerate(node.value):
            found[(*above, index)] = (inner.start_mark.line + 1, inner.start_mark.column + 1)
            found |= places(inner, (*above, index))
    return found


@settings(deadline=None)
@given(RECORD, st.booleans())
def test_places_agree_with_an_independent_reading(value: dict[str, Any], flow: bool) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False) if flow else write(value)
    document = read("x.yaml", text.encode())
    if document.value is None:
        return
    expected = places(yaml.compose(text))
    found = {pointer: document.place(pointer) for pointer in expected}
    assert expected == {pointer: (place.line, place.column) for pointer, place in found.items()}


@pytest.mark.parametrize(
    "value",
    [
        {"a": None},
        {"a": float("nan")},
        {"a": float("inf")},
        {"a": 2**53},
        {"a": 10**5000},
        {"a": "\ud800"},
        {"": 1},
        {1: 2},
        {"é": 1, "e\u0301": 2},
        {"a": "x" * 70_000},
        {"k" * 300: 1},
        {"a": (1, 2)},
        {"a": b"x"},
    ],
    ids=lambda value: repr(value)[:20] if value.get("a") != 10**5000 else "huge",
)
def test_what_no_record_can_hold_is_not_written(value: dict[str, Any]) -> None:
    with pytest.raises(IscodeError, match="this cannot be written as a record"):
        write(value)


def test_what_is_not_written_says_why() -> None:
    with pytest.raises(IscodeError, match="as a record: the key `a` has no value"):
        write({"a": None})


def test_what_is_too_deep_is_not_written() -> None:
    deep: dict[str, Any] = {}
    deep["a"] = deep
    with pytest.raises(IscodeError, match="too deep"):
        write(deep)


def test_a_key_longer_than_the_parser_looks_ahead_is_written_with_a_question_mark() -> None:
    value = {"a": [{"\u202e" * 200: {"b": 1}}]}
    assert ("? ", value) == (write(value).splitlines()[1].strip("- ")[:2], read("x", write(value).encode()).value)


def test_a_written_record_reads_like_one_that_a_person_wrote() -> None:
    value = {
        "kind": "AISystem",
        "owner": "Role:lending-lead",
        "last": "2026-09-01",
        "answer": "no",
        "number": "5.10",
        "count": 3,
        "size": 1e20,
        "purpose": "Tekst op één regel",
        "steps": ["first", {"mode": "human_in_loop", "stop": True}, ["a", "b"], [], {}],
        "note": "one\n\ntwo\n",
        "long": "word " * 25 + "end",
    }
    expected = """\
# yaml-language-server: $schema=x.json
kind: AISystem
owner: Role:lending-lead
last: "2026-09-01"
answer: "no"
number: "5.10"
count: 3
size: 1.0e+20
purpose: Tekst op één regel
steps:
  - first
  - mode: human_in_loop
    stop: true
  - - a
    - b
  - []
  - {}
note: |
  one

  two
long: |-
  word word word word word word word word word word word word word word word word word word word word word \
word word word word end
"""
    assert expected == write(value, "yaml-language-server: $schema=x.json")
