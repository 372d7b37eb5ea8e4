"""A place in the text of a scalar is found in the file that it stands in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.document.model import LINE_END
from iscode.document.spots import spots
from iscode.document.within import points
from iscode.document.writer import quoted


def marked(source: str, mark: str) -> tuple[int, int]:
    """Where a mark of the text of the last scalar stands in the file."""
    spot = list(spots(source.encode()))[-1]
    found = points(LINE_END.split(source), spot)
    assert found is not None
    assert len(spot.text) + 1 == len(found)
    return found[spot.text.index(mark)]


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("a: b && X\n", (0, 8)),
        ("a: 'b && X'\n", (0, 9)),
        ("a: 'it''s X'\n", (0, 10)),
        ('a: "b && X"\n', (0, 9)),
        ("a: |\n  b &&\n  X\n", (2, 2)),
        ("a: >-\n  b &&\n  X\n", (2, 2)),
        ("a: b &&\n  c X\n", (1, 4)),
        ("- {a: 'b\n     X'}\n", (1, 5)),
    ],
)
def test_a_character_is_found_where_it_stands(source: str, place: tuple[int, int]) -> None:
    assert place == marked(source, "X")


def test_what_escapes_hide_is_not_guessed() -> None:
    source = 'a: "b \\x41 X"\n'
    assert points(LINE_END.split(source), list(spots(source.encode()))[-1]) is None


@given(st.text(alphabet="ab ':&|>\"", min_size=1), st.sampled_from(["a: {}", "a: '{}'", "a: |-\n  {}", "- [x, '{}']"]))
def test_what_is_found_is_the_character_itself(text: str, form: str) -> None:
    source = form.format(text.replace("'", "''") if "'" in form else text) + "\n"
    lines = LINE_END.split(source)
    for spot in spots(source.encode()):
        for character, (line, column) in zip(spot.text, points(lines, spot) or (), strict=False):
            assert character == (lines[line] + " ")[column]


@given(st.text(max_size=20))
def test_no_text_is_more_than_can_be_looked_at(text: str) -> None:
    source = f"a: {quoted(text)}\nb: {text}\n"
    for spot in spots(source.encode("utf-8", "replace")):
        points(LINE_END.split(source), spot)
