"""What lies at one path in several snapshots is read once, and what differs is never taken for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from iscode.document import Limits
from iscode.inventory import Memo
from iscode.schema import Kinds
from iscode.source import Entry, MemorySnapshot, Snapshot
from iscode.source.objects import digest
from iscode.source.snapshot import entry

ONE, OTHER = (f"kind: Person\nid: {name}\nstatus: active\n".encode() for name in ("one", "other"))


@dataclass
class Named(MemorySnapshot):
    """A memory snapshot whose files have object ids, as those of a commit do; it counts what is read."""

    files: dict[str, bytes]
    form: str = "sha1"
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.files)
        ids = {path: digest("blob", data, self.form) for path, data in self.files.items()}
        self.entries = tuple(entry(path.encode(), "file", ids[path]) for path in sorted(ids))

    def read(self, entries: Sequence[Entry], limit: int) -> Any:
        self.asked += [each.path for each in entries]
        return super().read(entries, limit)


@pytest.fixture
def memo(kinds: Kinds) -> Memo:
    return Memo(kinds, Limits(file_bytes=100))


def ids(memo: Memo, snapshot: Snapshot) -> list[str]:
    return [record.id for record in memo.take(snapshot, snapshot.entries).all]


@pytest.mark.parametrize("form", ["sha1", "sha256"])
@pytest.mark.parametrize("first", [Named, MemorySnapshot], ids=["a commit", "a work tree"])
def test_a_file_that_a_second_snapshot_has_unchanged_is_one_record_and_is_not_read_again(
    memo: Memo, form: str, first: Any
) -> None:
    files = {"a.yaml": ONE, "b.yaml": OTHER}
    head = Named(files, form) if first is Named else MemorySnapshot(files)
    base, third = Named({"a.yaml": ONE, "b.yaml": ONE}, form), Named(files, form)
    before = memo.take(head, head.entries).find("Person:one")
    assert before is memo.take(base, base.entries[:1]).find("Person:one")
    assert [] == base.asked
    assert ["one", "one"] == ids(memo, base)
    assert ["b.yaml"] == base.asked
    assert ["one", "other"] == ids(memo, third)
    assert [] == third.asked


def test_a_file_at_another_path_is_another_record(memo: Memo) -> None:
    head, base = Named({"a.yaml": ONE}), Named({"b.yaml": ONE})
    ids(memo, head)
    [record] = memo.take(base, base.entries).all
    assert "b.yaml" == record.document.path


def test_what_is_no_regular_file_is_told_again_each_time(memo: Memo) -> None:
    head = Named({})
    head.entries = (Entry(b"a.yaml", "a.yaml", "symlink", "0" * 40),)
    assert [["no regular file, so nothing can be read from it"]] * 2 == [
        [problem.message for problem in memo.take(head, head.entries).problems] for _ in range(2)
    ]


def test_a_file_beyond_the_limit_is_refused_in_each_snapshot(memo: Memo) -> None:
    files = {"a.yaml": ONE + b"#" * 100}
    for snapshot in (MemorySnapshot(files), Named(files), Named(files)):
        found = memo.take(snapshot, snapshot.entries)
        assert (["larger than 100 bytes"], ("a.yaml",)) == (
            [problem.message for problem in found.problems],
            found.unreadable,
        )


def test_order_and_problems_are_those_of_the_entries_whatever_was_known(memo: Memo, kinds: Kinds) -> None:
    broken = Named({"a.yaml": b"x", "b.yaml": ONE, "c.yaml": b"kind: Person\nid: c\n", "d.yaml": b"y"})
    part = Named({"c.yaml": broken.files["c.yaml"]})
    ids(memo, part)
    some, fresh = (each.take(broken, broken.entries) for each in (memo, Memo(kinds, Limits())))
    assert [problem.place for problem in fresh.problems] == [problem.place for problem in some.problems]
    assert fresh.unreadable == some.unreadable == ("a.yaml", "d.yaml")
