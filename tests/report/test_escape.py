"""Text that somebody else wrote -> text that a terminal only shows."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.report.escape import cells, terminal

LIVE = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))]
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


@given(st.text(st.characters()))
def test_nothing_that_moves_colours_or_reorders_is_left(text: str) -> None:
    shown = terminal(text)
    assert all(character.isprintable() or unicodedata.category(character) == "Zs" for character in shown)
    shown.encode("utf-8")


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"])))
def test_what_is_only_shown_stays_as_it_is(text: str) -> None:
    assert text == terminal(text)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("a\x1b[31m", 2, "a…"), ("\x1b\x1b", 2, "\\x1b\\x1b"), ("", 1, "")],
)
def test_a_text_is_cut_before_it_is_escaped(text: str, width: int, expected: str) -> None:
    assert expected == terminal(text, width)


@pytest.mark.parametrize(
    ("text", "expected"), [("", 0), ("abc", 3), ("é", 1), ("e\u0301", 1), ("日本", 4), ("\uff21", 2), ("\\x1b", 4)]
)
def test_a_text_takes_as_many_columns_as_it_is_wide(text: str, expected: int) -> None:
    assert expected == cells(text)
