"""`read` takes what YAML 1.2's core schema means, with the place of each key and item."""

import subprocess
import sys

import pytest

from iscode.document import Limits, Pointer, read, value_at
from iscode.document.model import pointers
from iscode.errors import ContentError, Place

RECORD = """\
# a comment
kind: AISystem
title: "Ünï: 😀"   # another
data:
  - one
  - {name: two, "wide key": [3, 4]}
text: |
  first

  last
after: x
"""


def test_a_record_keeps_its_values_and_the_order_of_its_keys() -> None:
    document = read("a.yaml", RECORD.encode())
    expected = {
        "kind": "AISystem",
        "title": "Ünï: 😀",
        "data": ["one", {"name": "two", "wide key": [3, 4]}],
        "text": "first\n\nlast\n",
        "after": "x",
    }
    assert ((), expected) == (document.refusals, document.value)
    assert list(expected) == list(document.value or ())


@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [
        ((), 2, 1),
        (("kind",), 2, 1),
        (("title",), 3, 1),
        (("data", 0), 5, 5),
        (("data", 1), 6, 5),
        (("data", 1, "name"), 6, 6),
        (("data", 1, "wide key"), 6, 17),
        (("data", 1, "wide key", 1), 6, 33),
        (("after",), 11, 1),
        (("data", 1, "missing", "deeper"), 6, 5),
        (("data", 7), 4, 1),
        (("missing",), 2, 1),
    ],
)
def test_a_pointer_has_the_place_of_its_key_its_item_or_its_nearest_ancestor(pointer, line, column) -> None:
    assert Place("a.yaml", line, column) == read("a.yaml", RECORD.encode()).place(pointer)


def test_columns_count_code_points_and_lines_end_as_editors_end_them() -> None:
    document = read("a.yaml", "a: [é😀, x]\r\nb: 1\rc: 2\nd: 3".encode())
    places = [document.place((key,)).line for key in "abcd"]
    assert ([1, 2, 3, 4], Place("a.yaml", 1, 9)) == (places, document.place(("a", 1)))
    assert ["a: [é😀, x]", "b: 1", "c: 2", "d: 3", "", ""] == [document.line(n) for n in (1, 2, 3, 4, 5, 0)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("TRUE", True),
        ("False", False),
        ("FALSE", False),
        ("false", False),
        ("True", True),
        ("tRue", "tRue"),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("+7", 7),
        ("-0", 0),
        ("-12", -12),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("1:20", "1:20"),
        ("-0x1F", "-0x1F"),
        ("9007199254740991", 2**53 - 1),
        ("-9007199254740991", -(2**53) + 1),
        ("0" * 5000 + "1", 1),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-2.5E-1", -0.25),
        ("1e-400", 0.0),
        (".", "."),
        ("-", "-"),
        ("1e", "1e"),
        (".inf x", ".inf x"),
        ("nulls", "nulls"),
        ("2026-09-01", "2026-09-01"),
        ("2026-09-01T10:00:00Z", "2026-09-01T10:00:00Z"),
        ("=", "="),
        ('"null"', "null"),
        ('"12"', "12"),
        ("'~'", "~"),
        ('"a\\u2028\\0b"', "a\u2028\0b"),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_a_scalar_means_what_the_core_schema_says(text: str, value: object) -> None:
    read_value = (read("a.yaml", f"[{text}]".join(("a: ", "")).encode()).value or {"a": [None]})["a"][0]
    assert (type(value), value) == (type(read_value), read_value)


def test_a_merge_sign_or_a_number_in_quotes_is_a_key_like_any_other() -> None:
    assert {"<<": "a", "12": "b", "true": "c", "null": "d"} == read(
        "a.yaml", b'"<<": a\n"12": b\n\'true\': c\n"null": d'
    ).value


def test_an_empty_mapping_and_document_marks_are_fine() -> None:
    assert [{}, {"a": 1}] == [read("a", b"{}").value, read("a", b"# c\n---\na: 1\n...\n").value]


def test_a_limit_that_is_just_kept_refuses_nothing() -> None:
    limits = Limits(file_bytes=30, depth=3, nodes=4, scalar=5, key=2)
    assert {"aa": {"b": [12345]}, "c": "vwxyz"} == read("a", b"aa: {b: [12345]}\nc: vwxyz     ", limits).value


def test_the_limits_are_those_of_the_design() -> None:
    assert Limits(file_bytes=1_048_576, depth=32, nodes=20_000, scalar=65_536, key=256) == Limits()


def test_without_the_c_parser_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yaml.__with_libyaml__", False)
    with pytest.raises(ContentError, match="libyaml") as raised:
        read("a.yaml", b"a: 1")
    assert "python -m pip install --force-reinstall --only-binary :all: pyyaml" in raised.value.hint


def test_pointers_follow_the_order_of_the_file() -> None:
    value = {"a": 1, "b": [{"c": 2}, []], "d": {}}
    assert [("a",), ("b",), ("b", 0), ("b", 0, "c"), ("b", 1), ("d",)] == list(pointers(value))
    assert [1, [{"c": 2}, []], {"c": 2}, 2, [], {}] == [value_at(value, pointer) for pointer in pointers(value)]


@pytest.mark.parametrize("pointer", [("x",), ("a", "b"), ("a", 0), ("b", 2), ("b", -1), ("b", "c"), ("d", "e"), (0,)])
def test_a_pointer_to_nothing_leads_to_none(pointer: Pointer) -> None:
    assert value_at({"a": "text", "b": [1, 2], "d": {}}, pointer) is None


def test_whoever_else_reads_yaml_finds_the_package_whole() -> None:
    code = (
        "import iscode.document, re, yaml; text = 'a: 0x1F\\nb: 2026-01-02\\nc: [yes, 1.5, ~]'\n"
        "both = [yaml.load(text, loader) for loader in (yaml.SafeLoader, yaml.CSafeLoader)]\n"
        "assert str(both[0]) == str(both[1]) == sys.argv[1], both; assert isinstance(re.compile('a'), re.Pattern)"
    )
    expected = "{'a': 31, 'b': datetime.date(2026, 1, 2), 'c': [True, 1.5, None]}"
    subprocess.run([sys.executable, "-I", "-c", f"import sys; {code}", expected], check=True)
