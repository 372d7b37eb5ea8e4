"""What the strict profile refuses, each with its keyword and its place."""

import time

import pytest

from iscode.document import Limits, read
from iscode.document.wording import WORDS, syntax_keyword

TABLE = [
    # file as a whole
    (b"", "1:1 empty"),
    (b"# only a comment\n", "1:1 empty"),
    (b"---\n", "2:1 empty"),
    (b"- a\n", "1:1 root"),
    (b"# c\njust text\n", "2:1 root"),
    (b'""', "1:1 root"),
    (b"null", "1:1 root"),
    (b"a: 1\n---\nb: 2\n", "2:1 second-document"),
    (b"a: 1\n---\n", "2:1 second-document"),
    (b"a: 1\n...\nb: 2\n", "3:1 trailing"),
    (b"\xef\xbb\xbfa: 1\n", "1:1 bom"),
    (b"\xff\xfea\x00:\x00", "1:1 encoding"),
    (b"a: 1\nb: caf\xe9\n", "2:7 encoding"),
    (b"a: 1\nb: \xc3\xa9\xed\xa0\x80\n", "2:5 encoding"),
    (b"a: 1\nb: \xc3\xa9\x00\n", "2:5 control"),
    (b"a: x\x1b[31m", "1:5 control"),
    (b"a: x\x7f", "1:5 control"),
    ("a: é\n# \x9b".encode(), "2:3 control"),
    ("a: x\ufeffy".encode(), "1:5 control"),
    ("a: x\ufffe".encode(), "1:5 control"),
    ("a: 1\r\nb: x\u2028y".encode(), "2:5 line-separator"),
    ("a: 1\n\n# c\u2029".encode(), "3:4 line-separator"),
    ("a: 1\x85b: 2".encode(), "1:5 line-separator"),
    (b"%YAML 1.2\n---\na: 1\n", "1:1 directive"),
    (b"# c\r\n\r\n  # d\n%TAG ! x:\n---\na: 1\n", "4:1 directive"),
    (b"%FOO\n---\na: 1\n", "1:1 directive"),
    (b"a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", "2:1 conflict"),
    (b"a: 1\r>>>>>>> theirs", "2:1 conflict"),
    # keys
    (b"a: 1\nb: 2\na: 3\n", "3:1 duplicate-key"),
    (b"a: 1\n'a': 3\n", "2:1 duplicate-key"),
    (b"m: {x: 1, y: {z: 1, z: 2}, x: 3}", "1:21 duplicate-key, 1:28 duplicate-key"),
    ("é: 1\ne\u0301: 2".encode(), "2:1 key-variant"),
    ("x:\n  \u212a: 1\n  a: [1]\n  K: 2".encode(), "4:3 key-variant"),
    (b'"\\u212A": 1\nK: 2', "2:1 key-variant"),
    (b"1: a", "1:1 key-type"),
    (b"true: a\n1.5: b\nnull: c\n~: d\n.inf: e", ", ".join(f"{n}:1 key-type" for n in range(1, 6))),
    (b"? [a, b]\n: 1", "1:3 key-type"),
    (b"{{a: 1}: 2}", "1:2 key-type"),
    (b'"": 1', "1:1 empty-key"),
    (b"? \n: 1", "1:2 empty-key"),
    (b": 1", "1:1 empty-key"),
    (b"a: {: 1}", "1:5 empty-key"),
    (b"<<: {a: 1}", "1:1 merge-key"),
    # values
    (b"a:\nb: ~\nc: null\nd: [Null, NULL]", "1:1 null, 2:1 null, 3:1 null, 4:5 null, 4:11 null"),
    (b"a:\n  -\n  - 1\n  - \n", "2:4 null, 4:4 null"),
    (b"a: &x 1", "1:4 anchor"),
    (b"a: &x\n  b: 1", "1:4 anchor"),
    (b"&x a: 1", "1:1 anchor"),
    (b'a: &x "~"', "1:4 anchor"),
    (b"a: *x", "1:4 alias"),
    (b"*x : 1", "1:1 alias"),
    (b"a: **bold**", "1:5 alias"),
    (b"a: & x", "1:5 anchor"),
    (b"a: !!str 1", "1:4 tag"),
    (b"a: ! x", "1:4 tag"),
    (b"a: !include x", "1:4 tag"),
    (b"a: !!python/object:os.system [x]", "1:4 tag"),
    (b"!!map\na: 1", "1:1 tag"),
    (b"!x a: 1", "1:1 tag"),
    (b"a: !y!z 1", "1:4 tag"),
    (b"!%ED%A0%80\na: 1", "1:1 tag"),
    (b"b: 1\na: !%ED%A0%80 x", "2:1 tag"),
    (b"a: 9007199254740992", "1:4 integer"),
    (
        b"a: [-9007199254740992, 0x20000000000000, 0o400000000000000000]",
        "1:5 integer, 1:24 integer, 1:42 integer",
    ),
    (b"a: " + b"9" * 60000, "1:4 integer"),
    (b"a: .inf\nb: -.INF\nc: .nan\nd: .NaN", ", ".join(f"{n}:4 non-finite" for n in range(1, 5))),
    (b"a: 1e309", "1:4 float"),
    # syntax
    (b"a: b: c", "1:5 colon"),
    (b"a: 1\n  b: 2", "2:4 colon"),
    (b"a: 1\nwords\n", "2:1 no-colon"),
    (b"a:\n\t- b", "2:1 tab"),
    (b"a: 1\n\tb: 2", "2:1 tab"),
    (b"a: |\n\tx", "2:1 tab"),
    (b"a:\n  - b\n c: d", "3:2 indentation"),
    (b"a: b\n- c", "2:1 indentation"),
    (b"a: - b", "1:4 dash"),
    (b"a: [1, 2\n", "1:4 bracket"),
    (b"a: [1\nb: 2]", "2:2 bracket"),
    (b"a: {b: 1", "1:4 bracket"),
    (b"a: }", "1:4 indicator"),
    (b"a: @x", "1:4 indicator"),
    (b"a: `x`", "1:4 indicator"),
    (b"a: 'it's'", "1:8 trailing"),
    (b"{a: 1} b", "1:8 trailing"),
    (b'a: "x\n', "1:4 quote"),
    (b"a: 1\nb: 'x\n", "2:4 quote"),
    (b'a: "\\q"', "1:5 escape"),
    (b'a: "\\xZZ"', "1:7 escape"),
    (b'a: "\\ud800"', "1:7 surrogate"),
    (b'a: "\\ud83d\\ude00"', "1:7 surrogate"),
    (b'a: "\\U00110000"', "1:7 surrogate"),
    (b"a: |x\n  b", "1:5 block-header"),
    (b"a: !<x", "1:4 tag"),
]


