"""What is being written at a point of a text, whatever state the rest of it is in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.document.cursor import Cursor, cursors
from iscode.document.model import LINE_END, Pointer

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "acme" / "compliance"
FILES = [path.read_text() for path in sorted(EXAMPLES.rglob("*.yaml"))[::9]]


def written(text: str) -> list[Cursor]:
    """What may be being written where the `|` stands."""
    before, _, after = text.partition("|")
    return list(cursors(before + after, (before.count("\n"), len(before) - before.rfind("\n") - 1)))


def of(text: str, *, key: bool) -> Cursor:
    [found] = [cursor for cursor in written(text) if cursor.key is key]
    return found


@pytest.mark.parametrize(
    ("text", "pointer", "word"),
    [
        ("owner: Ro|\nid: x\n", ("owner",), "Ro"),
        ("owner: |\nid: x\n", ("owner",), ""),
        ("owner:|\nid: x\n", ("owner",), ""),
        ("data: [A:a, B|\nid: x\n", ("data", 1), "B"),
        ("data: [A:a, B|, C:c]\nid: x\n", ("data", 1), "B"),
        ("review: {last: '2026', by: P|\nid: x\n", ("review", "by"), "P"),
        ("tags:\n  - a\n  - |\n  - b\n", ("tags", 1), ""),
        ('risk: "Ri|"\nid: x\n', ("risk",), "Ri"),
        ('risk: "Ri|\nid: x\n', ("risk",), "Ri"),
        ("risk: Ri|sk:one\nid: x\n", ("risk",), "Ri"),
    ],
)
def test_a_value_is_known_by_what_leads_to_it(text: str, pointer: Pointer, word: str) -> None:
    found = of(text, key=False)
    assert (pointer, word) == (found.pointer, found.word)


@pytest.mark.parametrize(
    ("text", "pointer", "word", "keys"),
    [
        ("|", (), "", set()),
        ("stat|\nid: x\n", (), "stat", {"id"}),
        ("own|er: x\nid: b\n", (), "own", {"id"}),
        ("oversight:\n  mode: x\n  |\nid: x\n", ("oversight",), "", {"mode"}),
        ("oversight:\n  |\n  mode: x\nid: x\n", ("oversight",), "", {"mode"}),
        ("holders:\n  - {person: p, fr|\nid: x\n", ("holders", 0), "fr", {"person"}),
        ("holders:\n  - a: b\n  - per|\n    from: y\nid: x\n", ("holders", 1), "per", {"from"}),
    ],
)
def test_a_key_is_known_by_the_map_that_it_is_to_stand_in(
    text: str, pointer: Pointer, word: str, keys: set[str]
) -> None:
    found = of(text, key=True)
    assert (pointer, word, keys) == (found.pointer, found.word, set(found.keys))


@pytest.mark.parametrize("broken", ["x", "title: 'open", "foo: [a", "  - {b", "a: b: c", "\tid: x", "<<<<<<< HEAD"])
def test_a_line_that_somebody_else_is_still_writing_hides_nothing(broken: str) -> None:
    found = of(f"kind: A\n{broken}\nowner: Ro|\nid: x\n", key=False)
    assert (("owner",), "Ro") == (found.pointer, found.word)


@pytest.mark.parametrize(
    "text", ["# com|\n", "id: x # a|\n", "text: >\n  some wo|\n", "id: two wo|\n", "text: |\n  a\ue000\n"]
)
def test_prose_and_comments_are_no_words_of_a_record(text: str) -> None:
    assert [] == written(text)


def test_the_word_at_a_point_is_replaced_whole_and_its_quotes_are_left() -> None:
    found = of('owner: "Role:cr|edit"\n', key=False)
    assert ((0, 8), (0, 19), True) == (found.start, found.end, found.quoted)


def test_a_word_of_a_hundred_pages_is_found_by_one_walk_back() -> None:
    """Tried from every start, as a search for the end of a word does, this is thirty thousand million steps."""
    word = "a" * 250_000
    assert [("risk", word, (0, 6))] == [
        (cursor.pointer[-1], cursor.word, cursor.start) for cursor in written(f"risk: {word}|\n")
    ]


@given(st.sampled_from(FILES), st.data())
def test_any_edit_of_a_record_is_looked_at_without_an_error(source: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(source)))
    typed = data.draw(st.text(max_size=6))
    text = source[:at] + typed + source[at + data.draw(st.integers(0, 40)) :]
    lines = LINE_END.split(text)
    row = data.draw(st.integers(0, len(lines)))
    for cursor in cursors(text, (row, data.draw(st.integers(0, 120)))):
        assert cursor.start <= cursor.end
        assert cursor.word == lines[row][cursor.start[1] :][: len(cursor.word)]
