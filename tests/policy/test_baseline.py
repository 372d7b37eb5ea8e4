"""iscode-baseline.json: what is written is read again as it was, and what is broken is no baseline."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.errors import ConfigError
from iscode.policy.baseline import Entry, path_below, read, write
from iscode.source import MemorySnapshot
from iscode.source.snapshot import entry

NAME = "iscode-baseline.json"
PLAIN = Entry("0" * 32, "check:0", "it is 9")
MINE = '{"version": 1, "entries": [{"fingerprint": "%s", "message": "m"%s}]}'
DIGEST = st.text("0123456789abcdef", min_size=64, max_size=64).map(lambda digits: f"sha256:{digits}")
ENTRIES = st.builds(
    Entry,
    st.text("0123456789abcdef", min_size=32, max_size=32),
    st.none() | st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.none() | DIGEST,
)


def held(text: str | bytes) -> MemorySnapshot:
    return MemorySnapshot({NAME: text if isinstance(text, bytes) else text.encode()})


def refused(text: str | bytes) -> tuple[str, str]:
    with pytest.raises(ConfigError) as error:
        read(held(text), "")
    return str(error.value.place), error.value.message


@given(st.frozensets(ENTRIES))
def test_what_is_written_is_read_again_as_it_was_and_is_json(entries: frozenset[Entry]) -> None:
    data = write(entries)
    assert entries == read(held(data), "")
    assert len(entries) == len(json.loads(data)["entries"])


@given(st.lists(ENTRIES, unique=True), st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_show_in_the_file(entries: list[Entry], chance: random.Random) -> None:
    mixed = list(entries)
    chance.shuffle(mixed)
    assert write(entries) == write(mixed)


def test_each_entry_stands_on_a_line_of_its_own_without_what_it_has_not() -> None:
    other = Entry("1" * 32, None, "it is 8", "sha256:" + "a" * 64)
    assert write([other, PLAIN]).decode().splitlines() == [
        '{"version": 1, "entries": [',
        f'{{"fingerprint": "{"0" * 32}", "clause": "check:0", "message": "it is 9"}},',
        f'{{"fingerprint": "{"1" * 32}", "message": "it is 8", "item": "sha256:{"a" * 64}"}}',
        "]}",
    ]


def test_the_baseline_is_that_of_the_root_and_of_no_other_folder() -> None:
    snapshot = MemorySnapshot({f"a/{NAME}": write([PLAIN]), f"b/{NAME.upper()}": b"broken"})
    assert [frozenset(), {PLAIN}, frozenset()] == [read(snapshot, root) for root in ("", "a", "b")]
    assert [NAME, f"a/b/{NAME}"] == [path_below(root) for root in ("", "a/b")]


@pytest.mark.parametrize("kind", ["symlink", "gitlink", "other"])
def test_a_baseline_that_is_no_regular_file_is_never_absent(kind: str) -> None:
    snapshot = MemorySnapshot({})
    snapshot.entries = (entry(NAME.encode(), kind),)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no regular file") as error:
        read(snapshot, "")
    assert f"{NAME}:1:1" == str(error.value.place)


def test_a_baseline_beyond_the_limit_is_refused() -> None:
    assert (f"{NAME}:1:1", "larger than 16777216 bytes") == refused(b" " * (16 * 1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "1:1", "no record"),
        ("[]", "1:1", "not a mapping"),
        ("{}", "1:1", "`version` is missing"),
        ('{"version": 1}', "1:2", "`entries` is missing"),
        ('{"version": true, "entries": []}', "1:2", "whole number"),
        ('{"version": 1.0, "entries": []}', "1:2", "whole number"),
        ('{"version": 2, "entries": []}', "1:2", "the most allowed is 1"),
        ('{"version": 0, "entries": []}', "1:2", "the least allowed is 1"),
        ('{"version": 1, "entries": {}}', "1:16", "a list"),
        ('{"version": 1, "entries": [], "more": 1}', "1:31", "unknown key `more`"),
        ('{"version": 1, "version": 1, "entries": []}', "1:16", "stands twice"),
        ('{"version": 1,\n "entries": [\n', "3:1", ""),
        (MINE % ("0" * 31, ""), "1:29", "does not have its form"),
        (MINE % ("0" * 31 + "G", ""), "1:29", "does not have its form"),
        (MINE % ("0" * 32 + "\\n", ""), "1:29", "does not have its form"),
        (MINE % ("0" * 32, ', "item": "9"'), "1:96", "does not have its form"),
        (MINE % ("0" * 32, ', "clause": 1'), "1:96", "must be text"),
        (MINE % ("0" * 32, ', "basis": "x"'), "1:96", "unknown key `entries[0].basis`"),
        ('{"version": 1, "entries": [{"fingerprint": "' + "0" * 32 + '"}]}', "1:28", "`entries[0].message` is missing"),
    ],
)
def test_a_baseline_that_is_broken_is_no_baseline(text: str, place: str, words: str) -> None:
    where, message = refused(text)
    assert f"{NAME}:{place}" == where
    assert words in message


def test_a_baseline_that_is_no_utf_8_is_refused() -> None:
    assert refused(b'{"version": 1, "entries": ["\xff"]}')[0].startswith(NAME)
