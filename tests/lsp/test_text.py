"""Points of a text are counted as the editor counts, each character once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position

from iscode.lsp.text import Text, utf16


@given(st.text(alphabet="aé€😀", max_size=12), st.integers(0, 30))
def test_a_position_is_the_last_point_that_is_not_beyond_it(line: str, character: int) -> None:
    row, column = Text(line).point(Position(0, character))
    fitting = [size for size in range(len(line) + 1) if utf16(line[:size]) <= character]
    assert (0, fitting[-1]) == (row, column)


@given(st.text(alphabet="aé😀\n\r", max_size=12), st.data())
def test_a_point_comes_back_from_its_position(source: str, data: st.DataObject) -> None:
    text = Text(source)
    row = data.draw(st.integers(0, len(text.lines) - 1))
    point = (row, data.draw(st.integers(0, len(text.line(row)))))
    assert point == text.point(text.position(point))


def test_each_character_is_counted_once() -> None:
    counted = 0

    def units(text: str) -> int:
        nonlocal counted
        counted += len(text)
        return utf16(text)

    assert (0, 500) == Text("😀" * 1000, units).point(Position(0, 1000))
    assert counted <= 1000
