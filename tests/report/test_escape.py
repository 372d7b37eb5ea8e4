"""Text that somebody else wrote -> text that a terminal, a CI log or a page of Markdown only shows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from iscode.report.escape import (
    cells,
    code,
    command_data,
    command_property,
    inert,
    markdown,
    markup,
    padded,
    spreadsheet,
    terminal,
    uri,
)  # fmt: skip

LIVE = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))]
ANY = st.text(st.characters())
HOSTILE = st.lists(
    st.sampled_from([*"@#:/`|<>[]!\\*_~$&-+=.% \n\x1b", "::", "##[", "%0A", "www.", "http://", "gh-1", "a1b2c3d"])
    | st.text(st.characters(), max_size=3)
).map("".join)
"""Texts in which what a reader takes for markup is frequent."""
MARKS = [*"\u200e\u200f\u061c\u200b\u2028\u2029\ufeff\u00ad\u2060\ufffe\ud800\ue000\U000e0041"]


@pytest.mark.parametrize("character", [*LIVE, *MARKS], ids=ascii)
def test_a_live_character_is_shown_as_an_escape(character: str) -> None:
    shown = terminal(f"a{character}b")
    assert shown.isascii()
    assert f"{ord(character):x}" in shown


@pytest.mark.parametrize(
    ("character", "expected"),
    [
        ("\x00", r"\x00"),
        ("\x9f", r"\x9f"),
        ("\xff", "\xff"),
        ("\xad", r"\xad"),
        ("\u0378", r"\u0378"),
        ("\ue000", r"\ue000"),
        ("\uffff", r"\uffff"),
        ("\U00010fff", r"\U00010fff"),
        ("\U0010ffff", r"\U0010ffff"),
    ],
    ids=ascii,
)
def test_an_escape_is_as_short_as_the_character_allows(character: str, expected: str) -> None:
    assert expected == terminal(character)


@pytest.mark.parametrize("escape", [terminal, command_data, command_property, markdown, markup, code, spreadsheet])
@given(ANY | HOSTILE)
def test_nothing_that_moves_colours_or_reorders_is_left(escape: Callable[[str], str], text: str) -> None:
    shown = escape(text)
    assert all(character.isprintable() or unicodedata.category(character) == "Zs" for character in shown)
    shown.encode("utf-8")


@pytest.mark.parametrize("escape", [terminal, command_data, command_property, markdown, code, inert, spreadsheet])
@given(HOSTILE)
def test_no_line_of_a_log_is_a_command_to_the_runner(escape: Callable[[str], str], text: str) -> None:
    shown = escape(text)
    assert not shown.lstrip().startswith("::")
    assert "##[" not in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::error::x", r"\x3a:error::x"),
        ("  ::x", r"  \x3a:x"),
        ("a ::x", "a ::x"),
        (":x", ":x"),
        ("a##[group]", r"a##\x5bgroup]"),
        ("####[[", r"####\x5b["),
        ("\n::x", r"\x0a::x"),
    ],
)
def test_a_command_to_the_runner_is_shown_as_an_escape(text: str, expected: str) -> None:
    assert expected == terminal(text)


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_what_is_only_shown_stays_as_it_is(text: str) -> None:
    assume("##[" not in text and not text.lstrip().startswith("::"))
    assert text == terminal(text)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a\x1b[31m", 2, "a…"), ("\x1b\x1b", 2, "\\x1b\\x1b"), ("", 1, "")],
)
def test_a_text_is_cut_before_it_is_escaped(text: str, width: int, expected: str) -> None:
    assert expected == terminal(text, width)


def read_data(text: str) -> str:
    """What a runner reads in the message of a command."""
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def read_property(text: str) -> str:
    """What a runner reads in a property of a command."""
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")


@given(HOSTILE, st.none() | st.integers(1, 20))
def test_a_runner_reads_what_was_shown(text: str, width: int | None) -> None:
    assert terminal(text, width) == read_data(command_data(text, width))
    assert terminal(text, width) == read_property(command_property(text, width))


@given(HOSTILE)
def test_a_property_ends_neither_itself_nor_the_command(text: str) -> None:
    assert {":", ","}.isdisjoint(command_property(text))


@pytest.mark.parametrize(
    ("text", "data", "prop"),
    [
        ("100%", "100%25", "100%25"),
        ("%0A::x", "%250A::x", "%250A%3A%3Ax"),
        ("a\nb\r", r"a\x0ab\x0d", r"a\x0ab\x0d"),
        ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
    ],
)
def test_a_command_says_what_it_says(text: str, data: str, prop: str) -> None:
    assert (data, prop) == (command_data(text), command_property(text))


@given(HOSTILE)
def test_prose_of_markdown_has_no_markup_left(text: str) -> None:
    prose = re.sub(r"&#\d+;|`[^`|]+`", "", markdown(text))
    assert set("\\`*_~[]<>|$&").isdisjoint(prose)
    assert not re.match(r"\d*[ +=:.)-]", markdown(text))


@given(HOSTILE)
def test_a_code_span_holds_no_backtick_and_no_bar(text: str) -> None:
    shown = code(text)
    inside = shown[1:-1] if shown.startswith("`") else shown
    assert {"`", "|"}.isdisjoint(inside)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain: 3 of 4, fine!", "plain: 3 of 4, fine!"),
        ("@alice", "@&#8203;alice"),
        ("a @ b # c", "a @ b &#35; c"),
        ("#12 GH-12", "&#35;&#8203;12 GH-&#8203;12"),
        ("see https://x.org", "see https:&#8203;//x.org"),
        ("WWW.x.org", "WWW&#8203;.x.org"),
        ("a :tada: b", "a :&#8203;tada: b"),
        ("0123456789abcdef", "012345&#8203;6789ab&#8203;cdef"),
        ("Role:chief-executive", "Role:chief-executive"),
        ("![x](y)", "!&#91;x&#93;(y)"),
        ("a|b <i> &amp; $x$", "a&#124;b &#60;i&#62; &#38;amp; &#36;x&#36;"),
        ("1. one", "1&#46; one"),
        ("- one", "&#45; one"),
        ("+ one", "&#43; one"),
        ("===", "&#61;=="),
        ("1) one", "1&#41; one"),
        ("    one", "&#32;   one"),
        ("\u200b", "&#92;u200b"),
        ("add `a_b`: it is", "add `a_b`: it is"),
        ("`<b>` or `c`", "`<b>` or `c`"),
        ("`<b>` or `c|d`", "&#96;&#60;b&#62;&#96; or &#96;c&#124;d&#96;"),
        ("- `a`", "&#45; `a`"),
        ("one ` alone", "one &#96; alone"),
        ("``", "&#96;&#96;"),
        ("`a``b`", "&#96;a&#96;&#96;b&#96;"),
    ],
)
def test_prose_reads_as_it_was_written(text: str, expected: str) -> None:
    assert expected == markdown(text)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Role:x", None, "`Role:x`"),
        ("<b>", None, "`<b>`"),
        ("a`b`", None, "a&#96;b&#96;"),
        ("- a`b", None, "&#45; a&#96;b"),
        ("a|b", None, "a&#124;b"),
        ("- a|b", None, "&#45; a&#124;b"),
        ("abcdef", 3, "`ab…`"),
        ("", None, ""),
        (" ", None, "&#32;"),
    ],
)
def test_code_is_code_where_code_can_hold_it(text: str, width: int | None, expected: str) -> None:
    assert expected == code(text, width)


def test_long_prose_is_cut_before_it_is_escaped() -> None:
    assert "&#60;&#60;…" == markdown("<<<<", 3)


@pytest.mark.parametrize(
    ("text", "expected"), [("", 0), ("abc", 3), ("é", 1), ("e\u0301", 1), ("日本", 4), ("\uff21", 2), ("\\x1b", 4)]
)
def test_a_text_takes_as_many_columns_as_it_is_wide(text: str, expected: int) -> None:
    assert expected == cells(text)


@pytest.mark.parametrize(("text", "expected"), [("日本", "日本  "), ("ab", "ab    "), ("too long", "too long")])
def test_a_text_is_padded_by_the_columns_that_it_takes(text: str, expected: str) -> None:
    assert expected == padded(text, 6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("risk_tier of `a_b` is _x_", r"risk_tier of `a_b` is \_x\_"),
        ("  # a\n\tb ", r"\# a b"),
        ("<b>[x](y)&lt; AT&T", r"\<b>\[x](y)\&lt; AT&T"),
        ("`{{ insert: param, x }}`", r"\`\{\{ insert: param, x }}\`"),
        ("```", r"\`\`\`"),
        ("H~2~O x^2^ *y*", r"H\~2\~O x\^2\^ \*y\*"),
        ("1. a", "1&#46; a"),
    ],
)
def test_markup_of_oscal_is_text(text: str, expected: str) -> None:
    assert expected == markup(text)


@given(HOSTILE | ANY)
def test_no_parameter_is_inserted_into_a_text_and_no_line_ends(text: str) -> None:
    shown = markup(text.replace("#", "{"))
    assert "{{" not in shown
    assert shown == shown.strip()
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a plain *text* with `code`", "a plain *text* with `code`"),
        ("# no heading", "\u200b# no heading"),
        ("1. no list", "\u200b1. no list"),
        ("see @alice", "see @\u200balice"),
        ("![x](y) [z][1] [d]: u", "\u200b![x]\u200b(y) [z]\u200b[1] [d]\u200b: u"),
        ("a <b> &amp; c", "a <\u200bb> &\u200bamp; c"),
        ("", "\u200b"),
    ],
)
def test_text_for_either_reader_has_breaks_where_markdown_would_see_more(text: str, expected: str) -> None:
    assert expected == inert(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain - text", "plain - text"),
        ("=1+1", "'=1+1"),
        (" -1", "' -1"),
        ('"@a', "'\"@a"),
        ("a;=1;+2; b", "a;'=1;'+2; b"),
        ("\t=1", "\\x09=1"),
        ("\uff1d1", "'\uff1d1"),
    ],
)
def test_a_cell_is_no_formula_not_even_behind_what_parts_cells_elsewhere(text: str, expected: str) -> None:
    assert expected == spreadsheet(text)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("c/a-1_b.yaml", "c/a-1_b.yaml"),
        ("a b/\u00fc#?%.yaml", "a%20b/%C3%BC%23%3F%25.yaml"),
        ("file:x", "file%3Ax"),
        ("\\xff\\x5cx41", "%FF%5Cx41"),
        ("\x1b\u202e", "%1B%E2%80%AE"),
    ],
)
def test_a_path_is_a_reference_to_the_same_bytes(path: str, expected: str) -> None:
    assert expected == uri(path)
