"""Any text becomes a name that can be an id."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.intake.slug import slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Top 400/600", "top-400-600"),
        ("  Gemeente Den Haag  ", "gemeente-den-haag"),
        ("Café; Überprüfung (ß)", "cafe-uberprufung-ss"),
        ("Ærø Łódź Þór", "aero-lodz-thor"),
        ("ﬁ x²", "fi-x2"),
        ("x" * 96, "x" * 96),
    ],
)
def test_a_text_is_folded_to_letters_digits_and_hyphens(text: str, expected: str) -> None:
    assert expected == slug(text)


@pytest.mark.parametrize(("one", "other"), [("система 1", "модель 1"), ("系统", "模型"), ("!", "?"), ("", "-")])
def test_texts_that_differ_only_in_what_is_left_out_keep_different_names(one: str, other: str) -> None:
    assert slug(one) != slug(other)


def test_a_long_text_is_cut_and_its_digest_tells_it_from_others() -> None:
    one, other = slug("word " * 30 + "a"), slug("word " * 30 + "b")
    assert ("word-word", 96 >= len(one), True) == (one[:9], True, one != other)


@settings(deadline=None)
@given(st.text())
def test_every_name_is_an_id_and_spelling_in_unicode_does_not_matter(text: str) -> None:
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,94}[a-z0-9])?", slug(text))
    assert slug(unicodedata.normalize("NFC", text)) == slug(unicodedata.normalize("NFD", text))
