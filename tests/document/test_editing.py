"""One value of a file is written anew, and nothing else: comments, order, quotes and line ends stay."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.document import Pointer, edited, read, write

ORDER = ("kind", "id", "title", "owner", "notes", "flow", "inner", "tags", "end")
FILE = """\
# who made this
kind: Box   # a kind
id: b

title: "A title"  # beside it
owner: 'it''s'
notes: |-
  two
  lines

# below the notes
flow: {a: 1, b: "two", c: [x, y]}  # brackets
inner:
  # inside
  one: 1
  two: some words
tags:
  - a   # first
  # between
  - "b"
words: [
  one, two,  # a comment in brackets
  three
]
# the end
end: true
"""


def changed(text: str, pointer: Pointer, value: Any) -> str | None:
    found = edited(read("x.yaml", text.encode()), pointer, value, ORDER)
    return None if found is None else found.source.decode()


@pytest.mark.parametrize(
    ("pointer", "value", "old", "new"),
    [
        (("title",), "Other", '"A title"', '"Other"'),
        (("title",), 'say "so"', '"A title"', r'"say \"so\""'),
        (("owner",), "it's not", "'it''s'", "'it''s not'"),
        (("kind",), "Crate", "kind: Box   #", "kind: Crate   #"),
        (("kind",), "no: text", "kind: Box   #", 'kind: "no: text"   #'),
        (("kind",), "2026-11-24", "kind: Box   #", 'kind: "2026-11-24"   #'),
        (("notes",), "one\nmore\nline", "  two\n  lines\n", "  one\n  more\n  line\n"),
        (("notes",), "short", "|-\n  two\n  lines\n", "short\n"),
        (("flow", "a"), 2, "a: 1,", "a: 2,"),
        (("flow", "b"), "x, y", '"two"', '"x, y"'),
        (("flow", "c"), ["x", "z, w", "y"], "[x, y]", '[x, "z, w", y]'),
        (("flow", "c"), ["y"], "[x, y]", "[y]"),
        (("flow", "c"), None, ', c: [x, y]}', "}"),
        (("flow", "a"), None, "{a: 1, b", "{b"),
        (("inner", "two"), "a #b", "some words", '"a #b"'),
        (("inner", "one"), False, "one: 1", "one: false"),
        (("inner", "two"), None, "  two: some words\n", ""),
        (("inner", "three"), 1.5, "some words\n", "some words\n  three: 1.5\n"),
        (("tags",), ["a", "c"], '"b"', '"c"'),
        (("tags",), ["a"], '  - "b"\n', ""),
        (("tags",), ["b"], "  - a   # first\n", ""),
        (("tags",), ["a", "b", "c: d"], '  - "b"\n', '  - "b"\n  - "c: d"\n'),
        (("tags",), ["new", "a", "b"], "  - a ", "  - new\n  - a "),
        (("tags",), None, 'tags:\n  - a   # first\n  # between\n  - "b"\n', ""),
        (("words",), ["one", "three"], "one, two,  #", "one,  #"),
        (("words",), ["one", "two", "three", "four"], "  three\n", "  three, four\n"),
        (("end",), False, "true", "false"),
        (("last",), ["a", "b"], "end: true\n", "end: true\nlast: [a, b]\n"),
    ],
)  # fmt: skip
def test_only_what_is_edited_changes(pointer: Pointer, value: Any, old: str, new: str) -> None:
    assert 1 == FILE.count(old)
    for text in (FILE, FILE.replace("\n", "\r\n")):
        end = "\r\n" if "\r" in text else "\n"
        assert text.replace(old.replace("\n", end), new.replace("\n", end)) == changed(text, pointer, value)


def test_a_new_key_stands_where_its_order_says() -> None:
    text = "kind: Box\nid: b\ninner:\n  one: 1\n  # comment\nend: true"
    assert text.replace("id: b\n", "id: b\ntitle: x\n") == changed(text, ("title",), "x")
    assert text.replace("  one: 1\n", "  one: 1\ntags: [a]\n") == changed(text, ("tags",), ["a"])
    assert f"{text}\nunknown: 1\n" == changed(text, ("unknown",), 1)


def test_a_long_list_becomes_a_block() -> None:
    words = [f"a-word-that-is-long-{number}" for number in range(9)]
    made = changed("kind: Box\nid: b\n", ("tags",), words)
    assert "kind: Box\nid: b\ntags:\n" + "".join(f"  - {word}\n" for word in words) == made


@pytest.mark.parametrize(
    ("text", "pointer", "value"),
    [
        ("kind: Box\nid: b\n", ("inner", "one"), 1),  # the map is not there
        ("kind: Box\nlist:\n  - a: 1\n    b: 2\n", ("list", 0, "a"), None),  # it begins with the dash of its item
        ("kind: Box\nnotes: |  # why\n  x\n", ("notes",), "y"),  # the comment would go
        ("kind: Box\nlist: [{a: 1}]\n", ("list",), ["a"]),  # its items are no scalars
        ("kind: Box\ninner: {a: 1}\n", ("inner",), "a"),  # a map is no scalar
        ("kind: Box\n", ("title",), "\ud800"),  # nothing that YAML can hold
    ],
)
def test_what_would_change_something_else_is_no_edit(text: str, pointer: Pointer, value: Any) -> None:
    assert None is changed(text, pointer, value)


SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        ["#", ": ", "- a", "a\nb", "a\n\n", "'", '"', "{", "]", ", ", "no", "~", "1", " a", "a ", "&a", "*a"]
    ),
)
KEYS = st.sampled_from("abcd")
RECORDS = st.dictionaries(
    KEYS, SCALARS | st.lists(SCALARS) | st.dictionaries(KEYS, SCALARS | st.lists(SCALARS), min_size=1), min_size=1
)


@settings(max_examples=300)
@given(RECORDS, st.lists(KEYS, min_size=1, max_size=2), SCALARS | st.lists(SCALARS, min_size=1) | st.none())
def test_whatever_is_edited_the_file_holds_it_and_all_the_rest(record: Any, keys: list[str], value: Any) -> None:
    comment = "# a comment at the end\n"
    before = read("x.yaml", (write(record) + comment).encode())
    after = edited(before, tuple(keys), value, "abcd")
    if after is None:
        return
    *above, last = keys
    expected = json.loads(json.dumps(record))
    held = expected[above[0]] if above else expected
    held.pop(last, None)
    if value is not None:
        held[last] = value
    assert json.dumps(expected, sort_keys=True) == json.dumps(after.value, sort_keys=True)
    assert after.source.decode().endswith(comment)


@given(RECORDS, KEYS, SCALARS)
def test_a_scalar_of_a_written_record_can_always_be_edited(record: Any, key: str, value: Any) -> None:
    if not isinstance(record.get(key, {}), dict | list):
        assert None is not edited(read("x.yaml", write(record).encode()), (key,), value)
