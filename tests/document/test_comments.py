"""Comments of what stays are kept, whatever is taken out or moved, in brackets as in blocks; else there is no edit."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iscode.document import Document, appended, edited, moved, read, renamed
from iscode.document.comments import comments


def parsed(text: str) -> Document:
    document = read("x.yaml", text.encode())
    assert document.value is not None, document.refusals
    return document


def said(document: Document) -> list[str]:
    return [words for _, words in comments(document.source)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a\nk: 1   # b \n#c", ["# a", "# b", "#c"]),
        ("k: a#b # c\n", ["# c"]),
        ("k: '# a' # b\n", ["# b"]),
        ('k: "# a\n  # b" # c\n', ["# c"]),
        ('"# a": 1\n', []),
        ("k: [a,#b\n  c]\n", ["#b"]),
        ("k: # a\n  1\n", ["# a"]),
        ("k: |- # a\n  # b\n\n# c\nl: 1\n", ["# a", "# c"]),
        ("k: >\n  # a\n  # b", []),
        ("m:\n  k: |\n      # a\n   # b\n  l: 1\n", ["# b"]),
        ("---  # a\nk: ü # ü # b\n...\n# c\n", ["# a", "# ü # b", "# c"]),
    ],
)
def test_a_comment_is_what_begins_with_its_sign_between_scalars(text: str, expected: list[str], end: str) -> None:
    text = text.replace("\n", end)
    found = comments(parsed(text).source)
    assert expected == [words for _, words in found]
    assert all(text.startswith(words, at) for at, words in found)


MAP = "m: {\n  a: 1, # why a\n  b: 2,\n}\n"
LIST = "l: [\n  a, # why a\n  # about b\n  b, # why b\n  c # why c\n]\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "pointer", "value", "expected"),
    [
        (MAP, ("m", "b"), None, "m: {\n  a: 1, # why a\n}\n"),
        (MAP, ("m", "a"), None, "m: {\n  b: 2,\n}\n"),
        ("m: {a: 1, # why a\n  b: 2 # why b\n}\n", ("m", "a"), None, "m: {b: 2 # why b\n}\n"),
        ("m: {a: 1, b: 2, # both\n  c: 3}\n", ("m", "b"), None, "m: {a: 1, # both\n  c: 3}\n"),
        ("m: {\n  a: 1, # why a\n  b: 2}\n", ("m", "b"), None, None),
        ("m: {a: 1,\n  # about b\n  b: 2}\n", ("m", "a"), None, None),
        ("m: {a: 1\n  , b: 2 # why b\n}\n", ("m", "b"), None, None),
        (LIST, ("l",), ["a", "c"], "l: [\n  a, # why a\n  # about b\n  c # why c\n]\n"),
        (LIST, ("l",), ["b", "c"], "l: [\n  # about b\n  b, # why b\n  c # why c\n]\n"),
        (LIST, ("l",), ["a", "b"], "l: [\n  a, # why a\n  # about b\n  b, # why b\n]\n"),
        (LIST, ("l",), ["a", "x", "c"], LIST.replace("  b,", "  x,")),
        (LIST, ("l",), ["b", "c", "a"], None),
        ("l:\n- a # why a\n- b\n", ("l",), ["b", "a"], "l:\n- b\n- a # why a\n"),
        ("l:\n- a\n- b # why b\n", ("l",), ["b", "a"], None),
        ("l:\n- | # why\n  x\n- b\n", ("l",), ["y", "b"], None),
        ("l:\n- | # why\n  x\n- b\n", ("l",), ["b"], "l:\n- b\n"),
    ],
)
def test_only_the_comments_of_what_is_taken_out_go_with_it(
    text: str, pointer: tuple[str, ...], value: Any, expected: str | None, end: str
) -> None:
    made = edited(parsed(text.replace("\n", end)), pointer, value)
    assert (None if expected is None else expected.replace("\n", end)) == (made and made.source.decode())


@pytest.mark.parametrize(
    ("text", "pointer", "target", "expected"),
    [
        (MAP, ("m", "a"), ("a",), "m: {\n  b: 2,\n}\na: 1 # why a\n"),
        ("m: {a: 1,# why a\n  b: 2}\n", ("m", "a"), ("a",), "m: {b: 2}\na: 1 # why a\n"),
        ("m: {a: 1, b: 2} # whole\n", ("m", "b"), ("b",), "m: {a: 1} # whole\nb: 2\n"),
        (MAP, ("m", "a"), ("m", "c"), None),
        ("a: # why\n  1\nb: 2\n", ("a",), ("c",), None),
        ("a: | # why\n  x\nb: 2\n", ("a",), ("c",), None),
        ("m: {a: [x, # why x\n  y], b: 2}\n", ("m", "a"), ("c",), None),
    ],
)
def test_a_value_takes_the_comment_beside_it_along_or_does_not_move(
    text: str, pointer: tuple[str, ...], target: tuple[str, ...], expected: str | None
) -> None:
    made = moved(parsed(text), pointer, target)
    assert expected == (made and made.source.decode())


def test_lines_that_end_as_nobody_counts_them_are_not_cut() -> None:
    assert None is edited(parsed("m: {a: 1, # why a\r  # about b\r  b: 2}\n"), ("m", "a"), None)


class Entry(NamedTuple):
    """A key or an item, how it is written, and the comments above, in and beside it."""

    name: str
    form: str
    above: bool
    inside: bool
    beside: bool
    line: bool
    leading: bool

    @property
    def own(self) -> set[str]:
        words = (("in", self.inside), ("beside", self.beside))
        return {f"# {word} {self.name}" for word, there in words if there}


ENTRIES = st.lists(
    st.builds(
        Entry,
        st.sampled_from("abcdef"),
        st.sampled_from(["1", "a#b", "'# x'", '"x, y"', "[x, y]", "[]"]),
        *[st.booleans()] * 5,
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda entry: entry.name,
)
ORDERLY = st.builds(lambda found: [entry._replace(line=True, leading=False) for entry in found], ENTRIES)


def bracketed(entries: list[Entry], close: bool, keys: bool) -> str:
    """The entries in brackets, as keys with values or as items; `close` puts the bracket on a line of its own."""
    text, fresh = "{" if keys else "[", False
    for number, entry in enumerate(entries):
        fresh = fresh or entry.line or entry.above
        comma = "," if number else ""
        if comma and not entry.leading:
            text = text.replace("\0", ",")
        text = text.replace("\0", "")
        text += "\n  " if fresh else " "
        text += f"# above {entry.name}\n  " if entry.above else ""
        text += f"{comma} " if comma and entry.leading else ""
        form = entry.form
        if keys:
            form = f"[x, # in {entry.name}\n  y]" if entry.inside else form
            form = f"{entry.name}: {form}"
        else:
            form = entry.name
        text += f"{form}\0" + (f" # beside {entry.name}" if entry.beside else "")
        fresh = entry.beside
    text = text.replace("\0", "," if close else "")
    return text + ("\n" if close or fresh else "") + ("}" if keys else "]") + " # last\n"


def kept(before: Document, after: Document, gone: set[str]) -> bool:
    """Whether all comments are there in their order but some of those that may be gone."""
    there = said(after)
    return there == [words for words in said(before) if words not in gone or words in there]


@settings(max_examples=400, deadline=None)
@given(st.one_of(ENTRIES, ORDERLY), st.booleans(), st.data())
def test_no_map_in_brackets_loses_a_comment_of_others(entries: list[Entry], close: bool, data: st.DataObject) -> None:
    document = parsed(f"# first\nm: {bracketed(entries, close, keys=True)}z: 1 # z\n")
    entry = data.draw(st.sampled_from(entries))
    dropped = edited(document, ("m", entry.name), None)
    if all(each.line and not each.leading for each in entries) and close:
        assert dropped is not None
        assert not entry.own & set(said(dropped))
    assert dropped is None or kept(document, dropped, entry.own)
    for made in (
        moved(document, ("m", entry.name), ("new",)),
        moved(document, ("m", entry.name), ("m", "new")),
        renamed(document, ("m", entry.name), "new"),
        edited(document, ("m", entry.name), "other"),
        edited(document, ("m", "new"), "other"),
    ):
        assert made is None or sorted(said(document)) == sorted(said(made))


@settings(max_examples=400, deadline=None)
@given(st.one_of(ENTRIES, ORDERLY), st.booleans(), st.lists(st.sampled_from("abcdefxy"), min_size=1, unique=True))
def test_no_list_in_brackets_loses_a_comment_of_an_item_that_stays(
    entries: list[Entry], close: bool, wanted: list[str]
) -> None:
    document = parsed(f"# first\nl: {bracketed(entries, close, keys=False)}z: 1 # z\n")
    made = edited(document, ("l",), wanted)
    names = [entry.name for entry in entries]
    orderly = close and all(entry.line and not entry.leading for entry in entries)
    if orderly and wanted == [name for name in names if name in wanted]:
        assert made is not None
    if made is not None:
        gone = {f"# {word} {name}" for word in ("above", "beside") for name in names if name not in wanted}
        assert wanted == (made.value or {})["l"]
        assert kept(document, made, gone)


@given(ENTRIES, st.booleans())
def test_a_list_in_brackets_gets_an_entry_and_keeps_every_comment(entries: list[Entry], close: bool) -> None:
    document = parsed(f"packs: {bracketed(entries, close, keys=False)}")
    made = appended(document, "packs", {"path": "p"})
    assert made is None or said(document) == said(made)