def refused(data: bytes, limits: Limits | None = None) -> str:
    document = read("x.yaml", data, limits or Limits())
    assert document.value is None
    return ", ".join(f"{r.place.line}:{r.place.column} {r.keyword}" for r in document.refusals)


@pytest.mark.parametrize(("data", "expected"), TABLE, ids=[repr(data)[:40] for data, _ in TABLE])
def test_the_profile_refuses_with_keyword_and_place(data: bytes, expected: str) -> None:
    assert expected == refused(data)


@pytest.mark.parametrize(
    ("data", "limits", "expected"),
    [
        (b"a: 123", Limits(file_bytes=5), "1:1 file-size"),
        (b"a:\n  b: {c: 1}", Limits(depth=2), "2:6 depth"),
        (b"a: [[[1]]]", Limits(depth=3), "1:6 depth"),
        (b"? [[1]]\n: 1", Limits(depth=2), "1:4 depth"),
        (b"a: [1, 2, 3]", Limits(nodes=3), "1:11 nodes"),
        (b"a: 1\nb: 2", Limits(nodes=1), "2:1 nodes"),
        (b"a: vwxyz\nb: 'vwxyz'", Limits(scalar=4), "1:4 scalar-size, 2:4 scalar-size"),
        (b"abc: 1", Limits(key=2), "1:1 key-size"),
    ],
)
def test_a_limit_refuses_where_it_is_passed(data: bytes, limits: Limits, expected: str) -> None:
    assert expected == refused(data, limits)


def test_a_refusal_says_what_where_and_what_next() -> None:
    (refusal,) = read("x.yaml", b"m:\n  owner: a\n  title: b\n  owner: c").refusals
    assert (
        ("m", "owner"),
        "x.yaml:4:3",
        "duplicate-key",
        "the key `owner` (first in line 2) stands twice",
        "keep one of the two",
    ) == (refusal.pointer, str(refusal.place), refusal.keyword, refusal.message, refusal.hint)


