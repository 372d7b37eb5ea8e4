"""Where each key and value of a text stands, whole or half typed."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from iscode.document import read
from iscode.document.model import pointers
from iscode.document.spots import Spot, spot_at, spots

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "acme" / "compliance"
FILES = [path.read_bytes() for path in sorted(EXAMPLES.rglob("*.yaml"))[::9]]


def test_keys_stand_where_the_reader_says() -> None:
    for data in FILES:
        document = read("x", data)
        wanted = [pointer for pointer in pointers(document.value) if isinstance(pointer[-1], str)]
        found = {spot.pointer: spot.start for spot in spots(data) if spot.key}
        places = {pointer: document.place(pointer) for pointer in wanted}
        assert {pointer: (place.line - 1, place.column - 1) for pointer, place in places.items()} == found


def test_a_point_is_in_the_word_that_it_ends() -> None:
    found = list(spots("a: 😀b\nl: [x, y".encode()))
    assert Spot(("a",), False, "😀b", (0, 3), (0, 5)) == spot_at(iter(found), (0, 5))
    assert Spot(("l", 0), False, "x", (1, 4), (1, 5), True) == spot_at(iter(found), (1, 4))
    assert spot_at(iter(found), (0, 9)) is None


@given(st.sampled_from(FILES), st.integers(0, 2000), st.integers(0, 40), st.binary(max_size=8))
def test_no_edit_of_a_record_is_more_than_can_be_read(data: bytes, at: int, cut: int, typed: bytes) -> None:
    edited = data[:at] + typed + data[at + cut :]
    for one in (edited, edited[: at + len(typed)]):
        found = list(spots(one))
        assert found == sorted(found, key=lambda spot: spot.start)
