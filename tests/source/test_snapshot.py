"""Snapshots without Git: memory and plain folders."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iscode.errors import RepositoryError
from iscode.source import Entry, FolderSnapshot, MemorySnapshot, OverlaySnapshot, Revision
from iscode.source.hashing import digest_of
from iscode.source.plain import show


def test_memory_holds_what_it_is_given_in_the_order_of_names(contents):
    snapshot = MemorySnapshot({"b.yaml": b"two", "a/ü.yaml": b"one"})
    assert Revision("memory", None, None) == snapshot.revision
    assert (
        Entry("a/ü.yaml".encode(), "a/ü.yaml", "file", None),
        Entry(b"b.yaml", "b.yaml", "file", None),
    ) == snapshot.entries
    assert {"b.yaml": b"two", "a/ü.yaml": None} == {
        entry.path: data for entry, data in snapshot.read(snapshot.entries, 3)
    } | {"a/ü.yaml": None}


def test_memory_does_not_hand_out_more_than_the_limit():
    snapshot = MemorySnapshot({"a": b"1234", "b": b"123"})
    assert [None, b"123"] == [data for _, data in snapshot.read(snapshot.entries, 3)]


def test_an_entry_of_another_snapshot_is_refused():
    with pytest.raises(RepositoryError, match="a is not part of this snapshot"):
        list(MemorySnapshot({}).read([Entry(b"a", "a", "file", None)], 1))


@pytest.mark.parametrize("kind", ["symlink", "gitlink", "other"])
def test_only_regular_files_are_read(kind):
    with pytest.raises(RepositoryError, match="a is no regular file"):
        list(MemorySnapshot({"a": b""}).read([Entry(b"a", "a", kind, None)], 1))


def test_a_folder_is_listed_with_its_links_and_read_without_them(tmp_path, contents):
    (tmp_path / "rules/deep").mkdir(parents=True)
    (tmp_path / "rules/deep/x.yaml").write_bytes(b"x")
    (tmp_path / "rules/link").symlink_to("deep")
    (tmp_path / "other").write_bytes(b"y")
    os.mkfifo(tmp_path / "pipe")
    expected = {"rules/deep/x.yaml": b"x", "rules/link": "symlink", "other": b"y", "pipe": "other"}
    assert expected == contents(FolderSnapshot(tmp_path))
    assert {"rules/deep/x.yaml": b"x", "rules/link": "symlink"} == contents(FolderSnapshot(tmp_path, only=["rules"]))


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RepositoryError, match="shelf cannot be read"):
        FolderSnapshot(tmp_path, only=["shelf"])


@given(st.binary(), st.binary())
def test_two_names_are_never_shown_alike(one, other):
    assert (one == other) == (show(one) == show(other))


def test_a_name_is_shown_as_utf_8_and_any_other_byte_in_hex():
    assert "é \\xff\\xed\\xa0\\x80 a\\x5cb" == show(b"\xc3\xa9 \xff\xed\xa0\x80 a\\b")


def test_an_overlay_has_its_files_in_the_place_of_those_below_and_beside_them(contents):
    below = MemorySnapshot({"a": b"below", "b": b"kept"})
    over = OverlaySnapshot(below, {"a": b"above", "c": b"new"})
    assert {"a": b"above", "b": b"kept", "c": b"new"} == contents(over)
    assert {"a": b"below", "b": b"kept"} == contents(below)
    turned = list(reversed(over.entries))
    assert [(entry, data) for entry, data in zip(turned, [b"new", b"kept", b"above"], strict=True)] == list(
        over.read(turned, 10)
    )
    assert [digest_of([b"new"]), digest_of([b"kept"])] == [found for _, found in over.digests(turned[:2], 10)]
