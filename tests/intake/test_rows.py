"""Bytes of a register become rows, or an error with a place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.errors import ConfigError, IscodeError, UsageError
from iscode.intake import Row, read_rows


def test_a_json_array_becomes_rows_with_nested_objects_as_dotted_columns() -> None:
    data = b'[{"a": 1, "b": {"c": "x", "d": {"e": true}}, "l": [1, {"m": 2}], "n": null, "o": {}, "p": []}, {}]'
    expected = Row(1, {"a": 1, "b.c": "x", "b.d.e": True, "l": [1, {"m": 2}], "n": None, "o": None, "p": None})
    assert (expected, Row(2, {})) == read_rows("json", "r.json", data)


def test_a_number_that_no_record_keeps_exact_stays_the_text_it_was() -> None:
    digits = "9" * 5000
    data = f"[[9007199254740991, 9007199254740992, -9007199254740992, {digits}, 1e999, 1.5, NaN, -Infinity]]"
    (row,) = read_rows("json", "r.json", data.replace("[[", '[{"x": [').replace("]]", "]}]").encode())
    expected = [2**53 - 1, "9007199254740992", "-9007199254740992", digits, "1e999", 1.5, "NaN", "-Infinity"]
    assert expected == row.cells["x"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"name,state\nA,live\n", {"name": "A", "state": "live"}),
        (b"name;state, or not\nA;live\n", {"name": "A", "state, or not": "live"}),
        (b'name;state\n"A;B";live, or not\n', {"name": "A;B", "state": "live, or not"}),
        (b"name\tstate\nA\tlive\n", {"name": "A", "state": "live"}),
        ("\ufeffname,state\r\nÄ,live\r\n".encode(), {"name": "Ä", "state": "live"}),
        (b'name,state\n"A ""x"", y\nz",\n', {"name": 'A "x", y\nz', "state": ""}),
        (b"name\nA\n", {"name": "A"}),
        (b"name,\nA,B,C\n", {"name": "A", "(column 2)": "B", "(column 3)": "C"}),
        (b"name,state\nA\n", {"name": "A"}),
    ],
)
def test_a_csv_line_becomes_a_row(data: bytes, expected: dict[str, str]) -> None:
    assert (Row(2, expected),) == read_rows("csv", "r.csv", data)


def test_csv_rows_are_numbered_as_a_sheet_shows_them() -> None:
    assert [2, 4] == [row.number for row in read_rows("csv", "r.csv", b'a,b\n1,"x\ny"\n,\n2,\n')]


@pytest.mark.parametrize(
    ("form", "data", "message"),
    [
        ("json", b"{}", "r:1:1: the register is not an array of objects"),
        ("json", b"[1]", "r:1:1: the register is not an array of objects"),
        ("json", b"[\n {]", "r:2:3: the file is not JSON"),
        ("json", b"", "r:1:1: the file is not JSON"),
        ("json", b'[{"' + b"k" * 1001 + b'": 1}]', "r:1:1: a column has a name of more than 1000 characters"),
        ("json", b'[{"' + b"k" * 999 + b'": {"a": 1}}]', "r:1:1: a column has a name of more than 1000 characters"),
        ("json", b"[" * 100_000, "r:1:1: the file is nested too deep"),
        ("json", b'[{"a": 1, "a": 2}]', "r:1:1: an entry has two cells named `a`"),
        ("json", b'[{"a\\uD800": 1}]', "r:1:1: the file holds half a character (a lone surrogate)"),
        ("json", b'[{"a.b": 1, "a": {"b": 2}}]', "r:1:1: an entry has two cells named `a.b`"),
        ("json", b'[{"a":\n "\xff"}]', "r:2:1: the file is not UTF-8"),
        ("csv", b"", "r:1:1: the register has no header line"),
        ("csv", b",,\n1,2,3\n", "r:1:1: the register has no header line"),
        ("csv", b"a, a\n1,2\n", "r:1:1: two columns have one name"),
        ("csv", b'a,b\n1,"x\n', "r:2:1: a row of the register cannot be read"),
        ("csv", b"a\n" + b"x" * 200_000, "r:2:1: a row of the register cannot be read"),
    ],
)
def test_a_register_that_is_not_what_it_is_said_to_be_has_a_place_and_a_next_step(form, data, message) -> None:
    with pytest.raises(ConfigError) as raised:
        read_rows(form, "r", data)
    assert (message, True) == (str(raised.value), raised.value.hint != "")


def test_objects_inside_each_other_as_deep_as_can_be_end_in_rows_or_in_an_error() -> None:
    for depth in range(300, 1000, 20):
        try:
            rows = read_rows("json", "r", b"[" + b'{"":' * depth + b"1" + b"}" * depth + b"]")
        except ConfigError as error:
            rows = (Row(1, {"." * (depth - 1): 1}),) if error.hint == "export flat entries" else ()
        assert (Row(1, {"." * (depth - 1): 1}),) == rows


def test_a_register_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iscode.intake.reading._LARGEST_FILE", 3)
    with pytest.raises(ConfigError, match="larger than 3 bytes"):
        read_rows("json", "r", b"[{}]")
    monkeypatch.setattr("iscode.intake.reading._LARGEST_FILE", 4)
    assert (Row(1, {}),) == read_rows("json", "r", b"[{}]")


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as raised:
        read_rows("xml", "r", b"")
    assert raised.value.hint.startswith("one of: csv, json, ")


@settings(deadline=None)
@given(st.sampled_from(["json", "csv"]), st.one_of(st.binary(), st.text('[{"a":1,}]\n;\t').map(str.encode)))
def test_any_bytes_end_in_rows_or_in_an_error_with_a_place(form: str, data: bytes) -> None:
    try:
        numbers = [row.number for row in read_rows(form, "r", data)]
        said = True
    except IscodeError as error:
        numbers, said = [], bool(error.place and error.hint)
    assert (True, sorted(set(numbers))) == (said, numbers)