def test_an_unresolved_alias_in_a_list_names_its_item() -> None:
    (refusal,) = read("x.yaml", b"m:\n  - a\n  - {b: [1, *x]}").refusals
    assert (("m", 1, "b", 1), "an alias `*x`") == (refusal.pointer, refusal.message)


@pytest.mark.parametrize("data", [b"a: " + b"[" * 40, b"a: " + b"[" * 5000])
def test_too_deep_is_said_alike_whoever_notices_it_first(data: bytes) -> None:
    (refusal,) = read("x.yaml", data).refusals
    assert ("depth", "more than 32 levels inside each other") == (refusal.keyword, refusal.message)


def test_a_long_key_is_cut_in_the_message() -> None:
    messages = [read("x.yaml", b"k" * length + b":").refusals[0].message for length in (60, 61)]
    assert [f"the key `{'k' * 60}` has no value", f"the key `{'k' * 59}…` has no value"] == messages


def test_problems_beside_each_other_are_all_reported_in_the_order_of_the_file() -> None:
    assert "1:1 null, 2:4 tag, 3:1 null, 4:1 duplicate-key, 5:4 integer, 6:1 no-colon" == refused(
        b"a:\nb: !x 1\nc: ~\na: 2\nd: 99999999999999999\noops"
    )


def test_places_after_a_refused_key_stay_right() -> None:
    document = read("x.yaml", b"a: {b: 1}\na: {c: [1, 2], d: 3}\n? [x, y]\n: [1]\nz: 1\n")
    assert [1, 1, 5] == [document.place(p).line for p in ((), ("a", "b"), ("z",))]


def test_the_lines_of_a_file_that_is_no_text_can_still_be_shown() -> None:
    assert "b: caf\ufffd" == read("x.yaml", b"a: 1\nb: caf\xe9\n").line(2)


def test_reading_stops_after_fifty_refusals() -> None:
    refusals = read("x.yaml", b"a: 1\n" * 200).refusals
    assert (50, "refusals", "more than 49 problems: the rest of the file was not read") == (
        len(refusals),
        refusals[-1].keyword,
        refusals[-1].message,
    )


def test_every_word_has_a_message_and_a_next_step() -> None:
    assert [] == [word for word, (message, hint) in WORDS.items() if not message or not hint]


def test_what_a_later_libyaml_says_is_still_a_refusal() -> None:
    assert "syntax" == syntax_keyword("words nobody knows", None, "", "x")


MEGABYTE = 1024 * 1024
HOSTILE = {
    "30 MB": b"a: 1\n" * (6 * MEGABYTE),
    "alias bomb": b"a: &a [x,x]\n" + b"".join(b"b%d: &b%d [*a,*a,*a]\n" % (n, n) for n in range(9000)),
    "merge bomb": b"a: &a {}\n" + b"".join(b"b%d: {<<: *a}\n" % n for n in range(9000)),
    "deep lists": b"a: " + b"[" * 100_000,
    "deep mappings": b"{a: " * (MEGABYTE // 4),
    "deep block lists": b"a:\n  " + b"- " * 500_000,
    "deep block mappings": b"".join(b" " * n + b"a:\n" for n in range(1400)),
    "deep questions": b"? " * (MEGABYTE // 2),
    "long key": b"? " + b"k" * (MEGABYTE - 10) + b"\n: 1",
    "long integer": b"a: " + b"9" * 100_000,
    "long hexadecimal": b"a: 0x" + b"f" * 60_000,
    "long floats": b"\n".join(b"a%d: " % n + b"9" * 60_000 for n in range(17)),
    "many equal keys": b"".join(b"k%d: 1\n" % (n % 9000) for n in range(18_000)),
    "many variants": b"".join(f"é{n}: 1\ne\u0301{n}: 1\n".encode() for n in range(9000)),
    "many items": b"a: [" + b"1," * 500_000 + b"1]",
    "many tags": b"a: [" + b"!x 1," * 100_000 + b"1]",
    "open quote": b'a: "' + b"x\n " * 300_000,
    "conflict signs": b"<<<<<<<" * 140_000,
    "comments": b"#\n" * 500_000 + b"%",
    "tabs": b"\t" * MEGABYTE,
    "NUL": b"\0" * MEGABYTE,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_soon(name: str) -> None:
    started = time.perf_counter()
    document = read("x.yaml", HOSTILE[name])
    document.place(("a", 0))
    document.line(1)
    assert (True, None) == (time.perf_counter() - started < 3, document.value)
