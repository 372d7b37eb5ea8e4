"""Keys of another name, values in another place, lists with one entry more: every other byte of the file is kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.document import Document, Limits, appended, moved, read, renamed

TEXT = """\
# what this is
kind: Boat
id: b   # short
"length": 4 # metres
berth:
  # where
  pier: north # by the lighthouse
  number: 7
crew:
- name: Ann
  since: "2026-01-01" # first
- {name: Bob, since: "2026-02-01"}
tags: [a, b] # both
long:
- one # of two
- two
"""


def parsed(text: str = TEXT) -> Document:
    document = read("b.yaml", text.encode(), Limits())
    assert document.value is not None, document.refusals
    return document


def text_of(document: Document | None) -> str:
    assert document is not None
    return document.source.decode()


@pytest.mark.parametrize(
    ("pointer", "key", "old", "new"),
    [
        (("id",), "name", "id: b   # short", "name: b   # short"),
        (("length",), "metres", '"length": 4 # metres', "metres: 4 # metres"),
        (("length",), "no", '"length": 4 # metres', '"no": 4 # metres'),
        (("berth",), "place", "berth:\n", "place:\n"),
        (("berth", "pier"), "quay", "  pier: north", "  quay: north"),
        (("crew", 0, "since"), "from", '  since: "2026-01-01"', '  from: "2026-01-01"'),
        (("crew", 1, "since"), "from", '{name: Bob, since: "2026-02-01"}', '{name: Bob, from: "2026-02-01"}'),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_key_gets_another_name_and_nothing_else_changes(
    pointer: tuple[str | int, ...], key: str, old: str, new: str, end: str
) -> None:
    before, after = (one.replace("\n", end) for one in (TEXT, TEXT.replace(old, new)))
    assert before != after
    assert after == text_of(renamed(parsed(before), pointer, key))


@pytest.mark.parametrize(
    ("pointer", "key"),
    [(("id",), "kind"), (("none",), "x"), (("berth", "none"), "x"), (("tags", 0), "x"), (("id", "x"), "y")],
)
def test_no_key_is_renamed_onto_another_or_where_there_is_none(pointer: tuple[str | int, ...], key: str) -> None:
    assert renamed(parsed(), pointer, key) is None


@pytest.mark.parametrize(
    ("pointer", "target", "changes"),
    [
        (("id",), ("berth", "id"), [("id: b   # short\n", ""), ("  number: 7\n", "  number: 7\n  id: b   # short\n")]),
        (
            ("berth", "pier"),
            ("pier",),
            [("  pier: north # by the lighthouse\n", ""), ("- two\n", "- two\npier: north # by the lighthouse\n")],
        ),
        (
            ("length",),
            ("size", "metres"),
            [('"length": 4 # metres\n', ""), ("- two\n", "- two\nsize:\n  metres: 4 # metres\n")],
        ),
        (("tags",), ("marks",), [("tags: [a, b] # both\n", ""), ("- two\n", "- two\nmarks: [a, b] # both\n")]),
    ],
)
def test_a_value_moves_with_the_comment_beside_it(
    pointer: tuple[str, ...], target: tuple[str, ...], changes: list[tuple[str, str]]
) -> None:
    expected = TEXT
    for old, new in changes:
        assert old in expected
        expected = expected.replace(old, new)
    assert expected == text_of(moved(parsed(), pointer, target))


@pytest.mark.parametrize(
    ("pointer", "target"),
    [
        (("id",), ("kind",)),
        (("none",), ("x",)),
        (("long",), ("x",)),
        (("id",), ("length", "x")),
        (("crew",), ("x",)),
        (("id",), ("a", "b", "c")),
    ],
)
def test_no_value_moves_where_something_would_be_lost(pointer: tuple[str, ...], target: tuple[str, ...]) -> None:
    assert moved(parsed(), pointer, target) is None


ENTRY = {"path": "policy-pack", "digest": "sha256:" + "0" * 64}


@pytest.mark.parametrize(
    "text",
    [
        "a: 1 # one\n",
        "a: 1",
        "packs: []\na: 1\n",
        "packs: [] # none\na: 1\n",
        "packs: [{path: p}]\n",
        "packs:\n- path: p # first\n# last\n",
        "packs:\n  - path: p\n    digest: x\n\na: 1\n",
        "packs:\n    - {path: p}\n",
    ],
)
def test_a_list_gets_one_more_entry_at_its_end_and_every_line_stays(text: str) -> None:
    made = appended(parsed(text), "packs", ENTRY)
    after = text_of(made)
    assert made is not None
    assert isinstance(made.value, dict)
    assert [*parsed(text).value.get("packs", []), ENTRY] == made.value["packs"]  # type: ignore[union-attr]
    kept = [line for line in text.splitlines() if "packs: [" not in line]
    assert kept == [line for line in after.splitlines() if line in kept]


def test_what_is_no_list_gets_no_entry() -> None:
    assert appended(parsed("packs: none\n"), "packs", ENTRY) is None
    assert appended(parsed("{a: 1}\n"), "packs", ENTRY) is None


KEYS = st.sampled_from(["a", "b", "c", "size", "no", "x y", "ü"])
SCALARS = st.one_of(st.integers(-9, 99), st.booleans(), st.text("ab #:'\"-\n", max_size=6))
RECORDS = st.dictionaries(KEYS, st.one_of(SCALARS, st.lists(SCALARS, max_size=3)), min_size=1, max_size=5)


@given(RECORDS, st.data())
def test_whatever_is_renamed_or_moved_all_other_lines_are_kept(record: dict[str, Any], data: st.DataObject) -> None:
    from iscode.document import write

    text = "# first\n" + write(record)
    key = data.draw(st.sampled_from(sorted(record)))
    for made, value in (
        (renamed(parsed(text), (key,), "new"), record[key]),
        (moved(parsed(text), (key,), ("new",)), record[key]),
    ):
        if made is None:
            continue
        others = {name: one for name, one in record.items() if name != key}
        assert {**others, "new": value} == made.value
        after = made.source.decode()
        for name, one in others.items():
            assert write({name: one}) in after
        assert after.startswith("# first\n")
